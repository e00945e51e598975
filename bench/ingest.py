"""How fast a large file of answers is taken in, as a ratio to DuckDB reading the same file in the same run.

`python bench/ingest.py [ANSWERS]`: long layout, KIDSCREEN-52; synthetic. Both sides are timed once, in one process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
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
TYPES = (
    "{participant_id: 'VARCHAR', wave: 'VARCHAR', respondent: 'VARCHAR', item: 'VARCHAR', answer: 'DOUBLE'}"
)


def write_home(folder: Path, answers: int) -> None:
    """Write persons and their answers, a row an answer."""
    items = [item.code for item in load_library()["kidscreen52"].items]
    people = answers // len(items)
    persons = f"SELECT 'P' || i AS participant_id FROM range({people}) t(i)"
    duckdb.sql(
        f"COPY (SELECT *, 'children' AS target_group, 'Liepāja' AS municipality, DATE '2018-09-01' AS enrolled_on "
        f"FROM ({persons})) TO '{folder}/participants.csv' (HEADER)"
    )
    duckdb.sql(
        f"COPY (SELECT participant_id, 'baseline' AS wave, 'self' AS respondent, item, "
        f"1 + hash(participant_id || item) % 5 AS answer FROM ({persons}), (SELECT unnest({items}) AS item)) "
        f"TO '{folder}/kidscreen52.csv' (HEADER)"
    )


def main(answers: int) -> None:
    """Print the seconds of both, their ratio, and the highest memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "inbox" / "sender"
        folder.mkdir(parents=True)
        write_home(folder, answers)
        file = folder / "kidscreen52.csv"
        nobody = RECORD["record.participant"].create_empty()
        context = IntakeContext(parse_plan(PLAN), load_library(), Register.shipped(), b"k" * 32, nobody)
        start = time.perf_counter()
        duckdb.sql(f"CREATE OR REPLACE TABLE read AS FROM read_csv('{file}', columns = {TYPES})")
        by_duckdb = time.perf_counter() - start
        start = time.perf_counter()
        intake = take_in(list_received(folder.parent), context)
        own = time.perf_counter() - start
        taken = intake.tables["record.answer"].height
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"long layout: {taken:,} answers, {file.stat().st_size / 1e6:.0f} MB")
        print(
            f"  DuckDB read_csv {by_duckdb:.2f} s, taken in {own:.2f} s: {by_duckdb / own:.3f} of its speed"
        )
        print(f"  highest memory {memory:.2f} GB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
