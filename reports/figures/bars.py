"""Bars: stacked shares, worse against better, amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.figures.style import (
    BETTER,
    FAINT,
    HIDDEN_FILL,
    INK,
    NEUTRAL,
    ON_DARK,
    PARTLY,
    WORSE,
    WORSE_PALE,
    Description,
    draw_bars,
    drawing,
    drawn_once,
    figure_with_rows,
    legend,
    to_svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROOM_FOR_TEXT = 0.06


_COLOURS = {
    "three levels": (BETTER, PARTLY, WORSE),
    "better or worse": (BETTER, NEUTRAL, WORSE),
    "five answers": (BETTER, PARTLY, NEUTRAL, WORSE_PALE, WORSE),
}


Shares = tuple[float | None, ...]


@dataclass(frozen=True)
class StackedBars(Description):
    """Shares that add up to one, a bar a row, the best part first. texts: what stands in each part.

    palette: which colours the parts have; `three levels` fill the middle, `better or worse` leave it grey.
    A share of None is hidden; what hidden shares make up together stands at the end of the bar, hatched, and
    is called `hidden` in the legend.
    """

    labels: tuple[str, ...]
    shares: tuple[Shares, ...]
    texts: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...]
    palette: Literal["three levels", "better or worse", "five answers"] = "three levels"
    hidden: str = ""

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        colours = _COLOURS[self.palette]
        some_hidden = any(None in shares for shares in self.shares)
        with drawing():
            figure, (axes,) = figure_with_rows(self.labels)
            ends = _stack(axes, self.shares, self.texts, colours)
            if some_hidden:
                _hidden_parts(axes, self.shares, ends)
            axes.set_xlim(0, 1)
            names = (*self.legend, self.hidden) if some_hidden else self.legend
            legend(figure, names, (*colours, HIDDEN_FILL)[: len(names)])
            return to_svg(figure)


def _stack(
    axes: Axes, shares: Sequence[Shares], texts: Sequence[Sequence[str]], colours: Sequence[str]
) -> list[float]:
    """Draw the parts that can be shown, column by column. Returns where each bar ends."""
    starts = [0.0] * len(shares)
    rows = range(len(shares))
    for part, colour in enumerate(colours):
        widths = [of_row[part] or 0.0 for of_row in shares]
        draw_bars(axes, rows, widths, colour, left=starts, height=0.68, edgecolors="white", linewidths=0.8)
        ink = ON_DARK if colour == BETTER else INK
        for row in rows:
            if widths[row] >= _ROOM_FOR_TEXT:
                middle = starts[row] + widths[row] / 2
                axes.text(middle, row, texts[row][part], ha="center", va="center", color=ink)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    return starts


def _hidden_parts(axes: Axes, shares: Sequence[Shares], ends: Sequence[float]) -> None:
    rows = [row for row, of_row in enumerate(shares) if None in of_row]
    left = [ends[row] for row in rows]
    rest = [max(1 - end, 0) for end in left]
    draw_bars(
        axes, rows, rest, HIDDEN_FILL, left=left, height=0.66, edgecolors=NEUTRAL, hatch="////", linewidths=0
    )


@dataclass(frozen=True)
class DivergingBars(Description):
    """Shares of persons who worsened, to the left, and who improved, to the right. texts: (worse, better)."""

    labels: tuple[str, ...]
    worse: tuple[float, ...]
    better: tuple[float, ...]
    texts: tuple[tuple[str, str], ...]
    legend: tuple[str, str]

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        reach = max((*self.worse, *self.better, 0.05)) * 1.25
        with drawing():
            figure, (axes,) = figure_with_rows(self.labels)
            rows = range(len(self.labels))
            draw_bars(axes, rows, [-share for share in self.worse], WORSE, height=0.68)
            draw_bars(axes, rows, self.better, BETTER, height=0.68)
            for row, (worse, better) in enumerate(self.texts):
                axes.text(-self.worse[row] - reach * 0.015, row, worse, ha="right", va="center")
                axes.text(self.better[row] + reach * 0.015, row, better, ha="left", va="center")
            axes.axvline(0, color=FAINT, linewidth=0.8)
            axes.set_xlim(-reach, reach)
            legend(figure, self.legend, (WORSE, BETTER))
            return to_svg(figure)


@dataclass(frozen=True)
class SingleBars(Description):
    """An amount a row; with `second`, two amounts a row: a pale one (before) and a dark one (during)."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    texts: tuple[str, ...]
    second: tuple[float, ...] = ()
    second_texts: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        widest = max((*self.values, *self.second), default=1) or 1
        with drawing():
            figure, (axes,) = figure_with_rows(self.labels, head=0.32 if self.second else 0.05)
            if self.second:
                _series(axes, -0.19, 0.34, PARTLY, self.values, self.texts, widest)
                _series(axes, 0.19, 0.34, BETTER, self.second, self.second_texts, widest)
                legend(figure, self.legend, (PARTLY, BETTER))
            else:
                _series(axes, 0, 0.62, BETTER, self.values, self.texts, widest)
            axes.set_xlim(0, widest * 1.25)
            return to_svg(figure)


def _series(
    axes: Axes,
    shift: float,
    height: float,
    colour: str,
    values: Sequence[float],
    texts: Sequence[str],
    widest: float,
) -> None:
    draw_bars(axes, [row + shift for row in range(len(values))], values, colour, height=height)
    for row, (value, text) in enumerate(zip(values, texts, strict=True)):
        axes.text(value + widest * 0.012, row + shift, text, ha="left", va="center")
