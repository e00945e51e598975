"""One file of answers, scored without a home: nothing is recorded; persons keep their identifiers."""

from __future__ import annotations

import secrets
from pathlib import Path

import polars as pl

from instruments import Instrument, Library, score_answers
from pipeline.municipalities import Register
from pipeline.submissions.batch import Facts
from pipeline.submissions.building import record_rows
from pipeline.submissions.checking import Checked, check_files, contents_of
from pipeline.submissions.findings import FileFinding
from pipeline.submissions.kinds import ANSWERS, FileKind
from pipeline.submissions.measures import known_columns
from pipeline.submissions.problems import file_problem
from pipeline.submissions.reading import FORMATS, read_sheets
from pipeline.submissions.text_files import ReadingError
from pipeline.submissions.wording import UNKNOWN_FORMAT
from pipeline.waves import WINDOW_SCHEMA

WITHOUT_WAVE = "not_stated"
_NAME = "single-file"


def score_file(path: Path, instrument: Instrument, library: Library) -> tuple[pl.DataFrame, list[str]]:
    """Score a file of one measure's answers, wide or long.

    Returns the columns of core.score, and a line for every row or file that was left out. A row without a
    wave gets the day of its answers as one. Raises OSError when the file can't be read.
    """
    content = path.read_bytes()
    kind = FileKind(ANSWERS, instrument)
    if path.suffix.lower() not in FORMATS:
        return _nothing(library), _lines(path, file_problem(UNKNOWN_FORMAT))
    try:
        sheets = read_sheets(content, path.suffix, known_columns(kind))
    except ReadingError as error:
        return _nothing(library), _lines(path, file_problem(error.finding))
    checked = check_files({_NAME: contents_of(sheets, kind)}, _facts(library))[_NAME]
    scores = score_answers(_answers(checked), library)
    return scores, _lines(path, checked.problems)


def _facts(library: Library) -> Facts:
    """No plan and no persons to hold rows against; the pseudonyms made on the way are thrown away."""
    return Facts(None, library, Register.shipped(), secrets.token_bytes(32), None, WINDOW_SCHEMA.to_frame())


def _answers(checked: Checked) -> pl.DataFrame:
    """The accepted answers in the long layout, under the identifiers that the file has."""
    own = pl.DataFrame(
        {"participant_id": checked.typed["participant_id"], "own_id": checked.raw["participant_id"]}
    ).unique("participant_id")
    day = pl.col("answered_on").cast(pl.String)
    return (
        record_rows({_NAME: checked})[_NAME]
        .join(own, on="participant_id", how="left", maintain_order="left")
        .with_columns(participant_id=pl.col("own_id"), wave=pl.coalesce("wave", day, pl.lit(WITHOUT_WAVE)))
        .filter(pl.col("answer").is_not_null())
    )


def _nothing(library: Library) -> pl.DataFrame:
    text = ("participant_id", "instrument", "respondent", "wave", "item")
    return score_answers(
        pl.DataFrame(schema={**dict.fromkeys(text, pl.String), "answer": pl.Float64}), library
    )


def _lines(path: Path, problems: pl.DataFrame) -> list[str]:
    errors = problems.filter(pl.col("severity") == "error")
    return [str(FileFinding(file=str(path), **row)) for row in errors.iter_rows(named=True)]
