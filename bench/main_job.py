"""How long the main job takes, and how much memory: seconds and peak memory of whole processes.

Usage: python bench/main_job.py HOME [RUNS]

HOME must have been run before (`make demo`). `ieguvumi run HOME --force` stands beside others measured in the same
run, in turn: the same without reports, one in which nothing changed, and Python importing the libraries that a run
uses; so that the ratios mean something on a machine that is slow or busy.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

IMPORTS = "import dagster, dataframely, duckdb, matplotlib.figure, polars, pypandoc, scipy.optimize, typst"
WITHOUT_REPORTS = str(Path(__file__).parent / "without_reports.py")
BIN = Path(sys.executable).parent


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in GB of one process, of the largest of it and its children's."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024**2


def main() -> None:
    """Measure and print a table."""
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    home, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    commands = {
        # First: the release that stays has its reports.
        "run --force, without reports": [sys.executable, WITHOUT_REPORTS, home],
        "run --force": [str(BIN / "ieguvumi"), "run", home, "--force"],
        "run, nothing changed": [str(BIN / "ieguvumi"), "run", home],
        "--help": [str(BIN / "ieguvumi"), "--help"],
        "importing the libraries": [sys.executable, "-c", IMPORTS],
    }
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            figures[name].append(measured(command))
    reference = statistics.median(seconds for seconds, _ in figures["importing the libraries"])
    print(f"| command | seconds (median of {runs}) | least – most | peak GB | times the imports |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, rows in figures.items():
        seconds = [row[0] for row in rows]
        middle = statistics.median(seconds)
        spread = f"{min(seconds):.1f} – {max(seconds):.1f}"
        peak = max(row[1] for row in rows)
        print(f"| {name} | {middle:.1f} | {spread} | {peak:.2f} | {middle / reference:.1f} |")


if __name__ == "__main__":
    main()
