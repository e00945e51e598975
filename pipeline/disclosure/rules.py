"""Which columns of the marts are figures, what they rest on, and what goes with a hidden count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WHO_CHANGED = ("n_improved", "n_unchanged", "n_worsened")
INTERVAL = ("ci_low", "ci_high")
MULTINOMIAL_TESTS = ("p_wilcoxon", "p_stuart_maxwell", "p_bowker")


@dataclass(frozen=True, slots=True)
class Rules:
    """How one mart is hidden.

    base: the column of persons that a row's figures rest on (null: it stands in another table); block: the
    columns besides the group that tell linked rows apart; figures: what goes with a suppressed row;
    with_count: columns that go with a hidden count, as they would give it away.
    """

    base: str | None
    block: tuple[str, ...]
    figures: tuple[str, ...]
    with_count: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


SCALE = ("evaluation", "instrument", "respondent", "scale")
OF_SHARE = ("share_improved", *INTERVAL)

RULES: Mapping[str, Rules] = {
    "mart.score_change": Rules(
        "n_pairs",
        SCALE,
        (
            *("mean_pre", "sd_pre", "median_pre", "mean_post", "sd_post", "median_post", "mean_change"),
            *(*INTERVAL, "statistic", "df", "p", "p_wilcoxon", "p_sign", "p_adjusted", "d_z", "d_z_low"),
            *("d_z_high", "g_av", "rank_biserial", "p_equivalence", "verdict", *WHO_CHANGED),
            "detectable_change",
        ),
    ),
    "mart.responder": Rules(
        None,
        SCALE,
        (*WHO_CHANGED, *OF_SHARE),
        {"n_improved": OF_SHARE},
    ),
    "mart.score_level": Rules(
        "n", (*SCALE, "wave"), ("mean", "sd", "median", "floor", "ceiling", "below_norm")
    ),
    "mart.attribution": Rules(None, SCALE, ("change", *INTERVAL, "break_even")),
    "mart.municipality_change": Rules(
        "n_pairs",
        SCALE,
        (
            *("mean_change", *INTERVAL, "pooled_change", "pooled_se", "pooled_low", "pooled_high"),
            *("weight_own", "programme_change", "tau2", "tau2_high", "sigma2", "icc", "funnel95_low"),
            *("funnel95_high", "funnel998_low", "funnel998_high", "detectable_change", "adjusted_change"),
        ),
    ),
    "mart.goal_attainment": Rules(
        "persons",
        ("evaluation",),
        (
            *("goals", "open", "achieved", "partly", "not_achieved", "degree", "degree_pct"),
            *INTERVAL,
        ),
    ),
    "mart.icf_change": Rules(
        "persons",
        ("evaluation", "level", "code", "construct", "facilitator"),
        ("improved", "unchanged", "worsened", "mixed", *OF_SHARE, "p_sign", *MULTINOMIAL_TESTS),
        {
            "improved": (*OF_SHARE, "p_sign", *MULTINOMIAL_TESTS),
            "unchanged": MULTINOMIAL_TESTS,
            "worsened": ("p_sign", *MULTINOMIAL_TESTS),
            "mixed": MULTINOMIAL_TESTS,
        },
    ),
    "mart.rated_change": Rules(
        "n",
        ("evaluation", "instrument", "item"),
        (
            *("better", "same", "worse", "not_applicable", "share_better", *INTERVAL, "net_balance"),
            *("p_sign", "p_half"),
        ),
        {
            "better": ("share_better", *INTERVAL, "net_balance", "p_sign", "p_half"),
            "worse": ("net_balance", "p_sign"),
        },
    ),
    "mart.employment_change": Rules(
        None,
        ("evaluation",),
        ("before", "during", "gained", "lost", "p_mcnemar", "p_stuart_maxwell", "p_bowker"),
        {
            "before": ("p_stuart_maxwell", "p_bowker"),
            "during": ("p_stuart_maxwell", "p_bowker"),
            "gained": ("p_mcnemar", "p_stuart_maxwell", "p_bowker"),
            "lost": ("p_mcnemar", "p_stuart_maxwell", "p_bowker"),
        },
    ),
    "mart.service_spend": Rules(
        "participants",
        ("evaluation",),
        (
            *("eur", "units", "eur_per_unit", "eur_per_participant", "eur_per_participant_month"),
            *("person_months", "eur_per_person_month", "share_eur"),
        ),
        # An amount by person gives away how many they are, and so does the sum of their months.
        {
            "participants": (
                *("share_participants", "eur_per_participant", "eur_per_participant_month"),
                *("person_months", "eur_per_person_month"),
            )
        },
    ),
    "mart.stakeholder_item": Rules(
        "n",
        ("year", "role", "item"),
        ("count", "share", *INTERVAL),
        {"count": ("share", *INTERVAL)},
    ),
    "mart.reliability": Rules(
        "n", SCALE, ("alpha", "alpha_low", "alpha_high", "omega", "floor", "ceiling", "missing_share")
    ),
    "mart.item_quality": Rules("n", SCALE, ("item_rest", "missing_share")),
    "mart.agreement": Rules(
        "n",
        ("evaluation", "instrument", "scale"),
        ("icc_a1", *INTERVAL, "mean_difference", "loa_low", "loa_high"),
    ),
}
