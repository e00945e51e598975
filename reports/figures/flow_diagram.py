"""The flow of persons: who was eligible, asked, answered, was scored, and is compared, as boxes with arrows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.figures.style import (
    BETTER,
    FAINT,
    HIDDEN_FILL,
    INK,
    NEUTRAL,
    ON_DARK,
    Description,
    drawing,
    drawn_once,
    figure_in_inches,
    to_svg,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEAD, _TITLE, _LINE, _BETWEEN = 0.42, 0.26, 0.36, 0.16
_BOX, _HEIGHT, _ARROW, _WAVE = 0.8, 0.25, 0.5, 1.0
_LETTERS = 15
_Corner = tuple[float, float]


@dataclass(frozen=True)
class FlowLine(Description):
    """One wave: its name, the persons at each step ("" for a step that it lacks), and those lost before each."""

    wave: str
    persons: tuple[str, ...]
    lost: tuple[str, ...]
    compared: bool = False


@dataclass(frozen=True)
class FlowBlock(Description):
    """One measure and respondent: persons eligible, a line a wave, persons compared ("" when none can be)."""

    title: str
    eligible: str
    lines: tuple[FlowLine, ...]
    compared: str


@dataclass(frozen=True)
class FlowDiagram(Description):
    """Boxes from left to right, a block a measure.

    steps: names of the columns: eligible, each step, compared; a column without a box is not named.
    """

    steps: tuple[str, ...]
    blocks: tuple[FlowBlock, ...]

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        tops = list(self._tops())
        height = tops.pop()
        with drawing():
            figure, canvas = figure_in_inches(height)
            lefts = self._lefts()
            for left, step in zip(lefts, self._named_steps(), strict=True):
                name = "\n".join(wrapped([step], _LETTERS))
                canvas.text(left + _BOX / 2, 0.05, name, ha="center", va="top", fontsize=7, color=FAINT)
            drawn = _Drawn([], [], [])
            for top, block in zip(tops, self.blocks, strict=True):
                _block(canvas, drawn, block, top, lefts)
            drawn.put_on(canvas)
            return to_svg(figure)

    def _named_steps(self) -> Iterator[str]:
        """The names of the columns, empty where no block has a box."""
        lines = [line for block in self.blocks for line in block.lines]
        has_box = [any(line.persons[place] for line in lines) for place in range(len(self.steps) - 2)]
        has_box = [True, *has_box, any(block.compared for block in self.blocks)]
        for name, shown in zip(self.steps, has_box, strict=True):
            yield name if shown else ""

    def _tops(self) -> Iterator[float]:
        """Where each block begins, and last where the figure ends."""
        top = _HEAD
        for block in self.blocks:
            yield top
            top += _TITLE + _LINE * len(block.lines) + _BETWEEN
        yield top - _BETWEEN + 0.05

    def _lefts(self) -> list[float]:
        """Left edge of each column; the names of waves stand between the first and the second."""
        first = 0.05
        inner = [first + _BOX + _WAVE + number * (_BOX + _ARROW) for number in range(len(self.steps) - 1)]
        return [first, *inner]


@dataclass(frozen=True)
class _Drawn:
    """Boxes and lines, drawn together at the end: an artist for each would take several times as long."""

    pale: list[list[_Corner]]
    dark: list[list[_Corner]]
    lines: list[list[_Corner]]

    def box(self, canvas: Axes, left: float, middle: float, text: str, *, dark: bool = False) -> None:
        top, bottom, right = middle - _HEIGHT / 2, middle + _HEIGHT / 2, left + _BOX
        (self.dark if dark else self.pale).append(
            [(left, top), (right, top), (right, bottom), (left, bottom)]
        )
        ink = ON_DARK if dark else INK
        canvas.text(left + _BOX / 2, middle, text, ha="center", va="center", color=ink, fontweight="bold")

    def line(self, *corners: _Corner) -> None:
        self.lines.append(list(corners))

    def put_on(self, canvas: Axes) -> None:
        from matplotlib.collections import LineCollection, PolyCollection

        canvas.add_collection(
            LineCollection(self.lines, colors=FAINT, linewidths=0.9, zorder=1), autolim=False
        )
        for boxes, fill, edge in ((self.pale, HIDDEN_FILL, NEUTRAL), (self.dark, BETTER, BETTER)):
            canvas.add_collection(
                PolyCollection(boxes, facecolors=fill, edgecolors=edge, linewidths=0.8, zorder=2),
                autolim=False,
            )
        ends = [line[-1] for line in self.lines]
        along, up = zip(*ends, strict=True)
        canvas.scatter(along, up, s=14, marker=">", color=FAINT, linewidth=0, zorder=3)


def _block(canvas: Axes, drawn: _Drawn, block: FlowBlock, top: float, lefts: Sequence[float]) -> None:
    """A measure: eligible at the left, its waves beside, those compared at the right."""
    canvas.text(lefts[0], top + 0.02, block.title, va="top", fontsize=8, fontweight="bold")
    rows = [top + _TITLE + _LINE * (number + 0.5) for number in range(len(block.lines))]
    middle = (rows[0] + rows[-1]) / 2
    drawn.box(canvas, lefts[0], middle, block.eligible)
    for row, line in zip(rows, block.lines, strict=True):
        _wave(canvas, drawn, line, row, middle, lefts)
    if block.compared:
        drawn.box(canvas, lefts[-1], middle, block.compared, dark=True)


def _wave(
    canvas: Axes, drawn: _Drawn, line: FlowLine, row: float, middle: float, lefts: Sequence[float]
) -> None:
    """The steps of one wave that it has, each with an arrow from the one before and those lost between."""
    start = lefts[0] + _BOX
    trunk = start + 0.09
    canvas.text(trunk + 0.06, row - 0.03, line.wave, va="bottom", fontsize=7, color=FAINT)
    end, level = start, middle
    for left, persons, lost in zip(lefts[1:-1], line.persons, line.lost, strict=True):
        if not persons:
            continue
        tip = left - 0.03
        bends = [(trunk, middle), (trunk, row)] if end == start else []
        drawn.line((end, level), *bends, (tip, row))
        canvas.text(left - _ARROW / 2, row + 0.03, lost, ha="center", va="top", fontsize=6.5, color=FAINT)
        drawn.box(canvas, left, row, persons)
        end, level = left + _BOX, row
    if line.compared:
        bend = lefts[-1] - _ARROW / 2
        drawn.line((end, row), (bend, row), (bend, middle), (lefts[-1] - 0.03, middle))
