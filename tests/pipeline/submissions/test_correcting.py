"""A correction reaches a value that was rejected, says so, and is an error once the sender mended it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipeline.corrections import CorrectionError, corrected, load_corrections
from pipeline.record import merge
from pipeline.submissions import Intake, list_received, take_in
from pipeline.submissions.building import empty_tables
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, counts, problems

WIDE = "participant_id,wave,respondent,k1,k2\nA1,baseline,self,55,2\nA2,baseline,self,66,1\n"
LONG = "participant_id,wave,respondent,item,answer\nA1,baseline,self,k1,55\nA2,baseline,self,k1,66\n"
TEXT = """
- table: answers
  where: {participant: A1, measure: kidscreen10, item: k1, wave: baseline}
  expect: {answer: 55}
  set: {answer: 5}
  reason: typed twice; checked against the paper form
  reported: 2019-10-14
"""


def take(inbox: Inbox, folder: Path, files: dict[str, str | bytes], text: str = TEXT) -> Intake:
    path = folder / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    inbox.write({"north/participants.csv": PARTICIPANTS, **files})
    return take_in(list_received(inbox.folder), replace(inbox.context, corrections=load_corrections(path)))


def read(record: dict[str, pl.DataFrame], folder: Path, key: bytes) -> pl.DataFrame:
    """The answers as every table that is made of the record sees them."""
    return corrected(
        "record.answer", record["record.answer"], record["record.submission"],
        load_corrections(folder / "corrections.yaml"), key, record["record.problem"],
    )  # fmt: skip


@pytest.mark.parametrize(("content", "column"), [(WIDE, "k1"), (LONG, "answer")])
def test_a_rejected_value_is_corrected_before_the_record(
    inbox: Inbox, tmp_path: Path, content: str, column: str
) -> None:
    intake = take(inbox, tmp_path, {"north/kidscreen10.csv": content})
    assert counts(intake, "north/kidscreen10.csv") == (2, 1, 1)
    assert problems(intake, "north/kidscreen10.csv") == [
        (2, column, "corrected"),
        (3, column, "out_of_range"),
    ]
    record = merge(empty_tables(), intake.tables)
    answers = read(record, tmp_path, inbox.context.key)
    assert answers.filter(pl.col("item") == "k1")["answer"].to_list() == [5.0]


def test_once_the_sender_mended_it_the_correction_is_an_error(inbox: Inbox, tmp_path: Path) -> None:
    record = merge(empty_tables(), take(inbox, tmp_path, {"north/kidscreen10.csv": WIDE}).tables)
    later = WIDE.replace("A1,baseline,self,55", "A1,baseline,self,4")
    record = merge(record, take(inbox, tmp_path, {"north/kidscreen10-mended.csv": later}).tables)
    with pytest.raises(CorrectionError, match="the data no longer are as `expect` says"):
        read(record, tmp_path, inbox.context.key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expect: {answer: 55}", "expect: {answer: 56}"),
        ("participant: A1", "participant: B1"),
        ("item: k1", "item: k3"),
    ],
)
def test_a_correction_of_something_else_changes_nothing(
    inbox: Inbox, tmp_path: Path, old: str, new: str
) -> None:
    intake = take(inbox, tmp_path, {"north/kidscreen10.csv": WIDE}, TEXT.replace(old, new))
    assert counts(intake, "north/kidscreen10.csv") == (2, 0, 2)


def test_a_text_that_is_no_number_is_corrected_too(inbox: Inbox, tmp_path: Path) -> None:
    text = TEXT.replace("expect: {answer: 55}", 'expect: {answer: "S"}')
    intake = take(inbox, tmp_path, {"north/kidscreen10.csv": WIDE.replace("55", "S")}, text)
    assert counts(intake, "north/kidscreen10.csv") == (2, 1, 1)
    record = merge(empty_tables(), intake.tables)
    assert 5.0 in read(record, tmp_path, inbox.context.key)["answer"].to_list()


def test_a_day_of_a_person_is_corrected_before_the_persons_rows(inbox: Inbox, tmp_path: Path) -> None:
    """A rejected enrolment is mended first, so that the person's answers come in too."""
    text = """
- table: participants
  where: {participant: A1}
  expect: {municipality_code: Tuksnesis}
  set: {municipality_code: Tukuma novads}
  reason: a slip of the pen
  reported: 2019-10-14
"""
    files: dict[str, str | bytes] = {
        "north/participants.csv": PARTICIPANTS.replace("Tukuma novads", "Tuksnesis"),
        "north/kidscreen10.csv": WIDE.replace("55", "5"),
    }
    intake = take(inbox, tmp_path, files, text)
    assert counts(intake, "north/participants.csv") == (3, 3, 0)
    assert counts(intake, "north/kidscreen10.csv") == (2, 1, 1)
    assert intake.tables["record.participant"].filter(pl.col("row") == 2)["municipality_code"].to_list() == [
        "0900200"
    ]
