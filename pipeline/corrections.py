"""Corrections: known errors of accepted data, as records with a reason; applied whenever the data are read.

The record stays as it was submitted. A correction says what it expects to find; once that is no longer so,
because the sender mended it, it is an error and is to be taken out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from pydantic import Field, TypeAdapter, ValidationError

from pipeline import schemas
from pipeline.identity import is_pseudonym, mask, pseudonym
from pipeline.plan_part import Part

TABLES = {
    "participants": "record.participant",
    "answers": "record.answer",
    "icf": "record.icf_rating",
    "goals": "record.goal",
    "services": "record.service",
    "costs": "record.cost",
    "employment": "record.employment",
    "stakeholders": "record.stakeholder_answer",
    "invitations": "record.invitation",
}
_COLUMNS = {"participant": "participant_id", "measure": "instrument"}
PERSONS = ("participant_id", "respondent_id", "invited_id")
_PLACE = ["submission_id", "sheet", "row"]
CORRECTED = "corrected"
"""The rule under which record.problem lists what was corrected when it came in."""
_FIXED = ("submission_id", "sheet", "row", *PERSONS)


class CorrectionError(Exception):
    """A correction can't be used: says which, why, and what to do."""


class Correction(Part):
    """One correction: in which rows, what is expected there, and what is put in its place."""

    table: str
    where: Mapping[str, Any] = Field(min_length=1)
    expect: Mapping[str, Any] = Field(min_length=1)
    set: Mapping[str, Any] = Field(min_length=1)
    reason: str = Field(min_length=1)
    reporter: str = ""
    reported: dt.date


def load_corrections(path: Path) -> tuple[Correction, ...]:
    """Return the corrections of a home; none where it has no such file. Raises CorrectionError."""
    if not path.is_file():
        return ()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = TypeAdapter(tuple[Correction, ...]).validate_python(document or ())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CorrectionError(
            f"{path.name}: not readable as YAML in UTF-8; check indentation and quotes"
        ) from error
    except ValidationError as error:
        problem = error.errors()[0]
        place = " > ".join(f"no. {p + 1}" if isinstance(p, int) else str(p) for p in problem["loc"])
        raise CorrectionError(f"{path.name}: {place}: {problem['msg']}") from error
    for number, correction in enumerate(found, start=1):
        _check_names(number, correction)
    return found


def corrected(
    table: str,
    rows: pl.DataFrame,
    submissions: pl.DataFrame,
    corrections: Sequence[Correction],
    key: bytes,
    problems: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the rows of a record table with the corrections of it applied to those rows that stand.

    submissions: record.submission, whose sequence says which of several rows is the latest. key: of the pseudonyms.
    problems: record.problem, which says what was corrected already when it came in. Raises CorrectionError for one
    that finds no row, or not what it expects.
    """
    for number, correction in enumerate(corrections, start=1):
        if TABLES[correction.table] == table:
            rows = _applied(number, correction, rows, submissions, key, problems)
    return rows


def hashed_where(correction: Correction, key: bytes) -> dict[str, Any]:
    """Return a correction's `where` under the record's names, persons as pseudonyms."""
    where = {_COLUMNS.get(name, name): value for name, value in correction.where.items()}
    return {name: _pseudonym(str(value), key) if name in PERSONS else value for name, value in where.items()}


def listed(corrections: Sequence[Correction]) -> pl.DataFrame:
    """Return table meta.correction: what was corrected and why; no person, no value, nobody's name."""
    schema = schemas.META["meta.correction"]
    rows = [
        {
            "number": number,
            "table_name": correction.table,
            "column_name": ", ".join(correction.set),
            "instrument": correction.where.get("measure", correction.where.get("instrument")),
            "reason": mask(correction.reason),
            "reported": correction.reported,
        }
        for number, correction in enumerate(corrections, start=1)
    ]
    return schemas.checked(schema, pl.DataFrame(rows, schema=schema.create_empty().schema))


def _applied(
    number: int,
    correction: Correction,
    rows: pl.DataFrame,
    submissions: pl.DataFrame,
    key: bytes,
    problems: pl.DataFrame | None,
) -> pl.DataFrame:
    hashed = hashed_where(correction, key)
    sequence = dict(submissions.select("submission_id", "sequence").iter_rows())
    order = rows["submission_id"].replace_strict(sequence, default=None, return_dtype=pl.Int64)
    meant = rows.select(_equal(hashed, rows)).to_series()
    if not meant.any():
        raise CorrectionError(
            f"corrections.yaml: no. {number}: no row is meant by `where`; mend it or take it out"
        )
    stands = meant & (order == order.filter(meant).max()).fill_null(value=False)
    found = rows.filter(stands)
    if problems is not None and _came_in_corrected(found, correction, problems):
        return rows
    if not found.select(_equal(correction.expect, rows)).to_series().all():
        raise CorrectionError(
            f"corrections.yaml: no. {number}: the data no longer are as `expect` says; if mended, take it out"
        )
    return rows.with_columns(
        pl.when(pl.lit(stands)).then(_value(value, rows.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in correction.set.items()
    )


def _equal(values: Mapping[str, Any], rows: pl.DataFrame) -> pl.Expr:
    return pl.all_horizontal(
        pl.col(name).eq_missing(_value(value, rows.schema[name])) for name, value in values.items()
    )


def _came_in_corrected(found: pl.DataFrame, correction: Correction, problems: pl.DataFrame) -> bool:
    """Tell whether all rows were corrected when they came in, for they were rejected as they had been sent."""
    places = problems.filter(pl.col("rule") == CORRECTED).select(_PLACE)
    return found.join(places, on=_PLACE, how="anti").is_empty() and bool(
        found.select(_equal(correction.set, found)).to_series().all()
    )


def _value(value: Any, dtype: pl.DataType) -> pl.Expr:
    """Return a value as a column's type; amounts by their text, so that no cent is lost.

    Null where it is none: then no row has it.
    """
    plain = str(value) if isinstance(dtype, (pl.Decimal, pl.String)) and value is not None else value
    return pl.lit(plain).cast(dtype, strict=False)


def _pseudonym(person: str, key: bytes) -> str:
    return person if is_pseudonym(person) else pseudonym(person, key)


def _check_names(number: int, correction: Correction) -> None:
    """Refuse tables and columns that don't exist, and a `set` of what says whose row it is."""
    if correction.table not in TABLES:
        raise CorrectionError(f"corrections.yaml: no. {number}: table: expected one of {', '.join(TABLES)}")
    columns = schemas.RECORD[TABLES[correction.table]].column_names()
    for part in ("where", "expect", "set"):
        for name in getattr(correction, part):
            if _COLUMNS.get(name, name) not in columns or (part == "set" and name in _FIXED):
                allowed = ", ".join(c for c in columns if part != "set" or c not in _FIXED)
                raise CorrectionError(
                    f"corrections.yaml: no. {number}: {part}: no column `{name}`; there are {allowed}"
                )
