"""The rules of the marts that are made from others' figures and shown where these are."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.disclosure.rule import INTERVAL, SCALE, WAVES, WHO_CHANGED, Rules

FOLLOWERS: Mapping[str, Rules] = {
    "mart.sensitivity": Rules(
        "follows",
        "persons",
        SCALE,
        (
            *("change", "se", *INTERVAL, "p", "municipality_variance", "person_variance"),
            "residual_variance",
        ),
        shown=(*WAVES, "observations"),
    ),
    "mart.robustness": Rules(
        "follows",
        None,
        SCALE,
        (
            *("paired_change", "mixed_change", "difference", "models_agree", "least_change"),
            *("least_without", "greatest_change", "greatest_without", "conclude_otherwise"),
        ),
        {
            "mixed_change": ("difference", "models_agree"),
            "least_change": ("least_without", "greatest_change", "greatest_without"),
        },
        shown=(*WAVES, "municipalities"),
    ),
    "mart.baseline_difference": Rules(
        "follows",
        "n_others",
        SCALE,
        ("completers", "others", "difference"),
        shown=(*WAVES, "n_completers"),
    ),
    "mart.norm_comparison": Rules(
        "follows",
        "n",
        (*SCALE, "wave"),
        ("difference", *INTERVAL, "statistic", "df", "p"),
        shown=("norm_mean", "norm_sd"),
    ),
    "mart.arm_difference": Rules(
        "follows",
        None,
        SCALE,
        (
            *("change_programme", "change_waiting", "difference", *INTERVAL, "statistic", "df", "p"),
            "p_adjusted",
        ),
        shown=(*WAVES, "n_programme", "n_waiting", "family"),
    ),
    "mart.evidence_card": Rules(
        "follows",
        "n_pairs",
        SCALE,
        (
            *("mean_change", *INTERVAL, "pooled_change", "pooled_low", "pooled_high", "effect_size"),
            *("p_adjusted", "verdict", "detectable_change", *WHO_CHANGED, "missing_data"),
        ),
        shown=(*WAVES, "level", "eligible", "asked", "n_pre", "effect", "threshold", "threshold_kind"),
    ),
}
