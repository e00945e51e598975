"""Table mart.evidence_card: all that is known of one change on one card, from the other marts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import polars as pl

from pipeline.outcomes.frames import mart_frame
from pipeline.statistics.attribution import tipping_point

MissingData: TypeAlias = Literal["complete", "robust", "fragile", "undecided", "not_estimable"]

KEY = ("evaluation", "wave_pre", "wave_post", "population", "grp", "instrument", "respondent", "scale")
POPULATIONS = ("all", "municipality")
CHANGE = (
    *("level", "n_pre", "n_pairs", "mean_change", "ci_low", "ci_high", "p_adjusted", "verdict"),
    *("detectable_change", "threshold", "threshold_kind", "n_improved", "n_unchanged", "n_worsened"),
    *("suppressed", "reason"),
)
POOLED = ("pooled_change", "pooled_low", "pooled_high")
EFFECTS = {"interval": "g_av", "ordinal": "rank_biserial"}
"""The effect size that a card names, by the level of the scale."""


def evidence_card(
    changes: pl.DataFrame, municipality_changes: pl.DataFrame, flow: pl.DataFrame
) -> pl.DataFrame:
    """Return mart.evidence_card: a card a scale of the plan, for the programme and each municipality.

    changes: mart.score_change. municipality_changes: mart.municipality_change. flow: mart.participant_flow;
    eligible and asked are those of the pre wave. All before or all after disclosure control: a card shows
    nothing that these tables don't.
    """
    pooled = municipality_changes.select(*KEY, *POOLED)
    before = flow.select(
        *(pl.col(name) for name in ("evaluation", "population", "grp", "instrument", "respondent")),
        pl.col("wave").alias("wave_pre"),
        "eligible",
        "asked",
    )
    cards = (
        changes.filter(pl.col("population").is_in(POPULATIONS))
        .join(pooled, on=KEY, how="left")
        .join(
            before,
            on=["evaluation", "population", "grp", "instrument", "respondent", "wave_pre"],
            how="left",
        )
    )
    return mart_frame("mart.evidence_card", [_card(row) for row in cards.iter_rows(named=True)])


def _card(row: Mapping[str, Any]) -> dict[str, object]:
    """Return one card."""
    effect = EFFECTS.get(row["level"] or "interval", "g_av")
    return {
        **{name: row[name] for name in (*KEY, *CHANGE, *POOLED, "eligible", "asked")},
        "effect": effect,
        "effect_size": row[effect],
        "missing_data": None if row["suppressed"] else missing_data(row),
    }


def missing_data(row: Mapping[str, Any]) -> MissingData:
    """Return whether those lost between the waves could overturn the change (METHODS, tipping point).

    row: of mart.score_change. `complete`: nobody was lost. `robust`: to bring the interval to 0 the lost
    must have done worse than the completers (better, where the change is for the worse) by at least the
    threshold of a person's change; `fragile`: by less. `undecided`: the interval holds 0 anyway.
    `not_estimable`: no interval, or no threshold to hold the tipping point against.
    """
    n_pre, n_pairs = row["n_pre"], row["n_pairs"]
    if n_pairs and n_pre == n_pairs:
        return "complete"
    if row["ci_low"] is None or not n_pairs:
        return "not_estimable"
    nearest = row["ci_low"] if row["ci_low"] > 0 else -row["ci_high"]
    delta = tipping_point(nearest, n_pre, n_pairs).delta
    if delta is None:
        return "undecided"
    if row["threshold"] is None:
        return "not_estimable"
    return "robust" if delta >= row["threshold"] else "fragile"
