"""Anchors: where a page tells which cell each of its numbers comes from.

Where words write a number that knows its source, the source stands before it in letters that no reader sees and
that Markdown and pandoc pass on as letters (Unicode's tag characters). In the HTML it becomes an element with
`data-cell`; from all else it is taken away. A text that ends in `%` is a hundred times its source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from reports.cells import plain, source_of

_TO_TAGS = {code: 0xE0000 + code for code in range(0x20, 0x7F)}
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_FROM_TAGS = {tag: code for code, tag in _TO_TAGS.items()}
_END = "\U000e007f"
_MARKS = re.compile("[\U000e0020-\U000e007f]+")
# While pandoc reads a page a single letter, of Unicode's private planes, stands for a whole source: a table's
# columns keep the widths that its text asks for.
_FIRST_LETTER = 0xF0000
_LETTERS = "[\U000f0000-\U000ffffd]"
_LETTERED = re.compile(f"({_LETTERS})(.*?){_END}", re.DOTALL)
_LETTER_OR_END = re.compile(f"{_LETTERS}|{_END}")


def marked(text: str, number: object) -> str:
    """The text of a number between the marks that carry its source; of a plain number the text alone."""
    source = source_of(number)
    return text if source is None else f"{str(source).translate(_TO_TAGS)}{text}{_END}"


def unmarked(text: str) -> str:
    """The text without marks."""
    return text if text.isascii() else _MARKS.sub("", text)


def without_sources(value: Any) -> Any:
    """A text without marks, a number without its source, tuples with their parts so; anything else as it is."""
    if isinstance(value, str):
        return unmarked(value)
    return tuple(without_sources(part) for part in value) if type(value) is tuple else plain(value)


def with_letters(markdown: str) -> tuple[str, list[str]]:
    """The Markdown with a letter in place of each source, and the sources in the order of their letters."""
    sources: dict[str, str] = {}

    def letter(found: re.Match[str]) -> str:
        return sources.setdefault(found[0], chr(_FIRST_LETTER + len(sources)))

    lettered = _TAGS.sub(letter, markdown)
    return lettered, [tags.translate(_FROM_TAGS) for tags in sources]


def with_anchors(html: str, sources: Sequence[str]) -> str:
    """The HTML with an element for each number whose source is known."""
    elements = [f'<span data-cell="{escape(source)}">' for source in sources]
    return _LETTERED.sub(lambda found: f"{elements[ord(found[1]) - _FIRST_LETTER]}{found[2]}</span>", html)


def without_letters(text: str) -> str:
    """The text without the letters and marks that stand for sources."""
    return _LETTER_OR_END.sub("", text)
