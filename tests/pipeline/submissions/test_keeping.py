"""Received files after acceptance: kept, encrypted, or removed; never one with a row that was not accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from pipeline.submissions import put_away
from pipeline.submissions.keeping import decrypted, kept_files
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox

KEY = b"k" * 32
BAD = "participant_id,wave,respondent,k1\nA1,baseline,self,77\n"
FILES: dict[str, str | bytes] = {
    "north/participants.csv": PARTICIPANTS,
    "north/kidscreen10.csv": BAD,
    "north/goals.xlsx": b"broken",
}


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("how", "stays"),
    [
        ("keep", {"participants.csv", "kidscreen10.csv", "goals.xlsx"}),
        ("remove", {"kidscreen10.csv", "goals.xlsx"}),
        ("encrypt", {"kidscreen10.csv", "goals.xlsx"}),
    ],
)
def test_only_files_accepted_whole_are_put_away(
    inbox: Inbox, tmp_path: Path, how: str, stays: set[str]
) -> None:
    put_away(inbox(FILES).accepted, how, tmp_path / "received", KEY)
    assert left(inbox.folder) == stays
    kept = list((tmp_path / "received").rglob("*.encrypted"))
    assert len(kept) == (1 if how == "encrypt" else 0)


def test_an_encrypted_file_is_private_and_comes_back_whole(inbox: Inbox, tmp_path: Path) -> None:
    put_away(inbox(FILES).accepted, "encrypt", tmp_path / "received", KEY)
    (path,) = (tmp_path / "received/north").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes()
    assert b"A1" not in content
    assert decrypted(content, KEY) == PARTICIPANTS.encode()
    with pytest.raises(InvalidTag):
        decrypted(content, b"x" * 32)


def test_a_file_that_changed_since_it_was_read_stays(inbox: Inbox, tmp_path: Path) -> None:
    intake = inbox(FILES)
    inbox.write({"north/participants.csv": PARTICIPANTS + "C1,children,Liepāja,2018-09-01,f,2008\n"})
    put_away(intake.accepted, "remove", tmp_path / "received", KEY)
    assert "participants.csv" in left(inbox.folder)


def test_encrypted_files_are_found_with_their_path(inbox: Inbox, tmp_path: Path) -> None:
    intake = inbox(FILES)
    put_away(intake.accepted, "encrypt", tmp_path / "received", KEY)
    ((kept, relative),) = kept_files(tmp_path / "received", intake.tables["record.submission"])
    assert (relative, decrypted(kept.read_bytes(), KEY)) == ("north/participants.csv", PARTICIPANTS.encode())
