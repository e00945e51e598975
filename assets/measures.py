"""`ieguvumi instruments` and `ieguvumi score`: the measures, looked at and used without a home."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from instruments import Instrument, InstrumentError, Library, load_library, read_instrument

DONE, PROBLEMS, UNUSABLE = 0, 1, 2


def _library(home: Path | None) -> Library:
    return load_library(home / "instruments" if home else None)


def _console() -> Console:
    """A console that is plain when it isn't a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200, no_color=True)


def print_list(home: Path | None) -> int:
    """Print all measures: id, titles, items, scales, who answers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("id", "measure", "latviski", "items", "scales", "respondents"):
        table.add_column(heading, overflow="fold")
    for instrument in _library(home).values():
        table.add_row(
            instrument.id,
            instrument.short_title.en,
            instrument.short_title.lv,
            str(len(instrument.items)),
            str(len(instrument.scales)),
            ", ".join(instrument.respondents),
        )
    _console().print(table)
    return DONE


def _known(instrument_id: str, library: Library) -> Instrument:
    """The measure of that id; where there is none, says which there are and ends with exit code 2."""
    if instrument_id not in library:
        known = ", ".join(library)
        print(f"ieguvumi: no measure `{instrument_id}`; there are {known}", file=sys.stderr)
        raise SystemExit(UNUSABLE)
    return library[instrument_id]


def print_instrument(instrument_id: str, home: Path | None) -> int:
    """Print one measure: what it is, its scales with norms, its items."""
    instrument = _known(instrument_id, _library(home))
    console = _console()
    console.print(f"{instrument.title.en} / {instrument.title.lv}", style="bold")
    console.print(f"{instrument.id}, version {instrument.version}")
    console.print(f"Cite: {instrument.citation}")
    if instrument.scales:
        console.print(_scales(instrument))
    console.print(_items(instrument))
    return DONE


def _scales(instrument: Instrument) -> Table:
    table = Table(title="Scales", title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in ("scale", "label", "items", "metric", "better is", "may be missing", "norm"):
        table.add_column(heading, overflow="fold")
    for scale in instrument.scales:
        norm = scale.norm
        table.add_row(
            scale.id,
            f"{scale.label.en} / {scale.label.lv}",
            str(len(scale.items)),
            scale.metric,
            scale.better_is,
            str(scale.allowed_missing),
            f"{norm.mean:g} ± {norm.sd:g}" if norm else "none",
        )
    return table


def _items(instrument: Instrument) -> Table:
    table = Table(title="Items", title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in ("item", "our short label", "answers", "reversed"):
        table.add_column(heading, overflow="fold")
    for item in instrument.items:
        label = f"{item.label.en} / {item.label.lv}"
        table.add_row(item.code, label, item.expected, "yes" if item.reversed else "")
    return table


def lint_and_print(files: list[Path]) -> int:
    """Print every mistake of the given definitions; gives 1 when there is one."""
    mistakes = 0
    for path in files:
        try:
            read_instrument(path, path.parent)
        except InstrumentError as error:
            mistakes += len(error.problems)
            for problem in error.problems:
                print(replace(problem, file=str(path)))
        except (OSError, UnicodeDecodeError):
            mistakes += 1
            print(f"{path}: can't be read; give a YAML file in UTF-8")
    if not mistakes:
        print(f"{len(files)} definition{'s' if len(files) != 1 else ''} without mistakes")
    return PROBLEMS if mistakes else DONE


def score_and_print(instrument_id: str, path: Path, output: Path | None) -> int:
    """Score one file of answers; prints CSV, or writes what `output` names."""
    from pipeline.single_file import score_file

    library = load_library()
    instrument = _known(instrument_id, library)
    if not instrument.scored:
        print(f"ieguvumi: {instrument.id} has no scales to score", file=sys.stderr)
        return UNUSABLE
    if output is not None and output.suffix not in (".csv", ".parquet"):
        print(f"ieguvumi: {output}: give a name that ends in .csv or .parquet", file=sys.stderr)
        return UNUSABLE
    scores, problems = score_file(path, instrument, library)
    for problem in problems:
        print(problem, file=sys.stderr)
    _write_scores(scores, output)
    return PROBLEMS if problems else DONE


def _write_scores(scores: pl.DataFrame, output: Path | None) -> None:
    if output is None:
        print(scores.write_csv(), end="")
    elif output.suffix == ".csv":
        scores.write_csv(output)
    else:
        scores.write_parquet(output)
