"""The whole way from raw files to a release without reports: seconds and peak memory by stage, at any size.

Usage: python bench/whole_pipeline.py [PERSONS ...] [--measures kidscreen52|all] [--waves N] [--write]

Each stage is the real one, run by Dagster in a process of its own on a made-up home (`made_up_programme.py`); the
seconds are those of the run without Python's imports, the memory is the highest of the process with them. Beside it
in the same run: (a) the floor, DuckDB reading the same files with types, unpivoting them to a row an answer and
counting; (b) pandas with a pingouin loop (`pandas_way.py`), up to LARGEST_BY_HAND persons. --write puts the table
and the plot into docs/performance.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from made_up_programme import ALL, write_programme

DEFAULT_SIZES = (200, 11_000)
LARGEST_BY_HAND = 11_000
LARGEST_REPEATED = 11_000
STAGES = ("ingest", "scoring", "change", "marts", "release")
COMPARED = STAGES[:3]
CHANGE = ("mart.reliability", "mart.score_change")
DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
FIGURES = Path(__file__).parent / "whole_pipeline.json"
FROM, TO = "<!-- measured by bench/whole_pipeline.py -->", "<!-- end -->"

TIMES = ("seconds", "processors")

Figures = dict[str, Any]


def main() -> None:
    """Measure, print the tables, and write them where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, default=DEFAULT_SIZES, metavar="PERSONS")
    parser.add_argument("--measures", default="kidscreen52")
    parser.add_argument("--waves", type=int, default=2)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--repeats", type=int, default=3, help="turns of sizes up to 11000")
    parser.add_argument("--steps", action="store_true", help="print the seconds of every step too")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.task:
        print(json.dumps(task(asked.task, asked.home, asked.measures, asked.waves)))
        return
    measured: dict[int, Figures] = kept() if asked.write else {}
    for persons in sorted(asked.sizes):
        measured[persons] = measure(persons, asked)
        text = tables(measured, asked.measures, asked.waves)
        if asked.write:
            write(text, measured)
    print(text)


def measure(persons: int, asked: argparse.Namespace) -> Figures:
    """Figures of every stage and of what stands beside, each in a process of its own; the median of the repeats."""
    turns = []
    for _ in range(asked.repeats if persons <= LARGEST_REPEATED else 1):
        with tempfile.TemporaryDirectory() as folder:
            turns.append(one_turn(Path(folder) / "home", persons, asked))
    return {
        name: {
            figure: statistics.median(turn[name][figure] for turn in turns) for figure in (*TIMES, "memory")
        }
        for name in turns[0]
    }


def one_turn(home: Path, persons: int, asked: argparse.Namespace) -> Figures:
    """Figures of one turn, on a home that is made for it; the floor is measured before and after."""
    write_programme(home, persons, asked.waves, asked.measures)
    by_hand = ["by_hand"] if persons <= LARGEST_BY_HAND and asked.measures != ALL else []
    turn: Figures = {}
    for name in (
        "read",
        "floor",
        *(name for name in STAGES if name in asked.stages),
        "floor_after",
        *by_hand,
    ):
        turn[name] = alone(name.removesuffix("_after"), home, asked.measures, asked.waves)
        print(f"{persons} persons, {name}: {shown(turn[name], asked.steps)}", file=sys.stderr, flush=True)
    if by_hand and "change" in turn:
        assert_same_figures(turn["change"]["figures"], turn["by_hand"]["figures"])
    after = turn.pop("floor_after")
    turn["floor"] |= {name: (turn["floor"][name] + after[name]) / 2 for name in TIMES}
    return turn


def alone(name: str, home: Path, measures: str, waves: int) -> Figures:
    """What a task in a process of its own measured."""
    command = [sys.executable, __file__, "--task", name, "--home", str(home)]
    command += ["--measures", measures, "--waves", str(waves)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} ended with {done.returncode}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def shown(figures: Figures, show_steps: bool) -> str:
    """A line of figures, and the steps that took longest."""
    steps = sorted(figures.get("steps", {}).items(), key=lambda step: -step[1])[:8] if show_steps else []
    listed = "".join(f"\n    {seconds:8.2f} s  {name}" for name, seconds in steps)
    times = f"{figures['seconds']:.2f} s, processors {figures['processors']:.2f} s"
    return f"{times}, {figures['memory']:.2f} GB{listed}"


def task(name: str, home: Path, measures: str, waves: int) -> Figures:
    """Do one task and say how long it took and how much memory this process had at its highest."""
    prepared: dict[str, Callable[[], Callable[[], Figures]]] = {
        "read": lambda: by_duckdb(home, unpivot=False),
        "floor": lambda: by_duckdb(home, unpivot=True),
        "by_hand": lambda: by_hand(home, measures, waves),
    }
    do = prepared[name]() if name in prepared else stage(name, home)
    started = time.perf_counter(), time.process_time()
    figures = do()
    taken = {"seconds": time.perf_counter() - started[0], "processors": time.process_time() - started[1]}
    return {**taken, **figures, "memory": highest_memory()}


def highest_memory() -> float:
    """The highest memory of this process since it began, in GB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024**2


def stage(name: str, home: Path) -> Callable[[], Figures]:
    """The run of a stage by Dagster in this process; what it needs is imported and defined before."""
    import dagster as dg
    from without_reports import leave_out_reports

    from assets import clock, groups, publication
    from assets.definitions import build_definitions
    from assets.history import dagster_instance
    from assets.reporting import range_tags, report_keys
    from assets.running import QUIET
    from assets.tables import asset_key
    from pipeline.home import Settings

    settings = Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(home.parent / "key")})
    today = clock.today(settings.home.plan().calendar)
    definitions = build_definitions(settings, today=today)
    change = dg.AssetSelection.assets(*map(asset_key, CHANGE))
    selection = {
        "ingest": dg.AssetSelection.groups(groups.RECORD),
        "scoring": dg.AssetSelection.groups(groups.CORE, groups.META),
        "change": change,
        "marts": dg.AssetSelection.groups(*groups.MARTS) - change,
        "release": dg.AssetSelection.groups(groups.DISCLOSURE)
        | dg.AssetSelection.assets(publication.DATABASES_KEY),
    }[name]
    leave_out_reports()
    own = dg.Definitions(jobs=[dg.define_asset_job("measured", selection)])
    job = dg.Definitions.merge(definitions, own).resolve_job_def("measured")
    tags = {} if name in ("ingest", "scoring") else range_tags(report_keys(settings.home.plan(), today))

    def run() -> Figures:
        with dagster_instance(settings.dagster_home) as instance:
            result = job.execute_in_process(instance=instance, tags=tags, run_config=QUIET)
        steps = {
            event.step_key: event.step_success_data.duration_ms / 1000
            for event in result.all_events
            if event.is_step_success
        }
        return {"steps": steps, "figures": change_figures(settings) if name == "change" else []}

    return run


def change_figures(settings: Any) -> list[list[Any]]:
    """Cells of mart.score_change, to be held against those of the other way."""
    from pipeline.warehouse import Warehouse

    with Warehouse.open(settings.home.warehouse, read_only=True) as warehouse:
        found = warehouse.read("mart.score_change")
    return [
        list(row) for row in found.select("population", "grp", "scale", "mean_change", "p_wilcoxon").rows()
    ]


def by_hand(home: Path, measures: str, waves: int) -> Callable[[], Figures]:
    """(b): pandas and a pingouin loop; what it needs is imported before."""
    import pandas  # noqa: F401 - imported here, it is not measured
    import pingouin  # noqa: F401
    from pandas_way import changes

    def run() -> Figures:
        found = changes(home, measures, waves)
        return {"figures": [[*cell, own["mean_change"], own["p_wilcoxon"]] for cell, own in found.items()]}

    return run


def assert_same_figures(ours: Iterable[list[Any]], theirs: Iterable[list[Any]]) -> None:
    """Stop where the two ways give other figures."""
    own = {tuple(row[:3]): row[3:] for row in ours}
    for *cell, mean, p in theirs:
        found = own[tuple(cell)]
        if abs(found[0] - mean) > 1e-9 or abs(found[1] - p) > 1e-6:
            raise SystemExit(f"the two ways differ in {cell}: {found}, {mean, p}")


def by_duckdb(home: Path, *, unpivot: bool) -> Callable[[], Figures]:
    """(a): read each file with its types and count; a questionnaire's as rows of person, item, answer."""
    import duckdb

    statements = [counting(path, unpivot=unpivot) for path in sorted((home / "inbox").rglob("*.csv"))]

    def run() -> Figures:
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            for statement in statements:
                connection.execute(statement).fetchall()
        return {}

    return run


def counting(path: Path, *, unpivot: bool) -> str:
    """The SELECT that counts a file's cells, or a questionnaire's answers as rows of their own."""
    from instruments import load_library

    with path.open(encoding="utf-8") as stream:
        columns = stream.readline().strip().split(",")
    measure = load_library().get(path.stem.partition("-")[0])
    items = [name for name in columns if measure and name in measure.items_by_code]
    types = ", ".join(f"'{name}': '{'DOUBLE' if name in items else 'VARCHAR'}'" for name in columns)
    rows = f"read_csv('{path}', header = true, columns = {{{types}}})"
    if not (items and unpivot):
        return f"SELECT count(COLUMNS(*)) FROM {rows}"
    long = f"(UNPIVOT (FROM {rows}) ON {', '.join(items)} INTO NAME item VALUE answer)"
    return f"SELECT count(participant_id), count(DISTINCT item), count(answer) FROM {long}"


def tables(measured: Mapping[int, Figures], measures: str, waves: int) -> str:
    """The tables: seconds, ratios, memory, growth."""
    sizes = sorted(measured)
    beside = ["ingest to change", "× (a)", "(b) by hand", "(b) ÷ ours"]
    head = ["persons", "plain read", "(a) floor", *STAGES, *beside]
    short = ["(a) floor", *STAGES]
    parts = [f"Measures: {measures}, {waves} waves. Seconds by the clock:"]
    parts.append(table(head, [[thousands(size), *times_row(measured[size], "seconds")] for size in sizes]))
    parts.append("Seconds of the processors, which hang less on what else the machine does:")
    parts.append(table(head, [[thousands(size), *times_row(measured[size], "processors")] for size in sizes]))
    parts.append("Highest memory of each process in GB:")
    parts.append(
        table(["persons", *short], [[thousands(size), *memory_row(measured[size])] for size in sizes])
    )
    if len(sizes) > 1:
        parts.append("Growth: the exponent of the processors' seconds by persons; 1 is linear:")
        steps = [
            [f"{thousands(a)} to {thousands(b)}", *growth_row(measured, a, b)]
            for a, b in itertools.pairwise(sizes)
        ]
        parts.append(table(["from … to", *short], steps))
    return "\n\n".join(parts) + "\n"


def thousands(number: int) -> str:
    """A number with a blank between thousands."""
    return f"{number:,}".replace(",", " ")


def times_row(figures: Figures, kind: str) -> list[str]:
    """Seconds of each stage, by the clock or of the processors, and the ratios."""
    seconds = {name: found[kind] for name, found in figures.items()}
    shown = [f"{seconds[name]:.2f}" if name in seconds else "" for name in ("read", "floor", *STAGES)]
    if not all(name in seconds for name in COMPARED):
        return [*shown, "", "", "", ""]
    ours = sum(seconds[name] for name in COMPARED)
    hand = seconds.get("by_hand")
    return [
        *shown,
        f"{ours:.2f}",
        f"{ours / seconds['floor']:.1f}",
        *(["", ""] if hand is None else [f"{hand:.1f}", f"{hand / ours:.1f}"]),
    ]


def memory_row(figures: Figures) -> list[str]:
    """The highest memory of the floor and of each stage."""
    return [f"{figures[name]['memory']:.2f}" if name in figures else "" for name in ("floor", *STAGES)]


def growth_row(measured: Mapping[int, Figures], smaller: int, larger: int) -> list[str]:
    """The exponent of growth of each stage between two sizes."""
    steps = math.log(larger / smaller)

    def exponent(name: str) -> str:
        both = [measured[size].get(name, {}).get("processors") for size in (smaller, larger)]
        return f"{math.log(both[1] / both[0]) / steps:.2f}" if all(both) else ""

    return [exponent(name) for name in ("floor", *STAGES)]


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown, figures to the right."""
    lines = [head, ["---:"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def kept() -> dict[int, Figures]:
    """Figures of sizes measured before."""
    found = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    return {int(size): figures for size, figures in found.items()}


def write(text: str, measured: Mapping[int, Figures]) -> None:
    """Put the tables between their marks in the document, and the plot beside it."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(FROM)
    after = rest.partition(TO)[2]
    DOCUMENT.write_text(f"{before}{FROM}\n{text}{TO}{after}", encoding="utf-8")
    FIGURES.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    plot(measured)


def plot(measured: Mapping[int, Figures]) -> None:
    """Seconds by persons, both logarithmic, a line a stage."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    rcParams["svg.hashsalt"] = "ieguvumi"
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes, sizes = figure.subplots(), sorted(measured)
    for name in ("floor", *STAGES, "by_hand"):
        known = [size for size in sizes if name in measured[size]]
        style = {"floor": ":", "by_hand": "--"}.get(name, "-")
        label = {"floor": "(a) floor", "by_hand": "(b) by hand"}.get(name, name)
        axes.plot(known, [measured[size][name]["seconds"] for size in known], style, marker="o", label=label)
    axes.set(xscale="log", yscale="log", xlabel="persons", ylabel="seconds")
    axes.grid(visible=True, which="major", linewidth=0.3)
    axes.legend(frameon=False)
    figure.savefig(DOCUMENT.with_suffix(".svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
