"""How the groups of the breakdowns add up: municipalities to their region, each breakdown to `all`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl

Group = tuple[str, str]
ALL: Group = ("all", "all")
WAITING: Group = ("arm", "waiting")
"""Those on a waiting list are not part of `all`."""


class Family(NamedTuple):
    """A group and the groups it is made of; someone may be in none of them, nobody in two."""

    whole: Group
    parts: tuple[Group, ...]


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

    def _found(self, present: frozenset[Group]) -> list[Family]:
        parts: dict[tuple[Group, str], list[Group]] = {}
        for group in sorted(present - {ALL, WAITING}):
            whole = self._whole(group, present)
            if whole in present:
                parts.setdefault((whole, group[0]), []).append(group)
        return [Family(whole, tuple(children)) for (whole, _), children in parts.items()]

    def _whole(self, group: Group, present: frozenset[Group]) -> Group:
        if group[0] == "municipality":
            region = ("region", self._region.get(group[1], ""))
            if region in present:
                return region
        return ALL


def add_up(persons: Mapping[Group, float], family: Family) -> bool:
    """Tell whether the parts don't have more persons than the whole (else somebody is in two of them)."""
    return sum(persons[part] for part in family.parts) <= persons[family.whole]
