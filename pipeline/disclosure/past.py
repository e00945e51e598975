"""An earlier release of the same year: what it showed, and how many persons' data changed since.

Whoever has both releases can take one from the other. A difference that rests on fewer than min_cell persons is as
secret as a small group: the later figure is hidden where the earlier one was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import dataframely as dy
import polars as pl

from pipeline.breakdowns import IN_NO_GROUP, values_of
from pipeline.disclosure.contributions import (
    ANYTHING,
    NO_EVALUATION,
    Facts,
    block_of,
    changed_persons,
    contributions,
)
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import ALL, Family, Group, Nesting, Rest, rest_of
from pipeline.disclosure.system import System
from pipeline.schemas import MART

Marts = Mapping[str, pl.DataFrame]
KEYS = {table: schema.primary_key() for table, schema in MART.items()}
KINDS: Mapping[str, str] = {
    "mart.score_change": "change",
    "mart.responder": "change",
    "mart.score_level": "level",
    "mart.goal_attainment": "goal",
    "mart.service_spend": "service",
    "mart.icf_change": "icf",
    "mart.rated_change": "rated",
    "mart.employment_change": "employment",
    "mart.stakeholder_item": "survey",
}
"""The kind of contribution that a mart's figures are made of; of another mart, any change of a person counts."""


@dataclass(frozen=True)
class EarlierRelease:
    """A release of the same year as it was published.

    marts: with every figure and `suppressed` set (restricted); public: the same after disclosure control; facts:
    the tables that contributions come from; proof: the feasible intervals found then, where they were kept.
    """

    name: str
    marts: Marts
    public: Marts
    facts: Facts
    proof: pl.DataFrame | None = None


@dataclass(frozen=True)
class Past:
    """An earlier release beside the present facts.

    changed: how many persons' contributions changed by kind, evaluation, block and group; blocks: kind, evaluation
    and block of all that changed; withdrawn: evaluation and group of those whom only the public tables still count.
    """

    release: EarlierRelease
    changed: Mapping[tuple[str, str, str, Group], int]
    blocks: frozenset[tuple[str, str, str]] = frozenset()
    withdrawn: frozenset[tuple[str, Group]] = frozenset()
    _rows: dict[str, dict[tuple[object, ...], dict[str, object]]] = field(default_factory=dict)

    @classmethod
    def of(cls, release: EarlierRelease, now: pl.DataFrame) -> Past:
        """Compare an earlier release with the contributions of now; its facts are not kept."""
        found = changed_persons(now, contributions(release.facts))
        changed = {
            (kind, evaluation, block, (population, grp)): persons
            for evaluation, kind, block, population, grp, persons in found.iter_rows()
        }
        blocks = frozenset((kind, evaluation, block) for kind, evaluation, block, _ in changed)
        withdrawn = frozenset(_withdrawn(release))
        marts = _as_counted(release) if withdrawn else release.marts
        return cls(replace(release, facts={}, marts=marts), changed, blocks, withdrawn)

    def persons(self, table: str, evaluation: object, keys: tuple[object, ...], group: Group) -> int:
        """Return how many persons changed in a figure of a mart; in some marts, in anything."""
        kind = KINDS.get(table)
        return self.of_kind(kind, evaluation, keys, group) if kind else self.of_anything(evaluation, group)

    def of_anything(self, evaluation: object, group: Group) -> int:
        """Return of how many persons anything changed."""
        return self.of_kind(ANYTHING, evaluation, ("",), group)

    def unchanged(self, kind: str, evaluation: object, keys: tuple[object, ...]) -> bool:
        """Tell whether nobody's contribution of a kind changed, in any group."""
        block = (kind, str(evaluation), block_of(*keys))
        return block not in self.blocks and not self.has_withdrawn(evaluation)

    def unchanged_throughout(self, kind: str, evaluation: object) -> bool:
        """Tell whether nobody's contribution of a kind changed in an evaluation."""
        of_kind = any(block[:2] == (kind, str(evaluation)) for block in self.blocks)
        return not of_kind and not self.has_withdrawn(evaluation)

    def known_to_change(self, evaluation: str, group: Group) -> int:
        """Return of how many persons anything changed, those not counted who were erased."""
        return self.changed.get((ANYTHING, evaluation, "", group), 0)

    def has_withdrawn(self, evaluation: object) -> bool:
        """Tell whether anybody was erased whom the public tables of an evaluation still count."""
        return any(of == str(evaluation) for of, _ in self.withdrawn)

    def change_of(self, table: str, evaluation: object, keys: tuple[object, ...]) -> Callable[[Group], int]:
        """Return the function that tells of a group how many persons changed in a figure of a mart."""
        return lambda group: self.persons(table, evaluation, keys, group)

    def of_kind(self, kind: str, evaluation: object, keys: tuple[object, ...], group: Group) -> int:
        """Return how many persons' contributions of a kind changed, at least one where somebody was erased.

        What the erased put in is not known any more. That others changed too can only make it more persons.
        """
        found = self.changed.get((kind, str(evaluation), block_of(*keys), group), 0)
        return found or int(self._withdrawn_from(str(evaluation), group))

    def _withdrawn_from(self, evaluation: str, group: Group) -> bool:
        """Tell whether somebody may have been erased from a group; of those in no group no mart counts any."""
        in_no_group = IN_NO_GROUP in values_of(*group).values()
        return (evaluation, ALL if in_no_group else group) in self.withdrawn

    def row(self, table: str, key: tuple[object, ...]) -> dict[str, object] | None:
        """Return the row of the earlier public table with this key, in the mart's own order; None without one."""
        if table not in self._rows:
            frame = self.release.public.get(table)
            names = KEYS[table]
            rows = [] if frame is None else frame.iter_rows(named=True)
            self._rows[table] = {tuple(row[name] for name in names): row for row in rows}
        return self._rows[table].get(key)

    def shown(self, table: str, key: Mapping[str, object], column: str) -> object:
        """Return what the earlier release showed in a column of the row with this key; None where nothing."""
        row = self.row(table, tuple(key[name] for name in KEYS[table]))
        return None if row is None else row.get(column)

    @property
    def marts(self) -> Marts:
        """The marts with every figure."""
        return self.release.marts


def _withdrawn(release: EarlierRelease) -> Iterator[tuple[str, Group]]:
    """Evaluation and group of the rows whose public counts are others than those of the marts.

    The same at first; the marts are computed anew when a person is erased, and the public tables stay.
    """
    for table, public in release.public.items():
        both, counts = _with_counts(public, release.marts.get(table, public), table)
        other = [
            pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(f"{name}_other")) for name in counts
        ]
        for row in both.filter(pl.any_horizontal(pl.lit(value=False), *other)).iter_rows(named=True):
            group = str(row.get("population", "all")), str(row.get("grp", "all"))
            yield str(row.get("evaluation", NO_EVALUATION)), group


def _as_counted(release: EarlierRelease) -> Marts:
    """The marts with the counts that were shown: on so many persons the figures rested that were shown."""
    found = {}
    for table, marts in release.marts.items():
        both, counts = _with_counts(marts, release.public.get(table, marts), table)
        shown = [pl.coalesce(f"{name}_other", name).alias(name) for name in counts]
        found[table] = both.with_columns(shown).select(marts.columns)
    return found


def _with_counts(rows: pl.DataFrame, other: pl.DataFrame, table: str) -> tuple[pl.DataFrame, list[str]]:
    """Rows of a mart with the counts of the same rows elsewhere as `…_other`, and the names of the counts."""
    key = [name for name in KEYS[table] if name in rows.columns]
    counts = [name for name in _counts(table) if name in rows.columns and name in other.columns]
    beside = other.select(*key, *(pl.col(name).alias(f"{name}_other") for name in counts))
    return rows.join(beside, on=key, how="left", nulls_equal=True, maintain_order="left"), counts


def _counts(table: str) -> list[str]:
    """The columns of a mart that count: two computations of the same rows give exactly the same."""
    columns = MART[table].columns().items()
    return [name for name, column in columns if isinstance(column, dy.Int64) and name not in KEYS[table]]


@dataclass(frozen=True, slots=True)
class Before:
    """One figure in an earlier release: its persons by group, the groups shown, and how many changed in a group."""

    persons: Mapping[Group, float]
    shown: frozenset[Group]
    changed: Callable[[Group], int]


def by_breakdown(rests: Mapping[Family, int]) -> dict[Rest, int]:
    """Return the cells of those in no group by whole and breakdown, whatever groups there are."""
    return {(family.whole, family.breakdown): cell for family, cell in rests.items()}


def tie_earlier(
    system: System, now: Mapping[Group, int], rests_now: Mapping[Rest, int], before: Before, nesting: Nesting
) -> tuple[dict[Group, int], dict[Rest, int]]:
    """Add an earlier release's cells to a block of sums, and the difference of each group as a secret of its own.

    now, rests_now: cells of the groups, and of those in no group of a breakdown. Returns the earlier cells.
    """
    cells = {
        group: earlier_cell(system, people, shown=group in before.shown)
        for group, people in before.persons.items()
    }
    rests = by_breakdown(sum_over_groups(system, cells, before.persons, nesting))
    for group in cells.keys() & now.keys():
        tie_difference(system, now[group], cells[group], before.changed(group))
    for rest in rests.keys() & rests_now.keys():
        unknown = rest_of(rest)
        if unknown is not None:
            tie_difference(system, rests_now[rest], rests[rest], before.changed(unknown))
    return cells, rests


def earlier_cell(system: System, persons: float, *, shown: bool) -> int:
    """Add a cell of an earlier release, which nothing can hide or show any more."""
    unit = system.unit((), 0, persons, fixed=True) if shown else None
    return system.cell(0, unit, persons=persons)


def tie_difference(system: System, now: int, before: int, persons: int) -> None:
    """State that a cell is the earlier one and what changed, which rests on some persons (or nothing did)."""
    weights = {now: -1.0, before: 1.0}
    if persons:
        weights[system.cell(0, None, persons=persons)] = 1.0
    system.balance(weights)
