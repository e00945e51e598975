"""Every published figure, but the cost of the programme, against a real run on the demonstration home.

`published.yaml` is the tests' own copy of the answer key. Its numbers are read as they are printed: a figure
is met when ours, rounded half up as a decimal to the number of decimals published, equals it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipeline.home import Home

PUBLISHED: dict[str, Any] = yaml.load(
    (Path(__file__).parent / "published.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506  numbers stay the text that was printed
)
CHILDREN, ADULTS = PUBLISHED["children"], PUBLISHED["adults"]
PILOTS = {"children-2019": CHILDREN, "adults-2020": ADULTS}
TUKUMS = "0900200"
SIGNIFICANT = 0.05
Figure = Decimal | float | int | None
Row = dict[str, Any]
Ask = Callable[..., list[Row]]


def as_published(ours: Figure, printed: str) -> bool:
    """Whether ours, rounded half up to the decimals printed, is the printed number."""
    if ours is None:
        return False
    published = Decimal(printed)
    exponent = published.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(str(ours)).quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP) == published


def differing(ours: Mapping[str, Figure], printed: Mapping[str, str]) -> dict[str, tuple[Figure, str]]:
    """The figures that don't come out, with ours and the printed one; empty when all do."""
    return {name: (ours[name], text) for name, text in printed.items() if not as_published(ours[name], text)}


def per_cent(part: Figure, whole: Figure) -> Decimal | None:
    """A share in per cent, as an exact decimal; None of none."""
    if part is None:
        return None
    return 100 * Decimal(str(part)) / Decimal(str(whole))


@pytest.fixture(scope="module")
def ask(research: duckdb.DuckDBPyConnection) -> Ask:
    """Rows of a query as dictionaries, with `$1`, `$2` … filled in."""

    def rows(sql: str, *values: object) -> list[Row]:
        found = research.cursor().execute(sql, list(values))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return rows


def one(rows: list[Row]) -> Row:
    assert len(rows) == 1, f"expected one row, found {len(rows)}"
    return rows[0]


@pytest.mark.parametrize(
    ("ours", "printed", "met"),
    [
        (Decimal("62.6975"), "62.70", True),
        (0.5, "1", True),  # half up, not to even
        (2.675, "2.68", True),  # as a decimal, not as the float 2.67499…
        (62.694, "62.70", False),
        (None, "0", False),
    ],
)
def test_rounding_is_half_up_on_decimals(ours: Figure, printed: str, met: bool) -> None:
    assert as_published(ours, printed) is met


def test_no_published_figure_is_forgotten() -> None:
    """A figure added to the answer key has to be compared here, too."""
    assert set(PUBLISHED) == {"children", "adults", "programme_costs"}
    assert set(CHILDREN) == {
        *("participants", "municipalities", "waves", "service_months", "goals"),
        *("icf", "kidscreen52", "fqols", "services", "tukums"),
    }
    assert set(ADULTS) == {
        *("participants", "municipalities", "announced", "service_months", "waves"),
        *("goals", "sqol_change", "employment", "services", "tukums"),
    }


# Who took part, where and when


def test_participants(ask: Ask, demonstration_release: Path) -> None:
    served = {
        row["evaluation"]: row["participants"]
        for row in ask(
            "SELECT evaluation, participants FROM mart.service_spend"
            " WHERE population = 'all' AND service_group = 'total' AND service = 'all'"
        )
    }
    assert as_published(served["children-2019"], CHILDREN["participants"]["with_services"])
    assert as_published(served["adults-2020"], ADULTS["participants"])
    plan = Home(demonstration_release.parents[1]).plan()
    planned = plan.evaluation("children-2019").planned_participants
    assert as_published(planned, CHILDREN["participants"]["planned"])


def municipalities(ask: Ask, evaluation: str) -> dict[str, int]:
    """Names of an evaluation's municipalities with the persons who had services."""
    found = ask(
        "SELECT m.name_lv AS name, s.participants"
        " FROM mart.service_spend s JOIN meta.municipality m ON m.municipality_code = s.grp"
        " WHERE s.evaluation = $1 AND s.population = 'municipality' AND s.service_group = 'total'"
        " AND s.service = 'all'",
        evaluation,
    )
    return {row["name"]: row["participants"] for row in found}


def test_municipalities(ask: Ask) -> None:
    of_children, of_adults = municipalities(ask, "children-2019"), municipalities(ask, "adults-2020")
    assert as_published(len(of_children), CHILDREN["municipalities"])
    assert {"Liepājas pilsēta", "Tukuma novads"} <= set(of_children)
    assert set(of_adults) == set(ADULTS["municipalities"])
    assert of_children["Tukuma novads"] == of_adults["Tukuma novads"] == 10


@pytest.mark.parametrize("evaluation", PILOTS)
def test_waves_of_the_plan(evaluation: str, demonstration_release: Path) -> None:
    waves = Home(demonstration_release.parents[1]).plan().evaluation(evaluation).waves
    for name, window in PILOTS[evaluation]["waves"].items():
        assert (str(waves[name].opens), str(waves[name].closes)) == (window["from"], window["to"])


@pytest.mark.parametrize("evaluation", PILOTS)
def test_months_of_services(evaluation: str, ask: Ask) -> None:
    months = one(
        ask(
            "SELECT min(s.month) AS first, max(s.month) AS last FROM core.service s"
            " JOIN core.participant p USING (participant_id)"
            " WHERE p.target_group = $1 AND p.enrolled_on < '2021-07-01' AND s.month < '2021-07-01'",
            evaluation.split("-")[0],
        )
    )
    assert {"from": f"{months['first']:%Y-%m}", "to": f"{months['last']:%Y-%m}"} == PILOTS[evaluation][
        "service_months"
    ]


def test_adults_enrolled_while_the_call_was_open(ask: Ask) -> None:
    days = one(
        ask(
            "SELECT min(enrolled_on) AS first, max(enrolled_on) AS last FROM core.participant"
            " WHERE target_group = 'adults' AND enrolled_on < '2020-01-01'"
        )
    )
    opened, closed = (dt.date.fromisoformat(ADULTS["announced"][end]) for end in ("from", "to"))
    assert opened <= days["first"] <= days["last"] <= closed


# Goals


@pytest.mark.parametrize(
    ("evaluation", "printed"),
    [(evaluation, row) for evaluation, pilot in PILOTS.items() for row in pilot["goals"]],
    ids=lambda value: value["domain"] if isinstance(value, dict) else value,
)
def test_goals(evaluation: str, printed: dict[str, Any], ask: Ask) -> None:
    ours = one(
        ask(
            "SELECT goals AS set, achieved, partly, not_achieved, degree, degree_pct, open"
            " FROM mart.goal_attainment WHERE evaluation = $1 AND population = 'all' AND domain = $2",
            evaluation,
            printed["domain"],
        )
    )
    assert ours["open"] == 0
    counts = {name: text for name, text in printed.items() if name in ours}
    assert {"set", "degree", "degree_pct"} <= set(counts)
    assert differing(ours, counts) == {}
    # Where the printed percentage is known to be wrong, the answer key gives the computed one, too.
    shares = printed.get("pct_computed", printed.get("pct", []))
    levels = ("achieved", "partly", "not_achieved")
    for level, text in zip(levels, shares, strict=bool(shares)):
        assert as_published(per_cent(ours[level], ours["set"]), text)


# Services and money


@pytest.mark.parametrize(
    ("evaluation", "group"),
    [
        (evaluation, group)
        for evaluation, pilot in PILOTS.items()
        for group in pilot["services"]
        if group != "ours"
    ],
)
def test_services(evaluation: str, group: str, ask: Ask) -> None:
    printed = PILOTS[evaluation]["services"][group]
    with_costs = group.startswith("with_")
    spent = {
        row["service_group"]: row
        for row in ask(
            "SELECT * FROM mart.service_spend"
            " WHERE evaluation = $1 AND population = 'all' AND service = 'all'",
            evaluation,
        )
    }
    row, total = spent["total_with_costs" if with_costs else group], spent["total"]
    ours = {
        "eur": row["eur"],
        "units": row["units"],
        "participants": row["participants"],
        "per_unit": row["eur_per_unit"],
        "per_participant": row["eur_per_participant"],
        "per_month": row["eur_per_participant_month"],
        "pct": per_cent(row["share_eur"], 1),
        "participants_pct": per_cent(row["share_participants"], 1),
        "per_participant_pct": per_cent(row["eur_per_participant"], total["eur_per_participant"]),
    }
    figures = {name: text for name, text in printed.items() if name != "label_lv"}
    assert differing(ours, figures) == {}


@pytest.mark.parametrize("group", CHILDREN["services"]["ours"])
def test_totals_with_cents(group: str, ask: Ask) -> None:
    name = "total_with_costs" if group.startswith("with_") else group
    row = one(
        ask(
            "SELECT eur FROM mart.service_spend WHERE evaluation = 'children-2019' AND population = 'all'"
            " AND service = 'all' AND service_group = $1",
            name,
        )
    )
    assert row["eur"] == Decimal(CHILDREN["services"]["ours"][group])


@pytest.mark.parametrize("evaluation", PILOTS)
def test_tukums_services(evaluation: str, ask: Ask) -> None:
    found = ask(
        "SELECT service, participants, eur FROM mart.service_spend"
        " WHERE evaluation = $1 AND population = 'municipality' AND grp = $2 AND service <> 'all'",
        evaluation,
        TUKUMS,
    )
    ours = {row["service"]: (row["participants"], row["eur"]) for row in found}
    printed = {
        service: (int(persons), Decimal(eur))
        for service, persons, eur in PILOTS[evaluation]["tukums"]["services"]
    }
    assert ours == printed


@pytest.mark.parametrize("evaluation", PILOTS)
def test_tukums_totals(evaluation: str, ask: Ask) -> None:
    printed = PILOTS[evaluation]["tukums"]
    total = one(
        ask(
            "SELECT * FROM mart.service_spend WHERE evaluation = $1"
            " AND population = 'municipality' AND grp = $2 AND service_group = 'total' AND service = 'all'",
            evaluation,
            TUKUMS,
        )
    )
    assert as_published(total["eur"], printed["eur_total"])
    assert as_published(Decimal(total["person_months"]) / total["participants"], printed["months_mean"])
    a_month = printed.get("eur_per_child_month", printed.get("eur_per_person_month"))
    assert as_published(total["eur_per_person_month"], a_month)


# Functioning and quality of life of the children


def test_children_who_improved_in_functioning(ask: Ask) -> None:
    # Improved in at least one domain: those improved only, and those better in some and worse in others.
    over_all = one(
        ask(
            "SELECT improved + mixed AS improved FROM mart.icf_change WHERE evaluation = 'children-2019'"
            " AND population = 'all' AND level = 'any' AND construct = 'performance' AND NOT facilitator"
        )
    )
    assert as_published(over_all["improved"], CHILDREN["icf"]["children_improved"])


def test_domains_of_functioning(ask: Ask) -> None:
    chapters = ask(
        "SELECT code, improved FROM mart.icf_change WHERE evaluation = 'children-2019' AND population = 'all'"
        " AND level = 'chapter' AND construct = 'performance' AND NOT facilitator"
        " ORDER BY improved DESC, code"
    )
    assert as_published(
        sum(row["improved"] > 0 for row in chapters), CHILDREN["icf"]["domains_with_improvement"]
    )
    best = CHILDREN["icf"]["best_domains"]
    assert [row["code"] for row in chapters[: len(best)]] == best
    numbers = [row["improved"] for row in chapters[: len(best) + 1]]
    assert len(set(numbers)) == len(numbers), "a tie would leave the order to chance"


def changes(ask: Ask, instrument: str, respondent: str) -> dict[str, Row]:
    found = ask(
        "SELECT * FROM mart.score_change WHERE evaluation = 'children-2019' AND population = 'all'"
        " AND instrument = $1 AND respondent = $2",
        instrument,
        respondent,
    )
    return {row["scale"]: row for row in found}


def significant(rows: Mapping[str, Row]) -> list[str]:
    """Scales whose change is significant by itself and within its family."""
    alone = [scale for scale, row in rows.items() if row["p"] < SIGNIFICANT]
    adjusted = [scale for scale, row in rows.items() if row["p_adjusted"] < SIGNIFICANT]
    assert alone == adjusted
    return adjusted


@pytest.mark.parametrize(("form", "respondent"), [("child", "self"), ("parent", "parent")])
def test_dimensions_of_kidscreen(form: str, respondent: str, ask: Ask) -> None:
    printed = CHILDREN["kidscreen52"][form]
    rows = changes(ask, "kidscreen52", respondent)
    assert len(rows) == 10
    rising = [scale for scale, row in rows.items() if row["mean_change"] > 0]
    assert as_published(len(rising), printed["dimensions_improved"])
    assert set(significant(rows)) == set(printed["marked_improvement"])
    improved = {scale for scale, row in rows.items() if row["verdict"] == "improved"}
    assert improved == set(printed["marked_improvement"])


@pytest.mark.parametrize(("form", "respondent"), [("child", "self"), ("parent", "parent")])
def test_endline_means_of_kidscreen(form: str, respondent: str, ask: Ask) -> None:
    printed = CHILDREN["kidscreen52"][form]["endline_mean_t"]
    of_pairs = {scale: row["mean_post"] for scale, row in changes(ask, "kidscreen52", respondent).items()}
    of_all = {
        row["scale"]: row["mean"]
        for row in ask(
            "SELECT scale, mean FROM mart.score_level WHERE evaluation = 'children-2019' AND wave = 'endline'"
            " AND population = 'all' AND instrument = 'kidscreen52' AND respondent = $1",
            respondent,
        )
    }
    assert differing(of_pairs, printed) == {}
    assert differing(of_all, printed) == {}


def test_all_dimension_means_of_kidscreen_lie_below_the_norm(ask: Ask) -> None:
    norm = float(CHILDREN["kidscreen52"]["all_dimension_means_below"])
    levels = ask(
        "SELECT mean FROM mart.score_level WHERE evaluation = 'children-2019' AND population = 'all'"
        " AND instrument = 'kidscreen52' AND respondent IN ('self', 'parent')"
    )
    pairs = [
        row for respondent in ("self", "parent") for row in changes(ask, "kidscreen52", respondent).values()
    ]
    assert len(levels) == 10 * 2 * 3
    assert len(pairs) == 20
    means = [
        *(row["mean"] for row in levels),
        *(row[end] for row in pairs for end in ("mean_pre", "mean_post")),
    ]
    assert max(means) < norm


def test_family_quality_of_life(ask: Ask) -> None:
    # The pilot's family questionnaire has the dimensions of the Beach Center scale.
    dimensions = changes(ask, "beach_center_fqol", "parent")
    del dimensions["total"]
    assert len(dimensions) == 5
    assert CHILDREN["fqols"]["dimensions_improved"] == "all"
    assert min(row["mean_change"] for row in dimensions.values()) > 0
    assert significant(dimensions) == CHILDREN["fqols"]["significant"]


# Rated changes and employment of the adults


@pytest.fixture(scope="module")
def rated(ask: Ask) -> dict[str, Row]:
    found = ask(
        "SELECT * FROM mart.rated_change WHERE evaluation = 'adults-2020' AND population = 'all'"
        " AND instrument = 'sqol_change'"
    )
    return {row["item"]: row for row in found}


def test_rated_changes(rated: dict[str, Row]) -> None:
    printed = ADULTS["sqol_change"]
    shares = {aspect: 100 * Decimal(str(row["share_better"])) for aspect, row in rated.items()}
    assert as_published(len(rated), printed["aspects"])
    assert as_published(
        sum(share > 50 for share in shares.values()), printed["aspects_where_over_half_improved"]
    )
    assert differing(shares, printed["improved_pct"]) == {}
    # In the text the ministry printed 84 for the 82 of 97 whom its chart shows as 85.
    whole = rated["life_as_a_whole"]
    assert (whole["better"], whole["n"]) == (82, 97)
    assert int(shares["life_as_a_whole"]) == int(printed["overall_positive_pct_in_text"])


def test_employment(ask: Ask) -> None:
    found = ask(
        "SELECT * FROM mart.employment_change WHERE evaluation = 'adults-2020' AND population = 'all'"
    )
    rows = {row["status"]: row for row in found}
    printed = ADULTS["employment"]
    assert differing(rows["employed"], printed["employed"]) == {}
    rises = {status: row["during"] - row["before"] for status, row in rows.items()}
    assert differing(rises, printed["change_by_status"]) == {}
    during = {status: row["during"] for status, row in rows.items()}
    assert differing(during, printed["persons_during"]) == {}
