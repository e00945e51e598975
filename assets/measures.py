"""`ieguvumi instruments` and `ieguvumi score`: the measures, looked at and used without a home."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import polars as pl
from rich.console import Console
from rich.table import Table

from instruments import SCORE_SCHEMA, Instrument, InstrumentError, Library, load_library, read_instrument
from pipeline.formulas import harmless

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
    """Print one measure whole: what it is, its scales and what is known of them, its items and answers."""
    instrument = _known(instrument_id, _library(home))
    console = _console()
    console.print(f"{instrument.title.en} / {instrument.title.lv}", style="bold")
    for name, value in _facts(instrument):
        console.print(f"{name}: {value}")
    for table in (_scales(instrument), _properties(instrument), _items(instrument), _answers(instrument)):
        if table.row_count:
            console.print()
            console.print(table)
    for scale in instrument.attainment_scales:
        levels = ", ".join(f"{level.value:g} {level.label.en}" for level in scale.levels)
        console.print(f"{scale.label.en}: {levels}" + (" (with a T score)" if scale.t_score else ""))
    for domain in instrument.domains:
        console.print(f"Domain {domain.id}: {domain.label.en} / {domain.label.lv}")
    for note in instrument.notes:
        console.print(f"Note [{note.status}]: {note.in_language('en')}", markup=False)
    return DONE


def _facts(instrument: Instrument) -> list[tuple[str, str]]:
    """What stands at the head."""
    ages = f"{instrument.ages[0]} to {instrument.ages[1]}" if instrument.ages else "not stated"
    return [
        ("Measure", f"{instrument.id}, version {instrument.version}, {instrument.kind}"),
        ("Who answers", ", ".join(instrument.respondents)),
        ("Ages", ages),
        ("Time asked about", instrument.recall.en if instrument.recall else "not stated"),
        ("Cite", instrument.citation),
        ("Terms", instrument.terms.en),
        ("Not found", ", ".join(fact.replace("_", " ") for fact in instrument.not_found) or "nothing"),
    ]


def _empty_table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _scales(instrument: Instrument) -> Table:
    """How each scale is scored."""
    table = _empty_table("Scales", "scale", "label", "of", "method", "metric", "better is", "may be missing")
    for scale in instrument.scales:
        metrics = dict.fromkeys(scale.metric_for(name) for name in instrument.respondents)
        whose = "authors" if scale.missing.by_authors else "ours"
        table.add_row(
            scale.id,
            f"{scale.label.en} / {scale.label.lv}",
            " ".join(scale.parts or scale.items),
            scale.method,
            " or ".join(metrics),
            scale.better_is,
            f"{scale.allowed_missing} of {len(scale.parts or scale.items)} ({whose})",
        )
    return table


def _properties(instrument: Instrument) -> Table:
    """What is known about each scale's scores, with the mark of how sure it is."""
    table = _empty_table("Norms", "scale", "lowest to highest", "norm", "reliability", "important difference")
    for scale in instrument.scales:
        lowest, highest = instrument.score_range(scale.id, instrument.respondents[0])
        table.add_row(
            scale.id,
            f"{round(lowest, 2):g} to {round(highest, 2):g} ({instrument.respondents[0]})",
            _lines(
                f"{norm.mean:g} ± {norm.sd:g} ({_of(norm.status, norm.respondents)})" for norm in scale.norms
            ),
            _lines(
                f"{found.kind} {found.value:g} ({_of(found.status, found.respondents)})"
                for found in scale.reliability
            ),
            _lines(f"{found.value:g} ({found.status})" for found in scale.important_difference),
        )
    return table


def _of(status: str, respondents: Sequence[str]) -> str:
    return " ".join([*respondents, status])


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts) or "not found"


def _items(instrument: Instrument) -> Table:
    table = _empty_table("Items", "item", "our short label", "answers", "counts as")
    for item in instrument.items:
        recoded = [", ".join(f"{k:g}>{v:g}" for k, v in recode.items()) for recode in item.recode.values()]
        counted = "; ".join(recoded) or ("reversed" if item.reversed else "")
        table.add_row(item.code, f"{item.label.en} / {item.label.lv}", item.expected, counted)
    return table


def _answers(instrument: Instrument) -> Table:
    """The coded answers of each set."""
    table = _empty_table("Answers", "answers", "code", "label", "per cent")
    for name, answers in instrument.answer_sets.items():
        for option in (*answers.options, *answers.missing_codes):
            label = f"{option.label.en} / {option.label.lv}"
            table.add_row(name, f"{option.value:g}", label, option.band or "")
    return table


def print_schema() -> int:
    """Print the JSON Schema of a measure's file."""
    from instruments.json_schema import schema_text

    print(schema_text(), end="")
    return DONE


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


def score_and_print(instrument_id: str, path: Path, output: Path | None, home: Path | None) -> int:
    """Score one file of answers; prints CSV, or writes what `output` names."""
    from pipeline.single_file import score_file

    library = _library(home)
    instrument = _known(instrument_id, library)
    if not instrument.scored:
        print(f"ieguvumi: {instrument.id} has no scales to score", file=sys.stderr)
        return UNUSABLE
    if output is not None and output.suffix not in (".csv", ".parquet"):
        print(f"ieguvumi: {output}: give a name that ends in .csv or .parquet", file=sys.stderr)
        return UNUSABLE
    with _scores_written(output) as take:
        problems = score_file(path, instrument, library, take)
    for problem in problems:
        print(problem, file=sys.stderr)
    return PROBLEMS if problems else DONE


@contextmanager
def _scores_written(output: Path | None) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A function that writes parts of the scores, one behind the other; the file is there once it is whole."""
    if output is None:
        yield _csv_parts(sys.stdout)
        return
    partial = output.with_name(f"{output.name}.partial")
    try:
        if output.suffix == ".csv":
            with partial.open("w", encoding="utf-8", newline="") as stream:
                yield _csv_parts(stream)
        else:
            with _parquet_parts(partial) as take:
                yield take
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _csv_parts(stream: TextIO) -> Callable[[pl.DataFrame], None]:
    """A function that writes parts as CSV, the header once."""
    headed = False

    def take(scores: pl.DataFrame) -> None:
        nonlocal headed
        stream.write(harmless(scores).write_csv(include_header=not headed))
        headed = True

    return take


@contextmanager
def _parquet_parts(path: Path) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A function that writes parts as row groups of one Parquet file."""
    from pyarrow import parquet

    empty = pl.DataFrame(schema=dict(SCORE_SCHEMA)).to_arrow()
    with parquet.ParquetWriter(path, empty.schema, compression="zstd") as writer:
        yield lambda scores: writer.write_table(scores.to_arrow().cast(empty.schema))
