"""One style for all figures: colours, fonts, sizes, and the way to bytes that don't change."""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reports.anchors import without_sources

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

# Blue against orange is told apart with every kind of colour blindness; dark, light and middle in grey.
BETTER = "#17517a"
PARTLY = "#93bfdd"
NEUTRAL = "#d5dae0"
WORSE = "#d1702b"
WORSE_PALE = "#ecb98d"
HIDDEN_FILL = "#f4f6f8"
INK = "#1f2a37"
FAINT = "#5a6572"
GRID = "#dde2e7"
ON_DARK = "#ffffff"

WIDTH = 6.7
_ROW, _LINE, _RIGHT, _GAP = 0.3, 0.13, 0.2, 0.2
_LETTER = 0.068
_LABEL_LETTERS = 34
DASHED = (0, (4, 2))
# What is drawn is kept: descriptions are frozen, and both editions show mostly the same ones.
drawn_once = lru_cache(maxsize=128)
_ONE_AT_A_TIME = threading.Lock()
_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "ieguvumi",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "xtick.color": FAINT,
    "ytick.color": INK,
    "axes.edgecolor": FAINT,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.6,
}


@dataclass(frozen=True)
class Description:
    """What a figure shows; its words and numbers do not tell the cells that they come from."""

    def __post_init__(self) -> None:
        for part in fields(self):
            object.__setattr__(self, part.name, without_sources(getattr(self, part.name)))


def wrapped(labels: Sequence[str], letters: int = _LABEL_LETTERS) -> list[str]:
    """Labels broken into lines of at most so many letters."""
    return ["\n".join(textwrap.wrap(label, letters)) or label for label in labels]


def figure_with_rows(
    labels: Sequence[str], *, panels: int = 1, foot: float = 0.1, head: float = 0.32, axis: str = ""
) -> tuple[Figure, list[Axes]]:
    """A figure with a row for each label, in that order from the top.

    panels: axes side by side that share the rows; foot, head: inches for the axis below and a legend above;
    axis: the name of the horizontal axis; without one no axis is drawn.
    """
    from matplotlib.figure import Figure

    lines = wrapped(labels)
    height = sum(_ROW + _LINE * line.count("\n") for line in lines)
    total = height + foot + head
    left = 0.15 + _LETTER * max((len(part) for line in lines for part in line.split("\n")), default=0)
    figure = Figure(figsize=(WIDTH, total))
    each = (WIDTH - left - _RIGHT - _GAP * (panels - 1)) / panels
    axes = [
        figure.add_axes(((left + panel * (each + _GAP)) / WIDTH, foot / total, each / WIDTH, height / total))
        for panel in range(panels)
    ]
    for drawn in axes:
        _rows(drawn, len(lines), axis)
    for row, line in enumerate(lines):
        axes[0].text(
            -0.06 / each, row, line, transform=axes[0].get_yaxis_transform(), ha="right", va="center"
        )
    return figure, axes


def figure_in_inches(height: float) -> tuple[Figure, Axes]:
    """A figure with one canvas all over it, measured in inches from its left top, no axis drawn."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height))
    canvas = figure.add_axes((0, 0, 1, 1))
    canvas.set_axis_off()
    canvas.set_xlim(0, WIDTH)
    canvas.set_ylim(height, 0)
    return figure, canvas


def _rows(axes: Axes, rows: int, axis: str) -> None:
    """Rows from the top; ticks of rows are left out, for their labels are set as text (twice as fast)."""
    axes.set_ylim(rows - 0.4, -0.6)
    if not axis:
        axes.set_axis_off()
        return
    axes.yaxis.set_visible(False)
    axes.tick_params(axis="x", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(axis)


def draw_bars(
    axes: Axes,
    rows: Sequence[float],
    widths: Sequence[float],
    colour: str,
    *,
    left: Sequence[float] | None = None,
    height: float,
    **style: Any,
) -> None:
    """Draw a bar in each row, from `left` (0 where it isn't given) as wide as `widths`, all in one colour.

    One collection of rectangles: `barh` makes an artist of each, and takes several times as long. The limits of
    the axes are left as they are.
    """
    from matplotlib.collections import PolyCollection

    starts = left or [0.0] * len(widths)
    half = height / 2
    corners = [
        [(start, row - half), (start, row + half), (start + width, row + half), (start + width, row - half)]
        for start, row, width in zip(starts, rows, widths, strict=True)
        if width
    ]
    axes.add_collection(PolyCollection(corners, facecolors=colour, **style), autolim=False)


def legend(figure: Figure, names: Sequence[str], colours: Sequence[str]) -> None:
    """A legend of coloured squares in one line above the axes."""
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=colour, label=name) for name, colour in zip(names, colours, strict=True)]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.01, 1.0), ncols=len(handles), frameon=False,
        handlelength=1.0, handleheight=1.0, columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip


def decimals(mark: str) -> FuncFormatter:
    """Ticks written with the language's decimal mark."""
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−").replace(".", mark))


def plain_axes(axes: Axes) -> None:
    """Axes with a grid behind what is drawn, and no frame."""
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def to_svg(figure: Figure) -> bytes:
    """The figure as SVG, with no date and no program's name in it."""
    written = io.BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()


@contextmanager
def drawing() -> Iterator[None]:
    """The context in which a figure is drawn: this style's settings, one thread at a time.

    matplotlib's settings are global; two threads would draw with each other's.
    """
    from matplotlib import rc_context

    with _ONE_AT_A_TIME, rc_context(_SETTINGS):
        yield
