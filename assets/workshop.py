"""What every asset of a run shares: the home, its plan, measures and register, and the open warehouse.

One workshop lives as long as one run. It reads each of these once and holds the only connection that writes.
"""

import contextlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from instruments import Library, load_library
from pipeline.corrections import Correction, load_corrections
from pipeline.forgotten import Forgotten, load_forgotten
from pipeline.home import Home, HomeError, Settings
from pipeline.municipalities import Register
from pipeline.place import DatabaseFile, Place
from pipeline.plan import Plan
from pipeline.pseudonym_key import key_of_home
from pipeline.release.fingerprint import fingerprint
from pipeline.release.publish import earlier_plans, resume_building, start_building
from pipeline.warehouse import Warehouse
from reports import Press
from sql import macros

Listener = Callable[[str], None]


def no_listener(table: str) -> None:
    """Nobody wants to know how far the run has come."""


class Workshop:
    """The tools of one run. Close it when the run ends, whatever came of it."""

    def __init__(
        self, settings: Settings, listener: Listener = no_listener, *, resumed: bool = False
    ) -> None:
        self.settings = settings
        self._resumed = resumed
        self.listener = listener
        self._open = contextlib.ExitStack()

    @property
    def home(self) -> Home:
        """The home of this run."""
        return self.settings.home

    @cached_property
    def plan(self) -> Plan:
        """The analysis plan."""
        return self.home.plan()

    @cached_property
    def library(self) -> Library:
        """The shipped measures and the home's own."""
        return load_library(self.home.instruments)

    @cached_property
    def register(self) -> Register:
        """The register of municipalities."""
        return Register.shipped()

    @cached_property
    def made_from(self) -> dict[str, str]:
        """The fingerprint of what this run is made from, taken when it is first asked for."""
        return fingerprint(self.home)

    @cached_property
    def earlier_plans(self) -> list[tuple[str, dict[str, Any]]]:
        """Name and plan of each release of this home, the oldest first."""
        return earlier_plans(self.home)

    @cached_property
    def key(self) -> bytes:
        """The key of the pseudonyms, made on first use; never another one for a home that has persons already."""
        return key_of_home(self.warehouse, self.settings.key_file)

    @cached_property
    def forgotten(self) -> Forgotten:
        """Who was erased and is not taken in again."""
        return load_forgotten(self.home.forgotten, self.key)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """Known errors of accepted data."""
        return load_corrections(self.home.corrections)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse, open for writing, with the SQL macros defined."""
        place, file = self.settings.warehouse, DatabaseFile(self.home.warehouse, self.settings.database_key)
        if place.shared and file.is_there():
            self._move(file, place)
        warehouse = self._open.enter_context(Warehouse.open(place))
        for macro in macros():
            warehouse.define(macro)
        return warehouse

    @staticmethod
    def _move(file: DatabaseFile, place: Place) -> None:
        """Move what the home's file recorded to where the plan says. Raises HomeError when data are there too."""
        if place.is_there():
            raise HomeError(
                f"{file.path}: the lake of this home holds data too; move the one away that doesn't count any more"
            )
        place.take_over(file)

    @cached_property
    def press(self) -> Press:
        """Where reports are made beside the run."""
        press = Press(self.plan.languages)
        self._open.callback(press.close)
        return press

    def open_press(self) -> None:
        """Open the press now: it gets ready while the run has other things to do."""
        self.press  # noqa: B018 - a cached property: asked for, it opens

    @cached_property
    def building(self) -> Path:
        """The folder in which the next release is built, begun anew when it is first asked for.

        A run that goes on from a failed one goes on with its folder. Raises ReleaseError when that is gone.
        """
        return resume_building(self.home, self.made_from) if self._resumed else start_building(self.home)

    @property
    def reports(self) -> Path:
        """The folder of the next release's reports."""
        return self.building / "reports"

    def close(self) -> None:
        """Close the warehouse and the press if they were opened."""
        self._open.close()
