"""Changes: from before to after by arrows, and estimates with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.figures.style import (
    BETTER,
    DASHED,
    FAINT,
    INK,
    PARTLY,
    WORSE,
    Description,
    decimals,
    drawing,
    drawn_once,
    figure_with_rows,
    legend,
    to_svg,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Arrow(Description):
    """A mean before and after; `better`: whether after is better for the person."""

    before: float
    after: float
    better: bool


@dataclass(frozen=True)
class ArrowPanel(Description):
    """One respondent's arrows, a row each; None where nothing can be shown."""

    title: str
    arrows: tuple[Arrow | None, ...]


@dataclass(frozen=True)
class Arrows(Description):
    """Means before and after, an arrow a row, a panel a respondent; the norm, where there is one, as a line.

    legend: names of the start, of an end that is better, of an end that is worse; decimal: the decimal mark.
    """

    labels: tuple[str, ...]
    panels: tuple[ArrowPanel, ...]
    legend: tuple[str, str, str]
    axis: str
    decimal: str
    norm: float | None = None
    norm_label: str = ""

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        with drawing():
            figure, panels = figure_with_rows(
                self.labels, panels=len(self.panels), foot=0.55, head=0.55, axis=self.axis
            )
            low, high = self._limits()
            for axes, panel in zip(panels, self.panels, strict=True):
                self._panel(axes, panel)
                axes.set_xlim(low, high)
                decimal_ticks(axes, self.decimal)
            _dots(figure, self.legend, self.norm_label)
            return to_svg(figure)

    def _panel(self, axes: Axes, panel: ArrowPanel) -> None:
        axes.set_title(panel.title, fontsize=8.5, fontweight="bold", loc="left", pad=4)
        if self.norm is not None:
            axes.axvline(self.norm, color=INK, linewidth=0.9, linestyle=DASHED)
        _draw_arrows(axes, [(row, arrow) for row, arrow in enumerate(panel.arrows) if arrow is not None])

    def _limits(self) -> tuple[float, float]:
        ends = [
            end
            for panel in self.panels
            for arrow in panel.arrows
            if arrow
            for end in (arrow.before, arrow.after)
        ]
        ends += [self.norm] if self.norm is not None else []
        low, high = min(ends, default=0.0), max(ends, default=1.0)
        margin = max((high - low) * 0.08, 0.05)
        return low - margin, high + margin


def _draw_arrows(axes: Axes, arrows: Sequence[tuple[int, Arrow]]) -> None:
    """The arrows, those that look alike drawn at once: a call for each would take most of a figure's time."""
    for better in (True, False):
        for right in (True, False):
            alike = [
                (row, arrow)
                for row, arrow in arrows
                if arrow.better == better and (arrow.after >= arrow.before) == right
            ]
            if alike:
                _draw_alike(axes, alike, BETTER if better else WORSE, ">" if right else "<")


def _draw_alike(axes: Axes, arrows: Sequence[tuple[int, Arrow]], colour: str, marker: str) -> None:
    rows = [row for row, _ in arrows]
    before, after = [arrow.before for _, arrow in arrows], [arrow.after for _, arrow in arrows]
    axes.hlines(rows, before, after, color=colour, linewidth=1.8, zorder=2)
    axes.scatter(before, rows, s=26, facecolor="white", edgecolor=FAINT, linewidth=1.2, zorder=3)
    axes.scatter(after, rows, s=34, marker=marker, color=colour, zorder=4)


def _dots(figure: Figure, names: tuple[str, str, str], norm: str) -> None:
    from matplotlib.lines import Line2D

    looks = (("o", "white", FAINT), (">", BETTER, BETTER), ("<", WORSE, WORSE))
    handles = [
        Line2D([], [], linestyle="", marker=marker, markerfacecolor=face, markeredgecolor=edge, label=name)
        for name, (marker, face, edge) in zip(names, looks, strict=True)
    ]
    handles += [Line2D([], [], color=INK, linewidth=0.9, linestyle=DASHED, label=norm)] if norm else []
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.01, 1.0), ncols=4, frameon=False,
        columnspacing=1.4, handletextpad=0.3, borderaxespad=0.1,
    )  # fmt: skip


@dataclass(frozen=True)
class Interval(Description):
    """An estimate with its limits."""

    low: float
    estimate: float
    high: float


@dataclass(frozen=True)
class Intervals(Description):
    """Two estimates a row with their intervals (own and pooled), and the line of the whole."""

    labels: tuple[str, ...]
    own: tuple[Interval | None, ...]
    pooled: tuple[Interval | None, ...]
    legend: tuple[str, str]
    whole: float | None
    whole_label: str
    axis: str
    decimal: str

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        with drawing():
            figure, (axes,) = figure_with_rows(self.labels, foot=0.55, head=0.45, axis=self.axis)
            axes.axvline(0, color=FAINT, linewidth=0.8)
            if self.whole is not None:
                axes.axvline(self.whole, color=INK, linewidth=0.9, linestyle=DASHED)
                axes.text(self.whole, -0.62, self.whole_label, ha="center", va="bottom", fontsize=7)
            _bars(axes, self.own, -0.16, PARTLY, "s")
            _bars(axes, self.pooled, 0.16, BETTER, "o")
            decimal_ticks(axes, self.decimal)
            legend(figure, self.legend, (PARTLY, BETTER))
            return to_svg(figure)


def _bars(axes: Axes, intervals: Sequence[Interval | None], shift: float, colour: str, marker: str) -> None:
    shown = [(row + shift, interval) for row, interval in enumerate(intervals) if interval is not None]
    rows = [row for row, _ in shown]
    low, high = [interval.low for _, interval in shown], [interval.high for _, interval in shown]
    axes.hlines(rows, low, high, color=colour, linewidth=2)
    estimates = [interval.estimate for _, interval in shown]
    axes.scatter(estimates, rows, s=22, marker=marker, color=colour, zorder=3)


def decimal_ticks(axes: Axes, decimal: str) -> None:
    """Few ticks on the horizontal axis, in the language's decimal mark."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(decimals(decimal))
