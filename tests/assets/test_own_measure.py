"""A measure of a home's own, YAML and a CSV and nothing else: scores, change, a report section, a codebook page."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.conftest import CommandLine, command_line

pytestmark = pytest.mark.slow  # some 20 s; tests/assets/test_example.py holds the gist of it in every run

MEASURE = """\
# yaml-language-server: $schema=measure.schema.json
id: everyday_life
version: "2"
kind: questionnaire
level: interval
title: {lv: Ikdienas dzīves anketa, en: Everyday Life Questionnaire}
short_title: {lv: Ikdienas dzīve, en: Everyday life}
citation: Made up for this test.
terms: {lv: Brīvi lietojama., en: Free to use.}
recall: {lv: pēdējās divās nedēļās, en: the last two weeks}
respondents: [self]
answer_sets:
  ease:
    minimum: 1
    maximum: 3
    options:
      - {value: 1, label: {lv: grūti, en: hard}}
      - {value: 2, label: {lv: vidēji, en: middling}}
      - {value: 3, label: {lv: viegli, en: easy}}
items:
  - {code: dress, label: {lv: apģērbšanās, en: dressing}, answers: ease}
  - {code: cook, label: {lv: ēst gatavošana, en: cooking}, answers: ease}
  - {code: tired, label: {lv: nogurums, en: tiredness}, answers: ease, reversed: true}
tables:
  own: {file: everyday_life.csv, key: points, value: T, status: D, source: made up}
scales:
  - id: managing
    label: {lv: Tikšana galā ikdienā, en: Managing the day}
    items: [dress, cook, tired]
    method: table
    metric: t
    better_is: higher
    missing: {at_most: 1, by_authors: true}
    conversion: {self: {table: own}}
    norms: [{metric: t, mean: 50, sd: 10, status: D, source: made up}]
    important_difference: [{value: 4, status: D, source: made up}]
"""
# T = 10 times the sum of points (3 to 9), less 10
TABLE = "points,T\n" + "".join(f"{points},{10 * points - 10}\n" for points in range(3, 10))
PLAN = """\
languages: [lv, en]
synthetic: true
evaluations:
  - id: everyday
    title: {lv: Ikdiena, en: Every day}
    members: {target_group: adults}
    waves:
      before: {from: 2020-01-01, to: 2020-02-28}
      after: {from: 2021-01-01, to: 2021-02-28}
    pre: before
    post: after
    months: 12
    reporting_year: 2020
    outcomes:
      - {instrument: everyday_life, respondent: self, scales: [managing], role: confirmatory, smallest_effect: 4}
"""
# dress, cook, tired. Points before: 1 + 2 + (4 - 3) = 4, T 30.
# After: ten times 2 + 2 + (4 - 2) = 6, T 50; nine times 2 + 2 + (4 - 3) = 5, T 40: they change by 20 and by 10.
# The last person leaves `cook` out after: 2 + 2 of three, 2 in its place, 6 points, T 50.
BEFORE, AFTER = "1,2,3", (["2,2,2"] * 10 + ["2,2,3"] * 9 + ["2,,2"])


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who writes no code, run once."""
    folder = tmp_path_factory.mktemp("own")
    ieguvumi, home = command_line(folder), folder / "home"
    ieguvumi("init", home)
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    (home / "instruments" / "everyday_life.yaml").write_text(MEASURE, encoding="utf-8")
    (home / "instruments" / "everyday_life.csv").write_text(TABLE, encoding="utf-8")
    inbox = home / "inbox" / "town"
    inbox.mkdir()
    people = [f"person-{number:02}" for number in range(len(AFTER))]
    enrolled = [f"{person},adults,Rīgas pilsēta,2020-01-02" for person in people]
    write(inbox / "participants.csv", "participant_id,target_group,municipality,enrolled_on", enrolled)
    sheets = [f"{person},before,self,2,{BEFORE}" for person in people]
    sheets += [f"{person},after,self,2,{answers}" for person, answers in zip(people, AFTER, strict=True)]
    write(inbox / "everyday_life.csv", "participant_id,wave,respondent,version,dress,cook,tired", sheets)
    lint(ieguvumi, home)
    return folder / ieguvumi("run", home).stdout.splitlines()[-1]


def write(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def lint(ieguvumi: CommandLine, home: Path) -> None:
    done = ieguvumi("instruments", "lint", home / "instruments" / "everyday_life.yaml")
    assert done.stdout == "1 definition without mistakes\n"
    assert ieguvumi("check", home).stdout.strip() == "0 problems, 0 warnings"


def asked(release: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as research:
        return research.execute(sql).fetchall()


def test_it_is_scored(release: Path) -> None:
    found = asked(
        release,
        "SELECT wave, raw, score, prorated, count(*) FROM core.score WHERE instrument = 'everyday_life' "
        "AND scale = 'managing' AND metric = 't' GROUP BY ALL ORDER BY ALL",
    )
    assert sorted(found, key=str) == sorted(
        [
            ("before", 4, 30, False, 20),
            ("after", 5, 40, False, 9),
            ("after", 6, 50, False, 10),
            ("after", 6, 50, True, 1),
        ],
        key=str,
    )


def test_its_change_is_evaluated(release: Path) -> None:
    # eleven changed by 20, nine by 10: 310 / 20
    [(pairs, change, improved, kind, verdict)] = asked(
        release,
        "SELECT n_pairs, mean_change, n_improved, threshold_kind, verdict FROM mart.score_change "
        "WHERE instrument = 'everyday_life' AND population = 'all'",
    )
    assert (pairs, change, improved, kind, verdict) == (20, 15.5, 20, "mid", "improved")


def test_the_reports_have_its_section(release: Path) -> None:
    for language, label, change in (
        ("lv", "Tikšana galā ikdienā", "15,5"),
        ("en", "Managing the day", "15.5"),
    ):
        html = (release / "reports" / f"everyday.{language}.html").read_text(encoding="utf-8")
        assert label in html
        assert change in html


def test_it_has_its_codebook(release: Path) -> None:
    for language, words in (
        (
            "lv",
            ("Ikdienas dzīves anketa", "pēdējās divās nedēļās", "nogurums", "apgriezts", "Brīvi lietojama."),
        ),
        (
            "en",
            ("Everyday Life Questionnaire", "the last two weeks", "tiredness", "reversed", "Free to use."),
        ),
    ):
        page = (release / "reports" / "codebook" / f"everyday_life.{language}.html").read_text(
            encoding="utf-8"
        )
        assert [text for text in words if text not in page] == []
        assert f"codebook/everyday_life.{language}.html" in (release / "reports" / "index.html").read_text(
            "utf-8"
        )
    assert asked(
        release, "SELECT version, terms FROM meta.instrument WHERE instrument = 'everyday_life'"
    ) == [("2", "Free to use.")]


def test_a_version_that_nobody_defined_is_rejected_with_its_cell(
    release: Path, ieguvumi: CommandLine
) -> None:
    home = release.parent.parent
    answers = ieguvumi.folder / "kidscreen10.csv"
    write(
        answers, "participant_id,wave,respondent,version,k1", ["a,before,self,2006,3", "b,before,self,1999,3"]
    )
    done = ieguvumi("check", answers, check=False)
    assert done.returncode == 1
    assert "kidscreen10.csv, row 3, version: error: found “1999”, expected one of 2006" in done.stdout
    scored = ieguvumi("score", "everyday_life", home / "inbox" / "town" / "everyday_life.csv", "--home", home)
    assert len(scored.stdout.splitlines()) == 41
