"""Rows are taken out of files of every format: no byte of them is left, all other rows are as they were."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from pipeline.erasure import ErasureError
from pipeline.erasure.persons import MASK, Persons
from pipeline.erasure.rows import Theirs, without_rows
from pipeline.submissions.reading import read_tables
from tests.pipeline.submissions.test_reading_files import delimited, ods, workbook

KEY = b"a key that only this test uses.."
ERASED, OTHER = "ĀBOLS-4711", "ĀBOLS-47112"
HEADER = ["participant_id", "service", "remark"]
ROWS: list[list[str]] = [
    HEADER,
    [OTHER, 'saukts "Šķūnis"; jauns', "  two  blanks"],
    [ERASED, "Ēdināšana, ar piegādi", "theirs alone"],
    [OTHER, "aprūpe", f"brother of {ERASED}."],
    ["K-1", "line\nbreak & <sign>", ""],
]
LEFT: list[tuple[int, list[str | None]]] = [
    (1, [*HEADER]),
    (2, [*ROWS[1]]),
    (4, [OTHER, "aprūpe", f"brother of {MASK}."]),
    (5, ["K-1", "line\nbreak & <sign>", None]),
]


@pytest.fixture
def theirs() -> Theirs:
    return Theirs(Persons.named([ERASED], KEY))


def parquet() -> bytes:
    stream = io.BytesIO()
    frame = pl.DataFrame(ROWS[1:], schema=HEADER, orient="row")
    frame.with_columns(pl.col("participant_id").cast(pl.Categorical), day=pl.date(2024, 1, 2)).write_parquet(
        stream
    )
    return stream.getvalue()


def rows_of(content: bytes, suffix: str, width: int = 3) -> list[tuple[int, list[str | None]]]:
    """Every filled row of the first table with its number."""
    [table, *_] = read_tables(content, suffix)
    rows = ((number, [c or None for c in row[:width]]) for number, row in enumerate(table.cells.rows(), 1))
    return [(number, row) for number, row in rows if any(row)]


def stripped(rows: list[tuple[int, list[str | None]]]) -> list[tuple[int, list[str | None]]]:
    return [(number, [cell.strip() if cell else None for cell in row]) for number, row in rows]


def everything_in(content: bytes) -> bytes:
    """The bytes of a file and of all its parts."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content + b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1257", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_keeps_every_other_byte(theirs: Theirs, encoding: str, delimiter: str) -> None:
    content = (delimited(delimiter, ROWS) + "\r\n").encode(encoding)
    changed = without_rows(content, ".csv", theirs)
    gone = delimited(delimiter, [ROWS[2]])
    wanted = content.decode(encoding).replace(gone, "").replace(f"of {ERASED}.", f"of {MASK}.")
    assert changed.decode(encoding) == wanted
    assert rows_of(changed, ".csv") == stripped(LEFT) or rows_of(changed, ".csv") == LEFT


def test_a_record_of_several_lines_leaves_one_empty_line(theirs: Theirs) -> None:
    content = f'participant_id;remark\n{ERASED};"one\ntwo\nthree"\nK-1;stays\n'.encode()
    assert without_rows(content, ".csv", theirs) == b"participant_id;remark\n\nK-1;stays\n"


@pytest.mark.parametrize(
    ("content", "suffix"),
    [(workbook(ROWS, [["a"], [ERASED], ["b"]]), ".xlsx"), (ods(ROWS), ".ods"), (parquet(), ".parquet")],
    ids=["xlsx", "ods", "parquet"],
)
def test_other_formats_keep_every_other_cell(theirs: Theirs, content: bytes, suffix: str) -> None:
    changed = without_rows(content, suffix, theirs)
    before, after = (dict(rows_of(one, suffix)) for one in (content, changed))
    assert after == {
        number: [cell and cell.replace(f"of {ERASED}.", f"of {MASK}.") for cell in row]
        for number, row in before.items()
        if number != 3
    }
    left = everything_in(changed).replace(OTHER.encode(), b"")
    for text in (ERASED, "theirs alone"):
        assert text.encode() not in left
        assert text.encode("utf-16-le") not in left


def test_types_of_a_parquet_file_stay(theirs: Theirs) -> None:
    frame = pl.read_parquet(io.BytesIO(without_rows(parquet(), ".parquet", theirs)))
    assert frame.schema["day"] == pl.Date
    assert frame["participant_id"].to_list() == [OTHER, None, OTHER, "K-1"]


def test_an_spss_file_keeps_labels_formats_and_missing_values(theirs: Theirs, tmp_path: Path) -> None:
    path = tmp_path / "sent.sav"
    frame = pl.DataFrame(
        {"participant_id": [OTHER, ERASED, "K-1"], "k1": [1.0, 2.0, 99.0], "k2": [8.0, 5.0, 3.0]}
    )
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={"k1": "Energy"},
        variable_value_labels={"k1": {1.0: "not at all"}},
        missing_ranges={"k1": [99], "k2": [{"lo": 7, "hi": 9}]},
    )
    changed = without_rows(path.read_bytes(), ".sav", theirs)
    path.write_bytes(changed)
    found, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="polars")
    assert found.rows() == [(OTHER, 1.0, 8.0), ("", None, None), ("K-1", 99.0, 3.0)]
    assert meta.column_names_to_labels["k1"] == "Energy"
    assert meta.variable_value_labels["k1"] == {1.0: "not at all"}
    assert meta.missing_ranges["k2"] == [{"lo": 7.0, "hi": 9.0}]
    assert [number for number, _ in rows_of(changed, ".sav")] == [1, 2, 4]
    assert ERASED.encode() not in changed.replace(OTHER.encode(), b"")


def test_a_short_identifier_is_no_reason_to_take_a_row_out() -> None:
    content = b"participant_id,k1\n17,5\n5,17\n"
    theirs = Theirs(Persons.named(["17"], KEY), {"": frozenset([2])})
    assert without_rows(content, ".csv", theirs) == b"participant_id,k1\n\n5,17\n"


def test_what_can_t_be_told_apart_is_refused(theirs: Theirs) -> None:
    content = f"participant_id;remark\n{ERASED};a\rb\nK-1;x\ry\n".encode()
    with pytest.raises(ErasureError):
        without_rows(content, ".csv", theirs)
