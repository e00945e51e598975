"""Sums over the groups of a population, as equations between the cells of a block."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.breakdowns import IN_NO_GROUP
from pipeline.disclosure.crossed import crossings
from pipeline.disclosure.groups import Family, Group, Nesting, Rest, add_up
from pipeline.disclosure.system import System


def sum_over_groups(
    system: System,
    cells: Mapping[Group, int],
    persons: Mapping[Group, float],
    nesting: Nesting,
) -> dict[Family, int]:
    """State that the groups add up to the group they are part of, and return the cells of those in no group.

    cells: the cell of each group; persons: those it rests on. Persons of the whole who are in none of the
    groups (sex or age not known) are a group that is never published, but could be worked out; where there is a
    two-way breakdown they add up over its other attribute.
    """
    rests: dict[Family, int] = {}
    people: dict[Family, float] = {}
    for family in nesting.families(cells):
        if not add_up(persons, family):
            continue
        parts = [cells[part] for part in family.parts]
        people[family] = persons[family.whole] - sum(persons[part] for part in family.parts)
        if people[family] > 0:
            rests[family] = _rest(system, [cells[family.whole]], parts, people[family])
            parts.append(rests[family])
        system.sum_of(cells[family.whole], parts)
    return rests | _sum_rests(system, rests, people, nesting)


def _sum_rests(
    system: System, rests: Mapping[Family, int], people: Mapping[Family, float], nesting: Nesting
) -> dict[Family, int]:
    """State that those whose one value is not known add up over the values of the other.

    Those of whom neither is known are one cell, whichever way they are worked out. Returns these.
    """
    neither: dict[tuple[Rest, float], int] = {}
    for crossing in crossings(people, nesting):
        wholes = [rests[family] for family in crossing.wholes if family in rests]
        parts = [rests[family] for family in crossing.parts if family in rests]
        left = sum(people[family] for family in crossing.wholes) - sum(people[f] for f in crossing.parts)
        if not wholes or left < 0:
            continue
        if left > 0:
            if (crossing.neither, left) not in neither:
                neither[crossing.neither, left] = _rest(system, wholes, parts, left)
            parts.append(neither[crossing.neither, left])
        system.balance({**dict.fromkeys(wholes, -1.0), **dict.fromkeys(parts, 1.0)})
    return {
        Family(scope, ((breakdown, IN_NO_GROUP),)): cell for ((scope, breakdown), _), cell in neither.items()
    }


def _rest(system: System, wholes: list[int], parts: list[int], persons: float) -> int:
    """Add the cell of those in no group. It is a person's secret when the cells are sums (`persons` set)."""
    of_wholes = [system.cells[whole] for whole in wholes]
    value = sum(cell.value for cell in of_wholes) - sum(system.cells[part].value for part in parts)
    upper = sum(cell.upper for cell in of_wholes)
    return system.cell(
        value,
        None,
        persons=persons if any(cell.persons for cell in of_wholes) else 0,
        lower=min(sum(cell.lower for cell in of_wholes), 0),
        upper=max(value, min(upper, persons)) if upper < float("inf") else upper,
    )
