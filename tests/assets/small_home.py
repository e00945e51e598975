"""A home that is run in seconds: one municipality's forty made-up persons, a measure of the home's own."""

from __future__ import annotations

from pathlib import Path

from tests.assets.test_by_configuration import ANSWERS, MEASURE, write

PLAN = """\
languages: [en]
synthetic: true
evaluations:
  - id: small
    title: {lv: Maza programma, en: A small programme}
    waves:
      before: {from: 2023-01-01, to: 2023-02-28}
      after: {from: 2024-01-01, to: 2024-02-28}
    pre: before
    post: after
    months: 12
    reporting_year: 2024
    outcomes: [{instrument: low_mood, respondent: self, scales: [total], role: confirmatory}]
    breakdowns: [sex]
"""
PERSONS = 40
PARTICIPANTS = "participant_id,target_group,municipality,enrolled_on,sex"
SHEET = "participant_id,answered_on,respondent,sad,tired,sleep"


def write_small_home(home: Path) -> Path:
    """Write it; give the folder of its only sender."""
    inbox = home / "inbox" / "town"
    inbox.mkdir(parents=True)
    (home / "instruments").mkdir()
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    (home / "instruments" / "low_mood.yaml").write_text(MEASURE, encoding="utf-8")
    people = [f"{name(n)},adults,Rīgas valstspilsēta,2023-01-10,{'fm'[n % 2]}" for n in range(PERSONS)]
    write(inbox / "participants.csv", PARTICIPANTS, people)
    write(
        inbox / "low_mood-before.csv", SHEET, [answered(n, "2023-01-20", 5 + n % 2) for n in range(PERSONS)]
    )
    write(inbox / "low_mood-after.csv", SHEET, [answered(n, "2024-01-20", 3 + n % 3) for n in range(PERSONS)])
    return inbox


def name(number: int) -> str:
    """What the sender calls a person."""
    return f"person-{number:02}"


def answered(number: int, day: str, total: int) -> str:
    """A row of the sheet: a person's answers that sum to `total`."""
    return f"{name(number)},{day},self,{ANSWERS[total]}"
