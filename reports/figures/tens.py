"""Ten circles a row: how many in ten, for readers to whom a share says little."""

from __future__ import annotations

from dataclasses import dataclass

from reports.cells import of_ten
from reports.figures.style import (
    BETTER,
    INK,
    NEUTRAL,
    PARTLY,
    WIDTH,
    WORSE,
    Description,
    drawing,
    drawn_once,
    legend,
    to_svg,
    wrapped,
)

TEN = 10
_ROW, _HEAD, _LETTERS = 0.44, 0.36, 26
_PALETTES = {2: (BETTER, NEUTRAL), 3: (BETTER, PARTLY, WORSE)}


def in_ten(counts: tuple[int, ...]) -> tuple[int, ...]:
    """How many of ten fall to each count, ten in all: the largest remainders are rounded up (Hare, Niemeyer).

    Raises ValueError when all counts are zero.
    """
    total = sum(counts)
    if not total:
        raise ValueError("nothing to share among ten")
    shares = [TEN * count // total for count in counts]
    left = sorted(range(len(counts)), key=lambda place: (-(TEN * counts[place] % total), place))
    for place in left[: TEN - sum(shares)]:
        shares[place] += 1
    return tuple(of_ten(tenths, place, counts) for place, tenths in enumerate(shares))


@dataclass(frozen=True)
class Tens(Description):
    """A row of ten circles for each label; `tens`: how many of them each part has, the best part first."""

    labels: tuple[str, ...]
    tens: tuple[tuple[int, ...], ...]
    legend: tuple[str, ...]

    @drawn_once
    def svg(self) -> bytes:
        """The drawn figure."""
        from matplotlib.figure import Figure

        colours = _PALETTES[len(self.legend)]
        height = _ROW * len(self.labels)
        with drawing():
            figure = Figure(figsize=(WIDTH, height + _HEAD))
            axes = figure.add_axes((0.34, 0, 0.64, height / (height + _HEAD)))
            axes.set_xlim(-0.6, TEN - 0.4)
            axes.set_ylim(len(self.labels) - 0.5, -0.5)
            axes.set_axis_off()
            for row, parts in enumerate(self.tens):
                looks = [colour for colour, part in zip(colours, parts, strict=True) for _ in range(part)]
                axes.scatter(range(len(looks)), [row] * len(looks), s=190, color=looks)
            for row, label in enumerate(wrapped(self.labels, _LETTERS)):
                axes.text(-0.75, row, label, ha="right", va="center", fontsize=10, color=INK)
            legend(figure, self.legend, colours)
            return to_svg(figure)
