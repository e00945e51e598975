"""An evaluation across the municipal reform of 1 July 2021: pairs, groups, a series over years."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.main_job import run_and_print
from pipeline.home import Settings
from tests.assets.small_home import PARTICIPANTS, SHEET, answered, name
from tests.assets.test_by_configuration import MEASURE, write

pytestmark = pytest.mark.slow  # a run of the main job

PLAN = """\
languages: [lv]
synthetic: true
evaluations:
  - id: across
    title: {lv: Pāri reformai, en: Across the reform}
    members: {enrolled_from: 2020-01-01, enrolled_to: 2020-12-31}
    waves:
      before: {from: 2020-09-01, to: 2020-12-31}
      after: {from: 2021-09-01, to: 2021-12-31}
    pre: before
    post: after
    months: 12
    reporting_year: 2021
    outcomes: [{instrument: low_mood, respondent: self, scales: [total]}]
    breakdowns: [municipality, region]
  - id: later
    title: {lv: Pēc reformas, en: After the reform}
    members: {enrolled_from: 2022-01-01, enrolled_to: 2022-12-31}
    waves:
      before: {from: 2022-09-01, to: 2022-12-31}
      after: {from: 2023-09-01, to: 2023-12-31}
    pre: before
    post: after
    months: 12
    reporting_year: 2023
    outcomes: [{instrument: low_mood, respondent: self, scales: [total]}]
    breakdowns: [municipality]
"""
TALSI, DUNDAGA, TALSI_NOW = "0880200", "0885100", "0051000"
# Who lives where: 0-9 in Talsi, 10-17 in Dundaga, which merged into it in 2021; 20-26 came to the new Talsi.
OLD_TALSI, OLD_DUNDAGA, NEW_TALSI = range(10), range(10, 18), range(20, 27)


def person(number: int, municipality: str, day: str) -> str:
    return f"{name(number)},adults,{municipality},{day},{'fm'[number % 2]}"


@pytest.fixture(scope="module")
def research(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The research database of a home whose persons were there before, across and after the reform."""
    folder = tmp_path_factory.mktemp("reform")
    home = folder / "home"
    before, since = home / "inbox" / "dundaga", home / "inbox" / "talsi"
    for made in (before, since, home / "instruments"):
        made.mkdir(parents=True)
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    (home / "instruments" / "low_mood.yaml").write_text(MEASURE, encoding="utf-8")
    write_answers(before, since)
    settings = Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(folder / "key")})
    assert run_and_print(settings) == 0
    with duckdb.connect(str(home / "releases" / "latest" / "research.duckdb"), read_only=True) as connection:
        yield connection


def write_answers(before: Path, since: Path) -> None:
    """Dundaga sent the first wave of its persons; the second came from Talsi, as did everything else."""
    people = [person(n, "Dundagas novads", "2020-09-01") for n in OLD_DUNDAGA]
    write(before / "participants.csv", PARTICIPANTS, people)
    write(before / "low_mood.csv", SHEET, [answered(n, "2020-09-15", 6) for n in OLD_DUNDAGA])
    people = [person(n, "Talsu novads", "2020-09-01") for n in OLD_TALSI]
    people += [person(n, "Talsu novads", "2022-09-01") for n in NEW_TALSI]
    write(since / "participants.csv", PARTICIPANTS, people)
    rows = [answered(n, "2020-09-15", 5) for n in OLD_TALSI]
    rows += [answered(n, "2021-09-15", 3 + n % 2) for n in (*OLD_TALSI, *OLD_DUNDAGA)]
    rows += [answered(n, day, 4) for n in NEW_TALSI for day in ("2022-09-15", "2023-09-15")]
    write(since / "low_mood.csv", SHEET, rows)


def test_a_baseline_before_the_reform_still_pairs(research: duckdb.DuckDBPyConnection) -> None:
    change = """SELECT grp, n_pre, n_post, n_pairs FROM mart.score_change
                WHERE evaluation = 'across' AND population = ?"""
    assert research.execute(change, ["all"]).fetchall() == [("all", 18, 18, 18)]
    assert sorted(research.execute(change, ["municipality"]).fetchall()) == [
        (TALSI, 10, 10, 10),
        (DUNDAGA, 8, 8, 8),
    ]
    assert research.execute(change, ["region"]).fetchall() == [("kurzeme", 18, 18, 18)]


def test_who_came_after_the_reform_is_in_the_new_municipality(research: duckdb.DuckDBPyConnection) -> None:
    places = "SELECT municipality_code, municipality, count(*) FROM core.participant GROUP BY ALL ORDER BY 1"
    assert research.execute(places).fetchall() == [
        (TALSI_NOW, "Talsu novads", 7),
        (TALSI, "Talsu novads", 10),
        (DUNDAGA, "Dundagas novads", 8),
    ]


def test_a_series_over_years_follows_the_merger(research: duckdb.DuckDBPyConnection) -> None:
    series = """SELECT municipality_code, reporting_year, n, mean FROM level_series('low_mood', 'self', ?)
                WHERE wave = 'before'"""
    # (10 persons of 5 and 8 of 6) / 18; before the reform the two stand apart.
    today = research.execute(series, ["2024-01-01"]).fetchall()
    assert today == [(TALSI_NOW, 2021, 18, pytest.approx(98 / 18)), (TALSI_NOW, 2023, 7, 4.0)]
    then = research.execute(series, ["2020-12-31"]).fetchall()
    assert then == [(TALSI, 2021, 10, 5.0), (DUNDAGA, 2021, 8, 6.0)]
