"""The pure statistics METHODS names: arrays in, frozen results out, a missing figure is None with a reason."""

from pipeline.statistics.goals import ClusteredRatio, goal_attainment_t, ratio_estimate
from pipeline.statistics.multiplicity import benjamini_hochberg, holm
from pipeline.statistics.paired import PairedChange, detectable_change, paired_change
from pipeline.statistics.paired_categories import ChiSquared, bowker, cross_table, stuart_maxwell
from pipeline.statistics.responder import (
    Responders,
    Threshold,
    ThresholdKind,
    count_responders,
    half_sd_threshold,
    reliable_change_threshold,
)
from pipeline.statistics.shares import (
    ExactTest,
    RatedChange,
    Share,
    exact_mcnemar,
    half_test,
    rated_change,
    sign_test,
    wilson,
)
from pipeline.statistics.verdict import Verdict, verdict

__all__ = [
    "ChiSquared",
    "ClusteredRatio",
    "ExactTest",
    "PairedChange",
    "RatedChange",
    "Responders",
    "Share",
    "Threshold",
    "ThresholdKind",
    "Verdict",
    "benjamini_hochberg",
    "bowker",
    "count_responders",
    "cross_table",
    "detectable_change",
    "exact_mcnemar",
    "goal_attainment_t",
    "half_sd_threshold",
    "half_test",
    "holm",
    "paired_change",
    "rated_change",
    "ratio_estimate",
    "reliable_change_threshold",
    "sign_test",
    "stuart_maxwell",
    "verdict",
    "wilson",
]
