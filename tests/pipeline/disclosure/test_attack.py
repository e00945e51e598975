"""An attacker who has all of the public tables, and programmes in which many groups are small.

Written apart from the implementation. Sums of scores and money are attacked person by person: what is
published is a matrix of who is in which sum, and a set of people is found out when its own sum is a
combination of published ones. Counts are attacked by linear programmes over the published table alone.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipeline.disclosure import Disclosed, control
from tests.pipeline.disclosure.programme import GROUPINGS, STATUSES, Programme, in_group, plan, register

MIN_CELL = 5
QUICK = 2
PROGRAMMES = int(os.environ.get("PROGRAMMES", "20"))
"""How many random programmes the slow tests attack; `make attack` takes 200."""
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.slow) for seed in range(PROGRAMMES)]
ALL = ("all", "all")
Group = tuple[str, str]
Crossed = tuple[tuple[str, str], ...]


@pytest.fixture(scope="module", params=SEEDS)
def case(request: pytest.FixtureRequest) -> tuple[Programme, Disclosed]:
    programme = Programme(request.param)
    return programme, control(programme.marts(), plan(), register(programme.regions))


def groups(frame: pl.DataFrame) -> set[Group]:
    return set(frame.select("population", "grp").iter_rows())


def every_group(people: pl.DataFrame, crossed: Crossed) -> list[Group]:
    """All groups, of people of whom a value is not known too."""
    ways = [(name,) for name in GROUPINGS] + list(crossed)
    return [ALL] + [
        ("_by_".join(way), " | ".join(str(value) for value in values))
        for way in ways
        for values in people.select(way).unique(maintain_order=True).iter_rows()
    ]


def members(programme: Programme, facts: pl.DataFrame) -> dict[Group, np.ndarray]:
    """Who of the rows of `facts` is in each group, as 0 and 1; with those in no group of a breakdown."""
    people = facts["person"]
    return {
        group: people.is_in(in_group(programme.people, *group)["person"].to_list()).to_numpy().astype(float)
        for group in every_group(programme.people, programme.crossed)
    }


def found_out(published: list[np.ndarray], secret: np.ndarray) -> bool:
    """Whether the sum over some people follows from published sums."""
    matrix = np.array(published)
    solution = np.linalg.lstsq(matrix.T, secret, rcond=None)[0]
    return bool(np.allclose(matrix.T @ solution, secret, atol=1e-8))


def small_sets(who: dict[Group, np.ndarray], rows: pl.DataFrame) -> list[np.ndarray]:
    """The small groups, and two small ones of a breakdown together where they are still small."""
    people = rows["person"].to_numpy()
    small = [(group, mask) for group, mask in who.items() if 0 < len(np.unique(people[mask > 0])) < MIN_CELL]
    pairs = [
        one + other
        for (group, one), (another, other) in itertools.combinations(small, 2)
        if group[0] == another[0] and len(np.unique(people[one + other > 0])) < MIN_CELL
    ]
    return [mask for _, mask in small] + pairs


def test_no_mean_of_a_few_people_follows(case: tuple[Programme, Disclosed]) -> None:
    programme, found = case
    paired = programme.people["asked_after"].to_numpy().astype(float)
    who = members(programme, programme.people)
    change, level = found.public["mart.score_change"], found.public["mart.score_level"]
    shown_change = groups(change.filter(pl.col("mean_change").is_not_null()))
    shown_level = groups(level.filter(pl.col("mean").is_not_null() & (pl.col("wave") == "before")))
    published = [who[group] * paired for group in shown_change] + [who[group] for group in shown_level]
    assert published or len(paired) < MIN_CELL
    secrets = [
        mask * among
        for group, mask in who.items()
        for among in (paired, 1 - paired, np.ones_like(paired))
        if 0 < (mask * among).sum() < MIN_CELL
    ]
    for secret in secrets:
        assert not found_out(published, secret)


def test_no_money_of_a_few_people_follows(case: tuple[Programme, Disclosed]) -> None:
    programme, found = case
    spent, spend = programme.spent, found.public["mart.service_spend"]
    assert not spend["population"].str.contains("_by_").any()
    who = {group: mask for group, mask in members(programme, spent).items() if "_by_" not in group[0]}
    lines = {("total", "all"): np.ones(spent.height)}
    for service_group in spent["service_group"].unique():
        lines[service_group, "all"] = (spent["service_group"] == service_group).to_numpy().astype(float)
    for service_group, service in spent.select("service_group", "service").unique().iter_rows():
        lines[service_group, service] = (spent["service"] == service).to_numpy().astype(float)
    shown = spend.filter(pl.col("eur").is_not_null()).select("population", "grp", "service_group", "service")
    published = [who[row[0], row[1]] * lines[row[2], row[3]] for row in shown.iter_rows()]
    for line in lines.values():
        for secret in small_sets({group: mask * line for group, mask in who.items()}, spent):
            assert not (published and found_out(published, secret))


def divides(whole: str, by: str) -> bool:
    """Whether the groups of a breakdown are known to lie in those of another."""
    of_whole, of_parts = set(whole.split("_by_")), set(by.split("_by_"))
    if whole == "all":
        return len(of_parts) == 1
    nested = {"region"} | of_parts - {"municipality"} if "municipality" in of_parts else of_parts
    return of_whole != of_parts and (of_whole < of_parts or of_whole == nested)


class Table:
    """Counts of kinds by group as the public sees them: who knows that they are counts and how they add up.

    people: those counted, of whom everybody knows how many are in each group, and of how many a value is unknown.
    """

    def __init__(
        self, counts: dict[Group, dict[str, int | None]], people: pl.DataFrame, crossed: Crossed
    ) -> None:
        self.counts = counts
        self.kinds = list(next(iter(counts.values())))
        self.sets = {group: set(in_group(people, *group)["person"]) for group in every_group(people, crossed)}
        assert counts.keys() <= self.sets.keys()
        self.cells = list(itertools.product(self.sets, self.kinds))
        self.place = {cell: number for number, cell in enumerate(self.cells)}
        sums = [
            ({(group, kind): 1 for kind in self.kinds}, len(people)) for group, people in self.sets.items()
        ]
        for (whole, parts), kind in itertools.product(self._families(), self.kinds):
            sums.append(({(whole, kind): 1} | {(part, kind): -1 for part in parts}, 0))
        terms = [(row, self.place[cell], w) for row, (of, _) in enumerate(sums) for cell, w in of.items()]
        rows, columns, weights = zip(*terms, strict=True)
        self.equal = csr_array((weights, (rows, columns)), shape=(len(sums), len(self.cells))).toarray()
        self.sums = [total for _, total in sums]

    def least(self, costs: np.ndarray, shown: Callable[[Group], bool] = lambda _: True) -> np.ndarray:
        """A table of the least costs that agrees with all that is known of the groups shown."""
        bounds: list[tuple[float | None, float | None]] = []
        for group, kind in self.cells:
            value = self.counts.get(group, {}).get(kind) if shown(group) else None
            bounds.append((0, len(self.sets[group])) if value is None else (value, value))
        found = linprog(costs, A_eq=self.equal, b_eq=self.sums, bounds=bounds)
        assert found.x is not None
        return np.asarray(found.x)

    def width(self, cell: tuple[Group, str], shown: Callable[[Group], bool] = lambda _: True) -> float:
        """How far apart the least and the most of a cell are."""
        target = np.zeros(len(self.cells))
        target[self.place[cell]] = 1
        least, largest = (self.least(sign * target, shown) for sign in (1, -1))
        return float(target @ largest - target @ least)

    def plainly_wide(self) -> set[tuple[Group, str]]:
        """Cells that lie far apart in some tables: what is left is looked at one by one."""
        random = np.random.default_rng(len(self.cells))
        tables = np.array([self.least(random.normal(size=len(self.cells))) for _ in range(12)])
        wide = tables.max(axis=0) - tables.min(axis=0) >= MIN_CELL
        return {cell for cell, is_wide in zip(self.cells, wide, strict=True) if is_wide}

    def _families(self) -> Iterator[tuple[Group, list[Group]]]:
        """Each group and what it is made of, in each way that everybody knows of."""
        for whole, by in itertools.product(self.sets, {name for name, _ in self.sets} - {"all"}):
            if divides(whole[0], by):
                parts = [g for g, people in self.sets.items() if g[0] == by and people <= self.sets[whole]]
                assert sum(len(self.sets[part]) for part in parts) == len(self.sets[whole])
                yield whole, parts

    def exposed(self) -> list[tuple[tuple[Group, str], float]]:
        """Hidden counts known more closely than need be.

        That is: than 5, or than `all` alone tells of them; of a two-way breakdown, than the margins tell.
        """
        found = []
        wide = self.plainly_wide()
        for group, kind in self.cells:
            hidden = group in self.counts and self.counts[group][kind] is None and (group, kind) not in wide
            width = self.width((group, kind)) if hidden else 5
            of_whole = is_margin if "_by_" in group[0] else is_all
            if width < 5 - 1e-6 and width < self.width((group, kind), of_whole) - 1e-6:
                found.append(((group, kind), width))
        return found


def is_all(group: Group) -> bool:
    return group == ALL


def is_margin(group: Group) -> bool:
    return "_by_" not in group[0]


def test_no_small_count_of_ratings_follows(case: tuple[Programme, Disclosed]) -> None:
    programme, found = case
    rows = found.public["mart.rated_change"].rows_by_key(["population", "grp"], named=True, unique=True)
    kinds = ("better", "same", "worse")
    table = Table(
        {group: {kind: row[kind] for kind in kinds} for group, row in rows.items()},
        programme.people,
        programme.crossed,
    )
    assert table.exposed() == []


@pytest.mark.parametrize("kind", ["mid", "half_sd"])
def test_no_small_count_of_who_changed_follows(case: tuple[Programme, Disclosed], kind: str) -> None:
    programme, found = case
    responder = found.public["mart.responder"].filter(pl.col("threshold_kind") == kind)
    rows = responder.rows_by_key(["population", "grp"], named=True, unique=True)
    kinds = ("n_improved", "n_unchanged", "n_worsened")
    table = Table(
        {group: {name: row[name] for name in kinds} for group, row in rows.items()},
        programme.people.filter("asked_after"),
        programme.crossed,
    )
    assert table.exposed() == []


@pytest.mark.parametrize("column", ["before", "during"])
def test_no_small_count_at_work_follows(case: tuple[Programme, Disclosed], column: str) -> None:
    programme, found = case
    public = found.public["mart.employment_change"].filter(pl.col("status") != "employed")
    groups = public.select("population", "grp").unique().iter_rows()
    counts: dict[Group, dict[str, int | None]] = {group: dict.fromkeys(STATUSES) for group in groups}
    for population, grp, status, value in public.select("population", "grp", "status", column).iter_rows():
        counts[population, grp][status] = value
    assert Table(counts, programme.people, programme.crossed).exposed() == []


def test_no_small_count_is_shown(case: tuple[Programme, Disclosed]) -> None:
    _, found = case
    counts = {
        "mart.rated_change": ("better", "same", "worse"),
        "mart.responder": ("n_improved", "n_unchanged", "n_worsened"),
        "mart.score_change": ("n_improved", "n_unchanged", "n_worsened"),
        "mart.employment_change": ("before", "during", "gained", "lost"),
        "mart.service_spend": ("participants",),
    }
    for table, columns in counts.items():
        public = found.public[table]
        small = [public.filter(pl.col(column).is_between(1, MIN_CELL - 1)).height for column in columns]
        assert sum(small) == 0, table


def test_what_is_shown_is_true_and_flagged_keeps_all(case: tuple[Programme, Disclosed]) -> None:
    programme, found = case
    for table, mart in programme.marts().items():
        figures = [name for name in mart.columns if name not in ("suppressed", "reason")]
        assert found.flagged[table].select(figures).equals(mart.select(figures))
        key = [name for name in figures if mart[name].dtype == pl.String()]
        both = found.public[table].join(mart, on=key, how="left", suffix="_true", nulls_equal=True)
        for name in set(figures) - set(key):
            shown = both.filter(pl.col(name).is_not_null())
            assert shown[name].equals(shown[f"{name}_true"]), (table, name)


def test_every_suppressed_row_is_empty(case: tuple[Programme, Disclosed]) -> None:
    _, found = case
    for table, figure in {
        "mart.score_change": "mean_change",
        "mart.score_level": "mean",
        "mart.rated_change": "better",
        "mart.employment_change": "before",
        "mart.service_spend": "eur",
    }.items():
        assert found.public[table].filter("suppressed")[figure].is_null().all()
