"""From what change on does a person count as changed: the thresholds of each scale of an evaluation.

METHODS, "Who changed": computed once for an evaluation, measure, respondent and scale, on the population
`all`, and used in every group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from instruments import form_of
from pipeline.outcomes.pairing import SCALE
from pipeline.outcomes.planned import PlannedScale, ScaleKey
from pipeline.plan import Evaluation
from pipeline.statistics import (
    Threshold,
    ThresholdKind,
    half_sd_threshold,
    reliable_change_threshold,
)
from pipeline.statistics.inputs import Vector
from pipeline.statistics.paired import standard_deviation

NOT_PUBLISHED = "no minimal important difference is published"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of one scale by kind (all four kinds; those without a value have a reason)."""

    by_kind: Mapping[ThresholdKind, Threshold]
    asked: ThresholdKind | None

    @property
    def chosen(self) -> Threshold:
        """The threshold that the table of changes shows.

        The plan's kind. Reliable change (`rci`) without a verified reliability is `rci_sample`, and `mid`
        without a published difference `half_sd`, as METHODS names them: the kind in the table says which.
        A plan that names none gets mid where published, else rci where verified, else half_sd.
        """
        if self.asked is None:
            return self._of("mid") or self._of("rci") or self.by_kind["half_sd"]
        return self._of(self.asked) or self.by_kind[_STAND_IN.get(self.asked, self.asked)]

    @property
    def available(self) -> list[Threshold]:
        """The thresholds with a value; `rci_sample` only where none is verified or when asked for."""
        with_value = [threshold for threshold in self.by_kind.values() if threshold.value is not None]
        hides_sample = self._of("rci") is not None and self.asked != "rci_sample"
        return [found for found in with_value if not (hides_sample and found.kind == "rci_sample")]

    def _of(self, kind: ThresholdKind) -> Threshold | None:
        """The threshold of this kind if it has a value."""
        threshold = self.by_kind[kind]
        return None if threshold.value is None else threshold


_STAND_IN: Mapping[ThresholdKind, ThresholdKind] = {"rci": "rci_sample", "mid": "half_sd"}


def thresholds_of(
    pairs: pl.DataFrame, planned: Iterable[PlannedScale], evaluation: Evaluation, reliability: pl.DataFrame
) -> dict[ScaleKey, Thresholds]:
    """Return the thresholds of each planned scale.

    pairs: of `pairing.scored_at_both`, of the members of `all`: everybody of them scored at the pre wave is
    the baseline.
    reliability: mart.reliability of this evaluation, for Cronbach's alpha at the pre wave.
    """
    baselines = {
        tuple(row[:3]): np.array(row[3], np.float64)
        for row in pairs.group_by(SCALE).agg(pl.col("pre").drop_nulls()).iter_rows()
    }
    at_baseline = (pl.col("evaluation") == evaluation.id) & (pl.col("wave") == evaluation.pre)
    alphas = {row[:3]: row[3] for row in reliability.filter(at_baseline).select(*SCALE, "alpha").iter_rows()}
    nobody: Vector = np.array([], np.float64)
    return {
        scale.key: Thresholds(
            _kinds(scale, baselines.get(scale.key, nobody), alphas.get(scale.key)), scale.outcome.threshold
        )
        for scale in planned
    }


def _kinds(scale: PlannedScale, baseline: Vector, alpha: float | None) -> dict[ThresholdKind, Threshold]:
    """Return the four thresholds of one scale.

    The reference SD is the norm's; on a scale without a norm it is the baseline's, as in Jacobson & Truax
    (1991, p. 14).
    """
    verified = scale.scale.verified_reliability(scale.outcome.respondent)
    sd = scale.norm_sd if scale.norm_sd is not None else standard_deviation(baseline)
    return {
        "rci": reliable_change_threshold(sd, None if verified is None else verified.value, "rci"),
        "rci_sample": reliable_change_threshold(sd, alpha, "rci_sample"),
        "mid": _important_difference(scale),
        "half_sd": half_sd_threshold(scale.norm_sd, baseline),
    }


def _important_difference(scale: PlannedScale) -> Threshold:
    """Return the published minimal important difference, if the score is in the metric it is published in."""
    respondent = scale.outcome.respondent
    published = scale.scale.important_difference_for(respondent)
    if published is None or scale.scale.metric_of(form_of(respondent)) != scale.scale.metric:
        return Threshold("mid", None, NOT_PUBLISHED)
    return Threshold("mid", published.value)
