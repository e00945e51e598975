"""From templates to pages: Jinja writes Markdown, pandoc makes HTML and Typst of it, Typst tagged PDF."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.anchors import unmarked, with_anchors, with_letters, without_letters
from reports.context import RenderedPage, RenderedReport
from reports.document import Figure, Section, Table, escape
from reports.language import Words
from reports.pandoc import pandoc
from reports.word import write_media

# No raw HTML, TeX or Typst: an evaluator's commentary must not be able to break a page.
MARKDOWN = "markdown-smart-raw_html-raw_tex-raw_attribute-tex_math_dollars-citations-example_lists"
# A table of so many rows is not broken across pages.
_KEPT_WHOLE = 14
_WHOLE_WIDTH = 100


@dataclass(frozen=True)
class Fact:
    """A line of the title block."""

    name: str
    value: str


@dataclass(frozen=True)
class Page:
    """What stands around a report's sections.

    running: the short line in the head of each PDF page; mark: what every page must say, such as
    `restricted`; banner: a warning at the head of the report; contents: whether the sections are
    listed; large: large type, for plain language.
    """

    title: str
    subtitle: str
    running: str
    facts: Sequence[Fact]
    mark: str = ""
    banner: str = ""
    contents: bool = True
    large: bool = False


@dataclass
class Numbering:
    """Numbers tables and figures in the order in which the templates set them, and keeps the figures.

    A figure refers to tables that may be set after it: their numbers are put in by `referred` at the end.
    """

    words: Words
    tables: list[Table] = field(default_factory=list)
    drawn: list[Figure] = field(default_factory=list)
    _references: dict[str, Sequence[Table]] = field(default_factory=dict)

    def table(self, table: Table) -> str:
        """Markdown of a table with its numbered caption and its notes; nothing for a table without rows."""
        if not table.rows:
            return ""
        if table.instead:
            return f"::: {{.note}}\n{escape(table.instead)}\n:::\n"
        self.tables.append(table)
        number = len(self.tables)
        label = self.words.say("Table {number}.", number=number)
        notes = "".join(f"\n\n::: {{.note}}\n{escape(note)}\n:::" for note in table.notes)
        anchor = f"{{#table-{number}}}"
        whole = f"{table.markdown()}\n\n: **{label}** {escape(table.caption)} {anchor}{notes}\n"
        return f":::: {{.whole}}\n{whole}\n::::\n" if len(table.rows) <= _KEPT_WHOLE else whole

    def figure(self, figure: Figure | None, tables: Sequence[Table] = ()) -> str:
        """Markdown of a figure with its numbered caption and text alternative; nothing for no figure.

        tables: those that have its numbers; the caption refers to them.
        """
        if figure is None:
            return ""
        self.drawn.append(figure)
        label = self.words.say("Figure {number}.", number=len(self.drawn))
        alt = escape(unmarked(figure.alt))
        width = "" if figure.width == _WHOLE_WIDTH else f" width={figure.width}%"
        mark = f"<numbers of figure {len(self.drawn)}>"
        self._references[mark] = tables
        caption = f"**{label}** {escape(figure.caption)}{mark}"
        return f'![{caption}]({self._file(figure)}){{alt="{alt}"{width}}}\n'

    def referred(self, markdown: str) -> str:
        """The whole Markdown with the numbers of the tables that figures refer to; one that is not set has none."""
        places = {id(table): number for number, table in enumerate(self.tables, start=1)}
        for mark, tables in self._references.items():
            numbers = [places[id(table)] for table in tables if id(table) in places]
            markdown = markdown.replace(mark, self._reference(numbers))
        return markdown

    def _reference(self, numbers: Sequence[int]) -> str:
        if not numbers:
            return ""
        say = self.words.say
        named = say("numbers: {tables}", tables=self.words.listing([*map(self._link, numbers)]))
        return f" ({named})"

    def _link(self, number: int) -> str:
        name = self.words.say("Table {number}", number=number)
        return f"[{name}](#table-{number})"

    def files(self) -> Mapping[str, bytes]:
        """The drawn figures by their file names in the document."""
        return {self._file(figure): figure.svg for figure in self.drawn}

    @staticmethod
    def _file(figure: Figure) -> str:
        return f"{figure.name}.svg"


def render(page: Page, sections: Iterable[Section], words: Words) -> RenderedReport:
    """The report in all its formats. The same input gives the same bytes."""
    read = _read(page, sections, words, word=True)
    return RenderedReport(_html(read), partial(_pdf, read), read.docx)


def render_page(page: Page, sections: Iterable[Section], words: Words) -> RenderedPage:
    """A page for reading: no Word document. The same input gives the same bytes."""
    read = _read(page, sections, words, word=False)
    return RenderedPage(_html(read), partial(_pdf, read))


def fill(template: str, words: Words, **values: object) -> str:
    """A template filled in, with the language's words at hand as `say`, `say_number` and `name`."""
    found = _environment().get_template(template)
    return found.render(say=words.say, say_number=words.say_number, name=words.name, words=words, **values)


def fill_page(template: str, **values: object) -> bytes:
    """An HTML page that needs no pandoc: what is put in is escaped as HTML."""
    style = Markup(_text("style.css"))  # noqa: S704 - a file of our own
    return _page_environment().get_template(template).render(style=style, **values).encode()


def _markdown(page: Page, sections: Iterable[Section], words: Words, numbering: Numbering) -> str:
    head = {
        "title": escape(page.title),
        "subtitle": escape(page.subtitle),
        "running": escape(page.running),
        "mark": escape(page.mark),
        "banner": escape(page.banner),
        "facts": [{"name": escape(fact.name), "value": escape(fact.value)} for fact in page.facts],
        "large": page.large,
        "skip": words.say("Skip to the content"),
        "contents": words.say("Contents") if page.contents else "",
    }
    body = fill(
        "report.md.jinja", words, sections=list(sections), table=numbering.table, figure=numbering.figure
    )
    return f"---\n{json.dumps(head, ensure_ascii=False)}\n---\n\n{numbering.referred(body)}"


@dataclass(frozen=True)
class _Read:
    """A page as pandoc read and wrote it: `html` and `typst` with letters for the numbers' sources, its figures.

    docx: the Word document; empty unless wanted.
    """

    html: str
    typst: str
    sources: Sequence[str]
    figures: Mapping[str, bytes]
    docx: bytes


def _read(page: Page, sections: Iterable[Section], words: Words, *, word: bool) -> _Read:
    numbering = Numbering(words)
    markdown, sources = with_letters(_markdown(page, sections, words, numbering))
    figures = numbering.files()
    written, docx = _written(markdown, words, figures, word=word)
    return _Read(written["html"], written["typst"], sources, figures, docx)


def _written(
    markdown: str, words: Words, figures: Mapping[str, bytes], *, word: bool
) -> tuple[dict[str, str], bytes]:
    """The report as `html` and as `typst`, and as a Word document, from one reading by pandoc."""
    if not word:
        return pandoc().written(markdown, MARKDOWN, words.language), b""
    with TemporaryDirectory() as folder:
        media = Path(folder)
        write_media(media, figures, _fonts())
        written = pandoc().written(markdown, MARKDOWN, words.language, media)
        return written, (media / "report.docx").read_bytes()


def _html(read: _Read) -> bytes:
    """The page with its style, its anchors and its figures in it: one file that needs no other."""
    html = with_anchors(read.html, read.sources).replace("/* style */", _text("style.css"))
    for name, svg in read.figures.items():
        address = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
        html = html.replace(f'src="{name}"', f'src="{address}"')
    return html.encode()


def _pdf(read: _Read) -> bytes:
    # The stub of typst does not know that several files can be handed over in memory.
    compiled = typst.compile(  # type: ignore[call-overload]
        {"main.typ": without_letters(read.typst).encode(), **read.figures},
        format="pdf",
        font_paths=_fonts(),
        pdf_standards=["ua-1", "a-2a"],
        timestamp=0,
    )
    if not isinstance(compiled, bytes):
        raise TypeError("Typst gave no single document")
    return compiled


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the templates write Markdown; `md` escapes what comes from outside
    )
    environment.filters["md"] = escape
    return environment


@cache
def _page_environment() -> Environment:
    """The same for HTML pages."""
    return _environment().overlay(autoescape=True)


@cache
def _text(name: str) -> str:
    return (files("reports") / "templates" / name).read_text(encoding="utf-8")


@cache
def _fonts() -> typst.Fonts:
    """The fonts that Typst carries and, for the figures' text, those that matplotlib ships; none else."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib is not installed")
    figures = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(figures)])
