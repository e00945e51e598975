"""What a municipality gets back: its own persons' scores, goals and changes, for the reassessment.

A person is the sender's whose file enrolled them last. Persons without consent are not in `core`, so not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from instruments import Library
from pipeline.facts import consenting_persons
from pipeline.outcomes.pairing import SCALE, scored_at_both
from pipeline.outcomes.planned import planned_scales
from pipeline.plan import Evaluation, Plan
from pipeline.statistics.inputs import DECIMALS

Tables = Mapping[str, pl.DataFrame]
NEEDED = (
    "record.participant",
    "record.submission",
    "core.participant",
    "core.evaluation_member",
    "core.score",
    "core.goal",
    "mart.score_change",
)


@dataclass(frozen=True)
class Returned:
    """One sender's persons, and what is known of them.

    persons: columns of core.participant, `own_id` (the sender's own identifier, null where not known), and
    `path`, `sheet` and `row`: where they stand in the sender's file. scores: core.score. goals: core.goal.
    changes: evaluation, participant_id, instrument, respondent, scale, wave_pre, wave_post, pre, post, change
    (positive = better for the person), threshold, threshold_kind and `outcome` (improved, unchanged, worsened;
    null without a threshold).
    """

    sender: str
    persons: pl.DataFrame
    scores: pl.DataFrame
    goals: pl.DataFrame
    changes: pl.DataFrame


def senders_of_persons(tables: Tables) -> list[str]:
    """Return the senders who enrolled persons that are in the research data."""
    return sorted(_enrolled(tables)["sender"].unique())


def returned(sender: str, tables: Tables, own_ids: pl.DataFrame, plan: Plan, library: Library) -> Returned:
    """Return what a sender gets back.

    tables: NEEDED, by name. own_ids: participant_id (the pseudonym) and own_id, of those that are known.
    """
    persons = (
        _enrolled(tables)
        .filter(pl.col("sender") == sender)
        .join(own_ids, on="participant_id", how="left")
        .sort("path", "sheet", "row")
    )
    own = persons.select("participant_id")
    return Returned(
        sender,
        persons,
        tables["core.score"].join(own, on="participant_id", how="semi"),
        tables["core.goal"].join(own, on="participant_id", how="semi"),
        changes_of(own, tables, plan, library),
    )


def changes_of(persons: pl.DataFrame, tables: Tables, plan: Plan, library: Library) -> pl.DataFrame:
    """Return each person's changes on the planned scales of each evaluation that the person is in."""
    parts = [
        _with_outcome(part, tables["mart.score_change"])
        for evaluation in plan.evaluations
        for part in _changes(persons, tables, evaluation, library)
    ]
    return pl.concat(parts) if parts else pl.DataFrame()


def _enrolled(tables: Tables) -> pl.DataFrame:
    """Return core.participant with the sender, path, sheet and row of the enrolment that stands."""
    submissions = tables["record.submission"]
    standing = consenting_persons(tables["record.participant"], submissions)
    places = standing.select("participant_id", "submission_id", "sheet", "row").join(
        submissions.select("submission_id", "sender", "path"), on="submission_id"
    )
    core = tables["core.participant"].drop("submission_id", strict=False)
    return core.join(places, on="participant_id")


def _changes(
    persons: pl.DataFrame, tables: Tables, evaluation: Evaluation, library: Library
) -> Iterator[pl.DataFrame]:
    """Give the changes in one evaluation."""
    of_evaluation = tables["core.evaluation_member"].filter(pl.col("evaluation") == evaluation.id)
    members = of_evaluation.join(persons, on="participant_id", how="semi")
    planned = planned_scales(evaluation, library)
    if members.is_empty() or not planned:
        return
    orientations = pl.DataFrame(
        [(*scale.key, scale.scale.orientation) for scale in planned],
        schema=[*SCALE, "orientation"],
        orient="row",
    )
    change = ((pl.col("post") - pl.col("pre")) * pl.col("orientation")).round(DECIMALS)
    pairs = scored_at_both(tables["core.score"], members, evaluation).with_columns(
        pl.col(SCALE).cast(pl.String)
    )
    yield (
        pairs.drop_nulls(["pre", "post"])
        .join(orientations, on=SCALE)
        .select(
            pl.lit(evaluation.id).alias("evaluation"),
            "participant_id",
            *SCALE,
            pl.lit(evaluation.pre).alias("wave_pre"),
            pl.lit(evaluation.post).alias("wave_post"),
            "pre",
            "post",
            change.alias("change"),
        )
    )


def _with_outcome(changes: pl.DataFrame, score_change: pl.DataFrame) -> pl.DataFrame:
    """Put the threshold of the evaluation beside each change, and how the person fared by it.

    Beyond means more than it for rci and rci_sample, at least it for mid and half_sd (METHODS, "Who changed").
    """
    thresholds = score_change.filter(pl.col("population") == "all").select(
        "evaluation", pl.col(SCALE).cast(pl.String), "threshold", "threshold_kind"
    )
    limit, change = pl.col("threshold").round(DECIMALS), pl.col("change")
    strict = pl.col("threshold_kind").is_in(["rci", "rci_sample"])
    beyond = pl.when(strict).then(change.abs() > limit).otherwise(change.abs() >= limit)
    outcome = (
        pl.when(limit.is_null() | (limit <= 0)).then(None)
        .when(~beyond).then(pl.lit("unchanged"))
        .when(change > 0).then(pl.lit("improved"))
        .otherwise(pl.lit("worsened"))
    )  # fmt: skip
    return changes.join(
        thresholds, on=["evaluation", *SCALE], how="left", maintain_order="left"
    ).with_columns(outcome.alias("outcome"))
