"""An attacker who has the earlier release of the year too: what a few persons changed must not follow.

Written apart from the implementation, as test_attack. Sums are attacked person by person: a person whose data
changed is two unknowns, before and after. Where people only came, the counts of those who came are a table of
their own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from pipeline.disclosure import Disclosed, EarlierRelease, control
from pipeline.schemas import MART
from tests.pipeline.disclosure.programme import Programme, in_group, plan, register
from tests.pipeline.disclosure.test_attack import (
    MIN_CELL,
    PROGRAMMES,
    Group,
    Table,
    every_group,
    found_out,
    groups,
)

QUICK = 1
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.slow) for seed in range(PROGRAMMES)]
CAME = (1, 2, 4, 6, 20)
LATE = (0, 3, 8, 0, 25)
"""How many come while others are erased; a programme has at least eight people."""
Case = tuple[Programme, Disclosed, Programme, Disclosed]


def released(programme: Programme, before: EarlierRelease | None = None) -> Disclosed:
    earlier = [before] if before else []
    return control(programme.marts(), plan(), register(programme.regions), programme.facts(), earlier)


def two_releases(first: Programme, second: Programme) -> tuple[Disclosed, Disclosed]:
    found = released(first)
    before = EarlierRelease("2019.1", found.flagged, found.public, first.facts())
    return found, released(second, before)


@pytest.fixture(scope="module", params=SEEDS)
def came(request: pytest.FixtureRequest) -> Case:
    """A programme to which some people came after the first release."""
    programme = Programme(request.param)
    late = CAME[request.param % len(CAME)]
    first = programme.with_people(programme.people.head(max(1, programme.size - late)))
    found, again = two_releases(first, programme)
    return first, found, programme, again


@pytest.fixture(scope="module", params=SEEDS)
def corrected(request: pytest.FixtureRequest) -> Case:
    """A programme in which some scores, sexes and places were corrected, and some people left."""
    programme, random = Programme(request.param), np.random.default_rng(request.param)
    wrong = random.choice(programme.size, int(random.integers(1, 7)), replace=False).tolist()
    is_wrong = pl.col("person").is_in(wrong)
    mended = programme.people.with_columns(
        after=pl.when(is_wrong).then(pl.col("after") + 7).otherwise("after"),
        sex=pl.when(pl.col("person") == wrong[0]).then(pl.lit("f")).otherwise("sex"),
    ).filter(pl.col("person") != wrong[-1])
    second = programme.with_people(mended)
    found, again = two_releases(programme, second)
    return programme, found, second, again


@pytest.fixture(scope="module", params=SEEDS)
def erased(request: pytest.FixtureRequest) -> Case:
    """A programme some of whose people were erased after the first release, while nobody or others came.

    What is left of the first release knows the erased no more; its public tables still count them.
    """
    whole, random = Programme(request.param), np.random.default_rng(request.param)
    size = max(8, whole.size - LATE[request.param % len(LATE)])
    first = whole.with_people(whole.people.head(size))
    gone = random.choice(size, int(random.integers(1, MIN_CELL)), replace=False).tolist()
    left = ~pl.col("person").is_in(gone)
    rest, second = (programme.with_people(programme.people.filter(left)) for programme in (first, whole))
    found = released(first)
    rebuilt = {table: flagged_as(found.flagged, table, marts) for table, marts in rest.marts().items()}
    before = EarlierRelease("2019.1", rebuilt, found.public, rest.facts())
    return first, found, second, released(second, before)


def flagged_as(before: Mapping[str, pl.DataFrame], table: str, marts: pl.DataFrame) -> pl.DataFrame:
    """A mart computed anew, its rows suppressed where they were in the release."""
    key = [name for name in MART[table].primary_key() if name in marts.columns]
    if "suppressed" not in marts.columns:
        return marts
    flags = before[table].select(*key, "suppressed")
    return marts.drop("suppressed").join(flags, on=key, how="left", maintain_order="left")


def sums(
    programme: Programme, public: pl.DataFrame, wave: str, people: pl.DataFrame, *, change: bool
) -> list[np.ndarray]:
    """Who is in each published sum of a wave's scores: an unknown for each person and value."""
    figure = "mean_change" if change else "mean"
    rows = public.filter(pl.col(figure).is_not_null())
    if not change:
        rows = rows.filter(pl.col("wave") == wave)
    scored = programme.people.filter("asked_after") if change or wave == "after" else programme.people
    return [unknowns(scored, group, wave, people) for group in groups(rows)]


def unknowns(scored: pl.DataFrame, group: Group, wave: str, people: pl.DataFrame) -> np.ndarray:
    own = in_group(scored, *group).select("person", value=wave).with_columns(there=pl.lit(1.0))
    joined = people.join(own, on=["person", "value"], how="left", maintain_order="left")
    return joined["there"].fill_null(0.0).to_numpy()


def everybody(first: Programme, second: Programme, wave: str) -> pl.DataFrame:
    both = [programme.people.select("person", value=wave) for programme in (first, second)]
    return pl.concat(both).unique(maintain_order=True)


def small_differences(case: Case, wave: str, people: pl.DataFrame) -> list[np.ndarray]:
    """What the two releases' sums over any group differ by, where that is of one to four persons."""
    first, _, second, _ = case
    secrets = []
    for group in every_group(second.people, second.crossed):
        for only_paired in (False, True):
            pair = [p.people.filter("asked_after") if only_paired else p.people for p in (first, second)]
            then, now = (unknowns(scored, group, wave, people) for scored in pair)
            persons = people.filter(pl.Series(then != now))["person"].n_unique()
            if 0 < persons < MIN_CELL:
                secrets.append(now - then)
    return secrets


def assert_no_difference_follows(case: Case) -> None:
    first, found, second, again = case
    for wave in ("before", "after"):
        people = everybody(first, second, wave)
        published = [
            row
            for programme, release in ((first, found), (second, again))
            for table, change in (("mart.score_change", True), ("mart.score_level", False))
            for row in sums(programme, release.public[table], wave, people, change=change)
        ]
        secrets = small_differences(case, wave, people)
        for secret in secrets:
            assert not (published and found_out(published, secret))
        for person in range(people.height if published else 0):
            alone = np.zeros(people.height)
            alone[person] = 1.0
            assert not found_out(published, alone)


def test_no_score_of_those_who_came_follows(came: Case) -> None:
    assert_no_difference_follows(came)


def test_no_corrected_score_follows(corrected: Case) -> None:
    assert_no_difference_follows(corrected)


def test_no_score_of_the_erased_follows(erased: Case) -> None:
    assert_no_difference_follows(erased)


def test_no_amount_of_one_who_left_follows(corrected: Case) -> None:
    """Only one person's services went: whoever sees a line in both releases sees the same."""
    assert_the_same_where_shown(corrected, {"mart.service_spend": ["eur", "participants"]})


def test_no_rating_or_amount_of_the_erased_follows(erased: Case) -> None:
    """Where nobody came, whoever sees a figure in both releases sees the same."""
    figures = {
        "mart.rated_change": ["better", "same", "worse"],
        "mart.service_spend": ["eur", "participants"],
        "mart.employment_change": ["before", "during"],
    }
    first, _, second, _ = erased
    if set(second.people["person"]) <= set(first.people["person"]):
        assert_the_same_where_shown(erased, figures)


def assert_the_same_where_shown(case: Case, tables: dict[str, list[str]]) -> None:
    _, found, _, again = case
    for table, figures in tables.items():
        key = [name for name in MART[table].primary_key() if name in found.public[table].columns]
        both = again.public[table].join(found.public[table], on=key, suffix="_then")
        for figure in figures:
            shown = both.drop_nulls([figure, f"{figure}_then"])
            assert shown.filter(pl.col(figure) != pl.col(f"{figure}_then")).is_empty(), (table, figure)


def test_the_earlier_release_alone_is_as_without_it(came: Case) -> None:
    first, found, _, _ = came
    again = released(first, EarlierRelease("2019.1", found.flagged, found.public, first.facts()))
    for table, public in found.public.items():
        assert again.public[table].equals(public), table


def of_those_who_came(case: Case, table: str, kinds: tuple[str, ...], base: str) -> list[object]:
    """Counts of those who came that are shown, small, or hidden too narrowly."""
    first, found, second, again = case
    then = found.public[table].rows_by_key(["population", "grp"], named=True, unique=True)
    now = again.public[table].rows_by_key(["population", "grp"], named=True, unique=True)
    bases = {group: row[base] - (then[group][base] if group in then else 0) for group, row in now.items()}
    counts: dict[Group, dict[str, int | None]] = {}
    for group, row in now.items():
        old = then.get(group, dict.fromkeys(kinds, 0))
        shown = {k: None if None in (row[k], old[k]) else row[k] - old[k] for k in kinds}
        counts[group] = dict.fromkeys(kinds, 0) if bases[group] == 0 else shown
    small = [
        (group, kind, value)
        for group, row in counts.items()
        for kind, value in row.items()
        if value is not None and bases[group] and (0 < abs(value) < MIN_CELL or bases[group] < 3 * MIN_CELL)
    ]
    new = second.people.filter(~pl.col("person").is_in(first.people["person"].to_list()))
    of_new = {group: row for group, row in counts.items() if bases[group]}
    return [*small, *Table(of_new, new, second.crossed).exposed()]


def test_a_release_of_the_same_data_has_the_same_proof() -> None:
    programme = Programme(0)
    first = released(programme)
    before = EarlierRelease("2019.1", first.flagged, first.public, programme.facts(), first.proof)
    again = released(programme, before)
    assert first.proof.height > 0
    assert again.proof.equals(first.proof)


def test_no_rating_of_those_who_came_follows(came: Case) -> None:
    kinds = ("better", "same", "worse")
    assert of_those_who_came(came, "mart.rated_change", kinds, "n") == []


def test_how_few_who_came_fared_does_not_follow(came: Case) -> None:
    _, found, _, again = came
    key = ["population", "grp", "threshold_kind"]
    paired = {
        release: table.select("population", "grp", "n_pairs").rows_by_key(["population", "grp"], unique=True)
        for release, table in (
            ("then", found.public["mart.score_change"]),
            ("now", again.public["mart.score_change"]),
        )
    }
    both = again.public["mart.responder"].join(found.public["mart.responder"], on=key, suffix="_then")
    for row in both.filter(
        pl.col("n_improved").is_not_null() & pl.col("n_improved_then").is_not_null()
    ).iter_rows(named=True):
        group = row["population"], row["grp"]
        newcomers = paired["now"][group][0] - paired["then"].get(group, [0])[0]
        assert newcomers == 0 or newcomers >= 3 * MIN_CELL
        for kind in ("n_improved", "n_unchanged", "n_worsened"):
            shown = None not in (row[kind], row[f"{kind}_then"])
            assert not (shown and 0 < abs(row[kind] - row[f"{kind}_then"]) < MIN_CELL)


@pytest.mark.parametrize("column", ["before", "during"])
def test_no_work_of_few_who_came_follows(came: Case, column: str) -> None:
    first, found, second, again = came
    key = ["population", "grp", "status"]
    both = again.public["mart.employment_change"].join(
        found.public["mart.employment_change"], on=key, suffix="_then"
    )
    members = [programme.members().group_by("population", "grp").len() for programme in (first, second)]
    sizes = [frame.rows_by_key(["population", "grp"], unique=True) for frame in members]
    for row in both.filter(pl.col(column).is_not_null() & pl.col(f"{column}_then").is_not_null()).iter_rows(
        named=True
    ):
        group = row["population"], row["grp"]
        newcomers = sizes[1][group][0] - sizes[0].get(group, [0])[0]
        assert newcomers == 0 or newcomers >= 3 * MIN_CELL
        assert not 0 < abs(row[column] - row[f"{column}_then"]) < MIN_CELL


def test_no_money_of_few_follows(came: Case) -> None:
    """A line that is shown in both releases has the same amounts, or those of five persons more or less."""
    first, found, second, again = came
    key = ["population", "grp", "service_group", "service"]
    both = again.public["mart.service_spend"].join(found.public["mart.service_spend"], on=key, suffix="_then")
    shown = both.filter(pl.col("eur").is_not_null() & pl.col("eur_then").is_not_null())
    new = set(second.people["person"]) - set(first.people["person"])
    for row in shown.iter_rows(named=True):
        spent = second.spent.filter(pl.col("person").is_in(list(new)))
        inside = in_group(second.people, row["population"], row["grp"])
        spent = spent.join(inside.select("person"), on="person", how="semi")
        if row["service_group"] != "total":
            spent = spent.filter(pl.col("service_group") == row["service_group"])
        if row["service"] != "all":
            spent = spent.filter(pl.col("service") == row["service"])
        assert not 0 < spent["person"].n_unique() < MIN_CELL, row


def test_what_is_shown_stays_true(came: Case) -> None:
    _, _, second, again = came
    change = second.score_change()
    both = again.public["mart.score_change"].join(change, on=["population", "grp"], suffix="_true")
    shown = both.filter(pl.col("mean_change").is_not_null())
    assert shown["mean_change"].equals(shown["mean_change_true"])
