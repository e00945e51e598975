"""The pieces a section hands to its template: tables, figures, values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Align = Literal["left", "right", "center"]
# A text that begins `2024. ` would become a list.
_LIST_MARK = re.compile(r"^(\w+)(\.\s)")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>~^$@\"':-])")


def escape(text: str) -> str:
    """Text as Markdown that means just this text, on one line."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.splitlines()))
    return _LIST_MARK.sub(r"\1\\\2", escaped)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width, how its cells are set."""

    head: str
    width: int
    align: Align = "right"


@dataclass(frozen=True)
class Table:
    """A table of words, ready to set; `strong` are the places of rows that sum up.

    instead: what is said in place of a table whose figures are all hidden.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    strong: frozenset[int] = frozenset()
    instead: str = ""

    def markdown(self) -> str:
        """The table as a pipe table; dashes give the columns' widths."""
        lines = [self._line([escape(column.head) for column in self.columns]), self._rule()]
        lines += [self._line(self._cells(place, row)) for place, row in enumerate(self.rows)]
        return "\n".join(lines)

    def _cells(self, place: int, row: Sequence[str]) -> list[str]:
        cells = [escape(cell) for cell in row]
        return [f"**{cell}**" if cell else "" for cell in cells] if place in self.strong else cells

    def _rule(self) -> str:
        marks = {"left": (":", "-"), "right": ("-", ":"), "center": (":", ":")}
        dashes = (
            first + "-" * column.width + last
            for column, (first, last) in ((column, marks[column.align]) for column in self.columns)
        )
        return self._line(dashes)

    @staticmethod
    def _line(cells: Any) -> str:
        return "| " + " | ".join(cells) + " |"


@dataclass(frozen=True)
class Figure:
    """A drawn figure: its file name in the document, caption, text alternative and SVG.

    width: per cent of the text's width.
    """

    name: str
    caption: str
    alt: str
    svg: bytes
    width: int = 100


def parts_told(labels: Sequence[str], parts: Sequence[Sequence[str]], names: Sequence[str]) -> str:
    """The words of a figure of bars with parts: of each bar the name and text of its parts."""
    return "; ".join(
        f"{label}: " + ", ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
        for label, texts in zip(labels, parts, strict=True)
    )


@dataclass(frozen=True)
class Section:
    """A section of a report: its template, its anchor and heading, and what the template is given.

    commentary: the evaluator's own words on it, in Markdown.
    """

    template: str
    anchor: str
    heading: str
    values: Mapping[str, Any] = field(default_factory=dict)
    commentary: str = ""
