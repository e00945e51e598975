"""Persons before and after: a small square a scale, a mark a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.figures.style import (
    BETTER,
    DASHED,
    FAINT,
    GRID,
    NEUTRAL,
    WIDTH,
    WORSE,
    Description,
    decimals,
    drawing,
    drawn_once,
    figure_in_inches,
    to_svg,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 4
_LEFT, _GAP, _TITLE, _FOOT, _HEAD = 0.55, 0.16, 0.36, 0.45, 0.3
_SIDE = (WIDTH - _LEFT - 0.05 - _GAP * (_COLUMNS - 1)) / _COLUMNS
_STEP = _SIDE + _TITLE
_LETTERS = 25
# Marker, colour and edge of those who improved, stayed and worsened; told apart by their form in grey.
_LOOKS = (("^", BETTER, BETTER), ("o", NEUTRAL, FAINT), ("v", WORSE, WORSE))
_SIZE = 11


@dataclass(frozen=True)
class PersonMark(Description):
    """So many persons with the same scores before and after; outcome: 0 improved, 1 unchanged, 2 worsened."""

    before: float
    after: float
    persons: int
    outcome: int


@dataclass(frozen=True)
class PersonPanel(Description):
    """One scale's persons."""

    title: str
    marks: tuple[PersonMark, ...]


@dataclass(frozen=True)
class Persons(Description):
    """Scores before (along) and after (up) with the line of no change, a square a scale, all in one metric.

    legend: names of the three outcomes; axes: names of the two waves. All squares stand on one canvas in inches:
    axes of their own would take ten times as long to draw.
    """

    panels: tuple[PersonPanel, ...]
    legend: tuple[str, str, str]
    axes: tuple[str, str]
    decimal: str

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        rows = -(-len(self.panels) // _COLUMNS)
        height = _HEAD + rows * _STEP + _FOOT
        with drawing():
            figure, canvas = figure_in_inches(height)
            scale = _Scale.over(self.panels)
            places = [_place(number) for number in range(len(self.panels))]
            self._squares(canvas, places, scale)
            self._marks(canvas, places, scale)
            self._names(canvas, places, height)
            _legend(figure, self.legend)
            return to_svg(figure)

    def _squares(self, canvas: Axes, places: Sequence[tuple[float, float]], scale: _Scale) -> None:
        """The grid, the line of no change, the title of each square; ticks where nothing stands beside or below."""
        from matplotlib.collections import LineCollection

        written = decimals(self.decimal)
        grid, diagonals = [], []
        for number, ((left, top), panel) in enumerate(zip(places, self.panels, strict=True)):
            bottom, right = top + _SIDE, left + _SIDE
            title = "\n".join(wrapped([panel.title], _LETTERS))
            canvas.text(left, top - 0.05, title, va="bottom", fontsize=7, fontweight="bold", linespacing=1.05)
            diagonals.append([(left, bottom), (right, top)])
            for tick in scale.ticks:
                along, up = left + scale.inches(tick), bottom - scale.inches(tick)
                grid += [[(along, top), (along, bottom)], [(left, up), (right, up)]]
                if number % _COLUMNS == 0:
                    canvas.text(
                        left - 0.05, up, written(tick), ha="right", va="center", fontsize=6.5, color=FAINT
                    )
                if number + _COLUMNS >= len(places):
                    canvas.text(
                        along, bottom + 0.05, written(tick), ha="center", va="top", fontsize=6.5, color=FAINT
                    )
        canvas.add_collection(LineCollection(grid, colors=GRID, linewidths=0.6), autolim=False)
        lines = LineCollection(diagonals, colors=FAINT, linewidths=0.8, linestyles=[DASHED])
        canvas.add_collection(lines, autolim=False)

    def _marks(self, canvas: Axes, places: Sequence[tuple[float, float]], scale: _Scale) -> None:
        for outcome, (marker, colour, edge) in enumerate(_LOOKS):
            shown = [
                (left + scale.inches(mark.before), top + _SIDE - scale.inches(mark.after), mark.persons)
                for (left, top), panel in zip(places, self.panels, strict=True)
                for mark in panel.marks
                if mark.outcome == outcome
            ]
            if shown:
                along, up, persons = zip(*shown, strict=True)
                sizes = [_SIZE * n for n in persons]
                canvas.scatter(
                    along,
                    up,
                    s=sizes,
                    marker=marker,
                    facecolor=colour,
                    edgecolor=edge,
                    linewidth=0.5,
                    alpha=0.75,
                )

    def _names(self, canvas: Axes, places: Sequence[tuple[float, float]], height: float) -> None:
        bottom = max(top for _, top in places) + _SIDE
        middle = (places[0][1] + bottom) / 2
        canvas.text(
            0.12, middle, self.axes[1], rotation=90, ha="center", va="center", color=FAINT, fontsize=7
        )
        canvas.text(_LEFT, height - 0.08, self.axes[0], va="bottom", color=FAINT, fontsize=7)


@dataclass(frozen=True)
class _Scale:
    """Where scores lie in a square."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, panels: Sequence[PersonPanel]) -> _Scale:
        from matplotlib.ticker import MaxNLocator

        ends = [end for panel in panels for mark in panel.marks for end in (mark.before, mark.after)]
        low, high = min(ends), max(ends)
        margin = max((high - low) * 0.08, 0.05)
        found = MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(low, high)
        inside = tuple(float(tick) for tick in found if low - margin <= tick <= high + margin)
        return cls(low - margin, high + margin, inside)

    def inches(self, score: float) -> float:
        return (score - self.low) / (self.high - self.low) * _SIDE


def _place(number: int) -> tuple[float, float]:
    """Left and top of a square."""
    row, column = divmod(number, _COLUMNS)
    return _LEFT + column * (_SIDE + _GAP), _HEAD + row * _STEP + _TITLE


def _legend(figure: Figure, names: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker=marker, markerfacecolor=colour, markeredgecolor=edge, label=name)
        for name, (marker, colour, edge) in zip(names, _LOOKS, strict=True)
    ]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.01, 1.0), ncols=3, frameon=False,
        columnspacing=1.4, handletextpad=0.3, borderaxespad=0.1,
    )  # fmt: skip
