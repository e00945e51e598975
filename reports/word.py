"""What pandoc needs for Word: a reference document with the report's styles, and the figures as pictures.

The reference is pandoc's own with our styles, header and footer put in, so that all of it stands here as text.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import pypandoc
import typst

_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_DOCUMENT = "word/document.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = ("header", "footer")
# A4 with the PDF's margins, in twentieths of a point; a section must name its header and footer.
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="ownheader"/>'
    '<w:footerReference w:type="default" r:id="ownfooter"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1361" w:right="1134" w:bottom="1247" w:left="1134" '
    'w:header="624" w:footer="624" w:gutter="0"/>'
    "</w:sectPr>"
)
_BODY = (
    '<?xml version="1.0" encoding="UTF-8"?><w:document '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}"><w:body><w:p/>{_SECTION}</w:body></w:document>'
)
_PICTURE_RESOLUTION = 200


@cache
def reference_document() -> bytes:
    """The document whose styles, header, footer and page a report takes over."""
    given = _default_reference()
    own = files("reports") / "templates" / "word"
    replaced = {"word/styles.xml": (own / "styles.xml").read_bytes(), _DOCUMENT: _BODY.encode()}
    replaced |= {f"word/own{part}.xml": (own / f"{part}.xml").read_bytes() for part in _PARTS}
    replaced[_RELATIONS] = _with_parts(given[_RELATIONS], "</Relationships>", _relation)
    replaced[_TYPES] = _with_parts(given[_TYPES], "</Types>", _content_type)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in {**given, **replaced}.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def write_media(folder: Path, figures: Mapping[str, bytes], fonts: typst.Fonts) -> None:
    """Put what the Word document is made of into a folder: the reference, and each figure (SVG) as PNG."""
    (folder / "reference.docx").write_bytes(reference_document())
    for name, figure in figures.items():
        (folder / Path(name).with_suffix(".png")).write_bytes(_picture(figure, fonts))


@cache
def _picture(figure: bytes, fonts: typst.Fonts) -> bytes:
    """A figure (SVG) as PNG: not every Word shows SVG. Both editions have most figures in common."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n'
    # The stub of typst does not know that several files can be handed over in memory.
    drawn = typst.compile(  # type: ignore[call-overload]
        {"main.typ": page, "figure.svg": figure}, format="png", ppi=_PICTURE_RESOLUTION, font_paths=fonts
    )
    if not isinstance(drawn, bytes):
        raise TypeError("Typst gave no single picture")
    return drawn


def _default_reference() -> dict[str, bytes]:
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    content = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - our own pandoc
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with_parts(listed: bytes, end: str, line: Callable[[str], str]) -> bytes:
    """A list of a document's parts with the header and the footer in it."""
    added = "".join(line(part) for part in _PARTS)
    return listed.decode().replace(end, added + end).encode()


def _relation(part: str) -> str:
    return f'<Relationship Type="{_OFFICE}/{part}" Id="own{part}" Target="own{part}.xml"/>'


def _content_type(part: str) -> str:
    return f'<Override PartName="/word/own{part}.xml" ContentType="{_WORD}.{part}+xml"/>'
