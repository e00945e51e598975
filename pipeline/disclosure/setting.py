"""What every step needs: the marts, how groups nest, the limits of the plan, and what is published anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipeline.breakdowns import BY
from pipeline.disclosure.dominance import DominatedLines
from pipeline.disclosure.groups import ALL, Group, Nesting
from pipeline.disclosure.past import Past
from pipeline.disclosure.rules import RULES
from pipeline.disclosure.system import COST_OF_ALL, System, Target
from pipeline.plan import Disclosure, PublishedTable

Row = dict[str, object]
Key = tuple[object, ...]

SMALL_BASE = "small_base"
SMALL_COUNT = "small_count"
SMALL_GROUP_SPLIT = "small_group_split"
DOMINANCE = "dominance"
SMALL_DIFFERENCE = "small_difference"
DETAIL = "detail"
FOLLOWS = "follows"
"""Hidden because what it is made of, or could give away, is hidden."""


@dataclass(frozen=True)
class Setting:
    """The marts and the rules of one release.

    dominated: lines of money that one or two persons hold; earlier: the other releases of the year.
    """

    marts: Mapping[str, pl.DataFrame]
    nesting: Nesting
    plan: Disclosure
    dominated: DominatedLines = frozenset()
    earlier: tuple[Past, ...] = ()

    def of_past(self, past: Past) -> Setting:
        """The marts of an earlier release, to be read as these are."""
        return Setting(past.marts, self.nesting, self.plan)

    def is_suppressed(self, table: str, row: int) -> bool:
        """Tell whether a row of a mart is marked as hidden whole."""
        return (
            bool(self.marts[table]["suppressed"][row]) if "suppressed" in self.marts[table].columns else False
        )

    def blocks(self, table: str, *more: str) -> dict[Key, list[tuple[int, Group, Row]]]:
        """Return the rows of a mart by block: place, group, and the columns named besides key and base.

        A mart that isn't there, or is empty, has no blocks.
        """
        frame = self.marts.get(table)
        if frame is None or frame.is_empty():
            return {}
        rules = RULES[table]
        names = [*rules.block, "population", "grp", *([rules.base] if rules.base else []), *more]
        blocks: dict[Key, list[tuple[int, Group, Row]]] = {}
        for place, row in enumerate(frame.select(list(dict.fromkeys(names))).iter_rows(named=True)):
            block = tuple(row[name] for name in rules.block)
            blocks.setdefault(block, []).append((place, (row["population"], row["grp"]), row))
        return blocks

    def rows(self, table: str) -> list[tuple[int, Row]]:
        """Return the rows of a mart with their places; none of a mart that isn't there."""
        frame = self.marts.get(table)
        return [] if frame is None else list(enumerate(frame.iter_rows(named=True)))

    def published(self, table: str, evaluation: object, group: Group) -> bool:
        """Tell whether the plan lists the row as published by its owner already."""
        return any(
            exception.evaluation in (None, evaluation) and group[0] in exception.populations
            for exception in self._exceptions.get(table.removeprefix("mart."), ())
        )

    @cached_property
    def _exceptions(self) -> Mapping[str, list[PublishedTable]]:
        """The plan's exceptions by table, whose rows are many."""
        found: dict[str, list[PublishedTable]] = {}
        for exception in self.plan.exceptions:
            found.setdefault(exception.table.removeprefix("mart."), []).append(exception)
        return found

    def small(self, persons: float) -> bool:
        """Tell whether so few persons (but some) must not be shown."""
        return 0 < persons < self.plan.min_cell


def cost_of(group: Group) -> int:
    """How much is lost with a group's figures: `all` goes last, the groups of a two-way breakdown first."""
    if BY in group[0]:
        return -COST_OF_ALL
    return COST_OF_ALL if group == ALL else 0


def number(row: Row, column: str) -> float:
    """A figure of a row as a number; 0 where there is none."""
    value = row[column]
    return 0.0 if value is None else float(str(value))


def hidden_targets(systems: list[System]) -> Iterator[tuple[Target, str]]:
    """Give all that is hidden, and by which rule."""
    for system in systems:
        for unit in system.units:
            if unit.rule is not None:
                for target in unit.targets:
                    yield target, unit.rule
