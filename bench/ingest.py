"""How fast a large file of answers is taken in, as a ratio to DuckDB reading the same file in the same run.

`python bench/ingest.py [LONG [WIDE]]`: KIDSCREEN-52 in the long layout, then in the wide one (DuckDB unpivots it
too), so many answers each; synthetic. `python bench/ingest.py 30000000 52000000` is the full size: 1 GB in the long
layout, a million questionnaires in the wide one. DuckDB is timed before and after, and the mean counts, for a
machine may slow down in between. Each side of each layout has a process of its own, so that its memory is its own.
What is timed on our side includes the file of the persons.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

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
    persons = f"SELECT 'P' || lpad(i::VARCHAR, 9, '0') AS participant_id FROM range({people}) t(i)"
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


def by_duckdb(file: Path, *, wide: bool) -> Measured:
    """Measure how DuckDB makes a table of an answer a row out of the file."""
    key = "participant_id: 'VARCHAR', wave: 'VARCHAR', respondent: 'VARCHAR'"
    rest = ", ".join(f"{item}: 'DOUBLE'" for item in ITEMS) if wide else "item: 'VARCHAR', answer: 'DOUBLE'"
    rows = f"read_csv('{file}', columns = {{{key}, {rest}}})"
    unpivoted = f"(UNPIVOT (FROM {rows}) ON {', '.join(ITEMS)} INTO NAME item VALUE answer)"
    duckdb.sql("SET enable_progress_bar = false")
    start = time.perf_counter(), time.process_time()
    duckdb.sql(f"CREATE OR REPLACE TABLE read AS FROM {unpivoted if wide else rows}")
    return measured(start, duckdb.sql("SELECT count(*) FROM read").fetchall()[0][0])


def by_intake(file: Path) -> Measured:
    """Measure how the file is taken in."""
    nobody = RECORD["record.participant"].create_empty()
    context = IntakeContext(parse_plan(PLAN), load_library(), Register.shipped(), b"k" * 32, nobody)
    start = time.perf_counter(), time.process_time()
    intake = take_in(list_received(file.parent.parent), context)
    return measured(start, intake.tables["record.answer"].height)


class Measured(NamedTuple):
    """Seconds by the clock and of the processors, rows, and the highest memory of the process in GB."""

    seconds: float
    of_processors: float
    rows: int
    memory: float


def measured(start: tuple[float, float], rows: int) -> Measured:
    """Return what was used since `start`, by the clock and by the processors; memory, since the process began."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return Measured(time.perf_counter() - start[0], time.process_time() - start[1], rows, memory)


def alone(function: Callable[..., Measured], *arguments: object, **named: object) -> Measured:
    """Return what a function measures in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments, named)


def measure(answers: int, *, wide: bool) -> None:
    """Print the seconds of both, their ratio, and the highest memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "inbox" / "sender"
        folder.mkdir(parents=True)
        write_home(folder, answers, wide=wide)
        file = folder / "kidscreen52.csv"
        before = alone(by_duckdb, file, wide=wide)
        own = alone(by_intake, file)
        after = alone(by_duckdb, file, wide=wide)
        theirs = (before.seconds + after.seconds) / 2
        layout, does = ("wide", "read_csv and unpivot") if wide else ("long", "read_csv")
        print(f"{layout} layout: {own.rows:,} answers, {file.stat().st_size / 1e6:.0f} MB")
        print(f"  DuckDB {does} {before.seconds:.1f} s before, {after.seconds:.1f} s after")
        print(f"  taken in {own.seconds:.1f} s: {theirs / own.seconds:.3f} of its speed")
        print(
            f"  processors: {before.of_processors:.1f} s and {after.of_processors:.1f} s; {own.of_processors:.1f} s"
        )
        print(f"  highest memory {own.memory:.2f} GB (DuckDB {before.memory:.2f} GB)", flush=True)


def main(long: int, wide: int) -> None:
    """Measure both layouts, one after the other."""
    measure(long, wide=False)
    measure(wide, wide=True)


if __name__ == "__main__":
    sizes = [int(argument) for argument in sys.argv[1:3]] or [1_000_000]
    main(sizes[0], sizes[-1])
