"""How fast a large file of answers is taken in, as a ratio to DuckDB reading the same file in the same run.

`python bench/ingest.py [ANSWERS]`: KIDSCREEN-52 in the long layout, then in the wide one (DuckDB unpivots it too);
synthetic. Both sides are timed once; each layout in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import duckdb

from instruments import load_library
from pipeline.municipalities import Register
from pipeline.plan import parse_plan
from pipeline.schemas import RECORD
from pipeline.submissions import IntakeContext, list_received, take_in

PLAN = """
evaluations:
  - id: bench
    title: {lv: Mērījums, en: Bench}
    members: {target_group: children}
    waves: {baseline: {from: 2018-09-01, to: 2018-10-31}, endline: {after_months: 12, window_days: 30}}
    pre: baseline
    post: endline
    months: 12
    reporting_year: 2019
"""
ITEMS = [item.code for item in load_library()["kidscreen52"].items]


def write_home(folder: Path, answers: int, *, wide: bool) -> None:
    """Write persons and their answers: a row an answer, or a row a questionnaire."""
    people = answers // len(ITEMS)
    persons = f"SELECT 'P' || i AS participant_id FROM range({people}) t(i)"
    duckdb.sql(
        f"COPY (SELECT *, 'children' AS target_group, 'Liepāja' AS municipality, DATE '2018-09-01' AS enrolled_on "
        f"FROM ({persons})) TO '{folder}/participants.csv' (HEADER)"
    )
    key = "participant_id, 'baseline' AS wave, 'self' AS respondent"
    each = ", ".join(f"1 + hash(participant_id || '{item}') % 5 AS {item}" for item in ITEMS)
    long = (
        f"SELECT {key}, item, 1 + hash(participant_id || item) % 5 AS answer "
        f"FROM ({persons}), (SELECT unnest({ITEMS}) AS item)"
    )
    rows = f"SELECT {key}, {each} FROM ({persons})" if wide else long
    duckdb.sql(f"COPY ({rows}) TO '{folder}/kidscreen52.csv' (HEADER)")


def by_duckdb(file: Path, *, wide: bool) -> float:
    """Return the seconds in which DuckDB makes a table of an answer a row out of the file."""
    key = "participant_id: 'VARCHAR', wave: 'VARCHAR', respondent: 'VARCHAR'"
    rest = ", ".join(f"{item}: 'DOUBLE'" for item in ITEMS) if wide else "item: 'VARCHAR', answer: 'DOUBLE'"
    rows = f"read_csv('{file}', columns = {{{key}, {rest}}})"
    unpivoted = f"(UNPIVOT (FROM {rows}) ON {', '.join(ITEMS)} INTO NAME item VALUE answer)"
    start = time.perf_counter()
    duckdb.sql(f"CREATE OR REPLACE TABLE read AS FROM {unpivoted if wide else rows}")
    return time.perf_counter() - start


def measure(answers: int, *, wide: bool) -> None:
    """Print the seconds of both, their ratio, and the highest memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "inbox" / "sender"
        folder.mkdir(parents=True)
        write_home(folder, answers, wide=wide)
        file = folder / "kidscreen52.csv"
        nobody = RECORD["record.participant"].create_empty()
        context = IntakeContext(parse_plan(PLAN), load_library(), Register.shipped(), b"k" * 32, nobody)
        theirs = by_duckdb(file, wide=wide)
        start = time.perf_counter()
        intake = take_in(list_received(folder.parent), context)
        own = time.perf_counter() - start
        taken = intake.tables["record.answer"].height
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        layout, does = ("wide", "read_csv and unpivot") if wide else ("long", "read_csv")
        print(f"{layout} layout: {taken:,} answers, {file.stat().st_size / 1e6:.0f} MB")
        print(f"  DuckDB {does} {theirs:.2f} s, taken in {own:.2f} s: {theirs / own:.3f} of its speed")
        print(f"  highest memory {memory:.2f} GB", flush=True)


def main(answers: int) -> None:
    """Measure both layouts, one after the other."""
    for wide in (False, True):
        process = get_context("spawn").Process(target=measure, args=(answers,), kwargs={"wide": wide})
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(process.exitcode)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
