"""The codes that the tables use, each list in one place and in its natural order."""

from __future__ import annotations

SEXES = ("f", "m")
RESPONDENTS = ("self", "parent", "proxy", "assessor")
CONSENTS = ("yes", "no", "withdrawn")
ARMS = ("programme", "waiting")
CONSTRUCTS = ("performance", "capacity")
SERVICE_GROUPS = ("social", "health", "education", "other")
COST_KINDS = ("assessment", "training_and_consultation", "municipality", "administration")
EMPLOYED_STATUSES = (
    "independent_full_time",
    "casual_full_time",
    "part_time",
    "voluntary_or_temporary_public_works",
)
EMPLOYMENT_STATUSES = (*EMPLOYED_STATUSES, "in_education", "not_employed", "unknown")
INVITATION_OUTCOMES = ("answered", "refused", "not_able", "not_reached")
STAKEHOLDER_ROLES = ("staff", "provider", "recipient")
REGIONS = ("riga", "vidzeme", "kurzeme", "zemgale", "latgale")
OUTCOMES = ("improved", "unchanged", "worsened")
VERDICTS = ("improved", "worsened", "no_relevant_change", "trivial_change", "inconclusive", "not_estimable")
THRESHOLD_KINDS = ("rci", "rci_sample", "mid", "half_sd")
TESTS = ("paired_t", "wilcoxon", "sign")
LEVELS = ("interval", "ordinal")
RUNGS = ("raw_change", "regression_to_mean", "norm_age_trend", "attrition_worst_case")
RESIDENCES = ("alone", "family", "group_home", "social_flat", "institution", "other")
MODELS = ("paired", "mixed")
EFFECTS = ("g_av", "rank_biserial")
MISSING_DATA = ("complete", "robust", "fragile", "undecided", "not_estimable")
BASELINE_CHARACTERISTICS = ("baseline_score", "sex", "age_band", "care_level", "residence")
HIDDEN_REASON = "not shown, to protect privacy"
"""The `reason` of a row with a figure that disclosure control hid."""
