"""Tables small enough to see by hand what must be hidden (min_cell and protection are 5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from pipeline import schemas
from pipeline.disclosure import Disclosed, control
from pipeline.plan import PublishedTable, Text
from tests.pipeline.disclosure.programme import EVALUATION, plan, register

MODEL = schemas.MART["mart.municipality_change"].column_names()
NOT_SHOWN = "not shown, to protect privacy"
SCALE = {"evaluation": EVALUATION, "instrument": "measure", "respondent": "self", "scale": "total"}
Group = tuple[str, str]
ALL: Group = ("all", "all")


def sex(name: str) -> Group:
    return ("sex", name)


def place(name: str) -> Group:
    return ("municipality", name)


def changes(pairs: dict[Group, int], **more: Any) -> pl.DataFrame:
    """mart.score_change of these numbers of pairs; nobody's change is counted."""
    rows = [
        {
            **SCALE,
            "population": group[0],
            "grp": group[1],
            "wave_pre": "before",
            "wave_post": "after",
            "n_pairs": n,
            "mean_change": 1.5,
            "verdict": "inconclusive",
            "n_improved": None,
            "n_unchanged": None,
            "n_worsened": None,
            "threshold": None,
            "threshold_kind": None,
            "suppressed": False,
            "reason": None,
            **more,
        }
        for group, n in pairs.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def ratings(counts: dict[Group, tuple[int, int, int]]) -> pl.DataFrame:
    """mart.rated_change with (better, same, worse) of each group."""
    return pl.DataFrame(
        [
            {
                "evaluation": EVALUATION,
                "population": group[0],
                "grp": group[1],
                "instrument": "ratings",
                "item": "life",
                "n": better + same + worse,
                "better": better,
                "same": same,
                "worse": worse,
                "not_applicable": 0,
                "share_better": better / (better + same + worse),
                "net_balance": (better - worse) / (better + same + worse),
                "p_sign": 0.5,
                "p_half": 0.5,
                "suppressed": False,
                "reason": None,
            }
            for group, (better, same, worse) in counts.items()
        ]
    )


def hidden_groups(found: Disclosed, table: str = "mart.score_change") -> set[str]:
    return set(found.flagged[table].filter("suppressed")["grp"])


def control_changes(pairs: dict[Group, int], regions: dict[str, str] | None = None) -> Disclosed:
    return control({"mart.score_change": changes(pairs)}, plan(), register(regions or {}))


def control_ratings(counts: dict[Group, tuple[int, int, int]]) -> pl.DataFrame:
    found = control({"mart.rated_change": ratings(counts)}, plan(), register({}))
    return found.public["mart.rated_change"]


def shown(frame: pl.DataFrame, group: str, *columns: str) -> tuple[Any, ...]:
    return frame.filter(pl.col("grp") == group).select(columns).row(0)


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    # 29 - 6 - 20 = 3: with only c hidden its mean is a subtraction away; with b hidden too, 9 people are left.
    found = control_changes({ALL: 29, place("a"): 20, place("b"): 6, place("c"): 3})
    assert hidden_groups(found) == {"b", "c"}


def test_hidden_groups_together_have_min_cell_persons() -> None:
    # a and b have 3 together: their common mean would tell of 3 people, so c is hidden too.
    found = control_changes({ALL: 36, place("a"): 1, place("b"): 2, place("c"): 9, place("d"): 24})
    assert hidden_groups(found) == {"a", "b", "c"}


def test_nothing_is_hidden_when_nothing_is_small() -> None:
    found = control_changes({ALL: 16, sex("f"): 9, sex("m"): 7})
    assert hidden_groups(found) == set()
    assert found.proof.is_empty()
    assert found.public["mart.score_change"].equals(found.flagged["mart.score_change"])


def test_an_empty_group_is_no_cover() -> None:
    found = control_changes({ALL: 23, place("a"): 3, place("b"): 0, place("c"): 20})
    assert hidden_groups(found) == {"a", "c"}


def test_a_municipality_is_covered_within_its_region() -> None:
    # west = a + b + c and east = d + e: only west's municipalities can cover c.
    pairs = {
        ALL: 60,
        ("region", "west"): 33,
        ("region", "east"): 27,
        place("a"): 20,
        place("b"): 10,
        place("c"): 3,
        place("d"): 15,
        place("e"): 12,
    }
    found = control_changes(pairs, dict.fromkeys("abc", "west") | dict.fromkeys("de", "east"))
    assert hidden_groups(found) == {"b", "c"}


def test_a_small_region_takes_another_and_a_municipality_of_it() -> None:
    # west has 4 people in a. Hiding east (27) covers it only if one of east's own municipalities (c, 12) is
    # hidden, else east is their sum. Left: 4 + 12 people.
    pairs = {
        ALL: 81,
        ("region", "west"): 4,
        ("region", "east"): 27,
        ("region", "north"): 50,
        place("a"): 4,
        place("b"): 15,
        place("c"): 12,
        place("d"): 30,
        place("e"): 20,
    }
    regions = {"a": "west", "b": "east", "c": "east", "d": "north", "e": "north"}
    assert hidden_groups(control_changes(pairs, regions)) == {"west", "east", "a", "c"}


def test_the_people_in_no_group_are_a_group() -> None:
    # Of 2 people the sex isn't known: all - f - m would be their mean; m is hidden, 2 + 9 people are left.
    found = control_changes({ALL: 31, sex("f"): 20, sex("m"): 9})
    assert hidden_groups(found) == {"m"}


def levels(scored: dict[Group, int]) -> list[dict[str, Any]]:
    """Rows of mart.score_level before, of these numbers of persons."""
    return [
        {
            **SCALE,
            "population": group[0],
            "grp": group[1],
            "wave": "before",
            "n": n,
            "mean": 45.0,
            "floor": None,
            "ceiling": None,
            "below_norm": None,
            "suppressed": False,
            "reason": None,
        }
        for group, n in scored.items()
    ]


def test_who_dropped_out_is_not_the_difference_of_two_tables() -> None:
    # 30 people before, 27 paired: the mean of 3 dropouts would be (30 * mean - 27 * mean_pre) / 3.
    marts = {"mart.score_change": changes({ALL: 27}), "mart.score_level": pl.DataFrame(levels({ALL: 30}))}
    found = control(marts, plan(), register({}))
    assert found.flagged["mart.score_change"]["suppressed"].to_list() == [False]
    assert found.flagged["mart.score_level"]["suppressed"].to_list() == [True]


def test_dropouts_are_not_the_difference_of_differences() -> None:
    # Dropouts: 6 in all, 5 of f, 1 of m, none of the 5 whose sex isn't known. Hiding the level of m alone
    # leaves all - f = 1 dropout, so that of f goes too.
    paired = changes({ALL: 31, sex("f"): 21, sex("m"): 5})
    level = pl.DataFrame(levels({ALL: 37, sex("f"): 26, sex("m"): 6}))
    found = control({"mart.score_change": paired, "mart.score_level": level}, plan(), register({}))
    assert hidden_groups(found) == set()
    assert hidden_groups(found, "mart.score_level") == {"f", "m"}


def test_the_mean_of_the_municipal_model_is_one_more_sum() -> None:
    # Two hidden municipalities could be solved from sum(n y) and sum(w y), w = 1 / (tau2 + sigma2 / n); three
    # can't. Without the model b (6) is enough to cover a (3).
    pairs = {ALL: 59, place("a"): 3, place("b"): 6, place("c"): 20, place("d"): 30}
    rows = changes(pairs)
    of_places = rows.filter(pl.col("population") == "municipality").with_columns(tau2=2.0, sigma2=80.0)
    model = of_places.select(pl.col(name) for name in MODEL if name in of_places.columns)
    assert hidden_groups(control({"mart.score_change": rows}, plan(), register({}))) == {"a", "b"}
    found = control({"mart.score_change": rows, "mart.municipality_change": model}, plan(), register({}))
    assert hidden_groups(found) == hidden_groups(found, "mart.municipality_change") == {"a", "b", "c"}


def test_a_suppressed_row_keeps_its_base_and_says_why() -> None:
    found = control_changes({ALL: 40, sex("f"): 37, sex("m"): 3})
    public = found.public["mart.score_change"]
    assert shown(public, "m", "n_pairs", "mean_change", "verdict", "suppressed", "reason") == (
        *(3, None, None, True),
        NOT_SHOWN,
    )
    assert found.flagged["mart.score_change"]["mean_change"].null_count() == 0


def test_totals_stay_true() -> None:
    public = control_changes({ALL: 40, sex("f"): 37, sex("m"): 3}).public["mart.score_change"]
    assert shown(public, "all", "n_pairs", "mean_change", "suppressed") == (40, 1.5, False)


def test_a_small_count_is_covered_by_the_smallest_other() -> None:
    # 3 got worse. better + same + worse = 100 is known, so `same` goes too: 3 + 15 people to divide.
    public = control_ratings({ALL: (82, 15, 3)})
    assert shown(public, "all", "n", "better", "same", "worse") == (100, 82, None, None)
    assert shown(public, "all", "share_better", "net_balance", "p_sign") == (0.82, None, None)


def test_two_small_counts_are_too_few_to_cover_each_other() -> None:
    # same = 1 and worse = 2: together 3, an interval 3 wide; better goes too.
    public = control_ratings({ALL: (97, 1, 2)})
    assert shown(public, "all", "better", "same", "worse", "share_better", "p_half") == (None,) * 5


def test_a_group_under_three_times_min_cell_is_not_split() -> None:
    # m has 14 people; f must cover it, as all - f = m.
    public = control_ratings({ALL: (60, 30, 10), sex("f"): (54, 25, 7), sex("m"): (6, 5, 3)})
    assert shown(public, "m", "n", "better", "same", "worse") == (14, None, None, None)
    assert shown(public, "f", "n", "better", "same", "worse") == (86, None, None, None)
    assert shown(public, "all", "better", "same", "worse", "suppressed") == (60, 30, 10, False)


def test_counts_large_enough_stay() -> None:
    public = control_ratings({ALL: (60, 30, 10), sex("f"): (30, 15, 5), sex("m"): (30, 15, 5)})
    assert public.null_count().select("better", "same", "worse", "net_balance").row(0) == (0, 0, 0, 0)


def test_the_rows_of_other_thresholds_go_together() -> None:
    responder = pl.DataFrame(
        [
            {
                **SCALE,
                "population": group[0],
                "grp": group[1],
                "threshold_kind": kind,
                "threshold": limit,
                "n_improved": improved,
                "n_unchanged": n - improved,
                "n_worsened": 0,
                "share_improved": improved / n,
                "suppressed": False,
            }
            for group, n in ((ALL, 43), (sex("f"), 40), (sex("m"), 3))
            for kind, limit, improved in (("mid", 5.0, n // 2), ("half_sd", 9.0, n // 3))
        ]
    )
    marts = {"mart.score_change": changes({ALL: 43, sex("f"): 40, sex("m"): 3}), "mart.responder": responder}
    public = control(marts, plan(), register({})).public["mart.responder"]
    assert public.filter(pl.col("grp") != "all")["n_improved"].null_count() == 4
    assert public.filter(pl.col("grp") == "all")["n_improved"].to_list() == [21, 14]


def spend(rows: list[tuple[Group, str, str, float, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "evaluation": EVALUATION,
                "population": group[0],
                "grp": group[1],
                "service_group": service_group,
                "service": service,
                "eur": eur,
                "participants": participants,
                "share_participants": 0.5,
                "suppressed": False,
            }
            for group, service_group, service, eur, participants in rows
        ]
    )


SPEND = [
    (ALL, "total", "all", 9000.0, 70),
    (ALL, "health", "all", 6000.0, 50),
    (ALL, "social", "all", 3000.0, 40),
    (sex("f"), "total", "all", 4900.0, 46),
    (sex("f"), "health", "all", 3200.0, 46),
    (sex("f"), "social", "all", 1700.0, 18),
    (sex("m"), "total", "all", 4100.0, 24),
    (sex("m"), "health", "all", 2800.0, 4),
    (sex("m"), "social", "all", 1300.0, 22),
]


def test_money_is_covered_in_both_directions() -> None:
    # health of m rests on 4 people: social of m (the total of m), health of f (health of all), and social of
    # f (else it gives social of m away) go too: the smallest rectangle.
    found = control({"mart.service_spend": spend(SPEND)}, plan(), register({}))
    hidden = found.flagged["mart.service_spend"].filter("suppressed").select("grp", "service_group")
    assert set(hidden.iter_rows()) == {(s, g) for s in "fm" for g in ("health", "social")}
    public = found.public["mart.service_spend"]
    assert public["eur"].null_count() == 4
    # The 4 can't be 50 - 46 either; the 18 and 22 with social services are no secret.
    assert public.filter(pl.col("service_group") == "health")["participants"].to_list() == [50, None, None]
    assert public.filter(pl.col("service_group") == "social")["participants"].to_list() == [40, 18, 22]


def test_a_single_service_of_few_people_is_not_even_listed() -> None:
    therapy = [(row[0], "health", "therapy", *row[3:]) for row in SPEND if row[1] == "health"]
    found = control({"mart.service_spend": spend([*SPEND, *therapy])}, plan(), register({}))
    services = found.public["mart.service_spend"].filter(pl.col("service") == "therapy")
    assert services["grp"].to_list() == ["all"]


def test_a_table_its_owner_has_published_is_shown() -> None:
    published = PublishedTable(
        table="mart.service_spend",
        populations=("all", "sex"),
        source=Text(lv="Ministrija", en="Ministry"),
        date=dt.date(2023, 1, 25),
    )
    rows = [(*row[:4], 2) for row in SPEND]
    found = control({"mart.service_spend": spend(rows)}, plan(exceptions=(published,)), register({}))
    assert found.public["mart.service_spend"].equals(spend(rows))


def test_small_bases_without_breakdown() -> None:
    reliability = pl.DataFrame(
        [
            {
                **SCALE,
                "wave": wave,
                "n": n,
                "alpha": 0.8,
                "floor": floor,
                "ceiling": 0.5,
                "missing_share": 0.0,
                "reason": None,
            }
            for wave, n, floor in (("before", 40, 0.05), ("after", 4, 0.5))
        ]
    )
    public = control({"mart.reliability": reliability}, plan(), register({})).public["mart.reliability"]
    # 0.05 of 40 are 2 people; of 4 people nothing is shown.
    assert public.select("n", "alpha", "floor", "ceiling").rows() == [
        (40, 0.8, None, 0.5),
        (4, None, None, None),
    ]


def test_the_limit_is_the_plans() -> None:
    marts = {"mart.score_change": changes({ALL: 40, sex("f"): 31, sex("m"): 9})}
    assert hidden_groups(control(marts, plan(min_cell=10), register({}))) == {"f", "m"}


@pytest.mark.parametrize(
    ("table", "column"), [("participant_flow", "eligible"), ("programme_cost", "persons")]
)
def test_tables_without_cells_pass_through(table: str, column: str) -> None:
    frame = pl.DataFrame({column: [2]})
    table = f"mart.{table}"
    found = control({table: frame}, plan(), register({}))
    assert found.public[table].equals(frame)


def test_money_that_one_person_holds_goes() -> None:
    # Of the 6 people of m one has 800 of 1000 euro; f covers it. The others of f have 200 each.
    people = [*(f"f{number}" for number in range(10)), *(f"m{number}" for number in range(6))]
    eur = [*(200.0 for _ in range(10)), 800.0, *(40.0 for _ in range(5))]
    day = dt.date(2019, 1, 1)
    services = pl.DataFrame(
        {"participant_id": people, "service_group": "health", "service": "therapy", "month": day, "eur": eur}
    )
    evaluation = pl.lit(EVALUATION)
    windows = services.select(
        "participant_id", evaluation=evaluation, first_day=pl.lit(day), last_day=pl.lit(dt.date(2019, 3, 1))
    )
    of_all = services.select(
        "participant_id", evaluation=evaluation, population=pl.lit("all"), grp=pl.lit("all")
    )
    by_sex = of_all.with_columns(population=pl.lit("sex"), grp=pl.col("participant_id").str.head(1))
    rows = [
        (group, *line, eur, n)
        for group, eur, n in ((ALL, 3000.0, 16), (sex("f"), 2000.0, 10), (sex("m"), 1000.0, 6))
        for line in (("total", "all"), ("health", "all"), ("health", "therapy"))
    ]
    found = control(
        {"mart.service_spend": spend(rows)},
        plan(),
        register({}),
        {
            "core.service": services,
            "core.population_member": pl.concat([of_all, by_sex]),
            "core.evaluation_member": windows,
        },
    )
    assert hidden_groups(found, "mart.service_spend") == {"f", "m"}
    of_groups = pl.col("row_key").str.contains("grp=m.*service=all")
    assert set(found.proof.filter(of_groups)["rule"]) == {"dominance"}
    totals = found.public["mart.service_spend"].filter(pl.col("service_group") == "total")
    assert totals.select("grp", "eur", "participants").rows() == [
        ("all", 3000.0, 16),
        ("f", None, 10),
        ("m", None, 6),
    ]
