"""Two figures of persons: where they went from one state to another, and their change by amount spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.figures.style import (
    BETTER,
    FAINT,
    INK,
    NEUTRAL,
    PARTLY,
    WIDTH,
    Description,
    decimals,
    drawing,
    drawn_once,
    plain_axes,
    to_svg,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP = 0.045
_BAR = 0.02
_LINE = 0.042
_LEFT, _RIGHT = 0.37, 0.63
_LETTERS = 40
_SHADES = (BETTER, PARTLY, "#5b8c5a", "#b9cfa8", "#c9a227", NEUTRAL)


@dataclass(frozen=True)
class Alluvial(Description):
    """Persons' states before, at the left, and after, at the right, with a band for each way between.

    states: names of the states, in order; before, after: persons in each; bands: (from, to, persons) by place of
    the state; a way that isn't given is not drawn. legend: what stands above each side.
    """

    states: tuple[str, ...]
    before: tuple[int | None, ...]
    after: tuple[int | None, ...]
    bands: tuple[tuple[int, int, int], ...]
    legend: tuple[str, str]

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        from matplotlib.figure import Figure

        with drawing():
            figure = Figure(figsize=(WIDTH, 3.9))
            axes = figure.add_axes((0, 0, 1, 0.93))
            axes.set_axis_off()
            axes.set_xlim(0, 1)
            axes.set_ylim(1, 0)
            total = max(sum(n or 0 for n in self.before), sum(n or 0 for n in self.after), 1)
            shown = sum(1 for b, a in zip(self.before, self.after, strict=True) if b or a)
            unit = (1 - _GAP * (shown - 1)) / total
            starts = [self._side(axes, side, unit) for side in (0, 1)]
            self._bands(axes, starts, unit)
            for x, name, align in ((_LEFT, self.legend[0], "right"), (_RIGHT, self.legend[1], "left")):
                figure.text(x, 0.95, name, ha=align, va="bottom", fontweight="bold")
            return to_svg(figure)

    def _side(self, axes: Axes, side: int, unit: float) -> list[float]:
        """Draw the states of one side. Returns where each begins."""
        from matplotlib.patches import Rectangle

        x, align = ((_LEFT - _BAR, "right"), (_RIGHT, "left"))[side]
        starts, top, lowest = [], 0.0, 0.0
        for place, (name, n) in enumerate(zip(self.states, (self.before, self.after)[side], strict=True)):
            starts.append(top)
            height = (n or 0) * unit
            if self.before[place] or self.after[place]:
                axes.add_patch(Rectangle((x, top), _BAR, height, color=_shade(place), linewidth=0))
                at = x - 0.012 if side == 0 else x + _BAR + 0.012
                label = "\n".join(wrapped([f"{name} {'–' if n is None else n}"], _LETTERS))
                half = _LINE * (label.count("\n") + 1) / 2
                middle = max(top + height / 2, lowest + half)
                lowest = middle + half
                axes.text(at, middle, label, ha=align, va="center", color=INK, fontsize=7.5)
                top += height + _GAP
        return starts

    def _bands(self, axes: Axes, starts: Sequence[Sequence[float]], unit: float) -> None:
        """Draw the ways, each from where the last one of its state ended, as bands with bent edges."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        left, right = list(starts[0]), list(starts[1])
        middle = (_LEFT + _RIGHT) / 2
        for origin, target, persons in self.bands:
            height = persons * unit
            a, b = left[origin], right[target]
            points = [
                (_LEFT, a), (middle, a), (middle, b), (_RIGHT, b),
                (_RIGHT, b + height), (middle, b + height), (middle, a + height), (_LEFT, a + height), (_LEFT, a),
            ]  # fmt: skip
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
            axes.add_patch(PathPatch(Path(points, codes), color=_shade(origin), alpha=0.45, linewidth=0))
            left[origin] += height
            right[target] += height


def _shade(place: int) -> str:
    return _SHADES[place % len(_SHADES)]


@dataclass(frozen=True)
class DosePoint(Description):
    """A group of persons: the mean amount spent for them, and their mean change with its limits."""

    dose: float
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class DosePanel(Description):
    """One scale's groups."""

    title: str
    points: tuple[DosePoint, ...]


@dataclass(frozen=True)
class Doses(Description):
    """Mean change by amount spent, a panel a scale, two beside each other; decimal: the decimal mark."""

    panels: tuple[DosePanel, ...]
    dose_axis: str
    change_axis: str
    decimal: str

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        from matplotlib.figure import Figure

        rows = (len(self.panels) + 1) // 2
        height = 2.3 * rows
        with drawing():
            figure = Figure(figsize=(WIDTH, height))
            for place, panel in enumerate(self.panels):
                row, column = divmod(place, 2)
                bottom = (2.3 * (rows - row - 1) + 0.5) / height
                axes = figure.add_axes((0.09 + 0.5 * column, bottom, 0.39, 1.45 / height))
                self._panel(axes, panel)
            return to_svg(figure)

    def _panel(self, axes: Axes, panel: DosePanel) -> None:
        from matplotlib.ticker import MaxNLocator

        dose = [point.dose for point in panel.points]
        axes.axhline(0, color=FAINT, linewidth=0.8)
        axes.vlines(
            dose, [p.low for p in panel.points], [p.high for p in panel.points], color=PARTLY, linewidth=1.6
        )
        axes.scatter(dose, [point.change for point in panel.points], s=24, color=BETTER, zorder=3)
        axes.set_title(
            "\n".join(wrapped([panel.title], 38)), fontsize=7.5, fontweight="bold", loc="left", pad=4
        )
        axes.set_xlabel(self.dose_axis, fontsize=7)
        axes.set_ylabel("\n".join(wrapped([self.change_axis], 24)), fontsize=7, color=FAINT)
        plain_axes(axes)
        axes.tick_params(labelsize=7)
        written = decimals(self.decimal)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(written)
