"""A heat map: shares by row and column, the larger the darker, in the colour of what the column means."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from reports.figures.style import (
    BETTER,
    HIDDEN_FILL,
    INK,
    ON_DARK,
    WORSE,
    Description,
    drawing,
    drawn_once,
    figure_with_rows,
    to_svg,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DARK = 0.55
_LETTERS = 11


@dataclass(frozen=True)
class HeatColumn(Description):
    """A column: what it is about, its head, whether it is for the better, its shares with their texts.

    A share of None is not shown. Columns beside each other about the same have one title.
    """

    title: str
    head: str
    better: bool
    shares: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class HeatMap(Description):
    """Shares of 0 to 1, a row a label."""

    labels: tuple[str, ...]
    columns: tuple[HeatColumn, ...]

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        with drawing():
            figure, (axes,) = figure_with_rows(self.labels, head=0.75)
            axes.set_xlim(-0.5, len(self.columns) - 0.5)
            most = max((share or 0 for column in self.columns for share in column.shares), default=0) or 1
            for place, column in enumerate(self.columns):
                axes.text(place, -0.62, column.head, ha="center", va="bottom", fontsize=6.5)
                _column(axes, place, column, most)
            self._titles(axes)
            return to_svg(figure)

    def _titles(self, axes: Axes) -> None:
        for title, places in groupby(range(len(self.columns)), lambda place: self.columns[place].title):
            own = [*places]
            text = "\n".join(wrapped([title], _LETTERS * len(own)))
            axes.text(
                own[0] / 2 + own[-1] / 2, -1.05, text, ha="center", va="bottom", fontsize=7, fontweight="bold"
            )


def _column(axes: Axes, place: int, column: HeatColumn, most: float) -> None:
    """The cells of a column: its colour, mixed with white; grey where nothing is shown."""
    from matplotlib.collections import PolyCollection

    full = BETTER if column.better else WORSE
    corners, colours = [], []
    for row, (share, text) in enumerate(zip(column.shares, column.texts, strict=True)):
        depth = 0.0 if share is None else share / most
        corners.append(
            [(place + x, row + y) for x, y in ((-0.48, -0.46), (-0.48, 0.46), (0.48, 0.46), (0.48, -0.46))]
        )
        colours.append(HIDDEN_FILL if share is None else _mixed(full, depth))
        axes.text(place, row, text, ha="center", va="center", color=ON_DARK if depth > _DARK else INK)
    axes.add_collection(PolyCollection(corners, facecolors=colours), autolim=False)


def _mixed(colour: str, depth: float) -> tuple[float, float, float]:
    """A colour on white, so deep: nought is nearly white."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (1 - (1 - part) * (0.06 + 0.94 * depth) for part in parts)
    return red, green, blue
