"""How the groups of the breakdowns add up: municipalities to their region, each breakdown to `all`.

The groups of a two-way breakdown add up to both of its margins: women of Kurzeme to Kurzeme, and to the women.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

from pipeline.breakdowns import AND, BY, IN_NO_GROUP, attributes_of, values_of

Group = tuple[str, str]
ALL: Group = ("all", "all")
WAITING: Group = ("arm", "waiting")
"""Those on a waiting list are not part of `all`."""
MUNICIPALITY, REGION = "municipality", "region"
Rest = tuple[Group, str]
"""Those in no group of a breakdown: of which whole, and which breakdown."""


class Family(NamedTuple):
    """A group and the groups it is made of; someone may be in none of them, nobody in two."""

    whole: Group
    parts: tuple[Group, ...]

    @property
    def breakdown(self) -> str:
        """The breakdown that the parts are groups of."""
        return self.parts[0][0]


class Nesting:
    """The families of any set of groups, by the register of municipalities."""

    def __init__(self, municipalities: pl.DataFrame) -> None:
        """Take meta.municipality: municipality_code, planning_region (of the code's own time)."""
        self._region = dict(municipalities.select("municipality_code", "planning_region").iter_rows())
        self._families: dict[frozenset[Group], list[Family]] = {}

    def families(self, groups: Iterable[Group]) -> list[Family]:
        """Return the families among these groups; a municipality whose region has no row is part of `all`."""
        present = frozenset(groups)
        if present not in self._families:
            self._families[present] = self._found(present)
        return self._families[present]

    def region_of(self, municipality: str) -> Group:
        """Return the region that a municipality lies in."""
        return (REGION, self._region.get(municipality, ""))

    def _found(self, present: frozenset[Group]) -> list[Family]:
        parts: dict[tuple[Group, str], list[Group]] = {}
        for group in sorted(present - {ALL, WAITING}):
            for whole in self._wholes(group, present) & present:
                parts.setdefault((whole, group[0]), []).append(group)
        return [Family(whole, tuple(children)) for (whole, _), children in parts.items()]

    def _wholes(self, group: Group, present: frozenset[Group]) -> set[Group]:
        """The smallest groups of other breakdowns that a group is part of."""
        values = values_of(*group)
        if len(values) == 1:
            return {self._whole(values, present)}
        (one, other) = values.items()
        sides = {group_of(dict([one])), group_of(dict([other]))}
        if MUNICIPALITY in values:
            sides = {group_of(dict([one])), self._whole(values, present)}
        return sides & present or {ALL}

    def _whole(self, values: Mapping[str, str], present: frozenset[Group]) -> Group:
        """The group with the region in place of the municipality, else without it."""
        rest = {name: value for name, value in values.items() if name != MUNICIPALITY}
        if MUNICIPALITY in values:
            of_region = group_of({REGION: self.region_of(values[MUNICIPALITY])[1], **rest})
            if of_region in present:
                return of_region
            return group_of(rest) if rest else ALL
        return ALL


def group_of(values: Mapping[str, str]) -> Group:
    """Return the group of one or two attributes' values."""
    return BY.join(values), AND.join(values.values())


def margins_of(group: Group) -> tuple[Group, ...]:
    """Return the margins of a group of a two-way breakdown; none of another group."""
    values = values_of(*group)
    return tuple(values.items()) if len(values) > 1 else ()


def unknown_groups(group: Group) -> tuple[Group, ...]:
    """Return those in no group of a breakdown as groups of it: the value is not known, or one of two, or both."""
    values = values_of(*group)
    neither = group_of(dict.fromkeys(values, IN_NO_GROUP))
    halves = (group_of({**values, name: IN_NO_GROUP}) for name in values) if len(values) > 1 else ()
    return neither, *halves


def rest_of(rest: Rest) -> Group | None:
    """Return those in no group of a breakdown as a group of it: the value is not known, or one of two, or both.

    None for those of a region whose municipality is not known: there are none.
    """
    whole, breakdown = rest
    names, values = attributes_of(breakdown), values_of(*whole)
    if len(names) == 1 and whole != ALL:
        return None
    return group_of({name: values.get(name, IN_NO_GROUP) for name in names})


def add_up(persons: Mapping[Group, float], family: Family) -> bool:
    """Tell whether the parts don't have more persons than the whole (else somebody is in two of them)."""
    return sum(persons[part] for part in family.parts) <= persons[family.whole]
