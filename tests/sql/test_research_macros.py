"""The researchers' macros: against the marts, which Python computes, and by hand on tables small enough to see."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping

import duckdb
import pytest

Rows = list[dict[str, object]]
MakeRelease = Callable[[Mapping[str, Rows]], duckdb.DuckDBPyConnection]
FIGURES = {
    "n": "n_pairs", "mean_pre": "mean_pre", "sd_pre": "sd_pre", "mean_post": "mean_post", "sd_post": "sd_post",
    "mean_change": "mean_change", "ci_low": "ci_low", "ci_high": "ci_high", "d_z": "d_z",
}  # fmt: skip


@pytest.mark.parametrize("breakdown", ["all", "municipality", "age_band"])
@pytest.mark.parametrize(
    "form", [("kidscreen52", "self"), ("kidscreen52", "parent"), ("kidscreen10", "self")]
)
def test_the_change_is_that_of_the_mart(
    research: duckdb.DuckDBPyConnection, breakdown: str, form: tuple[str, str]
) -> None:
    compared = ", ".join(f"m.{mart} - c.{own} AS {own}" for own, mart in FIGURES.items())
    rows = research.execute(
        f"""SELECT {compared} FROM mart.score_change AS m
            JOIN paired_change_by(?, ?, ?) AS c
              ON c.evaluation = m.evaluation AND c.grp = m.grp AND c.scale = m.scale
            WHERE m.population = ? AND m.instrument = ? AND m.respondent = ?""",
        [breakdown, *form, breakdown, *form],
    ).fetchall()
    assert rows
    assert max(abs(gap) for row in rows for gap in row if gap is not None) < 1e-9
    assert any(None not in row for row in rows)


def test_whoever_is_in_all_is_in_paired_change(research: duckdb.DuckDBPyConnection) -> None:
    whole = "SELECT evaluation, scale, n, mean_change FROM {} ORDER BY ALL"
    of_all = research.execute(whole.format("paired_change_by('all', 'kidscreen52', 'self')")).fetchall()
    assert of_all
    assert research.execute(whole.format("paired_change('kidscreen52', 'self')")).fetchall() == of_all


@pytest.mark.parametrize(
    ("macro", "mart"),
    [
        ("attainment_by", "SELECT count(*), sum(goals), sum(degree_pct) FROM mart.goal_attainment"),
        (
            "spend_by",
            "SELECT count(*), sum(eur), sum(participants) FROM mart.service_spend WHERE service = 'all' AND",
        ),
        ("rated_by", "SELECT count(*), sum(better), sum(share_better) FROM mart.rated_change"),
        (
            "functioning_by",
            "SELECT count(*), sum(improved), sum(persons) FROM mart.icf_change WHERE level <> 'code' AND",
        ),
        ("flow_by", "SELECT count(*), sum(eligible), sum(paired) FROM mart.participant_flow"),
    ],
)
def test_the_macros_on_marts_show_all_of_a_breakdown(
    research: duckdb.DuckDBPyConnection, macro: str, mart: str
) -> None:
    select, _, rest = mart.partition(" FROM ")
    condition = f"FROM {rest}" if rest.endswith("AND") else f"FROM {rest} WHERE"
    for breakdown in ("all", "municipality", "sex"):
        of_mart = research.execute(f"{select} {condition} population = ?", [breakdown]).fetchone()
        of_macro = research.execute(f"{select} FROM {macro}(?)", [breakdown]).fetchone()
        assert of_macro is not None
        assert of_mart is not None
        assert of_macro[0] > 0
        assert [float(x or 0) for x in of_macro] == pytest.approx([float(x or 0) for x in of_mart])


def test_a_municipality_has_its_name(research: duckdb.DuckDBPyConnection) -> None:
    rows = research.execute("SELECT DISTINCT grp, label FROM attainment_by('municipality')").fetchall()
    assert rows
    assert [label for grp, label in rows if label == grp] == []
    assert ("0880200", "Talsu novads") in rows


REGISTER: Rows = [
    {"municipality_code": old, "successor_code": code, "valid_from": since, "valid_to": until, "split": False}
    for old in ("0880200", "0885100")
    for code, since, until in (
        (old, dt.date(2009, 7, 1), dt.date(2021, 6, 30)),
        ("0051000", dt.date(2021, 7, 1), None),
    )
]


def test_a_series_follows_the_merger(release_of: MakeRelease) -> None:
    """Talsi (scores 40 and 44 in 2019) and Dundaga (48) are one municipality since July 2021."""
    people = {"a": ("0880200", 40.0), "b": ("0880200", 44.0), "c": ("0885100", 48.0)}
    release = release_of(
        {
            "meta.municipality_successor": REGISTER,
            "meta.municipality": [{"municipality_code": "0051000", "name_lv": "Talsu novads", "kind": "novads"}],
            "meta.evaluation": [{"evaluation": "first", "pre": "before", "reporting_year": 2019}],
            "meta.wave": [{"evaluation": "first", "wave": "before", "position": 1}],
            "core.evaluation_member": [{"evaluation": "first", "participant_id": p, **DAYS} for p in people],
            "core.participant": [
                {"participant_id": p, "municipality_code": code, **PERSON} for p, (code, _) in people.items()
            ],
            "core.score": [
                {"participant_id": p, "instrument": "k", "respondent": "self", "wave": "before", "scale": "total",
                 "score": score, "scored": True}
                for p, (_, score) in people.items()
            ],
        }
    )  # fmt: skip
    series = "SELECT municipality_code, n, mean FROM level_series('k', 'self', ?)"
    assert release.execute(series, [dt.date(2024, 1, 1)]).fetchall() == [("0051000", 3, 44.0)]
    assert release.execute(series, [dt.date(2020, 1, 1)]).fetchall() == [
        ("0880200", 2, 42.0),
        ("0885100", 1, 48.0),
    ]


DAYS = {"first_day": dt.date(2019, 1, 1), "last_day": dt.date(2019, 12, 31)}
PERSON = {"region": "kurzeme", "enrolled_on": dt.date(2019, 1, 1), "arm": "programme"}


@pytest.mark.parametrize(
    ("code", "day", "became"),
    [
        ("0880200", "2020-12-31", "0880200"),  # Talsi as it was
        ("0885100", "2021-07-01", "0051000"),  # Dundaga merged into it
        ("0700200", "2025-07-01", "0038001"),  # Madona took in Varakļāni and has a new code
        ("0700200", "2024-01-01", "0038000"),
        ("0440200", "2024-01-01", "0022000"),  # Daugavpils novads is Augšdaugava
        ("0604300", "2024-01-01", "0042000"),  # Aglona was split; its seat went to Preiļi
        ("0051000", "2020-01-01", None),  # not yet
    ],
)
def test_what_a_municipality_became(
    research: duckdb.DuckDBPyConnection, code: str, day: str, became: str | None
) -> None:
    # The argument is named as the register's own column, which must not hide it.
    found = research.execute(
        f"SELECT municipality_on(municipality_code, DATE '{day}') FROM (SELECT ? AS municipality_code)",
        [code],
    ).fetchone()
    assert found == (became,)


def test_a_quantile_is_that_of_the_callers_degrees_of_freedom(research: duckdb.DuckDBPyConnection) -> None:
    # 2.2621571628 is printed for 9 degrees of freedom in every table of t; 1.9599 is the normal limit.
    found = research.execute("SELECT t_quantile(df, 0.975) FROM (VALUES (9), (600)) AS given(df)").fetchall()
    assert math.isclose(found[0][0], 2.2621571628, abs_tol=1e-9)
    assert 1.9599 < found[1][0] < 1.9650
