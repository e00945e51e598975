"""Corrections change the row that stands, and are an error once the data are no longer as they expect."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.corrections import CorrectionError, corrected, load_corrections
from pipeline.identity import pseudonym

KEY = b"k" * 32
SUBMISSIONS = pl.DataFrame({"submission_id": ["s1", "s2"], "sequence": [1, 2]})
TEXT = """
- table: answers
  where: {participant: A1, measure: kidscreen52, item: phy3, wave: baseline}
  expect: {answer: 4}
  set: {answer: 5}
  reason: typed wrong; checked against the paper form
  reported: 2019-10-14
"""


def answers(*rows: tuple[str, str, float]) -> pl.DataFrame:
    """Submission, person and answer to phy3."""
    return pl.DataFrame(
        [(s, pseudonym(p, KEY), "kidscreen52", "phy3", "baseline", a) for s, p, a in rows],
        schema=["submission_id", "participant_id", "instrument", "item", "wave", "answer"],
        orient="row",
    )


def apply(tmp_path: Path, rows: pl.DataFrame, text: str = TEXT) -> list[float]:
    path = tmp_path / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    done = corrected("record.answer", rows, SUBMISSIONS, load_corrections(path), KEY)
    return done["answer"].to_list()


def test_the_row_that_stands_is_corrected_and_no_other(tmp_path: Path) -> None:
    rows = answers(("s1", "A1", 1.0), ("s2", "A1", 4.0), ("s2", "A2", 4.0))
    assert apply(tmp_path, rows) == [1.0, 5.0, 4.0]


def test_a_person_may_be_named_by_the_pseudonym(tmp_path: Path) -> None:
    text = TEXT.replace("A1", pseudonym("A1", KEY))
    assert apply(tmp_path, answers(("s1", "A1", 4.0)), text) == [5.0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (answers(("s1", "A1", 4.0), ("s2", "A1", 3.0)), "no. 1: the data no longer are as `expect` says"),
        (answers(("s1", "A2", 4.0)), "no. 1: no row is meant by `where`"),
    ],
)
def test_what_no_longer_matches_is_an_error(tmp_path: Path, rows: pl.DataFrame, message: str) -> None:
    with pytest.raises(CorrectionError, match=message.replace(".", r"\.")) as caught:
        apply(tmp_path, rows)
    assert "A1" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("table: answers", "table: answer", "table: expected one of participants, answers"),
        ("set: {answer", "set: {participant_id", "set: no column `participant_id`"),
        ("item: phy3", "itm: phy3", "where: no column `itm`"),
        ("  reason: typed wrong; checked against the paper form\n", "", "no. 1 > reason: Field required"),
        ("- table", "- table: [", "not readable as YAML"),
    ],
)
def test_a_broken_correction_is_told_with_its_mend(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        apply(tmp_path, answers(), TEXT.replace(old, new))
    assert message in str(caught.value)
