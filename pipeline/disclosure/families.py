"""Sums over the groups of a population, as equations between the cells of a block."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.disclosure.groups import Family, Group, Nesting, add_up
from pipeline.disclosure.system import System


def sum_over_groups(
    system: System,
    cells: Mapping[Group, int],
    persons: Mapping[Group, float],
    nesting: Nesting,
) -> dict[Family, int]:
    """State that the groups add up to the group they are part of, and return the cells of those in no group.

    cells: the cell of each group; persons: those it rests on. Persons of the whole who are in none of the
    groups (sex or age not known) are a group that is never published, but could be worked out.
    """
    rests = {}
    for family in nesting.families(cells):
        if not add_up(persons, family):
            continue
        parts = [cells[part] for part in family.parts]
        rest = persons[family.whole] - sum(persons[part] for part in family.parts)
        if rest > 0:
            rests[family] = _rest(system, cells[family.whole], parts, rest)
            parts.append(rests[family])
        system.sum_of(cells[family.whole], parts)
    return rests


def _rest(system: System, whole: int, parts: list[int], persons: float) -> int:
    """Add the cell of those in no group. It is a person's secret when the cells are sums (`persons` set)."""
    of_whole = system.cells[whole]
    value = of_whole.value - sum(system.cells[part].value for part in parts)
    return system.cell(
        value,
        None,
        persons=persons if of_whole.persons else 0,
        lower=min(of_whole.lower, 0),
        upper=max(value, min(of_whole.upper, persons)) if of_whole.upper < float("inf") else of_whole.upper,
    )
