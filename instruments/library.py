"""The library of measures: the shipped ones and a home's own, read from YAML into frozen models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from instruments.checks import problems_of
from instruments.errors import InstrumentError, Problem
from instruments.model import Instrument, spread_shared_keys
from instruments.tables import TableError, filled_with_tables
from instruments.yaml_reading import line_of, problems_of_validation, read_yaml


class Library(Mapping[str, Instrument]):
    """All measures by their id, in the order of ids; it can't be changed once made."""

    def __init__(self, instruments: Mapping[str, Instrument]) -> None:
        self._instruments = {key: instruments[key] for key in sorted(instruments)}

    def __getitem__(self, instrument_id: str) -> Instrument:
        return self._instruments[instrument_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._instruments)

    def __len__(self) -> int:
        return len(self._instruments)

    @property
    def scored(self) -> tuple[Instrument, ...]:
        """Return the measures that have scales."""
        return tuple(instrument for instrument in self.values() if instrument.scored)


def load_library(home_instruments: Path | None = None) -> Library:
    """Return the shipped measures and, beside them, those of a home's `instruments` folder.

    A home's measure with a shipped one's id stands in its place, and so does a CSV with a shipped table's
    name.
    Raises InstrumentError naming file, path inside it and mend.
    """
    shipped = [path for path in _shipped("measures").iterdir() if path.name.endswith(".yaml")]
    own = _own_measures(home_instruments)
    instruments: dict[str, Instrument] = {}
    for path in sorted(shipped, key=lambda found: found.name):
        instrument = read_instrument(path, home_instruments)
        instruments[instrument.id] = instrument
    instruments.update(_without_repeats([(path, read_instrument(path, home_instruments)) for path in own]))
    return Library(instruments)


def read_instrument(path: Path | Traversable, home_instruments: Path | None = None) -> Instrument:
    """Return the measure that a YAML file describes, with its tables; InstrumentError lists all mistakes."""
    text = path.read_text(encoding="utf-8")
    data = read_yaml(text, path.name)
    filled = _with_tables(data, text, path.name, home_instruments)
    try:
        instrument = Instrument.model_validate(filled)
    except ValidationError as error:
        raise InstrumentError(problems_of_validation(error, filled, text, path.name)) from None
    found = problems_of(instrument)
    if found:
        problems = (Problem(path.name, where, what, line_of(text, where)) for where, what in found)
        raise InstrumentError(tuple(problems))
    return instrument


def _with_tables(data: dict[str, Any], text: str, file: str, home: Path | None) -> dict[str, Any]:
    """Return the data with shared keys spread and tables read; a wrong shape is left to the model."""
    spread = spread_shared_keys(data)
    try:
        return filled_with_tables(spread, lambda name: _table_lines(name, home))
    except TableError as error:
        raise InstrumentError((Problem(file, error.path, str(error), line_of(text, error.path)),)) from None
    except (AttributeError, KeyError, TypeError):
        return spread


def _table_lines(name: str, home: Path | None) -> list[str] | None:
    """Return the lines of a table: the home's own if it has one of this name, else the shipped one."""
    own = home / name if home else None
    found = own if own and own.is_file() else _shipped("tables") / name
    return found.read_text(encoding="utf-8-sig").splitlines() if found.is_file() else None


def _own_measures(home: Path | None) -> list[Path]:
    if home is None or not home.is_dir():
        return []
    return sorted(path for path in home.iterdir() if path.suffix in (".yaml", ".yml"))


def _without_repeats(read: list[tuple[Path, Instrument]]) -> dict[str, Instrument]:
    """Return a home's measures by id; two files with one id are an error."""
    instruments: dict[str, Instrument] = {}
    for path, instrument in read:
        if instrument.id in instruments:
            message = (
                f"another file of this folder already has the id {instrument.id}: give one of them another id"
            )
            raise InstrumentError((Problem(path.name, "id", message),))
        instruments[instrument.id] = instrument
    return instruments


def _shipped(folder: str) -> Traversable:
    return files("instruments") / folder
