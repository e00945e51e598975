"""The sender's own identifiers are found where the received files are kept, and only harmless ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.identity import pseudonym
from pipeline.submissions import put_away
from pipeline.submissions.own_ids import own_ids
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox

# A made-up personal code with a right check digit.
PERSONAL_CODE = "161175-19997"
FILES: dict[str, str | bytes] = {
    "north/participants.csv": PARTICIPANTS + f"{PERSONAL_CODE},children,Liepāja,2018-09-15,m,2009\n",
    "south/participants.csv": PARTICIPANTS.replace("A1", "S1").replace("A2", "S2").replace("B1", "S3"),
    "north/kidscreen10.csv": "participant_id,wave,respondent,k1\nA1,baseline,self,1\n",
}


@pytest.mark.parametrize(
    ("how", "found"), [("keep", ["A1", "A2", "B1"]), ("encrypt", ["A1", "A2", "B1"]), ("remove", [])]
)
def test_own_identifiers_are_read_from_received_files(
    inbox: Inbox, tmp_path: Path, how: str, found: list[str]
) -> None:
    context = inbox.context
    intake = inbox(FILES)
    assert intake.rejected == ()
    put_away(intake.accepted, how, tmp_path / "received", context.key)
    given = own_ids(
        inbox.folder, tmp_path / "received", "north", intake.tables["record.submission"],
        context.library, context.mappings, context.key,
    )  # fmt: skip
    assert sorted(given["own_id"]) == found
    assert set(given.rows()) == {(pseudonym(person, context.key), person) for person in found}


def test_files_under_another_key_are_passed_over(inbox: Inbox, tmp_path: Path) -> None:
    intake = inbox(FILES)
    put_away(intake.accepted, "encrypt", tmp_path / "received", b"another key of thirty-two bytes.")
    given = own_ids(
        inbox.folder, tmp_path / "received", "north", intake.tables["record.submission"],
        inbox.context.library, inbox.context.mappings, inbox.context.key,
    )  # fmt: skip
    assert given.is_empty()
