"""Money by month, elsewhere and of budgets, outcomes beside it, employment by way: what must not be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

import sql
from pipeline.disclosure import MONEY_FACTS, Disclosed, EarlierRelease, control
from pipeline.disclosure.path_rows import FLOW, STATUS
from pipeline.schemas import CORE, MART
from pipeline.schemas.codes import EMPLOYED_STATUSES, EMPLOYMENT_STATUSES
from pipeline.warehouse import Warehouse
from tests.pipeline.disclosure.programme import EVALUATION, plan

BUDGET = Decimal(1000)
Given = tuple[str, int, str, str | None]
HERE, THERE = "0900200", "0050000"
MONTHS = [dt.date(2019, month, 1) for month in (1, 2, 3, 4)]
MARTS = ("mart.service_spend", "mart.service_month", "mart.service_elsewhere", "mart.budget_use")


def table(name: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    from pipeline.schemas import TABLES

    schema = TABLES[name].create_empty().schema
    texts = {column: "-" for column, kind in schema.items() if kind == pl.String}
    filled = [{**dict.fromkeys(schema), **texts, **row} for row in rows]
    return pl.DataFrame([{column: row[column] for column in schema} for row in filled], schema=schema)


class Programme:
    """People with services; the marts are those that the shipped SQL makes of them."""

    def __init__(self, services: Sequence[Given], sexes: dict[str, str]) -> None:
        """Take services as person, place of the month, euro and provider; budgets are of BUDGET each."""
        people = sorted(sexes)
        days = {"evaluation": EVALUATION, "first_day": MONTHS[0], "last_day": dt.date(2019, 4, 30)}
        groups = [(p, group) for p in people for group in (("all", "all"), ("sex", sexes[p])) if group[1]]
        self.tables = {
            "core.service": table("core.service", [self._service(*service) for service in services]),
            "core.evaluation_member": table(
                "core.evaluation_member", [{**days, "participant_id": p} for p in people]
            ),
            "core.population_member": table(
                "core.population_member",
                [
                    {"evaluation": EVALUATION, "population": population, "grp": grp, "participant_id": p}
                    for p, (population, grp) in groups
                ],
            ),
            "core.participant": table(
                "core.participant",
                [{"participant_id": p, "municipality_code": HERE, "enrolled_on": MONTHS[0]} for p in people],
            ),
            "core.budget": table(
                "core.budget",
                [
                    {"participant_id": p, "indicative_eur": Decimal(1200), "agreed_eur": Decimal(1000)}
                    for p in people
                ],
            ),
            "core.eligible_member": table("core.eligible_member", []),
            "core.cost": table("core.cost", []),
            "meta.evaluation": table(
                "meta.evaluation", [{"evaluation": EVALUATION, "months": 12, "reporting_year": 1}]
            ),
            "meta.municipality": table(
                "meta.municipality", [{"municipality_code": HERE, "valid_from": dt.date(2009, 7, 1)}]
            ),
        }

    @staticmethod
    def _service(person: str, month: int, eur: str, provider: str | None) -> dict[str, Any]:
        return {
            "participant_id": person,
            "service": "escort",
            "service_group": "social",
            "month": MONTHS[month],
            "units": Decimal(1),
            "eur": Decimal(eur),
            "provider_municipality": provider,
            "correction": False,
        }

    def marts(self) -> dict[str, pl.DataFrame]:
        with duckdb.connect(":memory:") as connection:
            for schema in ("core", "meta"):
                connection.execute(f"CREATE SCHEMA {schema}")
            for macro in sql.macros():
                connection.execute(macro)
            warehouse = Warehouse(connection)
            for name, frame in self.tables.items():
                connection.register("frame", frame.to_arrow())
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
                connection.unregister("frame")
            return {name: MART[name].cast(warehouse.query(sql.marts()[name])) for name in MARTS}

    def disclosed(self, earlier: Sequence[EarlierRelease] = ()) -> Disclosed:
        facts = {name: self.tables[name] for name in (*MONEY_FACTS, "core.goal") if name in self.tables}
        marts = {name: frame.sort(MART[name].primary_key()) for name, frame in self.marts().items()}
        return control(marts, plan(), self.tables["meta.municipality"], facts, earlier)

    def released(self) -> EarlierRelease:
        """What a later release is looked at beside."""
        found = self.disclosed()
        return EarlierRelease("1.1", found.flagged, found.public, self.tables, found.proof)

    def with_goals(self, attainment: Sequence[float]) -> Programme:
        """Give each person a goal that was attained so far."""
        goals = [
            {"participant_id": person, "goal_id": "g", "domain": "leisure", "attainment": degree}
            for person, degree in zip(TEN, attainment, strict=True)
        ]
        self.tables["core.goal"] = table("core.goal", goals)
        return self


def of_all(found: Disclosed, name: str, line: str = "total") -> pl.DataFrame:
    frame = found.public[name].filter(pl.col("population") == "all")
    return frame.filter(pl.col("service_group") == line) if "service_group" in frame.columns else frame


TEN = [f"p{number}" for number in range(10)]
SEXES = {person: "f" if number < 5 else "m" for number, person in enumerate(TEN)}


def even(months: Sequence[int] = (0, 1, 2, 3), people: Sequence[str] = TEN) -> list[Given]:
    return [(person, month, "100.00", HERE) for person in people for month in months]


def test_nothing_is_hidden_where_many_have_about_as_much() -> None:
    found = Programme(even(), SEXES).disclosed()
    assert of_all(found, "mart.service_month")["eur"].null_count() == 0
    assert found.public["mart.budget_use"]["spent_eur"].null_count() == 0
    assert found.public["mart.service_elsewhere"]["eur_elsewhere"].null_count() == 0


def test_money_that_did_not_move_stays_when_a_goal_of_one_person_did() -> None:
    before = Programme(even(), SEXES).with_goals([1.0] * 10).released()
    after = Programme(even(), SEXES).with_goals([0.0] + [1.0] * 9).disclosed([before])
    for name in ("mart.service_month", "mart.service_elsewhere", "mart.budget_use"):
        assert after.public[name].equals(before.public[name]), name


def test_money_that_one_person_moved_is_hidden() -> None:
    before = Programme(even(), SEXES).released()
    more = [*even(people=TEN[1:]), *((TEN[0], month, "130.00", HERE) for month in (0, 1, 2, 3))]
    after = Programme(more, SEXES).disclosed([before])
    assert before.public["mart.budget_use"]["spent_eur"].null_count() == 0
    assert of_all(after, "mart.service_month")["eur"].null_count() == 4
    assert after.public["mart.budget_use"]["spent_eur"].null_count() == 3


def test_a_month_of_few_persons_takes_another_with_it() -> None:
    # In the fourth month three persons are served: without a second one its amount is a subtraction away.
    found = Programme([*even((0, 1, 2)), *even((3,), TEN[:3])], SEXES).disclosed()
    assert of_all(found, "mart.service_month")["eur"].is_null().to_list() == [True, False, False, True]
    assert of_all(found, "mart.service_month", "social")["eur"].null_count() == 4


def test_a_month_that_one_person_dominates_is_hidden() -> None:
    services = [*even((0, 1, 2)), *[(p, 3, "10.00", HERE) for p in TEN[1:]], ("p0", 3, "900.00", HERE)]
    hidden = of_all(Programme(services, SEXES).disclosed(), "mart.service_month")["eur"].is_null().to_list()
    assert hidden[3]
    assert sum(hidden) >= 2


def test_the_months_of_a_group_are_never_listed() -> None:
    found = Programme(even(), SEXES).disclosed()
    assert set(found.public["mart.service_month"]["population"]) == {"all"}
    assert set(found.flagged["mart.service_month"]["population"]) == {"all", "sex"}


def test_few_who_go_elsewhere_hide_the_breakdown_not_the_whole() -> None:
    # Six go elsewhere, of the women (f) two: their breakdown goes whole, the four men's with it.
    services: list[Given] = [
        (p, 0, "100.00", THERE if p in ("p3", "p4", "p5", "p6", "p7", "p8") else HERE) for p in TEN
    ]
    services += even((1,))
    found = Programme(services, SEXES).disclosed().public["mart.service_elsewhere"]
    total = found.filter(pl.col("service_group") == "total")
    assert total.filter(pl.col("population") == "all")["participants_elsewhere"].to_list() == [6]
    assert total.filter(pl.col("population") == "sex")["participants_elsewhere"].to_list() == [None, None]


def test_persons_in_no_group_are_not_left_over() -> None:
    # Two of twelve have no known sex: all less the women and the men would tell of two persons.
    sexes = {**SEXES, "p10": "", "p11": ""}
    found = Programme(even(people=sorted(sexes)), sexes).disclosed().public["mart.budget_use"]
    assert found.filter(pl.col("population") == "all")["agreed_eur"].to_list() == [Decimal("12000.00")]
    assert found.filter(pl.col("population") == "sex")["agreed_eur"].to_list() == [None, None]


def test_a_hidden_amount_is_not_nearly_all_of_what_is_shown() -> None:
    # The four men were given 4000.00 elsewhere, the women 300.00: in all less than 15 % above the men's, who are
    # too few. So the whole goes, too.
    services = [
        *even((0,)),
        *((p, 1, "1000.00", THERE) for p in TEN[5:9]),
        *((p, 2, "60.00", THERE) for p in TEN[:5]),
    ]
    found = Programme(services, SEXES).disclosed().public["mart.service_elsewhere"]
    assert found["eur_elsewhere"].null_count() == found.height


def test_months_that_cover_one_leave_it_room() -> None:
    # The second month is two persons' 1000.00 of 1120.00 with the first: 12 % of room. The next smallest goes, too.
    services: list[Given] = [("p0", 1, "500.00", HERE), ("p1", 1, "500.00", HERE)]
    services += [(p, 0, "24.00", HERE) for p in TEN[5:]]
    services += [(p, month, "200.00", HERE) for p in TEN for month in (2, 3)]
    hidden = of_all(Programme(services, SEXES).disclosed(), "mart.service_month")["eur"].is_null()
    assert hidden.to_list()[:2] == [True, True]
    assert hidden.sum() >= 3


def test_a_small_count_of_overspent_budgets_is_hidden_alone() -> None:
    services = [*even(), ("p0", 0, "700.00", HERE), ("p1", 0, "700.00", HERE)]
    found = Programme(services, SEXES).disclosed()
    whole = of_all(found, "mart.budget_use").row(0, named=True)
    assert (whole["persons_over"], whole["spent_eur"]) == (None, Decimal("5400.00"))


def test_without_knowing_who_holds_what_nothing_is_shown() -> None:
    programme = Programme(even(), SEXES)
    found = control(programme.marts(), plan(), programme.tables["meta.municipality"])
    assert found.public["mart.budget_use"]["spent_eur"].null_count() == 3
    assert found.public["mart.service_month"].filter(pl.col("eur").is_not_null()).is_empty()


@pytest.mark.parametrize("seed", range(12))
def test_no_sum_or_difference_of_shown_money_is_of_few(seed: int) -> None:
    """Of all shown months, and of all less the shown groups, at least five persons hold the rest, none most."""
    random = np.random.default_rng(seed)
    people = [f"p{number:02d}" for number in range(int(random.integers(6, 40)))]
    sexes = {person: str(random.choice(["f", "m", ""], p=[0.6, 0.35, 0.05])) for person in people}
    services: list[Given] = [
        (person, month, f"{random.gamma(1, 300) + 1:.2f}", str(random.choice([HERE, THERE], p=[0.7, 0.3])))
        for person in people
        for month in range(4)
        if random.random() < (0.9, 0.5, 0.3, 0.1)[month]
    ]
    found = Programme(services, sexes).disclosed()
    shown = of_all(found, "mart.service_month").filter(pl.col("eur").is_not_null())["month"].to_list()
    holders = {
        month: [(person, Decimal(eur)) for person, place, eur, _ in services if MONTHS[place] == month]
        for month in MONTHS
    }
    for month in shown:
        assert_safe(holders[month])
    rest = [held for month in MONTHS if month not in shown for held in holders[month]]
    if rest and shown:
        assert_safe(rest)
    where = found.public["mart.service_elsewhere"].filter(
        (pl.col("service_group") == "total") & pl.col("eur_elsewhere").is_not_null()
    )
    for population, grp in where.select("population", "grp").iter_rows():
        own = [s for s in services if population == "all" or sexes[s[0]] == grp]
        for provider in (HERE, THERE):
            part = [(person, Decimal(eur)) for person, _, eur, place in own if place == provider]
            if part:
                assert_safe(part)


def assert_safe(held: Sequence[tuple[str, Decimal]]) -> None:
    by_person: dict[str, Decimal] = {}
    for person, eur in held:
        by_person[person] = by_person.get(person, Decimal(0)) + eur
    largest, total = sorted(by_person.values(), reverse=True), sum(by_person.values())
    assert len(by_person) >= 5
    assert largest[0] <= total * Decimal("0.75")
    assert sum(largest[:2]) <= total * Decimal("0.90")


# Outcomes beside money


def outcome(grp: tuple[str, str], **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"evaluation": EVALUATION, "population": grp[0], "grp": grp[1]}
    row |= {"outcome": "goal_attained"}
    row |= {"instrument": "goal_attainment", "respondent": "none", "scale": "total", "threshold_kind": None}
    return {**row, "persons": 10, "participants": 10, "eur_per_outcome": Decimal("5.0000"), **more}


def spend(grp: tuple[str, str], participants: int) -> dict[str, Any]:
    row = {"evaluation": EVALUATION, "population": grp[0], "grp": grp[1], "service_group": "total"}
    return {**row, "service": "all", "eur": Decimal(100), "participants": participants, "suppressed": False}


def test_an_amount_by_outcome_is_hidden_with_either_of_the_two() -> None:
    programme = Programme(even(), SEXES)
    groups = [("all", "all"), ("sex", "f"), ("sex", "m")]
    goals = [
        {"evaluation": EVALUATION, "population": p, "grp": g, "domain": "total", "goals": 20, "persons": n}
        for (p, g), n in zip(groups, (13, 10, 3), strict=True)
    ]
    marts = {
        "mart.service_spend": table("mart.service_spend", [spend(group, 10) for group in groups]),
        "mart.goal_attainment": table("mart.goal_attainment", goals),
        "mart.outcome_cost": table("mart.outcome_cost", [outcome(group) for group in groups]),
    }
    facts = {name: programme.tables[name] for name in MONEY_FACTS}
    found = control(marts, plan(), programme.tables["meta.municipality"], facts).public["mart.outcome_cost"]
    shown = dict(found.select("grp", pl.col("eur_per_outcome").is_not_null()).rows())
    # The goals of three men are hidden, and the women's with them.
    assert shown == {"all": True, "f": False, "m": False}


def test_persons_improved_are_shown_for_the_whole_alone() -> None:
    programme = Programme(even(), SEXES)
    improved = {
        "outcome": "person_improved",
        "instrument": "measure",
        "respondent": "self",
        "threshold_kind": "rci",
    }
    responders = [
        {"evaluation": EVALUATION, "population": p, "grp": g, "instrument": "measure", "respondent": "self"}
        | {"scale": "total", "threshold_kind": "rci", "n_improved": 20, "n_unchanged": 20, "n_worsened": 20}
        for p, g in (("all", "all"), ("sex", "f"), ("sex", "m"))
    ]
    groups = [("all", "all"), ("sex", "f")]
    marts = {
        "mart.service_spend": table("mart.service_spend", [spend(group, 10) for group in groups]),
        "mart.responder": table("mart.responder", responders[:2]),
        "mart.outcome_cost": table("mart.outcome_cost", [outcome(group, **improved) for group in groups]),
    }
    facts = {name: programme.tables[name] for name in MONEY_FACTS}
    found = control(marts, plan(), programme.tables["meta.municipality"], facts).public["mart.outcome_cost"]
    assert dict(found.select("grp", pl.col("eur_per_outcome").is_not_null()).rows()) == {
        "all": True,
        "f": False,
    }


# Employment by way and wave

STATUSES = tuple(status for status in EMPLOYMENT_STATUSES if status != "unknown")


def flows(ways: dict[tuple[str, str], int]) -> pl.DataFrame:
    n = sum(ways.values())
    rows = [
        {"evaluation": EVALUATION, "population": "all", "grp": "all", "before": before, "during": during}
        | {"n": n, "persons": ways.get((before, during), 0), "suppressed": False}
        for before in STATUSES
        for during in STATUSES
    ]
    return table(FLOW, rows)


def test_a_way_of_few_is_covered_by_others_of_its_row_and_column() -> None:
    ways = {
        ("not_employed", "not_employed"): 40,
        ("not_employed", "part_time"): 12,
        ("part_time", "part_time"): 9,
    }
    ways |= {("part_time", "not_employed"): 3}
    register = table("meta.municipality", [])
    found = control({FLOW: flows(ways)}, plan(), register).public[FLOW]
    hidden = found.filter(pl.col("persons").is_null()).select("before", "during").rows()
    assert ("part_time", "not_employed") in hidden
    for end in ("before", "during"):
        counted = [row[("before", "during").index(end)] for row in hidden]
        assert all(counted.count(status) >= 2 for status in counted)


def test_ways_of_many_are_all_shown() -> None:
    ways = {
        ("not_employed", "not_employed"): 40,
        ("not_employed", "part_time"): 12,
        ("part_time", "part_time"): 9,
    }
    found = control({FLOW: flows(ways)}, plan(), table("meta.municipality", [])).public[FLOW]
    assert found["persons"].null_count() == 0


def test_a_wave_between_hides_its_small_counts() -> None:
    counts = {"part_time": 3, "in_education": 8, "not_employed": 30}
    employed = sum(counts.get(status, 0) for status in EMPLOYED_STATUSES)
    rows = [
        {"evaluation": EVALUATION, "population": "all", "grp": "all", "wave": "middle", "time": "between"}
        | {"status": status, "n": 41, "persons": employed if status == "employed" else counts.get(status, 0)}
        for status in (*STATUSES, "employed")
    ]
    found = control({STATUS: table(STATUS, rows)}, plan(), table("meta.municipality", [])).public[STATUS]
    hidden = set(found.filter(pl.col("persons").is_null())["status"])
    # All less the others would tell of the three, and so would `employed`, which is the same three.
    assert {"part_time", "employed"} < hidden


def test_schemas_of_these_tests_are_the_real_ones() -> None:
    assert set(MARTS) <= set(MART)
    assert set(MONEY_FACTS) <= set(CORE)
