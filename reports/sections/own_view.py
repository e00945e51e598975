"""An evaluation seen from one municipality: its own rows, each beside the programme's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reports.context import Row, View

POPULATION = "municipality"


@dataclass(frozen=True)
class Municipalities:
    """An evaluation's rows by municipality; a mart is looked through once for all of them."""

    view: View

    @cached_property
    def _read(self) -> dict[tuple[str, str], dict[str, list[Row]]]:
        return {}

    def rows(self, table: str, population: str, grp: str) -> list[Row]:
        """A group's rows of a mart."""
        key = (table, population)
        if key not in self._read:
            found: dict[str, list[Row]] = {}
            for row in self.view.rows(table, population):
                found.setdefault(row["grp"], []).append(row)
            self._read[key] = found
        return self._read[key].get(grp, [])


@dataclass(frozen=True)
class OwnView:
    """An evaluation seen from one municipality."""

    municipalities: Municipalities
    code: str

    @property
    def view(self) -> View:
        """The evaluation."""
        return self.municipalities.view

    @property
    def name(self) -> str:
        """The municipality's name."""
        return self.view.group(POPULATION, self.code)

    def key(self, **more: object) -> dict[str, object]:
        """What the municipality's own rows of a mart share."""
        return self.view.key(POPULATION, grp=self.code, **more)

    def rows(self, table: str, **wanted: str) -> list[Row]:
        """The municipality's own rows of a mart that have the wanted values."""
        return _having(self.municipalities.rows(table, POPULATION, self.code), wanted)

    def whole(self, table: str, **wanted: str) -> list[Row]:
        """The whole programme's rows of a mart that have the wanted values."""
        return _having(self.municipalities.rows(table, "all", "all"), wanted)

    def pairs(self, table: str, *key: str, **wanted: str) -> Iterator[tuple[Row, Row | None]]:
        """The municipality's rows of a mart, each with the whole programme's row of the same key."""
        whole = {tuple(row[name] for name in key): row for row in self.whole(table, **wanted)}
        for row in self.rows(table, **wanted):
            yield row, whole.get(tuple(row[name] for name in key))


def _having(rows: list[Row], wanted: Mapping[str, str]) -> list[Row]:
    return [row for row in rows if all(row[column] == value for column, value in wanted.items())]
