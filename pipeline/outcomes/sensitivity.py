"""Tables mart.sensitivity and mart.robustness: each headline by two models, and without each municipality.

METHODS, "Municipalities": the programme's model over all waves and the paired analysis stand side by side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.headlines import headlines
from pipeline.outcomes.pairing import SCALE, change_key, everybody, members_of, scored_at_both
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics import MixedModel, WaveEffect, left_out_range, paired_change, reasons, side
from pipeline.statistics.mixed import wave_model

NOBODY = "none"
"""What `left_out` says where no municipality is."""
UNKNOWN = "unknown"
"""The municipality of a person whose own isn't known."""
LIMITS = ("ci_low", "ci_high")

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Scores:
    """The scores of one headline, a row a person and wave, with each person's municipality."""

    planned: PlannedScale
    scores: pl.DataFrame
    pairs: pl.DataFrame
    waves: tuple[str, ...]

    def without(self, municipality: str) -> _Scores:
        """The same without one municipality."""
        others = pl.col("municipality") != municipality
        return _Scores(self.planned, self.scores.filter(others), self.pairs.filter(others), self.waves)


def sensitivity(
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    participants: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    changes: pl.DataFrame,
) -> pl.DataFrame:
    """Return mart.sensitivity of one evaluation: each headline by both models.

    On everybody of `all` (`left_out` is `none`) and with one municipality left out in turn.

    scores: core.score. population_members: core.population_member of this evaluation. participants:
    core.participant, for the municipality. changes: mart.score_change of this evaluation.
    paired: mean change of the pairs with its t interval. mixed: the effect of the post wave in
    `score ~ wave + (1 | municipality) + (1 | person)`, REML, over all waves, Wald z.
    """
    planned = planned_scales(evaluation, library)
    found = headlines(changes, planned, evaluation)
    wanted = [scale for scale in planned if scale.key in found]
    if not wanted:
        return mart_frame("mart.sensitivity", [])
    gathered = _gathered(scores, population_members, participants, evaluation, wanted)
    rows = [
        {**change_key(evaluation, "all", "all", headline.planned), **row}
        for headline in gathered
        for row in _rows(headline, evaluation.post)
    ]
    return mart_frame("mart.sensitivity", rows)


def robustness(sensitivity: pl.DataFrame) -> pl.DataFrame:
    """Return mart.robustness: how far the analyses of each headline of mart.sensitivity agree.

    Two analyses conclude the same when their 95 % intervals lie on the same side of 0 or both hold it.
    """
    key = sensitivity.columns[: sensitivity.columns.index("scale") + 1]
    rows = [
        {**dict(zip(key, values, strict=True)), **_agreement(analyses.to_dicts())}
        for values, analyses in sensitivity.partition_by(key, as_dict=True, maintain_order=True).items()
    ]
    return mart_frame("mart.robustness", rows)


def _gathered(
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    participants: pl.DataFrame,
    evaluation: Evaluation,
    wanted: list[PlannedScale],
) -> list[_Scores]:
    """Return the scores and pairs of each headline."""
    of_all = everybody(members_of(population_members, evaluation))
    places = of_all.select("participant_id").join(
        participants.select(
            "participant_id", pl.col("municipality_code").fill_null(UNKNOWN).alias("municipality")
        ),
        on="participant_id",
        how="left",
    )
    places = places.with_columns(pl.col("municipality").fill_null(UNKNOWN))
    waves = _in_order(evaluation)
    # Numbers beside the names: some hundred models sort them again.
    numbered = places.with_columns(
        person=pl.col("participant_id").rank("dense"), place=pl.col("municipality").rank("dense")
    )
    scored = (
        scores.filter(pl.col("scored") & pl.col("wave").is_in(waves))
        .join(numbered, on="participant_id")
        .with_columns(at=pl.col("wave").replace_strict(waves, range(len(waves)), return_dtype=pl.Int64))
    )
    pairs = scored_at_both(scores, of_all, evaluation).drop_nulls(["pre", "post"])
    pairs = pairs.join(places, on="participant_id", maintain_order="left")
    return [
        _Scores(
            scale,
            _of_scale(scored, scale).sort("participant_id", "wave"),
            _of_scale(pairs, scale),
            waves,
        )
        for scale in wanted
    ]


def _in_order(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the waves with the pre wave first: the model compares the others with it."""
    return evaluation.pre, *(wave for wave in evaluation.waves if wave != evaluation.pre)


def _of_scale(frame: pl.DataFrame, scale: PlannedScale) -> pl.DataFrame:
    own = (pl.col(name) == code for name, code in zip(SCALE, scale.key, strict=True))
    return frame.filter(pl.all_horizontal(own))


def _rows(headline: _Scores, post: str) -> Iterator[Row]:
    """Yield the analyses of one headline: of everybody, then without each municipality."""
    yield from _analyses(headline, post, NOBODY)
    municipalities = headline.scores["municipality"].unique().sort().to_list()
    if len(municipalities) > 1:
        for municipality in municipalities:
            yield from _analyses(headline.without(municipality), post, municipality)


def _analyses(headline: _Scores, post: str, left_out: str) -> Iterator[Row]:
    """Yield both analyses of these scores."""
    yield {"model": "paired", "left_out": left_out, **_paired(headline)}
    yield {"model": "mixed", "left_out": left_out, **_mixed(headline, post)}


def _paired(headline: _Scores) -> Row:
    """Return the paired analysis."""
    pairs = headline.pairs
    found = paired_change(
        pairs["pre"].to_numpy(), pairs["post"].to_numpy(), headline.planned.scale.orientation
    )
    n, sd = found.n_pairs, found.sd_change
    return {
        "persons": n,
        "observations": 2 * n,
        "change": found.mean_change,
        "se": None if found.p_t is None or sd is None else sd / math.sqrt(n),
        **{limit: getattr(found, limit) for limit in LIMITS},
        "p": found.p_t,
        "reason": found.reason if found.p_t is None else None,
    }


def _mixed(headline: _Scores, post: str) -> Row:
    """Return the model over all waves."""
    scores = headline.scores
    if scores.is_empty():
        return {"persons": 0, "observations": 0, "reason": reasons.NO_PERSONS}
    model = wave_model(
        scores["score"].to_numpy(),
        scores["at"].to_numpy(),
        scores["person"].to_numpy(),
        scores["place"].to_numpy(),
        headline.waves,
        headline.planned.scale.orientation,
    )
    effect = next((effect for effect in model.effects if effect.wave == post), None)
    variances = ("municipality_variance", "person_variance", "residual_variance")
    return {
        "persons": model.persons,
        "observations": model.observations,
        **({} if effect is None else _effect(effect)),
        **{name: getattr(model, name) for name in variances},
        "reason": _no_effect(model, effect),
    }


def _effect(effect: WaveEffect) -> Row:
    return {name: getattr(effect, name) for name in ("change", "se", *LIMITS, "p")}


def _no_effect(model: MixedModel, effect: WaveEffect | None) -> str | None:
    if effect is not None or model.reason is not None:
        return model.reason
    return reasons.NO_WAVE_EFFECT


def _agreement(analyses: Sequence[Mapping[str, Any]]) -> Row:
    """Return how far the analyses of one headline agree."""
    whole = {row["model"]: row for row in analyses if row["left_out"] == NOBODY}
    paired, mixed = whole["paired"], whole["mixed"]
    conclusions = [side(*(row[limit] for limit in LIMITS)) for row in (paired, mixed)]
    without = [row for row in analyses if row["model"] == "paired" and row["left_out"] != NOBODY]
    parts = [(row["left_out"], row["change"], side(*(row[limit] for limit in LIMITS))) for row in without]
    found = left_out_range(conclusions[0], parts)
    both = paired["change"] is not None and mixed["change"] is not None
    return {
        "paired_change": paired["change"],
        "mixed_change": mixed["change"],
        "difference": mixed["change"] - paired["change"] if both else None,
        "models_agree": None if None in conclusions else conclusions[0] == conclusions[1],
        "municipalities": found.municipalities,
        "least_change": found.least,
        "least_without": found.least_without,
        "greatest_change": found.greatest,
        "greatest_without": found.greatest_without,
        "conclude_otherwise": found.otherwise,
        "reason": reasons.join_reasons(
            paired["reason"], mixed["reason"], None if parts else reasons.ONE_MUNICIPALITY
        ),
    }
