"""What moved between two releases: figures of the marts, the facts behind them, and their submissions.

A figure is laid to the submissions whose facts are of its group, measure and year; when it moved without any
such fact (a pooled estimate, an adjusted p), to those of its evaluation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import polars as pl

from pipeline import schemas

Frames = Mapping[str, pl.DataFrame]

TOLERANCE = 1e-9
MEMBERS = "core.population_member"
COMPARED = tuple(name for name, schema in schemas.CORE.items() if "submission_id" in schema.column_names())
"""Tables of the facts that persons and senders put in; what is computed from them moves with them."""
GROUP = ("evaluation", "population", "grp", "participant_id")
# What a figure and a fact must have in common: first all that both have, then less and less.
ALIKE = (
    ("evaluation", "population", "grp", "instrument", "respondent", "year", "role"),
    ("evaluation", "population", "grp"),
    ("evaluation", "year"),
    (),
)


def moved_figures(table: str, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Key of the mart, figure, old and new value of what differs, the programme as a whole before its groups.

    An absent row counts as null.

    old, new: the mart in each release. Values are text; numbers within 1e-9 are the same.
    """
    schema = schemas.MART[table]
    key = [*schema.primary_key(), "figure"]
    both = _figures(old, schema.primary_key()).join(
        _figures(new, schema.primary_key()),
        on=key,
        how="full",
        coalesce=True,
        suffix="_new",
        nulls_equal=True,
    )
    both = both.rename({"of_figure": "old", "of_figure_new": "new"})
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in ("old", "new")]
    same_number = ((numbers[0] - numbers[1]).abs() <= TOLERANCE).fill_null(value=False)
    changed = both.filter(~pl.col("old").eq_missing(pl.col("new")) & ~same_number)
    order = {name: place for place, name in enumerate(schema.column_names())}
    of_all = [pl.col("population") != "all"] if "population" in changed.columns else []
    return changed.sort(*of_all, *schema.primary_key(), pl.col("figure").replace_strict(order, default=0))


def moved_facts(old: Frames, new: Frames) -> dict[str, pl.DataFrame]:
    """Rows of each fact table that only one of the releases has, with the groups their persons belong to.

    old, new: the tables of `COMPARED` and core.population_member in each release. A row that came with another
    submission and says the same has not moved.
    """
    members = pl.concat([_texts(side[MEMBERS]).select(GROUP) for side in (old, new)]).unique()
    moved: dict[str, pl.DataFrame] = {}
    for table in COMPARED:
        rows = _only_in_one(_texts(old[table]), _texts(new[table]))
        rows = rows.rename({"invited_id": "participant_id"}, strict=False)
        if "participant_id" in rows.columns:
            rows = rows.join(members, on="participant_id", how="left")
        moved[table] = rows
    return moved


def submissions_behind(
    figures: pl.DataFrame, facts: Frames, sources: Collection[str]
) -> list[tuple[str, ...]]:
    """For each figure of `moved_figures` the submissions that moved it, sorted; none when the data did not.

    facts: of `moved_facts`. sources: the tables of facts that the mart is computed from, directly or not.
    """
    cells = figures.with_row_index("place")
    found: dict[int, set[str]] = {}
    for alike in ALIKE:
        waiting = cells.filter(~pl.col("place").is_in(list(found)))
        for place, submission in _matches(waiting, [facts[name] for name in sources], alike):
            found.setdefault(place, set()).add(submission)
    return [tuple(sorted(found.get(place, ()))) for place in range(figures.height)]


def _matches(
    cells: pl.DataFrame, facts: Iterable[pl.DataFrame], alike: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Place of a cell and submission of a fact that have the same values where both have the column."""
    for rows in facts:
        on = [name for name in alike if name in rows.columns and name in cells.columns]
        if alike and not on:
            continue
        ends = rows.select(*on, "submission_id").unique()
        pairs = (
            cells.select("place", *on).join(ends, on=on, how="inner") if on else cells.join(ends, how="cross")
        )
        yield from pairs.select("place", "submission_id").iter_rows()


def _only_in_one(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows of either frame that the other lacks, whatever submission they came with."""
    values = [name for name in new.columns if name != "submission_id" and name in old.columns]
    gone = old.join(new, on=values, how="anti", nulls_equal=True)
    came = new.join(old, on=values, how="anti", nulls_equal=True)
    # A release made before a table named the submissions can't name them now.
    return pl.concat([gone, came], how="diagonal").drop_nulls("submission_id")


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ENUMs, and years, as text."""
    years = [name for name in frame.columns if name == "year"]
    return frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String), pl.col(years).cast(pl.String))


def _figures(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """A mart in long form: its key as text, figure, value as text."""
    text = frame.with_columns(pl.all().cast(pl.String))
    return text.unpivot(index=key, variable_name="figure", value_name="of_figure")
