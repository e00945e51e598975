"""The yearly stakeholder survey: who answered, how, what changed; and the themes of the remarks."""

from __future__ import annotations

import dataframely as dy

from pipeline.schemas import columns
from pipeline.schemas.columns import GRP, REASON, SUPPRESSED, figure, flag, key, probability, text

FAMILY = "Tests that p_adjusted counts together (Benjamini-Hochberg)."


def _year() -> dy.Int64:
    return dy.Int64(primary_key=True, description="Year of the survey.", metadata={"unit": "year"})


class StakeholderResponse(dy.Schema):
    """How many of one role were invited to the yearly survey and answered."""

    year = _year()
    role = key("Role of the respondents.")
    population = key("`all` or municipality.")
    grp = key(GRP)
    invited = columns.count(
        "Stakeholders on the lists of those invited; null where no list was sent.", nullable=True
    )
    answered = columns.count("Respondents who answered at least one item.")
    response_rate = columns.share("answered / invited; null with a reason where lists are missing.")
    reason = text(REASON, nullable=True)


class StakeholderItem(dy.Schema):
    """How often an item of the yearly stakeholder survey was answered with a category."""

    year = _year()
    role = key("Role of the respondents.")
    population = key("`all` or municipality.")
    grp = key(GRP)
    item = key("Item of the survey (meta.item).")
    category = key("Answer category.")
    n = columns.count("Respondents who answered the item.")
    invited = columns.count("Respondents invited; null where no list was sent.", nullable=True)
    count = columns.count("Respondents who gave this answer.")
    share = columns.share("count / n.")
    ci_low = columns.share("Lower limit of its 95 % Wilson interval.")
    ci_high = columns.share("Upper limit of its 95 % Wilson interval.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class StakeholderChange(dy.Schema):
    """How one role rated one item in a year, and against the survey before; other people answer each year."""

    year = _year()
    role = key("Role of the respondents.")
    population = key("`all`.")
    grp = key(GRP)
    item = key("Rated item of the survey (meta.item).")
    year_before = dy.Int64(
        nullable=True,
        description="Year of the latest earlier survey with answers to it.",
        metadata={"unit": "year"},
    )
    favourable = text("Categories that count as favourable: those above the middle of the printed range.")
    n_before = columns.count("Respondents of the earlier year.", nullable=True)
    n = columns.count("Respondents of the year.")
    share_before = columns.share("Share favourable in the earlier year.")
    share_before_low = columns.share("Lower limit of its 95 % Wilson interval.")
    share_before_high = columns.share("Upper limit of its 95 % Wilson interval.")
    share = columns.share("Share favourable in the year.")
    share_low = columns.share("Lower limit of its 95 % Wilson interval.")
    share_high = columns.share("Upper limit of its 95 % Wilson interval.")
    change = figure("share - share_before.", unit="share -1 to 1")
    change_low = figure("Lower limit of its 95 % interval (Newcombe).", unit="share -1 to 1")
    change_high = figure("Upper limit of that interval.", unit="share -1 to 1")
    superiority = columns.share(
        "Probability that one of the year rates better than one of the earlier (ties half)."
    )
    p_mann_whitney = probability("Mann-Whitney test of the ratings; municipalities are left out of account.")
    municipalities = columns.count(
        "Municipalities with answers, the clusters of the odds ratio.", unit="municipalities"
    )
    odds_ratio = figure(
        "Odds of a better rating against the earlier year (proportional odds).", minimum=0, unit="ratio"
    )
    odds_ratio_low = figure(
        "Lower limit of its 95 % interval, municipalities as clusters.", minimum=0, unit="ratio"
    )
    odds_ratio_high = figure("Upper limit of that interval.", minimum=0, unit="ratio")
    p = probability("Test that the odds ratio is 1, municipalities as clusters.")
    family = text(FAMILY)
    p_adjusted = probability("p adjusted for the tests of its family.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class StakeholderTheme(dy.Schema):
    """A term of the remarks in the yearly survey that several respondents used; for the analyst alone."""

    year = _year()
    role = key("Role of the respondents.")
    item = key("Item answered in free text (meta.item).")
    term = key("The commonest form of the term; never a remark as written.")
    respondents = columns.count(
        "Respondents who used it; terms of fewer than the plan's min_cell are left out."
    )
    remarks = columns.count("Respondents who wrote a remark.")
