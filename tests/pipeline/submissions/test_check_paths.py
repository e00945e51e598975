"""Checking files without loading them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pipeline.submissions import IntakeContext, check_paths
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox

ANSWERS = "participant_id,wave,respondent,k1\nA1,baseline,self,1\nZ9,baseline,self,77\n"


def test_a_home_is_checked_by_its_inbox(inbox: Inbox) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/kidscreen10.csv": ANSWERS})
    home = inbox.folder.parent
    (home / "evaluation.yaml").write_text("", encoding="utf-8")
    found = [(f.row, f.column, f.rule, f.value) for f in check_paths([home], inbox.context)]
    assert found == [(3, "k1", "out_of_range", "77"), (3, "participant_id", "unknown_person", None)]


def test_a_single_file_needs_no_participants_and_no_plan(inbox: Inbox, context: IntakeContext) -> None:
    inbox.write({"north/kidscreen10.csv": ANSWERS})
    path = inbox.folder / "north" / "kidscreen10.csv"
    (finding,) = check_paths([path], dataclasses.replace(context, plan=None))
    printed = f"{path}, row 3, k1: error: found “77”, expected one of 1, 2, 3, 4, 5"
    assert str(finding) == printed


def test_a_folder_of_files_is_one_sender(inbox: Inbox) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/kidscreen10.csv": ANSWERS})
    rules = [finding.rule for finding in check_paths([inbox.folder / "north"], inbox.context)]
    assert rules == ["out_of_range", "unknown_person"]


def test_a_path_that_is_not_there(context: IntakeContext, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_paths([tmp_path / "nothing"], context)
