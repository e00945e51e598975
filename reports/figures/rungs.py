"""Rungs: what different analyses leave of one change, an interval a row."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.changes import Interval, decimal_ticks
from reports.figures.style import (
    BETTER,
    FAINT,
    WORSE,
    Description,
    drawing,
    drawn_once,
    figure_with_rows,
    legend,
    to_svg,
)

_GREY = "#93a1ad"


@dataclass(frozen=True)
class Rungs(Description):
    """Estimates with their intervals, a row an analysis; colours tell where the interval lies.

    legend: names of an interval above 0, one that holds 0, one below; decimal: the decimal mark.
    """

    labels: tuple[str, ...]
    intervals: tuple[Interval, ...]
    legend: tuple[str, str, str]
    axis: str
    decimal: str

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        with drawing():
            figure, (axes,) = figure_with_rows(self.labels, foot=0.55, head=0.35, axis=self.axis)
            axes.axvline(0, color=FAINT, linewidth=0.8)
            colours = [_colour(interval) for interval in self.intervals]
            rows = range(len(self.intervals))
            low, high = [interval.low for interval in self.intervals], [i.high for i in self.intervals]
            axes.hlines(rows, low, high, color=colours, linewidth=2)
            axes.scatter([i.estimate for i in self.intervals], rows, s=24, color=colours, zorder=3)
            decimal_ticks(axes, self.decimal)
            legend(figure, self.legend, (BETTER, _GREY, WORSE))
            return to_svg(figure)


def _colour(interval: Interval) -> str:
    return BETTER if interval.low > 0 else WORSE if interval.high < 0 else _GREY
