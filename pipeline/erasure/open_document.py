"""Writing an OpenDocument spreadsheet of texts (OpenDocument 1.3, parts 2 and 3): no library of ours does."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import polars as pl

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_SPACES = re.compile(r"(?<= ) +|^ +| +$")


def open_document(sheets: Iterable[tuple[str, pl.DataFrame]]) -> bytes:
    """Return a spreadsheet (ODS) with these sheets: names, and cells of text, the first row being row 1."""
    body = "".join(_sheet(name, cells) for name, cells in sheets)
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{_NAMES}:office:1.0" xmlns:table="{_NAMES}:table:1.0" '
        f'xmlns:text="{_NAMES}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>{body}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _MIMETYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def _sheet(name: str, cells: pl.DataFrame) -> str:
    rows = "".join(f"<table:table-row>{''.join(_cells(row))}</table:table-row>" for row in cells.iter_rows())
    return f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"


def _cells(row: Sequence[str | None]) -> Iterator[str]:
    for cell in row:
        if cell:
            lines = "".join(f"<text:p>{_paragraph(line)}</text:p>" for line in cell.split("\n"))
            yield f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
        else:
            yield "<table:table-cell/>"


def _paragraph(line: str) -> str:
    """A line's text; several blanks would become one."""
    return _SPACES.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', escape(line))
