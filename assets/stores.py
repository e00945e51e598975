"""Where persons stand in a home: found without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from assets.querying import open_warehouse
from instruments import load_library
from pipeline import schemas
from pipeline.erasure import databases, history, sent_back
from pipeline.erasure.corrections import corrections_naming
from pipeline.erasure.persons import Persons, own_pseudonym
from pipeline.erasure.received import Named, Shelf, look_through
from pipeline.forgotten import Forgotten, load_forgotten
from pipeline.home import Home, Settings
from pipeline.identity import load_key
from pipeline.pseudonym_key import known_key_of_home
from pipeline.release.publish import RESEARCH, released
from pipeline.submissions import load_mappings
from pipeline.warehouse import Warehouse

REMARKS = ("record.submission", "record.stakeholder_answer")


@dataclass(frozen=True)
class Stores:
    """Where the persons stand in a home."""

    settings: Settings
    names: Sequence[str]

    @property
    def home(self) -> Home:
        """The home they are erased from."""
        return self.settings.home

    @cached_property
    def key(self) -> bytes:
        """The key of the pseudonyms. Raises KeyFileError for none or another one."""
        if not self._has_warehouse:
            return load_key(self.settings.key_file)
        with open_warehouse(self.settings) as warehouse:
            return known_key_of_home(warehouse, self.settings.key_file)

    @cached_property
    def shelf(self) -> Shelf:
        """The received files."""
        return Shelf(
            self.home.inbox,
            self.home.received,
            self._record("record.submission"),
            load_library(self.home.instruments),
            load_mappings(self.home.mappings),
            self.key,
        )

    @cached_property
    def _looked(self) -> tuple[list[Named], Persons]:
        return look_through(self.shelf, Persons.named(self.names, self.key))

    @property
    def received(self) -> list[Named]:
        """Received files in which they stand."""
        return self._looked[0]

    @property
    def persons(self) -> Persons:
        """The persons, with every spelling of their identifiers."""
        return self._looked[1]

    @cached_property
    def warehouse(self) -> dict[str, int]:
        """Rows of theirs by table of the warehouse."""
        return self._in_warehouse(self.persons)

    @cached_property
    def releases(self) -> list[Path]:
        """Releases whose research database holds them."""
        return [folder for folder in released(self.home) if self._rows(folder / RESEARCH)]

    @cached_property
    def forgotten(self) -> Forgotten:
        """Who was erased before."""
        return load_forgotten(self.home.forgotten, self.key)

    @cached_property
    def places(self) -> sent_back.Places:
        """Their rows in received files, by path and sheet."""
        return {one.file.relative: one.places for one in self.received}

    @cached_property
    def sent_back(self) -> dict[Path, bytes]:
        """What was sent back with rows of theirs, as it is without them."""
        folder = self.home.rejected
        found = {
            path: sent_back.without(path, folder, self.persons, self.places)
            for path in sent_back.files_of(folder)
        }
        return {path: content for path, content in found.items() if content is not None}

    @cached_property
    def returned(self) -> list[Path]:
        """Workbooks made for senders in which they stand."""
        folder = self.home.returned
        paths = sorted(folder.glob("*.xlsx")) if folder.is_dir() else []
        return [path for path in paths if sent_back.without(path, folder, self.persons, {}) is not None]

    @cached_property
    def history(self) -> list[Path]:
        """Files of Dagster's storage that name them."""
        return history.files_naming(self.settings.dagster_home, self.persons)

    @cached_property
    def corrections(self) -> list[int]:
        """Numbers of the corrections of theirs."""
        return corrections_naming(self.home.corrections, self.persons)

    def unknown(self) -> list[str]:
        """Those of the names whom no store knows, and who were not erased before."""
        return [name for name in self.names if not self._is_known(name.strip())]

    def _is_known(self, name: str) -> bool:
        pseudonym = own_pseudonym(name, self.key)
        if self.forgotten.among(pl.Series([pseudonym])).any():
            return True
        one = Persons(frozenset([pseudonym]), key=self.key)
        if self._in_warehouse(one):
            return True
        if any(self._rows(folder / RESEARCH, one) for folder in released(self.home)):
            return True
        return any(one.are(pl.Series(list(found.ids), dtype=pl.String)).any() for found in self.received)

    @cached_property
    def _has_warehouse(self) -> bool:
        return self.settings.warehouse.is_there()

    def _in_warehouse(self, persons: Persons) -> dict[str, int]:
        return databases.rows_in(self.settings.warehouse, persons) if self._has_warehouse else {}

    def _rows(self, path: Path, persons: Persons | None = None) -> dict[str, int]:
        if not path.is_file():
            return {}
        return databases.rows_of(path, persons or self.persons, self.settings.database_key)

    def _record(self, table: str) -> pl.DataFrame:
        if not self._has_warehouse:
            return schemas.TABLES[table].create_empty()
        with Warehouse.open(self.settings.warehouse, read_only=True) as warehouse:
            return warehouse.read(table)

    def remarks(self) -> dict[str, pl.DataFrame]:
        """What the evaluator's edition is made of beside a release's own tables."""
        return {table: self._record(table) for table in REMARKS}

    def listed(self) -> Iterator[str]:
        """Say of each store what of theirs is in it."""
        if self.warehouse:
            rows, tables = sum(self.warehouse.values()), len(self.warehouse)
            yield f"{self.settings.warehouse.name}: {rows} rows in {tables} tables"
        for folder in self.releases:
            yield f"releases/{folder.name}: research database and the evaluator's reports, made anew"
        for one in self.received:
            where = (
                f"received/{one.file.path.parent.name}/{one.file.path.name}"
                if one.secret
                else f"inbox/{one.shown}"
            )
            yield f"{where}: {f'{one.rows} rows' if one.rows else 'named in other rows'}"
        for path in (*self.sent_back, *self.returned, *self.history):
            inside = path.is_relative_to(self.home.path)
            yield f"{path.relative_to(self.home.path) if inside else path}: names them"
        if self.corrections:
            yield f"corrections.yaml: {len(self.corrections)} corrections"
        if not any(
            (self.warehouse, self.releases, self.received, self.sent_back, self.returned, self.history)
        ):
            yield "Nothing of them is left."
