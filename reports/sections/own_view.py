"""An evaluation seen from one municipality: its own rows, each beside the programme's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.context import Row, View

POPULATION = "municipality"


@dataclass(frozen=True)
class OwnView:
    """An evaluation seen from one municipality."""

    view: View
    code: str

    @property
    def name(self) -> str:
        """The municipality's name."""
        return self.view.group(POPULATION, self.code)

    def rows(self, table: str, **wanted: str) -> list[Row]:
        """The municipality's own rows of a mart."""
        return self.view.rows(table, POPULATION, grp=self.code, **wanted)

    def pairs(self, table: str, *key: str, **wanted: str) -> Iterator[tuple[Row, Row | None]]:
        """The municipality's rows of a mart, each with the whole programme's row of the same key."""
        whole = {tuple(row[name] for name in key): row for row in self.view.rows(table, **wanted)}
        for row in self.rows(table, **wanted):
            yield row, whole.get(tuple(row[name] for name in key))
