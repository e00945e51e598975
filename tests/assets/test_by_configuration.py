"""Three designs by `evaluation.yaml` and a YAML measure alone, through the real main job.

People who left an institution (in it, then 3 and 12 months after), a depression scale where lower is better, and a
waiting list. And a plan that was changed after a release.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.conftest import CommandLine, command_line

pytestmark = pytest.mark.slow  # two runs of the main job

MEASURE = """\
id: low_mood
version: "1"
kind: questionnaire
level: interval
title: {lv: Nomāktības anketa, en: Low Mood Questionnaire}
short_title: {lv: Nomāktība, en: Low mood}
citation: Made up for this test.
terms: {lv: Brīvi lietojama., en: Free to use.}
respondents: [self]
answer_sets:
  often:
    minimum: 0
    maximum: 3
    options:
      - {value: 0, label: {lv: nekad, en: never}}
      - {value: 1, label: {lv: reti, en: seldom}}
      - {value: 2, label: {lv: bieži, en: often}}
      - {value: 3, label: {lv: vienmēr, en: always}}
items:
  - {code: sad, label: {lv: skumjas, en: sadness}, answers: often}
  - {code: tired, label: {lv: nogurums, en: tiredness}, answers: often}
  - {code: sleep, label: {lv: miegs, en: sleep}, answers: often}
scales:
  - id: total
    label: {lv: Nomāktība kopā, en: Low mood in all}
    items: [sad, tired, sleep]
    method: sum
    metric: sum
    better_is: lower
    missing: {at_most: 0, by_authors: true}
    important_difference: [{value: 2, status: D, source: made up}]
"""
OUTCOME = "{instrument: low_mood, respondent: self, scales: [total], role: confirmatory}"
PLAN = f"""\
languages: [lv, en]
synthetic: true
evaluations:
  - id: leavers
    title: {{lv: Pēc iestādes, en: After the institution}}
    members: {{target_group: institution_leavers}}
    waves:
      in_institution: {{after_months: 0, window_days: 30}}
      month_3: {{after_months: 3, window_days: 30}}
      month_12: {{after_months: 12, window_days: 30}}
    pre: in_institution
    post: month_12
    months: 12
    reporting_year: 2024
    outcomes: [{OUTCOME}]
  - id: waiting
    title: {{lv: Gaidītāju saraksts, en: Waiting list}}
    members: {{target_group: adults}}
    waves:
      before: {{from: 2023-01-01, to: 2023-02-28}}
      after: {{from: 2024-01-01, to: 2024-02-28}}
    pre: before
    post: after
    months: 12
    reporting_year: 2024
    outcomes: [{OUTCOME}]
"""
LEAVERS, PROGRAMME, WAITING = 20, 12, 10
ANSWERS = {2: "1,1,0", 3: "1,1,1", 4: "2,1,1", 5: "2,2,1", 6: "2,2,2"}


def people() -> list[str]:
    rows = [
        f"left-{n:02},institution_leavers,Rīgas valstspilsēta,2023-01-10,programme" for n in range(LEAVERS)
    ]
    rows += [f"in-{n:02},adults,Jelgavas valstspilsēta,2023-01-10,programme" for n in range(PROGRAMME)]
    return rows + [f"wait-{n:02},adults,Jelgavas valstspilsēta,2023-01-10,waiting" for n in range(WAITING)]


def sheets() -> list[str]:
    """Sums of answers. Leavers: 6, then 5, then 3 or 4. Programme: 6, then 3 or 4. Waiting: 6, then 5 or 6."""
    rows = []
    for n in range(LEAVERS):
        for day, total in (("2023-01-05", 6), ("2023-04-12", 5), ("2024-01-08", 3 + n % 2)):
            rows.append(f"left-{n:02},{day},self,{ANSWERS[total]}")
    for group, size, total in (("in", PROGRAMME, 3), ("wait", WAITING, 5)):
        for n in range(size):
            rows.append(f"{group}-{n:02},2023-01-20,self,{ANSWERS[6]}")
            rows.append(f"{group}-{n:02},2024-01-20,self,{ANSWERS[total + n % 2]}")
    return rows


def write(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, Path]:
    folder = tmp_path_factory.mktemp("configuration")
    ieguvumi, home = command_line(folder), folder / "home"
    ieguvumi("init", home)
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    (home / "instruments" / "low_mood.yaml").write_text(MEASURE, encoding="utf-8")
    inbox = home / "inbox" / "town"
    inbox.mkdir(parents=True)
    write(inbox / "participants.csv", "participant_id,target_group,municipality,enrolled_on,arm", people())
    write(inbox / "low_mood.csv", "participant_id,answered_on,respondent,sad,tired,sleep", sheets())
    ieguvumi("run", home)
    return ieguvumi, home


def asked(home: tuple[CommandLine, Path], sql: str) -> list[tuple[object, ...]]:
    release = home[1] / "releases" / "latest"
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as research:
        return research.execute(sql).fetchall()


def test_leavers_after_3_and_12_months(home: tuple[CommandLine, Path]) -> None:
    waves = asked(
        home, "SELECT wave, n, mean FROM mart.score_level WHERE evaluation = 'leavers' ORDER BY mean DESC"
    )
    assert waves == [("in_institution", 20, 6.0), ("month_3", 20, 5.0), ("month_12", 20, 3.5)]


def test_lower_is_better(home: tuple[CommandLine, Path]) -> None:
    # Sums fell from 6 to 3 or 4: better by 3 or 2 for everybody, at least the important difference of 2.
    [row] = asked(
        home,
        "SELECT mean_pre, mean_post, mean_change, verdict, n_improved, n_worsened, threshold_kind "
        "FROM mart.score_change WHERE evaluation = 'leavers' AND population = 'all'",
    )
    assert row == (6.0, 3.5, 2.5, "improved", 20, 0, "mid")


def test_the_waiting_list_is_compared_and_counts_nowhere_else(home: tuple[CommandLine, Path]) -> None:
    [(n, waits, difference, low, p)] = asked(
        home,
        "SELECT n_programme, n_waiting, difference, ci_low, p_adjusted FROM mart.arm_difference "
        "WHERE evaluation = 'waiting'",
    )
    assert (n, waits, difference) == (12, 10, 2.0)
    # Squared errors (3/11)/12 and (2.5/9)/10: se .224733; Welch df 19.2, t quantile 2.0915.
    assert low == pytest.approx(2 - 2.0915 * 0.224733, abs=1e-3)
    assert isinstance(p, float)
    assert p < 0.001
    pairs = (
        "SELECT grp, n_pairs, mean_change FROM mart.score_change WHERE evaluation = 'waiting' ORDER BY grp"
    )
    assert asked(home, pairs) == [("all", 12, 2.5), ("programme", 12, 2.5), ("waiting", 10, 0.5)]


def test_the_reports_tell_of_the_waiting_list(home: tuple[CommandLine, Path]) -> None:
    reports = home[1] / "releases" / "latest" / "reports"
    for language, heading in (
        ("lv", "Programma līdzās gaidītāju sarakstam"),
        ("en", "beside the waiting list"),
    ):
        assert heading in (reports / f"waiting.{language}.html").read_text("utf-8")
        assert heading not in (reports / f"leavers.{language}.html").read_text("utf-8")


def test_a_plan_changed_after_a_release_shows_in_the_next(home: tuple[CommandLine, Path]) -> None:
    ieguvumi, folder = home
    assert asked(home, "SELECT * FROM meta.plan_change") == []
    plan = folder / "evaluation.yaml"
    plan.write_text(PLAN.replace("confirmatory", "exploratory", 1), encoding="utf-8")
    ieguvumi("run", folder)
    assert asked(home, "SELECT * FROM meta.plan_change") == [
        ("2024.1", "leavers", "outcomes.1.role", '"confirmatory"', '"exploratory"')
    ]
    reports = folder / "releases" / "latest" / "reports"
    for language, sentence in (
        ("lv", "Analīzes plāns mainīts pēc laidiena 2024.1"),
        ("en", "The analysis plan was changed after release 2024.1"),
    ):
        assert sentence in (reports / f"leavers.{language}.html").read_text("utf-8")
        assert sentence not in (reports / f"waiting.{language}.html").read_text("utf-8")
