"""Table mart.icf_change: who improved and who worsened in ICF codes, chapters, and over all."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl

from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.populations import cells
from pipeline.plan import Evaluation
from pipeline.statistics import bowker, cross_table, sign_test, stuart_maxwell, wilson
from pipeline.statistics.reasons import join_reasons
from pipeline.statistics.signed_rank import signed_rank

HIGHEST_QUALIFIER = 4
CHAPTER_LENGTH = 2
KIND = ("construct", "facilitator")
CODE = ("level", "code", *KIND)
OUTCOMES = ("improved", "unchanged", "worsened", "mixed")


def icf_change(
    ratings: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return mart.icf_change of one evaluation: a row a code, a chapter and `any`, of every population.

    ratings: core.icf_rating. Performance and capacity, barriers and facilitators are tabled apart. A rating
    of a chapter itself stands at the level chapter, not at the level code; over all, it counts as a code.
    """
    pairs = rated_at_both(ratings, evaluation)
    facts = pl.concat([_codes(pairs), _chapters(pairs), _any(pairs)])
    return mart_frame(
        "mart.icf_change",
        [
            {**key, **_figures(cell, key["level"])}
            for key, cell in cells(facts, population_members, evaluation.id, CODE)
        ],
    )


def rated_at_both(ratings: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    """Return participant_id, code, construct, facilitator, before, after and better, of codes rated twice.

    better: 1, 0 or -1: a lower qualifier is better for an impairment or barrier, a higher one for a
    facilitator. 8 (not specified) and 9 (not applicable) are no ratings. A factor that turned from barrier
    to facilitator has no pair.
    """
    key = ["participant_id", "code", *KIND]
    known = ratings.filter(pl.col("qualifier") <= HIGHEST_QUALIFIER)
    before = known.filter(pl.col("wave") == evaluation.pre).select(*key, before="qualifier")
    after = known.filter(pl.col("wave") == evaluation.post).select(*key, after="qualifier")
    rise = (pl.col("after") - pl.col("before")).sign()
    better = pl.when("facilitator").then(rise).otherwise(-rise)
    return before.join(after, on=key).with_columns(better.alias("better")).sort(key)


def _is_chapter() -> pl.Expr:
    return pl.col("code").str.len_chars() == CHAPTER_LENGTH


def _codes(pairs: pl.DataFrame) -> pl.DataFrame:
    """A person's outcome in each code below the chapters, with both qualifiers."""
    return pairs.filter(~_is_chapter()).select(
        "participant_id", pl.lit("code").alias("level"), "code", *KIND, _outcome(), "before", "after"
    )


def _chapters(pairs: pl.DataFrame) -> pl.DataFrame:
    """A person's outcome in each chapter: the chapter's own rating, else the majority of its codes."""
    chapter = pl.col("code").str.slice(0, CHAPTER_LENGTH)
    key = ["participant_id", "code", *KIND]
    own = pairs.filter(_is_chapter())
    votes = (
        pairs.filter(~_is_chapter())
        .with_columns(chapter.alias("code"))
        .join(own, on=key, how="anti")
        .group_by(key, maintain_order=True)
        .agg(pl.col("better").sum(), (pl.col("better") != 0).any().alias("moved"))
    )
    tied = (pl.col("better") == 0) & pl.col("moved")
    by_codes = votes.select(*key, pl.when(tied).then(pl.lit("mixed")).otherwise(_outcome()).alias("outcome"))
    return _without_qualifiers(pl.concat([own.select(*key, _outcome()), by_codes]), "chapter")


def _any(pairs: pl.DataFrame) -> pl.DataFrame:
    """A person's outcome over all: improved only, worsened only, both (`mixed`), or neither."""
    both = (pl.col("better") > 0).any() & (pl.col("better") < 0).any()
    overall = pairs.group_by("participant_id", *KIND, maintain_order=True).agg(
        both.alias("both"), pl.col("better").sum()
    )
    outcome = pl.when("both").then(pl.lit("mixed")).otherwise(_outcome()).alias("outcome")
    return _without_qualifiers(
        overall.select("participant_id", pl.lit("any").alias("code"), *KIND, outcome), "any"
    )


def _outcome() -> pl.Expr:
    """Column `better` as a word."""
    better = pl.col("better")
    worsened_or_not = pl.when(better < 0).then(pl.lit("worsened")).otherwise(pl.lit("unchanged"))
    return pl.when(better > 0).then(pl.lit("improved")).otherwise(worsened_or_not).alias("outcome")


def _without_qualifiers(outcomes: pl.DataFrame, level: str) -> pl.DataFrame:
    """Give outcomes above the level of a code the columns of those of a code."""
    nothing = pl.lit(None, dtype=pl.Int64)
    return outcomes.select(
        "participant_id",
        pl.lit(level).alias("level"),
        "code",
        *KIND,
        "outcome",
        nothing.alias("before"),
        nothing.alias("after"),
    )


def _figures(cell: pl.DataFrame, level: object) -> dict[str, object]:
    """Return the figures of one code, chapter or of all in one group; a row of the cell is a person."""
    found = Counter(cell["outcome"].to_list())
    counts = {outcome: found[outcome] for outcome in OUTCOMES}
    share = wilson(counts["improved"], cell.height)
    sign = sign_test(counts["improved"], counts["worsened"])
    figures: dict[str, object] = {
        "persons": cell.height,
        **counts,
        "share_improved": share.share,
        "ci_low": share.ci_low,
        "ci_high": share.ci_high,
        "p_sign": sign.p,
        "reason": sign.reason,
    }
    return {**figures, **_qualifier_tests(cell, sign.reason)} if level == "code" else figures


def _qualifier_tests(cell: pl.DataFrame, reason: str | None) -> dict[str, object]:
    """Test the qualifiers of one code before and after: signed-rank, margins, symmetry."""
    before, after = cell["before"].to_numpy(), cell["after"].to_numpy()
    change = (after - before).astype(np.float64)
    table = cross_table(before, after)
    margins, symmetry = stuart_maxwell(table), bowker(table)
    return {
        "p_wilcoxon": signed_rank(change).p if change.any() else None,
        "p_stuart_maxwell": margins.p,
        "p_bowker": symmetry.p,
        "reason": join_reasons(reason, margins.reason, symmetry.reason),
    }
