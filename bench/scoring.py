"""How long scoring takes: KIDSCREEN-52, both forms, beside two things measured in the same run.

Usage: python bench/scoring.py [ADMINISTRATIONS] [PAIRS]

(a) The floor: Polars merely reading the same Parquet and summing each row. (b) The row-by-row way of pandas, on a
sub-sample that it can finish, beside our scoring of the same rows. Everything is measured in pairs, one after the
other in turn, so that the ratios mean something on a machine that is slow or busy. Peak memory is that of a process
which does nothing else. The answers are made up, by a seed, in a temporary folder.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from instruments import Instrument, form_of, load_library, score_rows, score_wide

FORMS = ("self", "parent")
SEED = 2019
MISSING_SHARE = 0.01
SUBSAMPLE = (
    20_000  # questionnaires of a form that pandas can finish; below some thousands our fixed 0.1 s rules
)
KEY = ("participant_id", "wave")


def main() -> None:
    """Measure and print the table."""
    administrations = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    if len(sys.argv) == 5:
        return only(sys.argv[3], Path(sys.argv[4]))
    with tempfile.TemporaryDirectory() as folder:
        write_answers(Path(folder), administrations // len(FORMS))
        report(Path(folder), administrations, pairs)
    return None


def measure() -> Instrument:
    """The measure that is scored."""
    return load_library()["kidscreen52"]


def write_answers(folder: Path, rows: int) -> None:
    """Write the answers of each form: whole numbers as `read_csv` makes them, one in a hundred left out."""
    generator = np.random.default_rng(SEED)
    items = list(measure().items_by_code)
    for form in FORMS:
        columns = {item: generator.integers(1, 6, rows) for item in items}
        left_out = {item: generator.random(rows) < MISSING_SHARE for item in items}
        frame = pl.DataFrame(columns).with_columns(
            pl.when(~pl.Series(left_out[item])).then(pl.col(item)).alias(item) for item in items
        )
        person = pl.format("p{}", pl.int_range(rows).cast(pl.String).str.zfill(7))
        keyed = frame.select(person.alias("participant_id"), pl.lit("baseline").alias("wave"), *items)
        keyed.write_parquet(folder / f"{form}.parquet")


def floor(folder: Path) -> None:
    """(a): read the items and sum each row."""
    items = list(measure().items_by_code)
    for form in FORMS:
        pl.read_parquet(folder / f"{form}.parquet", columns=items).select(pl.sum_horizontal(items))


def wide(folder: Path) -> None:
    """Read the items and score all scales, as one wide frame of each form."""
    kidscreen = measure()
    for form in FORMS:
        answers = pl.read_parquet(folder / f"{form}.parquet", columns=list(kidscreen.items_by_code))
        score_wide(answers, kidscreen, form)


def long(folder: Path) -> None:
    """Read everything and make the long table of scores, as core.score is."""
    for form in FORMS:
        score_rows(pl.read_parquet(folder / f"{form}.parquet"), measure(), form)


def parse_measures() -> None:
    """Parse the YAML of the shipped measures, checking nothing."""
    for path in (files("instruments") / "measures").iterdir():
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def nothing(folder: Path) -> None:
    """Import what the others import."""
    assert folder.exists()


def by_row(frames: Mapping[str, Any], kidscreen: Instrument) -> list[list[float | None]]:
    """(b): a function of a questionnaire, applied to each row of a pandas frame."""
    scored: list[list[float | None]] = []
    for form, frame in frames.items():
        scales = [row_scorer(kidscreen, scale.id, form) for scale in kidscreen.scales]
        scored += frame.apply(lambda row, scales=scales: [scale(row) for scale in scales], axis=1).tolist()
    return scored


def row_scorer(kidscreen: Instrument, scale_id: str, form: str) -> Callable[[Any], float | None]:
    """The function that scores one scale of one questionnaire, as one writes it without an engine."""
    scale, kind = kidscreen.scale(scale_id), form_of(form)
    items = [kidscreen.item(code) for code in scale.items]
    table = scale.conversion[kind].scores
    one_missing = scale.missing_item_table.get(kind)

    def score(row: Any) -> float | None:
        values: dict[str, float] = {}
        for item in items:
            answer = row[item.code]
            if answer == answer:
                recode = item.recode_for(kind)
                values[item.code] = recode[answer] if recode else 6 - answer if item.reversed else answer
        missing = [item for item in items if item.code not in values]
        if len(missing) > scale.allowed_missing:
            return None
        total = sum(values.values())
        if missing and one_missing is not None:
            return one_missing.scores(missing[0].code)[total]
        for item in missing:
            ranges = {other.code: other.scored_range(kind) for other in items}
            shares = [(v - ranges[c][0]) / (ranges[c][1] - ranges[c][0]) for c, v in values.items()]
            low, high = ranges[item.code]
            total = int(total + low + (high - low) * sum(shares) / len(shares) + 0.5 + 1e-9)
        return table[total]

    return score


def engine(frames: Mapping[str, pl.DataFrame], kidscreen: Instrument) -> list[list[float | None]]:
    """Ours, on the same rows."""
    scored: list[list[float | None]] = []
    for form, frame in frames.items():
        found = score_wide(frame, kidscreen, form)
        scored += map(
            list,
            found.select(
                pl.col(scale.id).struct.field("score").alias(scale.id) for scale in kidscreen.scales
            ).rows(),
        )
    return scored


def paired(
    first: Callable[[], object], second: Callable[[], object], pairs: int
) -> list[tuple[float, float]]:
    """Seconds of two functions, one after the other in turn; a first turn is not counted."""
    turns = []
    for _ in range(pairs + 1):
        seconds = []
        for function in (first, second):
            started = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - started)
        turns.append((seconds[0], seconds[1]))
    return turns[1:]


def peak(task: str, folder: Path) -> float:
    """Peak memory, in GB, of a process that does one task and nothing else."""
    command = [sys.executable, __file__, "0", "0", task, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout) / 1024**2


def only(task: str, folder: Path) -> None:
    """Do one task and print the process's peak memory in kB, as Linux counts it since the program began."""
    {"floor": floor, "wide": wide, "long": long, "nothing": nothing}[task](folder)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(next(text.split()[1] for text in status.splitlines() if text.startswith("VmHWM")))


def report(folder: Path, administrations: int, pairs: int) -> None:
    """Measure all and print the table."""
    kidscreen = measure()
    sample = {form: pl.read_parquet(folder / f"{form}.parquet", n_rows=SUBSAMPLE) for form in FORMS}
    as_pandas = {form: frame.to_pandas() for form, frame in sample.items()}
    if by_row(as_pandas, kidscreen) != engine(sample, kidscreen):
        raise SystemExit("the two ways of scoring don't agree")
    of_floor = paired(lambda: floor(folder), lambda: wide(folder), pairs)
    of_rows = paired(lambda: by_row(as_pandas, kidscreen), lambda: engine(sample, kidscreen), pairs)
    of_long = paired(lambda: floor(folder), lambda: long(folder), pairs)
    same = SUBSAMPLE * len(FORMS)
    print(f"KIDSCREEN-52, both forms; medians of {pairs} pairs of runs\n")
    print("| what | questionnaires | seconds | least – most | beside | peak GB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    line(
        "(a) reading and summing rows", administrations, [a for a, _ in of_floor], "1", peak("floor", folder)
    )
    line(
        "scores as a wide frame",
        administrations,
        [b for _, b in of_floor],
        f"{ratio(of_floor):.1f} × (a)",
        peak("wide", folder),
    )
    line("(b) pandas, row by row", same, [a for a, _ in of_rows], "1", None)
    line("scores of the same rows", same, [b for _, b in of_rows], f"(b) / {1 / ratio(of_rows):.0f}", None)
    line(
        "scores as a long table",
        administrations,
        [b for _, b in of_long],
        f"{ratio(of_long):.1f} × (a)",
        peak("long", folder),
    )
    print(f"\nImporting alone takes {peak('nothing', folder):.2f} GB.")
    of_library = paired(parse_measures, load_library, pairs)
    seconds = statistics.median(b for _, b in of_library)
    print(f"Loading all measures takes {seconds:.2f} s, {ratio(of_library):.1f} times parsing their YAML.")


def ratio(turns: Sequence[tuple[float, float]]) -> float:
    """Median over pairs of the second's seconds by the first's."""
    return statistics.median(second / first for first, second in turns)


def line(what: str, rows: int, seconds: Sequence[float], beside: str, gigabytes: float | None) -> None:
    """Print a line of the table."""
    shown = "" if gigabytes is None else f"{gigabytes:.2f}"
    count = f"{rows:,}".replace(",", " ")
    spread = f"{min(seconds):.2f} – {max(seconds):.2f}"
    print(f"| {what} | {count} | {statistics.median(seconds):.2f} | {spread} | {beside} | {shown} |")


if __name__ == "__main__":
    main()
