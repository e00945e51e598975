"""Files made to do harm: each is refused with a reason, in bounded memory, and nothing else is harmed."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from pipeline.submissions import Intake, IntakeContext, list_received, put_away, take_in, write_rejected
from pipeline.submissions.reading import read_sheets
from pipeline.submissions.text_files import ReadingError
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, counts, problems
from tests.pipeline.submissions.test_reading_files import ods, workbook

Sent = Callable[[Mapping[str, str | bytes]], Intake]
GOOD = "participant_id,wave,respondent,k1\nA1,baseline,self,1\n"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def rule_of(content: bytes, suffix: str) -> str:
    with pytest.raises(ReadingError) as caught:
        read_sheets(content, suffix, ["participant_id"])
    return caught.value.finding.rule


def replaced(content: bytes, name: str, new: bytes) -> bytes:
    """The archive with one part replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as to:
        for entry in old.infolist():
            to.writestr(entry.filename, new if entry.filename == name else old.read(entry))
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_by_what_it_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.submissions.workbooks.LARGEST_UNPACKED", 50_000_000)
    assert rule_of(replaced(workbook([["x"]]), SHEET, b" " * 60_000_000), ".xlsx") == "too_large"


def test_a_zip_bomb_that_states_a_small_size_is_refused() -> None:
    content = bytearray(replaced(workbook([["x"]]), SHEET, b" " * 5_000_000))
    size = (5_000_000).to_bytes(4, "little")
    assert content.count(size) >= 2
    assert rule_of(bytes(content).replace(size, (50).to_bytes(4, "little")), ".xlsx") == "unreadable_file"


def test_two_cells_in_far_corners_are_refused() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "participant_id")
        sheet.write(1_048_575, 16_383, "x")
    assert rule_of(content.getvalue(), ".xlsx") == "too_large"


def test_a_repeated_row_of_an_ods_sheet_is_refused() -> None:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="9999"><text:p>x</text:p>'
    )
    row = f'<table:table-row table:number-rows-repeated="900000">{cell}</table:table-cell></table:table-row>'
    with zipfile.ZipFile(io.BytesIO(ods([["a"]]))) as archive:
        document = archive.read("content.xml").decode()
    document = document.replace("</table:table>", row + "</table:table>")
    assert rule_of(replaced(ods([["a"]]), "content.xml", document.encode()), ".ods") == "too_large"


def test_repeated_empty_rows_at_the_end_as_spreadsheet_programs_write_them_are_no_harm() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1048570">{empty}</table:table-row>'
    plain = ods([["participant_id"], ["A1"]])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        document = archive.read("content.xml").decode()
    document = document.replace("</table:table>", row + "</table:table>")
    (sheet,) = read_sheets(replaced(plain, "content.xml", document.encode()), ".ods", ["participant_id"])
    assert sheet.cells.height == 1


def test_entities_that_grow_are_not_unfolded() -> None:
    """The billion laughs: each entity ten of the one before."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
        f'<worksheet {NAMESPACE}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    content = replaced(workbook([["x"]]), SHEET, document.encode())
    try:
        sheets = read_sheets(content, ".xlsx", ["participant_id"])
    except ReadingError:
        return
    assert sum(sheet.cells.estimated_size() for sheet in sheets) < 1000


def test_a_single_endless_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.submissions.text_files.LONGEST_LINE", 1000)
    assert rule_of(b"participant_id" + b",x" * 5000, ".csv") == "line_too_long"
    lines = b"participant_id,k1\n" + b"A1,1\n" * 5000
    assert read_sheets(lines, ".csv", ["participant_id"])[0].cells.height == 5000


def test_a_file_larger_than_may_be_read_is_not_read(inbox: Inbox) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/kidscreen10.csv": GOOD})
    with (inbox.folder / "north/goals.csv").open("wb") as stream:
        stream.truncate(3_000_000_000)  # a hole: takes no room on the disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    intake = take_in(list_received(inbox.folder), inbox.context)
    assert problems(intake, "north/goals.csv") == [(0, "", "too_large")]
    assert counts(intake, "north/kidscreen10.csv") == (1, 1, 0)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes


def test_nul_characters_are_told(sent: Sent) -> None:
    intake = sent({"kidscreen10.csv": GOOD.replace("A1", "A\0"), "kidscreen10-2.csv": GOOD})
    assert problems(intake, "north/kidscreen10.csv") == [(0, "", "nul_characters")]
    assert counts(intake, "north/kidscreen10-2.csv") == (1, 1, 0)


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/kidscreen10.csv": GOOD})
    read_bytes = Path.read_bytes

    def read_while_written(path: Path) -> bytes:
        content = read_bytes(path)
        if path.name == "kidscreen10.csv":
            path.write_text(GOOD + "A2,baseline,self,1\n", encoding="utf-8")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_while_written)
    first = take_in(list_received(inbox.folder), inbox.context)
    assert problems(first, "north/kidscreen10.csv") == [(0, "", "changed_while_read")]
    monkeypatch.undo()
    assert counts(inbox({}), "north/kidscreen10.csv") == (2, 2, 0)


def test_a_file_that_goes_before_it_is_read_is_told_and_the_others_come_in(inbox: Inbox) -> None:
    inbox.write(
        {"north/participants.csv": PARTICIPANTS, "north/kidscreen10.csv": GOOD, "north/goals.csv": "x"}
    )
    listed = list_received(inbox.folder)
    (inbox.folder / "north" / "goals.csv").unlink()
    intake = take_in(listed, inbox.context)
    assert problems(intake, "north/goals.csv") == [(0, "", "unreadable_file")]
    assert counts(intake, "north/kidscreen10.csv") == (1, 1, 0)


def test_a_file_that_goes_after_it_was_read_is_in_the_record(inbox: Inbox, tmp_path: Path) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/kidscreen10.csv": GOOD})
    intake = take_in(list_received(inbox.folder), inbox.context)
    (inbox.folder / "north" / "kidscreen10.csv").unlink()
    put_away(intake.accepted, "encrypt", tmp_path / "received", b"k" * 32)
    assert counts(intake, "north/kidscreen10.csv") == (1, 1, 0)
    # What could still be put away was, and nothing else.
    assert len(list((tmp_path / "received").rglob("*.encrypted"))) == 1
    assert list((inbox.folder / "north").iterdir()) == []


def test_links_out_of_the_inbox_and_pipes_are_refused(inbox: Inbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD, encoding="utf-8")
    inbox.write({"north/participants.csv": PARTICIPANTS})
    (inbox.folder / "north/kidscreen10.csv").symlink_to("../../secret.csv")
    (inbox.folder / "north/kidscreen10-folder").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(inbox.folder / "north/icf.csv")
    intake = take_in(list_received(inbox.folder), inbox.context)
    assert problems(intake, "north/kidscreen10.csv") == [(0, "", "outside_inbox")]
    assert problems(intake, "north/kidscreen10-folder") == [(0, "", "outside_inbox")]
    assert problems(intake, "north/icf.csv") == [(0, "", "not_a_file")]


def test_a_workbook_with_a_password_is_told_apart_from_a_damaged_one() -> None:
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    assert rule_of(compound, ".xlsx") == "protected_workbook"
    plain, made = ods([["participant_id"]]), io.BytesIO()
    manifest = b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(made, "w") as to:
        to.writestr("content.xml", os.urandom(old.getinfo("content.xml").file_size))
        to.writestr("META-INF/manifest.xml", manifest)
    assert rule_of(made.getvalue(), ".ods") == "protected_workbook"


REFUSED = {
    "goals-empty.csv": (b"", "empty_file"),
    "goals-blank.csv": (b"\n \n;;\n", "empty_file"),
    "goals-nul.csv": (b"participant_id,goal_id,domain\nA1,g\0,leisure\n", "nul_characters"),
    "goals.sav": (b"$FL2@(#) SPSS DATA FILE " + bytes(range(256)), "unreadable_file"),
    "goals.parquet": (b"PAR1" + bytes(range(256)) + b"PAR1", "unreadable_file"),
    "goals.xlsx": (b"PK\3\4" + bytes(range(256)), "unreadable_file"),
    "goals.ods": (b"PK\5\6" + bytes(18), "unreadable_file"),
    "goals-secret.xlsx": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "protected_workbook"),
    "goals.doc": (b"goals", "unknown_format"),
    "holiday.csv": (b"a,b\n1,2\n", "unknown_kind"),
}


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the rights of root, for which every file is readable."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_an_inbox_full_of_hostile_files_harms_nothing_else(context: IntakeContext) -> None:
    with tempfile.TemporaryDirectory() as name:
        inbox = Inbox(Path(name) / "inbox", context)
        inbox.write({"north/participants.csv": PARTICIPANTS, "south/kidscreen10.csv": GOOD})
        inbox.write({f"north/{file}": content for file, (content, _) in REFUSED.items()})
        north = inbox.folder / "north"
        (north / "goals-closed.csv").write_text(GOOD, encoding="utf-8")
        (north / "goals-closed.csv").chmod(0)
        (north / "goals-device.csv").symlink_to("/dev/zero")
        (north / "goals-up.csv").symlink_to("../../inbox/../secret.csv")
        (north / "goals-nothing.csv").symlink_to("nothing.csv")
        (north / "goals-folder.csv").mkdir()
        os.mkfifo(north / "goals-pipe.csv")
        Path(name).chmod(0o755)
        with as_nobody():
            intake = take_in(list_received(inbox.folder), context)
        write_rejected(Path(name) / "rejected", intake)
        (listed,) = (
            sheet for n, sheet in read_book(Path(name) / "rejected/north.xlsx") if n.startswith("Kļūdas")
        )
    expected = {f"north/{file}": rule for file, (_, rule) in REFUSED.items()} | {
        "north/goals-closed.csv": "unreadable_file",
        "north/goals-device.csv": "outside_inbox",
        "north/goals-up.csv": "outside_inbox",
        "north/goals-nothing.csv": "unreadable_file",
        "north/goals-pipe.csv": "not_a_file",
    }
    assert dict(listed.select("datne / file", "noteikums / rule").rows()) == expected
    assert listed.null_count().select("jābūt", "expected").row(0) == (0, 0)
    assert counts(intake, "north/participants.csv") == (3, 3, 0)
    assert counts(intake, "south/kidscreen10.csv") == (1, 1, 0)


def read_book(path: Path) -> list[tuple[str, pl.DataFrame]]:
    book = fastexcel.read_excel(path)
    return [(name, book.load_sheet(name, dtypes="string").to_polars()) for name in book.sheet_names]


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, 6_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
from pathlib import Path
from pipeline.submissions.reading import read_sheets
from pipeline.submissions.text_files import ReadingError
path = Path(sys.argv[1])
try:
    read_sheets(path.read_bytes(), path.suffix, ["participant_id"])
except ReadingError as error:
    print(error.finding.rule, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_large_single_line_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "kidscreen10.csv"
    with path.open("wb") as stream:
        for _ in range(100):
            stream.write(b"participant_id;" * 700_000)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    rule, kilobytes = done.stdout.split()
    assert rule == "line_too_long"
    assert int(kilobytes) < 2_500_000


@pytest.mark.parametrize("cell", ['=HYPERLINK(""http://example.lv"")', "@SUM(A1)", "+cmd(1)"])
def test_a_formula_is_no_name_of_a_service(sent: Sent, cell: str) -> None:
    header = "participant_id,service,service_group,month,units,eur\n"
    rows = f'A1,"{cell}",social,2019-03,1,5.00\nA1,care,social,2019-03,1,5.00\n'
    intake = sent({"services.csv": header + rows})
    assert (2, "service", "formula") in problems(intake, "north/services.csv")
    assert intake.tables["record.service"]["service"].to_list() == ["care"]
