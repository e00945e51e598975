"""The evaluator's own words: a Markdown file whose headings say which section they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")


@dataclass
class Comment:
    """What stands under one heading, as written."""

    heading: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words without the heading."""
        return "\n".join(self.lines).strip()


def comments_by_heading(markdown: str) -> dict[str, Comment]:
    """Comments by their heading in lower case; the empty one holds the words before the first heading.

    Headings of the highest level found divide the file; deeper ones become bold paragraphs, so that no level
    of the report's own headings is skipped.
    """
    lines = markdown.splitlines()
    top = min((len(found[1]) for line in lines if (found := _HEADING.match(line))), default=1)
    current = Comment("")
    comments = {"": current}
    for line in lines:
        found = _HEADING.match(line)
        if found and len(found[1]) == top:
            current = comments.setdefault(found[2].casefold(), Comment(found[2]))
        else:
            current.lines.append(f"**{found[2]}**" if found else line)
    return comments
