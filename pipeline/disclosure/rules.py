"""Which columns of the marts are figures, what they rest on, and what goes with a hidden count.

A mart that is not listed here, or a column of it that no rule names, can't leave the restricted zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.disclosure.follower_rules import FOLLOWERS
from pipeline.disclosure.rule import INTERVAL, MULTINOMIAL_TESTS, SCALE, WAVES, WHO_CHANGED, Rules, Way

__all__ = [
    "RULES",
    "SCALE",
    "WHO_CHANGED",
    "DisclosureRuleError",
    "Rules",
    "Way",
    "require_rules",
    "tables_of",
]

ALWAYS_SHOWN = ("population", "grp", "suppressed", "reason")


class DisclosureRuleError(Exception):
    """A table or column has no disclosure rule: it says which, and where to add one."""


OF_SHARE = ("share_improved", *INTERVAL)
OF_YEAR = ("share", "share_low", "share_high")
OF_YEAR_BEFORE = ("share_before", "share_before_low", "share_before_high")
OF_BOTH_YEARS = ("change", "change_low", "change_high")
RANK_TESTS = (
    *("superiority", "p_mann_whitney", "odds_ratio", "odds_ratio_low", "odds_ratio_high", "p", "p_adjusted"),
)

RULES: Mapping[str, Rules] = {
    "mart.score_change": Rules(
        "scale",
        "n_pairs",
        SCALE,
        (
            *("mean_pre", "sd_pre", "median_pre", "mean_post", "sd_post", "median_post", "mean_change"),
            *(*INTERVAL, "statistic", "df", "p", "p_wilcoxon", "p_sign", "p_adjusted", "d_z", "d_z_low"),
            *("d_z_high", "g_av", "rank_biserial", "p_equivalence", "verdict", *WHO_CHANGED),
            "detectable_change",
        ),
        shown=(
            *(*WAVES, "level", "n_pre", "n_post", "test", "family", "smallest_effect", "threshold"),
            "threshold_kind",
        ),
    ),
    "mart.responder": Rules(
        "with_change",
        None,
        SCALE,
        (*WHO_CHANGED, *OF_SHARE),
        {"n_improved": OF_SHARE},
        shown=(*WAVES, "threshold"),
    ),
    "mart.score_level": Rules(
        "scale", "n", (*SCALE, "wave"), ("mean", "sd", "median", "floor", "ceiling", "below_norm")
    ),
    "mart.attribution": Rules("with_change", None, SCALE, ("change", *INTERVAL, "break_even"), shown=WAVES),
    "mart.municipality_change": Rules(
        "with_change",
        "n_pairs",
        SCALE,
        (
            *("mean_change", *INTERVAL, "pooled_change", "pooled_se", "pooled_low", "pooled_high"),
            *("weight_own", "programme_change", "tau2", "tau2_high", "sigma2", "icc", "funnel95_low"),
            *("funnel95_high", "funnel998_low", "funnel998_high", "detectable_change", "adjusted_change"),
        ),
        shown=WAVES,
    ),
    "mart.goal_attainment": Rules(
        "two_way",
        "persons",
        ("evaluation",),
        (
            *("goals", "open", "achieved", "partly", "not_achieved", "degree", "degree_pct"),
            *INTERVAL,
        ),
    ),
    "mart.icf_change": Rules(
        "groups",
        "persons",
        ("evaluation", "level", "code", "construct", "facilitator"),
        ("improved", "unchanged", "worsened", "mixed", *OF_SHARE, "p_sign", *MULTINOMIAL_TESTS),
        {
            "improved": (*OF_SHARE, "p_sign", *MULTINOMIAL_TESTS),
            "unchanged": MULTINOMIAL_TESTS,
            "worsened": ("p_sign", *MULTINOMIAL_TESTS),
            "mixed": MULTINOMIAL_TESTS,
        },
        split=("improved", "unchanged", "worsened", "mixed"),
    ),
    "mart.rated_change": Rules(
        "groups",
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
        split=("better", "same", "worse"),
        beside=("not_applicable",),
    ),
    "mart.employment_change": Rules(
        "employment",
        None,
        ("evaluation",),
        (
            *("before", "during", "gained", "lost", "change", *INTERVAL, "p_mcnemar", "p_stuart_maxwell"),
            "p_bowker",
        ),
        {
            "before": ("change", *INTERVAL, "p_stuart_maxwell", "p_bowker"),
            "during": ("change", *INTERVAL, "p_stuart_maxwell", "p_bowker"),
            "gained": ("change", *INTERVAL, "p_mcnemar", "p_stuart_maxwell", "p_bowker"),
            "lost": ("change", *INTERVAL, "p_mcnemar", "p_stuart_maxwell", "p_bowker"),
        },
        shown=("n",),
    ),
    "mart.employment_status": Rules(
        "paths", "n", ("evaluation", "wave"), ("persons", "share", *INTERVAL), shown=("time",)
    ),
    "mart.employment_flow": Rules("paths", "n", ("evaluation",), ("persons",)),
    "mart.service_spend": Rules(
        "two_way",
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
        shown=("months",),
    ),
    "mart.service_month": Rules(
        "money",
        None,
        ("evaluation",),
        ("eur", "units", "participants", "eur_per_participant"),
    ),
    "mart.service_elsewhere": Rules(
        "money",
        None,
        ("evaluation",),
        (
            *("participants", "participants_elsewhere", "eur", "eur_elsewhere", "units_elsewhere"),
            *("share_eur_elsewhere", "share_participants_elsewhere"),
        ),
    ),
    "mart.budget_use": Rules(
        "money",
        None,
        ("evaluation",),
        (
            *("persons", "participants", "indicative_eur", "agreed_eur", "spent_eur", "agreed_of_indicative"),
            *("spent_of_agreed", "persons_over", "rule_persons", "rule_most_eur", "rule_agreed_eur"),
            "persons_above_rule",
        ),
    ),
    "mart.outcome_cost": Rules(
        "beside",
        "persons",
        (*SCALE, "outcome"),
        ("participants", "eur_per_outcome", "eur_low", "eur_high"),
        shown=("threshold_kind",),
    ),
    "mart.dose_change": Rules(
        "beside",
        "n",
        (*SCALE, "dose_group"),
        (
            *("dose_eur", "mean_pre", "mean_change", *INTERVAL, "rank_correlation", "rank_correlation_low"),
            "rank_correlation_high",
        ),
    ),
    "mart.stakeholder_item": Rules(
        "groups",
        "n",
        ("year", "role", "item"),
        ("count", "share", *INTERVAL),
        {"count": ("share", *INTERVAL)},
        shown=("invited",),
    ),
    "mart.stakeholder_change": Rules(
        "with_survey",
        "n",
        ("year", "role", "item"),
        (*OF_YEAR, *OF_YEAR_BEFORE, *OF_BOTH_YEARS, *RANK_TESTS),
        {
            "share": (*OF_YEAR, *OF_BOTH_YEARS),
            "share_before": (*OF_YEAR_BEFORE, *OF_BOTH_YEARS),
            "superiority": RANK_TESTS,
        },
        shown=("year_before", "favourable", "n_before", "municipalities", "family"),
    ),
    "mart.reliability": Rules(
        "measure",
        "n",
        SCALE,
        ("alpha", "alpha_low", "alpha_high", "omega", "floor", "ceiling", "missing_share"),
        shown=("items",),
    ),
    "mart.item_quality": Rules("measure", "n", SCALE, ("item_rest", "missing_share")),
    "mart.agreement": Rules(
        "measure",
        "n",
        ("evaluation", "instrument", "scale"),
        ("icc_a1", *INTERVAL, "mean_difference", "loa_low", "loa_high"),
    ),
    **FOLLOWERS,
    # Who was asked, answered and paired is no secret; what the model would cost comes from published inputs.
    "mart.stakeholder_response": Rules(
        "no_cells", None, (), (), shown=("year", "role", "invited", "answered", "response_rate")
    ),
    "mart.participant_flow": Rules(
        "no_cells", None, (), (), shown=("eligible", "asked", "answered", "scored", "paired")
    ),
    "mart.programme_cost": Rules(
        "no_cells", None, (), (), shown=("persons", "share", "eur_year", "eur_month", "source")
    ),
    "mart.programme_financing": Rules(
        "no_cells", None, (), (), shown=("share", "eur_year", "points", "chosen")
    ),
    "mart.community_service_cost": Rules(
        "no_cells", None, (), (), shown=("quantity", "unit", "price_eur", "eur_month")
    ),
    # What an office, training or an assessment cost in all is nobody's service.
    "mart.cost_by_kind": Rules("no_cells", None, (), (), shown=("eur", "months")),
}


def tables_of(way: Way) -> tuple[str, ...]:
    """Return the marts that a step looks at."""
    return tuple(table for table, rules in RULES.items() if rules.way == way)


def require_rules(table: str, columns: Iterable[str], key: Iterable[str]) -> None:
    """Raise DisclosureRuleError when the mart, or one of its columns besides the key, has no rule."""
    rules = RULES.get(table)
    if rules is None:
        raise DisclosureRuleError(f"{table}: has no disclosure rule; add one to RULES in {__name__}")
    with_count = {column for columns in rules.with_count.values() for column in columns}
    named = {*key, *rules.block, *rules.figures, *with_count, *rules.shown, rules.base, *ALWAYS_SHOWN}
    unnamed = sorted(set(columns) - named)
    if unnamed:
        raise DisclosureRuleError(
            f"{table}: no disclosure rule says whether {', '.join(unnamed)} may be shown; add to its `figures` "
            f"(hidden with a row) or `shown` in {__name__}"
        )
