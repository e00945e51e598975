"""The page that links everything of a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.plan import Language
from reports.context import ReportContext
from reports.language import words_for
from reports.marks import banner, edition_mark
from reports.render import fill_page


@dataclass(frozen=True)
class Entry:
    """A report of the release: its title by language, and the file's name without language and ending.

    kind: `evaluation`, `stakeholders`, `plain` and `municipality` (pages to read: HTML and PDF) or `codebook` (HTML
    and nothing else). group: by language, the title under which entries of a kind stand together.
    """

    kind: str
    stem: str
    titles: tuple[tuple[Language, str], ...]
    group: tuple[tuple[Language, str], ...] = ()


def release_index(context: ReportContext, entries: Sequence[Entry]) -> bytes:
    """The index of a release's reports as one HTML page, in all languages of the plan beside one another."""
    languages = [
        {
            "code": language,
            "words": words_for(language),
            "banner": banner(context, words_for(language)),
            "mark": edition_mark(context, words_for(language)),
            "entries": [
                {
                    "stem": entry.stem,
                    "kind": entry.kind,
                    "title": dict(entry.titles)[language],
                    "group": dict(entry.group).get(language, ""),
                }
                for entry in entries
            ],
        }
        for language in context.plan.languages
    ]
    return fill_page(
        "index.html.jinja", release=context.release, version=context.version, languages=languages
    )
