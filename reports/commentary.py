"""The evaluator's own words: a Markdown file whose headings say which section they belong to."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")


def comments_by_heading(markdown: str) -> dict[str, str]:
    """Texts by the heading they stand under (folded to lower case; empty for words before the first).

    Headings of the first level found divide the file; deeper ones become bold paragraphs, so that no level of the
    report's own headings is skipped.
    """
    lines = markdown.splitlines()
    levels = [len(found[1]) for line in lines if (found := _HEADING.match(line))]
    top = min(levels, default=1)
    comments: dict[str, list[str]] = {"": []}
    current = ""
    for line in lines:
        found = _HEADING.match(line)
        if found and len(found[1]) == top:
            current = found[2].casefold()
            comments.setdefault(current, [])
        else:
            comments[current].append(f"**{found[2]}**" if found else line)
    return {heading: "\n".join(text).strip() for heading, text in comments.items()}
