"""Schema `mart`, on money: by month, elsewhere, budgets, costs of programmes, outcomes beside what was spent."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from pipeline.schemas.codes import COST_KINDS
from pipeline.schemas.columns import (
    REASON,
    SUPPRESSED,
    coded,
    coded_key,
    count,
    euro,
    figure,
    flag,
    key,
    share,
    text,
)
from pipeline.schemas.mart import Population

EUR_DIGITS = 4


class ServiceMonth(Population):
    """What was given and spent in a month, by group of services."""

    month = dy.Date(primary_key=True, description="First day of the month.")
    service_group = key("Group of services; `total`.")
    eur = euro("Amount paid.")
    units = dy.Decimal(18, 4, description="Units of the services.", metadata={"unit": "service units"})
    participants = count("Persons with a service in the month.")
    eur_per_participant = euro("Amount by person.", nullable=True, digits=EUR_DIGITS)
    suppressed = flag(SUPPRESSED)


class ServiceElsewhere(Population):
    """What was given outside a person's own municipality, of the services whose provider's is known."""

    service_group = key("Group of services; `total`.")
    participants = count("Persons with a service whose provider's municipality is known.")
    participants_elsewhere = count("Persons with a service of a provider in another municipality.")
    eur = euro("Amount paid to providers whose municipality is known.")
    eur_elsewhere = euro("Of it to providers in another municipality.")
    units_elsewhere = dy.Decimal(
        18, 4, description="Units given in another municipality.", metadata={"unit": "service units"}
    )
    share_eur_elsewhere = share("Share of eur.")
    share_participants_elsewhere = share("Share of participants.")
    suppressed = flag(SUPPRESSED)


class CostByKind(Population):
    """A kind of cost that is nobody's service: of the whole programme, or borne by one municipality."""

    cost_kind = coded_key("Kind of cost.", COST_KINDS)
    eur = euro("Amount paid.")
    months = count("Months with such a cost.", unit="months")


class BudgetUse(Population):
    """What was spent against what was agreed and indicated, of the persons with both amounts."""

    persons = count("Persons with an indicative and an agreed amount.")
    participants = count("Of them, persons with a service.")
    indicative_eur = euro("Indicative amounts, as sent.")
    agreed_eur = euro("Agreed amounts.")
    spent_eur = euro("Amount paid for their services.")
    agreed_of_indicative = figure("agreed_eur / indicative_eur.", unit="ratio", minimum=0)
    spent_of_agreed = figure(
        "spent_eur / agreed_eur; null when a correction makes it negative.", minimum=0, unit="ratio"
    )
    persons_over = count("Persons for whom more was spent than agreed.")
    rule_persons = count("Persons for whom a published rule on indicative amounts was valid at enrolment.")
    rule_most_eur = euro("What the rule allows them at most, for the plan's months.")
    rule_agreed_eur = euro("What was agreed for them.")
    persons_above_rule = count("Persons for whom more was agreed than the rule allows.")
    suppressed = flag(SUPPRESSED)

    @dy.rule()
    def parts_are_no_more_than_the_whole(cls) -> pl.Expr:
        """Who had a service, or comes under a rule, is among the persons."""
        return (cls.participants.col <= cls.persons.col) & (cls.rule_persons.col <= cls.persons.col)


class OutcomeCost(Population):
    """What was spent for each unit of an outcome: no ranking, and no proof that the money brought it about."""

    outcome = coded_key(
        "goal_attained: a unit of goal attainment; person_improved: a person improved reliably.",
        ("goal_attained", "person_improved"),
    )
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered; `none` for goals.")
    scale = key("Scale of the measure; `total` for goals.")
    threshold_kind = text("rci or rci_sample; null for goals.", nullable=True)
    persons = count("Persons whose outcome is known.")
    participants = count("Persons with a service.")
    eur_per_outcome = euro(
        "Mean amount by person with a service / mean outcome by person with a known one.",
        nullable=True,
        digits=EUR_DIGITS,
    )
    eur_low = euro("Lower limit of its 95 % Fieller interval.", nullable=True, digits=EUR_DIGITS)
    eur_high = euro("Upper limit of its 95 % Fieller interval.", nullable=True, digits=EUR_DIGITS)
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class DoseChange(Population):
    """The change of persons for whom about as much was spent; who needs more is given more."""

    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered, the same at both waves.")
    scale = key("Scale of the measure (meta.scale).")
    dose_group = dy.Int64(
        primary_key=True,
        min=0,
        description="Place of the group by amount spent, 1 the lowest; 0 for all.",
        metadata={"unit": "position"},
    )
    n = count("Persons scored at both waves, with a service.")
    dose_eur = euro("Mean amount spent for them, to the nearest 50 euro.", nullable=True)
    mean_pre = figure("Mean at the pre wave; null for all.", unit="score")
    mean_change = figure("Mean change, positive = better; null for all: see score_change.", unit="score")
    ci_low = figure("Lower limit of its 95 % t interval.", unit="score")
    ci_high = figure("Upper limit of its 95 % t interval.", unit="score")
    rank_correlation = figure(
        "Spearman's correlation of amount and change; on the row of all.", unit="coefficient"
    )
    rank_correlation_low = figure("Lower limit of its 95 % interval.", unit="coefficient")
    rank_correlation_high = figure("Upper limit of its 95 % interval.", unit="coefficient")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class ProgrammeCost(dy.Schema):
    """What the model would cost in the whole country: inputs, and what is computed from them."""

    programme = key("Programme (children, adults).")
    variant = key("Variant of the calculation.")
    line = key("Line of the calculation.")
    persons = dy.Decimal(
        18, 4, nullable=True, description="Persons or posts.", metadata={"unit": "persons or posts"}
    )
    share = share("Share that the line's source gives: of those who take it up, of administration.")
    eur_year = euro("Amount a year.", nullable=True)
    eur_month = euro("Amount a month.", nullable=True)
    source = coded("input (published) or computed (ours).", ("input", "computed"))


class ProgrammeFinancing(dy.Schema):
    """Who would pay how much of a programme's cost in a year, by each way of sharing it."""

    programme = key("Programme (children, adults).")
    variant = key("Variant of the calculation.")
    financing = key("Way of sharing the cost.")
    bearer = key("Who pays: state, municipality, parents.")
    share = share("Share of the total.")
    eur_year = euro("Amount a year.")
    points = count("Points that the ministry gave this way, on its criteria.", unit="points")
    chosen = flag("True for the way with the most points.")


class CommunityServiceCost(dy.Schema):
    """What a scenario of community services would cost a month: quantity times price, and the total."""

    care_level = key("Care level, 1 (least) to 4 (most).")
    home = key("Kind of home.")
    service = key("Service (meta.service_price); `total`.")
    quantity = dy.Decimal(
        18, 4, nullable=True, description="Days or hours a month; null for the total.",
        metadata={"unit": "days or hours"},
    )  # fmt: skip
    unit = text("day or hour; null for the total.", nullable=True)
    price_eur = euro("Price of a unit; null for the total.", nullable=True)
    eur_month = euro("Amount a month.")
