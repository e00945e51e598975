"""What was sent back is written anew without an erased person's rows; what is told of others stays."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import pytest

from instruments import load_library
from pipeline.erasure import sent_back
from pipeline.erasure.persons import Persons
from pipeline.municipalities import Register
from pipeline.plan import parse_plan
from pipeline.private_file import rewrite_private
from pipeline.schemas import RECORD
from pipeline.submissions import IntakeContext, list_received, take_in, write_rejected
from pipeline.submissions.rejection_workbook import INSTRUCTIONS
from tests.pipeline.submissions.small_home import PARTICIPANTS, PLAN, Inbox

KEY = b"a key that only this test uses.."
GOALS = "participant_id,goal_id,domain,attainment\nA1,g1,leisure,7\nA2,g1,leisure,8\n"
PLACES = {"north/goals.csv": {"": frozenset([2])}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    nobody = RECORD["record.participant"].create_empty()
    context = IntakeContext(parse_plan(PLAN), load_library(), Register.shipped(), KEY, nobody)
    inbox = Inbox(tmp_path / "inbox", context)
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/goals.csv": GOALS})
    write_rejected(tmp_path / "rejected", take_in(list_received(inbox.folder), context))
    return tmp_path / "rejected"


def test_their_rows_and_what_is_told_of_them_go(folder: Path) -> None:
    persons = Persons.named(["A1"], KEY)
    paths = sent_back.files_of(folder)
    assert {path.name for path in paths} == {"north.xlsx", "goals.csv"}
    for path in paths:
        content = sent_back.without(path, folder, persons, PLACES)
        assert content is not None
        rewrite_private(path, content)
        assert sent_back.without(path, folder, persons, PLACES) is None
    left = (folder / "north" / "goals.csv").read_text(encoding="utf-8-sig")
    assert "A1" not in left
    assert "A2" in left
    book = fastexcel.read_excel(folder / "north.xlsx")
    sheets = {
        name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names
    }
    assert next(iter(sheets)) == INSTRUCTIONS
    assert ("north/goals.csv", "2", "0", "2") in sheets[INSTRUCTIONS].rows()
    [errors] = [frame for name, frame in sheets.items() if "Errors" in name]
    assert [row for row in errors.rows() if "7" in row] == []
    assert [row for row in errors.rows() if "8" in row] != []
    [rows] = [frame for name, frame in sheets.items() if name == "1 goals"]
    assert "A1" not in str(rows.rows())
    assert "A2" in str(rows.rows())


def test_a_file_without_them_stays_as_it_is(folder: Path) -> None:
    persons = Persons.named(["B1"], KEY)
    assert [sent_back.without(path, folder, persons, {}) for path in sent_back.files_of(folder)] == [
        None,
        None,
    ]
