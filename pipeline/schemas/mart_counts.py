"""Schema `mart`, on counts and money: goals, functioning, ratings, work, services, who took part."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from pipeline.schemas import columns
from pipeline.schemas.columns import (
    REASON,
    SUPPRESSED,
    coded_key,
    count,
    euro,
    figure,
    flag,
    key,
    probability,
    share,
    text,
)
from pipeline.schemas.mart import Population

EUR_DIGITS = 4
TIMES = ("before", "between", "during")


class GoalAttainment(Population):
    """How far the goals of one domain were attained."""

    domain = key("Domain of the goals; `total` for all.")
    goals = count("Goals set.", unit="goals")
    open = count("Goals not reviewed yet; not in the degree.", unit="goals")
    achieved = count("Goals achieved (in goal attainment scaling: as expected or better).", unit="goals")
    partly = count("Goals partly achieved (in goal attainment scaling: -1).", unit="goals")
    not_achieved = count("Goals not achieved (in goal attainment scaling: -2).", unit="goals")
    degree = figure("Sum of the attainment values; in goal attainment scaling the mean T.", unit="goals or T")
    degree_pct = figure(
        "Degree in per cent of the reviewed goals; null in goal attainment scaling.", unit="per cent"
    )
    ci_low = figure(
        "Lower limit of the 95 % interval of degree_pct (or of T), persons as clusters.", unit="per cent or T"
    )
    ci_high = figure("Upper limit of that interval.", unit="per cent or T")
    persons = count("Persons with a goal.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class IcfChange(Population):
    """How many persons improved or worsened in an ICF code, a chapter, or over all."""

    level = coded_key("code, chapter, or any (over all codes).", ("code", "chapter", "any"))
    code = key("ICF code or chapter; `any` for the level any.")
    construct = key("performance or capacity.")
    facilitator = dy.Bool(primary_key=True, description="True for facilitators (+), tabled apart.")
    persons = count("Persons rated at both waves.")
    improved = count("Persons who improved (level any: improved in at least one, worsened in none).")
    unchanged = count("Persons unchanged.")
    worsened = count("Persons who worsened (level any: worsened in at least one, improved in none).")
    mixed = count("Persons with as many improved as worsened codes (level any: some of both).")
    share_improved = share("Share improved of persons.")
    ci_low = share("Lower limit of its 95 % Wilson interval.")
    ci_high = share("Upper limit of its 95 % Wilson interval.")
    p_sign = probability("Exact sign test, improved against worsened.")
    p_wilcoxon = probability("Signed-rank test of the qualifiers; null above the level of a code.")
    p_stuart_maxwell = probability("Stuart-Maxwell test of the qualifiers; null above the level of a code.")
    p_bowker = probability("Bowker's test of the qualifiers; null above the level of a code.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)

    @dy.rule()
    def outcomes_add_up(cls) -> pl.Expr:
        """Improved, unchanged, worsened and mixed add up to the persons."""
        total = cls.improved.col + cls.unchanged.col + cls.worsened.col + cls.mixed.col
        return total == cls.persons.col


class RatedChange(Population):
    """How people rated the change in one aspect of life, asked once, looking back."""

    instrument = key("Measure (meta.instrument).")
    item = key("Aspect of life (meta.item).")
    n = count("Persons who rated it, not counting `not applicable`.")
    better = count("Persons who rated it better.")
    same = count("Persons who rated it the same.")
    worse = count("Persons who rated it worse.")
    not_applicable = count("Persons it does not apply to.")
    share_better = share("better / (better + same + worse).")
    ci_low = share("Lower limit of its 95 % Wilson interval.")
    ci_high = share("Upper limit of its 95 % Wilson interval.")
    net_balance = dy.Float64(
        nullable=True,
        min=-1,
        max=1,
        description="Share better less share worse.",
        metadata={"unit": "share -1 to 1"},
    )
    p_sign = probability("Exact sign test, better against worse.")
    p_half = probability("Exact binomial test of share_better against one half.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class EmploymentChange(Population):
    """How many persons had an employment status before and during the programme."""

    status = key("Employment status, or `employed`.")
    before = count("Persons with it at baseline.")
    during = count("Persons with it as their last known status at a later wave.")
    gained = count("Persons with it during, not before.")
    lost = count("Persons with it before, not during.")
    n = count("Persons whose status is known before and during.")
    change = figure("Share during less share before.", unit="share -1 to 1")
    ci_low = figure("Lower limit of its 95 % interval (Bonett and Price).", unit="share -1 to 1")
    ci_high = figure("Upper limit of its 95 % interval (Bonett and Price).", unit="share -1 to 1")
    p_mcnemar = probability("Exact McNemar test, gained against lost.")
    p_stuart_maxwell = probability("Stuart-Maxwell test over all statuses; on the row `employed`.")
    p_bowker = probability("Bowker's test over all statuses; on the row `employed`.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class EmploymentStatus(Population):
    """How many persons had an employment status at a wave, or last had it before."""

    wave = key("Wave of the plan.")
    status = key("Employment status, or `employed`.")
    time = columns.coded("before: the pre wave; during: the last wave; between: others.", TIMES)
    n = count("Persons whose status is known before and during: the same at every wave.")
    persons = count("Persons with the status as last known at the wave.")
    share = share("persons / n.")
    ci_low = columns.share("Lower limit of its 95 % Wilson interval.")
    ci_high = columns.share("Upper limit of its 95 % Wilson interval.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class EmploymentFlow(Population):
    """How many persons went from one employment status before to one during the programme."""

    before = key("Status at the pre wave.")
    during = key("Last known status after it.")
    n = count("Persons whose status is known before and during.")
    persons = count("Persons who went this way.")
    suppressed = flag(SUPPRESSED)


class ServiceSpend(Population):
    """What was given and spent, by group of services and service."""

    service_group = key("Group of services; `total`; `total_with_costs` adds the programme's other costs.")
    service = key("Service; `all` for the group.")
    eur = euro("Amount paid.")
    units = dy.Decimal(18, 4, description="Units of the service.", metadata={"unit": "service units"})
    participants = count("Persons with at least one row.")
    months = count("Months of the plan's denominator.", unit="months")
    eur_per_unit = euro("Amount by unit.", nullable=True, digits=EUR_DIGITS)
    eur_per_participant = euro("Amount by person.", nullable=True, digits=EUR_DIGITS)
    eur_per_participant_month = euro(
        "Amount by person and month of the plan.", nullable=True, digits=EUR_DIGITS
    )
    person_months = count("Sum over persons of the months from first to last service.", unit="person-months")
    eur_per_person_month = euro("Amount by person-month.", nullable=True, digits=EUR_DIGITS)
    share_eur = share("Share of the population's total amount.")
    share_participants = share("Share of the population's persons with services.")
    suppressed = flag(SUPPRESSED)


class ParticipantFlow(Population):
    """How many persons were eligible, asked, answered, scored and paired for one measure at one wave."""

    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answers.")
    wave = key("Wave of the plan.")
    eligible = count("Persons of the population whom the measure is meant for.")
    asked = count("Persons invited; null where no invitations were sent in.", nullable=True)
    answered = count("Persons with at least one answer.")
    scored = count("Persons with at least one scored scale.")
    paired = count("Persons with at least one scale scored at both the pre and the post wave.")
