"""A correction of an erased person is taken out; the others stay as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.corrections import load_corrections
from pipeline.erasure.corrections import corrections_naming, without_corrections
from pipeline.erasure.persons import Persons
from pipeline.identity import pseudonym

KEY = b"a key that only this test uses.."
CORRECTION = """\
- table: goals
  where: {{participant: "{person}", goal_id: g1}}   # by the form
  expect: {{attainment: 2}}
  set: {{attainment: 1}}
  reason: typed wrongly
  reported: 2019-10-14
"""
HEAD = "# Known errors.\n"


@pytest.mark.parametrize("spelled", ["A-1", pseudonym("A-1", KEY)])
def test_only_theirs_goes(tmp_path: Path, spelled: str) -> None:
    path = tmp_path / "corrections.yaml"
    first, theirs, last = (CORRECTION.format(person=one) for one in ("B-1", spelled, "C-1"))
    path.write_text(HEAD + first + theirs + last, encoding="utf-8")
    places = corrections_naming(path, Persons.named(["A-1"], KEY))
    assert places == [1]
    assert without_corrections(path, places) == HEAD + first + last


def test_the_last_one_leaves_an_empty_list(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text(HEAD + CORRECTION.format(person="A-1"), encoding="utf-8")
    path.write_text(without_corrections(path, [0]), encoding="utf-8")
    assert load_corrections(path) == ()
