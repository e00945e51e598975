"""A tile map: a square for each municipality, about where it lies; small ones are seen as well as large ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.figures.style import (
    BETTER,
    HIDDEN_FILL,
    INK,
    NEUTRAL,
    ON_DARK,
    PARTLY,
    WIDTH,
    Description,
    drawing,
    drawn_once,
    legend,
    to_svg,
)

# Where a long name may be broken.
_BREAKS = {"Dienvidkurzemes": "Dienvid-\nkurzemes", "Augšdaugavas": "Augš-\ndaugavas"}
_FOOT_ROW = 0.3
Look = Literal["none", "some", "many", "hidden"]
_FILLS: dict[Look, str] = {"none": "white", "some": PARTLY, "many": BETTER, "hidden": HIDDEN_FILL}


@dataclass(frozen=True)
class Tile(Description):
    """A municipality's square: its place from the west and from the north, its name, its figure in print."""

    column: int
    row: int
    name: str
    text: str = ""
    look: Look = "none"


@dataclass(frozen=True)
class TileMap(Description):
    """Tiles at their places. legend: names of the looks that occur, in the order some, many, hidden."""

    tiles: tuple[Tile, ...]
    legend: tuple[tuple[Look, str], ...] = ()

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        from matplotlib.collections import PolyCollection
        from matplotlib.figure import Figure

        columns = 1 + max(tile.column for tile in self.tiles)
        rows = 1 + max(tile.row for tile in self.tiles)
        head = _FOOT_ROW if self.legend else 0.0
        size = WIDTH / columns
        with drawing():
            figure = Figure(figsize=(WIDTH, rows * size + head))
            axes = figure.add_axes((0, 0, 1, rows * size / (rows * size + head)))
            axes.set_xlim(-0.5, columns - 0.5)
            axes.set_ylim(rows - 0.5, -0.5)
            axes.set_axis_off()
            for look in dict.fromkeys(tile.look for tile in self.tiles):
                squares = [_square(tile) for tile in self.tiles if tile.look == look]
                hatch = "////" if look == "hidden" else None
                axes.add_collection(
                    PolyCollection(
                        squares, facecolors=_FILLS[look], edgecolors=NEUTRAL, linewidths=0.8, hatch=hatch
                    )
                )
            for tile in self.tiles:
                ink = ON_DARK if tile.look == "many" else INK
                axes.text(
                    tile.column, tile.row, _label(tile), ha="center", va="center", color=ink,
                    fontsize=6.6, linespacing=1.05,
                )  # fmt: skip
            if self.legend:
                names, colours = [name for _, name in self.legend], [_FILLS[look] for look, _ in self.legend]
                legend(figure, names, colours)
            return to_svg(figure)


def _square(tile: Tile) -> list[tuple[float, float]]:
    left, right, top, bottom = (
        tile.column - 0.46, tile.column + 0.46, tile.row - 0.46, tile.row + 0.46,
    )  # fmt: skip
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _label(tile: Tile) -> str:
    """The name broken at most once, and the figure below it."""
    name = _BREAKS.get(tile.name, tile.name.replace(" ", "\n", 1))
    return f"{name}\n{tile.text}" if tile.text else name
