"""The statistics METHODS names: arrays in, frozen results out, a missing figure is None with a reason."""

from pipeline.statistics.agreement import AbsoluteAgreement, Agreement, absolute_agreement, agreement
from pipeline.statistics.arms import ArmDifference, arm_difference
from pipeline.statistics.attribution import (
    BreakEven,
    TippingPoint,
    UnexplainedChange,
    break_even_mean,
    tipping_point,
    unexplained_change,
)
from pipeline.statistics.case_mix import AdjustedChange, adjusted_changes
from pipeline.statistics.conclusions import Range, Side, left_out_range, side
from pipeline.statistics.fieller import RatioOfMeans, ratio_of_means
from pipeline.statistics.goals import ClusteredRatio, goal_attainment_t, ratio_estimate
from pipeline.statistics.level import (
    NormComparison,
    StandardisedDifference,
    compare_with_norm,
    standardised_difference,
    standardised_share_difference,
)
from pipeline.statistics.mixed import MixedModel, WaveEffect, wave_model
from pipeline.statistics.multiplicity import benjamini_hochberg, holm
from pipeline.statistics.municipalities import MunicipalityChange, MunicipalityChanges, municipality_changes
from pipeline.statistics.paired import PairedChange, detectable_change, paired_change, with_effect_intervals
from pipeline.statistics.paired_categories import ChiSquared, bowker, cross_table, stuart_maxwell
from pipeline.statistics.proportional_odds import ProportionalOdds, proportional_odds
from pipeline.statistics.random_intercept import GroupSums, RandomIntercept, group_sums, random_intercept
from pipeline.statistics.reliability import (
    FloorCeiling,
    ItemQuality,
    Reliability,
    floor_ceiling,
    item_quality,
    scale_reliability,
)
from pipeline.statistics.responder import (
    Responders,
    Threshold,
    ThresholdKind,
    count_responders,
    directions,
    half_sd_threshold,
    reliable_change_threshold,
)
from pipeline.statistics.shares import (
    ExactTest,
    PairedDifference,
    RatedChange,
    Share,
    exact_mcnemar,
    half_test,
    paired_difference,
    rated_change,
    sign_test,
    wilson,
)
from pipeline.statistics.unpaired import MannWhitney, ShareDifference, mann_whitney, share_difference
from pipeline.statistics.verdict import Verdict, verdict

__all__ = [
    "AbsoluteAgreement",
    "AdjustedChange",
    "Agreement",
    "ArmDifference",
    "BreakEven",
    "ChiSquared",
    "ClusteredRatio",
    "ExactTest",
    "FloorCeiling",
    "GroupSums",
    "ItemQuality",
    "MannWhitney",
    "MixedModel",
    "MunicipalityChange",
    "MunicipalityChanges",
    "NormComparison",
    "PairedChange",
    "PairedDifference",
    "ProportionalOdds",
    "RandomIntercept",
    "Range",
    "RatedChange",
    "RatioOfMeans",
    "Reliability",
    "Responders",
    "Share",
    "ShareDifference",
    "Side",
    "StandardisedDifference",
    "Threshold",
    "ThresholdKind",
    "TippingPoint",
    "UnexplainedChange",
    "Verdict",
    "WaveEffect",
    "absolute_agreement",
    "adjusted_changes",
    "agreement",
    "arm_difference",
    "benjamini_hochberg",
    "bowker",
    "break_even_mean",
    "compare_with_norm",
    "count_responders",
    "cross_table",
    "detectable_change",
    "directions",
    "exact_mcnemar",
    "floor_ceiling",
    "goal_attainment_t",
    "group_sums",
    "half_sd_threshold",
    "half_test",
    "holm",
    "item_quality",
    "left_out_range",
    "mann_whitney",
    "municipality_changes",
    "paired_change",
    "paired_difference",
    "proportional_odds",
    "random_intercept",
    "rated_change",
    "ratio_estimate",
    "ratio_of_means",
    "reliable_change_threshold",
    "scale_reliability",
    "share_difference",
    "side",
    "sign_test",
    "standardised_difference",
    "standardised_share_difference",
    "stuart_maxwell",
    "tipping_point",
    "unexplained_change",
    "verdict",
    "wave_model",
    "wilson",
    "with_effect_intervals",
]
