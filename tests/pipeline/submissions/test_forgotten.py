"""Who was erased does not come in again; a file written anew without them is the submission it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipeline.forgotten import Forgotten, load_forgotten, save_forgotten
from pipeline.home import HomeError
from pipeline.identity import pseudonym
from pipeline.submissions import Intake, list_received, take_in, write_rejected
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, counts, problems

GOALS = "participant_id,goal_id,domain,attainment\nA1,g1,leisure,7\nA2,g1,family_support,1\n"
FILES = {"north/participants.csv": PARTICIPANTS, "north/goals.csv": GOALS}


@pytest.fixture
def forgotten(inbox: Inbox) -> Forgotten:
    key = inbox.context.key
    return Forgotten(key=key).with_persons([pseudonym("A1", key)])


def taken(inbox: Inbox, forgotten: Forgotten) -> Intake:
    return take_in(list_received(inbox.folder), replace(inbox.context, forgotten=forgotten))


def test_their_rows_are_rejected_with_a_reason_and_counted(inbox: Inbox, forgotten: Forgotten) -> None:
    inbox.write(FILES)
    intake = taken(inbox, forgotten)
    assert counts(intake, "north/participants.csv") == (3, 2, 1)
    assert counts(intake, "north/goals.csv") == (2, 1, 1)
    reason = (2, "participant_id", "forgotten_person")
    assert problems(intake, "north/participants.csv") == [reason]
    # Nothing else is told of the row, though its attainment is none.
    assert problems(intake, "north/goals.csv") == [reason]


def test_no_cell_of_theirs_is_sent_back(inbox: Inbox, forgotten: Forgotten, tmp_path: Path) -> None:
    inbox.write(FILES)
    write_rejected(tmp_path / "rejected", taken(inbox, forgotten))
    told = (tmp_path / "rejected" / "north" / "participants.csv").read_text(encoding="utf-8-sig")
    assert "A1" not in told
    assert "2008" not in told
    assert "whose data were erased" in told


def test_a_file_written_anew_is_the_submission_it_was(inbox: Inbox, forgotten: Forgotten) -> None:
    inbox.write(FILES)
    [first, _] = taken(inbox, Forgotten()).tables["record.submission"].rows(named=True)
    without = GOALS.replace("A1,g1,leisure,7", "")
    (inbox.folder / "north" / "goals.csv").write_text(without)
    [anew, _] = taken(inbox, Forgotten()).tables["record.submission"].rows(named=True)
    known = forgotten.with_rewritten(anew["submission_id"], first["submission_id"])
    intake = taken(inbox, known)
    [now, _] = intake.tables["record.submission"].rows(named=True)
    assert now["submission_id"] == first["submission_id"]
    assert intake.tables["record.goal"]["row"].to_list() == [3]
    # Once more without somebody: still the first one.
    assert known.with_rewritten("third", anew["submission_id"]).original("third") == first["submission_id"]


def test_what_is_kept_of_them_tells_nobody_without_the_key(forgotten: Forgotten, tmp_path: Path) -> None:
    path = tmp_path / "forgotten.json"
    save_forgotten(path, forgotten)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "A1" not in text
    assert pseudonym("A1", forgotten.key) not in text
    assert load_forgotten(path, forgotten.key) == forgotten
    other = load_forgotten(path, b"another key, of another home....")
    assert other.marks == forgotten.marks
    assert not other.among(pl.Series([pseudonym("A1", forgotten.key)])).any()


def test_a_damaged_list_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "forgotten.json"
    path.write_text("{")
    with pytest.raises(HomeError, match="restore it from a copy"):
        load_forgotten(path, b"k" * 32)
