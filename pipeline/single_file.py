"""One file of answers, scored without a home: nothing is recorded; persons keep their identifiers.

A large file is scored in parts, some persons at a time, so that memory doesn't grow with it; what comes out is
the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from instruments import QUESTIONNAIRE, Instrument, Library, score_answers, score_rows
from pipeline.identity import Pseudonyms
from pipeline.large_file import LargeFile
from pipeline.municipalities import Register
from pipeline.schemas import RECORD
from pipeline.submissions.batch import Facts
from pipeline.submissions.building import record_rows
from pipeline.submissions.checking import Checked, check_files
from pipeline.submissions.contents import contents_of
from pipeline.submissions.findings import FileFinding
from pipeline.submissions.kinds import ANSWERS, FileKind
from pipeline.submissions.measures import known_columns
from pipeline.submissions.problems import combined, file_problem
from pipeline.submissions.reading import FORMATS, Sheet, read_sheets
from pipeline.submissions.text_files import ReadingError
from pipeline.submissions.wording import UNKNOWN_FORMAT
from pipeline.waves import WINDOW_SCHEMA

WITHOUT_WAVE = "not_stated"
_NAME = "single-file"
Take = Callable[[pl.DataFrame], None]


def score_file(path: Path, instrument: Instrument, library: Library, take: Take) -> list[str]:
    """Score a file of one measure's answers, wide or long.

    take: is given the scores, the columns of core.score, part by part in the order of persons; at least once.
    Returns a line for every row or file that was left out. A row without a wave gets the day of its answers as
    one. Raises OSError when the file can't be read.
    """
    if path.suffix.lower() not in FORMATS:
        take(_nothing(library))
        return _lines(path, file_problem(UNKNOWN_FORMAT))
    kind = FileKind(ANSWERS, instrument)
    problems = []
    try:
        for sheets in _parts(path, kind):
            checked = check_files({_NAME: contents_of(sheets, kind)}, _facts(library))[_NAME]
            problems.append(checked.problems)
            take(_scores(checked, instrument, library))
    except ReadingError as error:
        take(_nothing(library))
        return _lines(path, file_problem(error.finding))
    return _lines(path, combined(problems))


def _parts(path: Path, kind: FileKind) -> Iterator[list[Sheet]]:
    """Yield the sheets of a file: all at once, or those of a large one by ranges of persons."""
    known = known_columns(kind)
    large = LargeFile.of(path, known)
    if large is None:
        yield read_sheets(path.read_bytes(), path.suffix, known)
    else:
        yield from ([sheet] for sheet in large.parts())


def _facts(library: Library) -> Facts:
    """No plan and no persons to hold rows against; the pseudonyms made on the way are thrown away."""
    pseudonyms = Pseudonyms(secrets.token_bytes(32))
    return Facts(None, library, Register.shipped(), pseudonyms, None, WINDOW_SCHEMA.to_frame())


def _scores(checked: Checked, instrument: Instrument, library: Library) -> pl.DataFrame:
    """The scores of the accepted rows; a wide file is scored as it lies."""
    if not checked.kind.items:
        return score_answers(_answers(checked), library)
    day = pl.col("answered_on").cast(pl.String)
    rows = (
        checked.typed.with_columns(participant_id=checked.raw["participant_id"])
        .filter(~checked.rejected)
        .filter(pl.any_horizontal(pl.col(checked.kind.items).is_not_null()))
        .with_columns(wave=pl.coalesce("wave", day, pl.lit(WITHOUT_WAVE)))
    )
    by_respondent = rows.partition_by("respondent", as_dict=True)
    tables = [score_rows(part, instrument, str(name)) for (name,), part in by_respondent.items()]
    return pl.concat([_nothing(library), *tables]).sort(*QUESTIONNAIRE, "scale")


def _answers(checked: Checked) -> pl.DataFrame:
    """The accepted answers of a long file, under the identifiers that it has."""
    own = pl.DataFrame(
        {"participant_id": checked.typed["participant_id"], "own_id": checked.raw["participant_id"]}
    ).unique("participant_id")
    day = pl.col("answered_on").cast(pl.String)
    return (
        _rows(checked)
        .join(own, on="participant_id", how="left", maintain_order="left")
        .with_columns(participant_id=pl.col("own_id"), wave=pl.coalesce("wave", day, pl.lit(WITHOUT_WAVE)))
        .filter(pl.col("answer").is_not_null())
    )


def _rows(checked: Checked) -> pl.DataFrame:
    parts = list(record_rows({_NAME: checked})[_NAME]())
    return pl.concat(parts) if parts else RECORD["record.answer"].create_empty()


def _nothing(library: Library) -> pl.DataFrame:
    text = ("participant_id", "instrument", "respondent", "wave", "item")
    return score_answers(
        pl.DataFrame(schema={**dict.fromkeys(text, pl.String), "answer": pl.Float64}), library
    )


def _lines(path: Path, problems: pl.DataFrame) -> list[str]:
    errors = problems.filter(pl.col("severity") == "error")
    return [str(FileFinding(file=str(path), **row)) for row in errors.iter_rows(named=True)]
