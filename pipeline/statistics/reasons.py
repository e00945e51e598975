"""Why a figure is missing: the sentences that stand in the `reason` columns.

Each is a whole phrase without numbers, so that the catalogues can translate it. Several reasons of one row
are joined by `join_reasons`.
"""

NO_PAIRS = "no pairs"
ONE_PAIR = "fewer than two pairs"
TWO_PAIRS = "fewer than three pairs"
NO_CHANGE_AT_ALL = "all differences are zero"
EQUAL_DIFFERENCES = "all differences are equal"
NO_EFFECT_INTERVAL = "the noncentral t could not be inverted for the interval of d_z"
NO_PERSONS = "no persons"
ONE_PERSON = "fewer than two persons"
TWO_PERSONS = "fewer than three persons"
NO_DISCORDANT = "nobody changed"
FEWER_THAN_TWO_STATES = "fewer than two states are left"
CONSTANT_SCORES = "all scores are equal"
CONSTANT_BASELINE = "all baseline scores are equal"
NO_RESIDUAL = "the second wave is an exact function of the first"
INTERVAL_HOLDS_ZERO = "the interval of the raw change is not above 0"
INTERVAL_REACHES_ZERO = "the interval of the raw change already reaches 0"
NO_BREAK_EVEN = "no long-run mean makes the interval reach 0"
NOBODY_LOST = "nobody was lost between the waves"
NO_INTERVAL = "the change has no interval"
NO_GOALS = "no goals"
ONE_PERSON_WITH_GOALS = "fewer than two persons with a goal"
NO_VARIATION_BETWEEN_PERSONS = "the share is the same for every person"
ONE_MUNICIPALITY = "fewer than two municipalities"
NO_REPEATED_MUNICIPALITY = "no municipality has two persons"
ONE_WAVE = "fewer than two waves"
NO_REPEATED_PERSON = "nobody was scored at two waves"
NO_VARIATION_WITHIN = "no variation within the municipalities"
TOO_FEW_FOR_ADJUSTMENT = "too few persons for the adjustment"
TOO_FEW_FOR_MODEL = "too few persons for the model"
MODEL_NOT_AT_OPTIMUM = "the model's optimum could not be confirmed"
ONE_ITEM = "fewer than two items"
TWO_ITEMS = "fewer than three items"
CONSTANT_ITEM = "an item has the same answer from everybody"
HEYWOOD_CASE = "the one-factor model has an improper solution (Heywood case)"
SINGULAR_ITEMS = "the items' correlations are singular"
NO_AGREEMENT_INTERVAL = "the intraclass correlation is too low for its approximate interval"
ENTIRE_AGREEMENT = "the ratings agree entirely"
NO_REFERENCE = "no reference value"
THRESHOLD_NOT_POSITIVE = "the threshold is not above 0"


def join_reasons(*reasons: str | None) -> str | None:
    """Join the reasons that apply, each once, in the order given; None when there is none."""
    kept = list(dict.fromkeys(reason for reason in reasons if reason))
    return "; ".join(kept) or None
