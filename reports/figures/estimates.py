"""Estimates: mean changes with their intervals beside what counts as relevant, and a funnel of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.figures.changes import Interval, decimal_ticks
from reports.figures.style import (
    BETTER,
    DASHED,
    FAINT,
    INK,
    NEUTRAL,
    WIDTH,
    WORSE,
    Description,
    decimals,
    draw_bars,
    drawing,
    drawn_once,
    figure_with_rows,
    legend,
    plain_axes,
    to_svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DOTTED = (0, (1, 2))
_HEIGHT = 3.4


@dataclass(frozen=True)
class EstimatePanel(Description):
    """One respondent's mean changes, a row each, and for each the smallest one that counts; None where unknown."""

    title: str
    intervals: tuple[Interval | None, ...]
    smallest: tuple[float | None, ...]


@dataclass(frozen=True)
class Estimates(Description):
    """Mean changes with their intervals, a panel a respondent, over a band of changes too small to count.

    legend: names of an interval above nought, one below it, one that holds it, and of the band.
    """

    labels: tuple[str, ...]
    panels: tuple[EstimatePanel, ...]
    legend: tuple[str, str, str, str]
    axis: str
    decimal: str

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        with drawing():
            figure, panels = figure_with_rows(
                self.labels, panels=len(self.panels), foot=0.55, head=0.55, axis=self.axis
            )
            for axes, panel in zip(panels, self.panels, strict=True):
                _estimates(axes, panel)
                decimal_ticks(axes, self.decimal)
            low, high = (
                limit(axes.get_xlim()[end] for axes in panels) for end, limit in ((0, min), (1, max))
            )
            for axes in panels:
                axes.set_xlim(low, high)
            names, colours = self.legend, (BETTER, WORSE, FAINT, NEUTRAL)
            shown = 4 if any(size for panel in self.panels for size in panel.smallest) else 3
            legend(figure, names[:shown], colours[:shown])
            return to_svg(figure)


def _estimates(axes: Axes, panel: EstimatePanel) -> None:
    axes.set_title(panel.title, fontsize=8.5, fontweight="bold", loc="left", pad=4)
    axes.axvline(0, color=FAINT, linewidth=0.8)
    widths = [2 * (size or 0.0) for size in panel.smallest]
    draw_bars(axes, range(len(widths)), widths, NEUTRAL, left=[-width / 2 for width in widths], height=0.7)
    shown = [(row, interval) for row, interval in enumerate(panel.intervals) if interval is not None]
    colours = [_colour(interval) for _, interval in shown]
    rows = [row for row, _ in shown]
    axes.hlines(
        rows, [own.low for _, own in shown], [own.high for _, own in shown], color=colours, linewidth=2
    )
    axes.scatter([own.estimate for _, own in shown], rows, s=24, color=colours, zorder=3)


def _colour(interval: Interval) -> str:
    if interval.low > 0:
        return BETTER
    return WORSE if interval.high < 0 else FAINT


@dataclass(frozen=True)
class FunnelPoint(Description):
    """A group: its persons, its mean change, and the limits of chance for so many persons."""

    label: str
    persons: int
    change: float
    inner: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True)
class Funnel(Description):
    """Mean change by number of persons; the limits within which groups differ by chance.

    Groups outside the inner limits have their name. legend: names of the inner (95%) and outer (99.8%) limits;
    whole: the mean of all.
    """

    points: tuple[FunnelPoint, ...]
    whole: float
    whole_label: str
    legend: tuple[str, str]
    persons_axis: str
    change_axis: str
    decimal: str

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        from matplotlib.figure import Figure

        with drawing():
            figure = Figure(figsize=(WIDTH, _HEIGHT))
            axes = figure.add_axes((0.1, 0.14, 0.87, 0.74))
            self._limits(axes)
            axes.axhline(self.whole, color=INK, linewidth=0.9)
            axes.scatter(
                [p.persons for p in self.points],
                [p.change for p in self.points],
                s=26,
                color=BETTER,
                zorder=3,
            )
            for point in self.points:
                if not point.inner[0] <= point.change <= point.inner[1]:
                    at = (point.persons, point.change)
                    axes.annotate(
                        point.label, at, (0, 5), textcoords="offset points", ha="center", fontsize=7
                    )
            self._axes(axes)
            handles = axes.get_legend_handles_labels()
            figure.legend(*handles, loc="upper left", bbox_to_anchor=(0.01, 1.0), ncols=3, frameon=False)
            return to_svg(figure)

    def _limits(self, axes: Axes) -> None:
        """The limits as lines through the groups' own, from the fewest persons to the most."""
        ordered = sorted(self.points, key=lambda point: point.persons)
        persons = [point.persons for point in ordered]
        for name, look, limits in (
            (self.legend[0], DASHED, [point.inner for point in ordered]),
            (self.legend[1], _DOTTED, [point.outer for point in ordered]),
        ):
            for side in (0, 1):
                label = name if side == 0 else None
                axes.plot(
                    persons,
                    [pair[side] for pair in limits],
                    color=FAINT,
                    linewidth=1,
                    linestyle=look,
                    label=label,
                )
        axes.plot([], [], color=INK, linewidth=0.9, label=self.whole_label)

    def _axes(self, axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator

        axes.margins(x=0.08, y=0.1)
        axes.set_xlabel(self.persons_axis)
        axes.set_ylabel(self.change_axis, color=FAINT)
        plain_axes(axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(decimals(self.decimal))
