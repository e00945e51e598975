"""Reading a rendered page back: its words, its tables, its figures."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class _Page(HTMLParser):
    """Collects words, rows of tables and the alternatives of images."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.alternatives: list[str | None] = []
        self._skip = self._cell = self._goes_on = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            return
        self._goes_on = False
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = True
            self.rows[-1].append("")
        if tag == "img":
            self.alternatives.append(dict(attrs).get("alt"))
        self._skip = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            return
        self._goes_on = False
        self._cell = self._cell and tag not in ("td", "th")
        self._skip = False

    def handle_data(self, data: str) -> None:
        if not self._skip:
            # A span, such as a number's anchor, parts no words.
            self.words[-1:] = [self.words[-1] + data] if self._goes_on else [*self.words[-1:], data]
            self._goes_on = True
        if self._cell:
            self.rows[-1][-1] += data


def read(html: bytes) -> _Page:
    """The page's words, rows and alternatives."""
    page = _Page()
    page.feed(html.decode())
    return page


def text_of(html: bytes) -> str:
    """All words that a reader meets, the alternatives of figures among them."""
    page = read(html)
    return " ".join(" ".join([*page.words, *(alt or "" for alt in page.alternatives)]).split())


def told(html: bytes, caption: str) -> str:
    """The alternative of the figure whose caption holds these words."""
    found = re.findall(r"<figure.*?</figure>", html.decode(), re.DOTALL)
    [figure] = [own for own in found if caption in text_of(own.encode())]
    [alternative] = read(figure.encode()).alternatives
    return alternative or ""


def row_of(html: bytes, first: str, nth: int = 0) -> list[str]:
    """The nth table row that begins with this cell."""
    return [row for row in read(html).rows if row and row[0] == first][nth]
