"""Received files: what lies in the inbox, and each file opened once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from instruments import Library
from pipeline.submissions.coded import decoded
from pipeline.submissions.identifying import without_names
from pipeline.submissions.kinds import UNKNOWN, FileKind, kind_of_file
from pipeline.submissions.mapped_sheets import mapped
from pipeline.submissions.mappings import FileMapping, Mappings
from pipeline.submissions.measures import item_codes, known_columns
from pipeline.submissions.problems import Finding
from pipeline.submissions.reading import FORMATS, Sheet, read_sheets
from pipeline.submissions.text_files import ReadingError
from pipeline.submissions.wording import (
    CHANGED_WHILE_READ,
    NO_SENDER,
    NOT_A_FILE,
    OUTSIDE_INBOX,
    TOO_LARGE,
    UNKNOWN_FORMAT,
    UNKNOWN_KIND,
    UNREADABLE,
)

# Left by file managers and spreadsheet programs; never sent on purpose.
_LITTER = ("Thumbs.db", "desktop.ini")
_LITTER_BEGINNINGS = (".", "~$")
# What is read at once: with the cells made of it, it must leave room in the memory of a small machine.
LARGEST_BYTES = 1_200_000_000


@dataclass(frozen=True)
class ReceivedFile:
    """A file of the inbox.

    path: where it lies. relative: its path in the inbox, with slashes. sender: first folder; empty for none.
    refused: why it is not even opened.
    """

    path: Path
    relative: str
    sender: str
    refused: Finding | None = None


@dataclass(frozen=True)
class OpenedFile:
    """A file as read: its identity, its kind by its name, and its sheets or why there are none."""

    file: ReceivedFile
    submission_id: str
    sha256: str
    kind: FileKind | None
    sheets: tuple[Sheet, ...] = ()
    problem: Finding | None = None


def list_received(inbox: Path) -> list[ReceivedFile]:
    """Return the inbox's files, sorted by path; links that lead out of it are marked as refused.

    Folders behind links are never entered. Files at the top, outside any sender's folder, are marked too. An
    inbox that isn't there is an empty one.
    """
    return sorted(_received(inbox), key=lambda file: file.relative)


def open_file(file: ReceivedFile, library: Library, mappings: Mappings) -> OpenedFile:
    """Return a file as read, once, into memory; never raises for what the file is or holds."""
    return opened(file, *_content(file), library, mappings)


def opened(
    file: ReceivedFile, content: bytes, problem: Finding | None, library: Library, mappings: Mappings
) -> OpenedFile:
    """Return a file of which the bytes are known, or why there are none."""
    mapping = mappings.for_file(file.path.name)
    kind = kind_by_name(file, library, mappings)
    label = kind.label if kind else UNKNOWN
    with ThreadPoolExecutor(max_workers=1) as pool:  # hashes of a large file take long
        digest = pool.submit(lambda: hashlib.sha256(content).hexdigest())
        identity = submission_id(file.sender, label, content if problem is None else file.relative.encode())
    sheets: tuple[Sheet, ...] = ()
    if problem is None:
        sheets, problem = _sheets(content, file.path.suffix, kind, mapping, mappings)
    return OpenedFile(file, identity, digest.result(), kind, sheets, problem)


def kind_by_name(file: ReceivedFile, library: Library, mappings: Mappings) -> FileKind | None:
    """Return a file's kind, by the mapping meant for it, else by its name; None: unknown."""
    mapping = mappings.for_file(file.path.name)
    named = mapping.measure if mapping is not None and mapping.measure else file.path.name
    return kind_of_file(named, library)


def submission_id(sender: str, label: str, content: bytes) -> str:
    """Return the identifier of a submission: 16 hexadecimal digits of SHA-256 over sender, kind and bytes."""
    digest = hashlib.sha256()
    for part in (sender.encode("utf-8", "surrogateescape"), label.encode(), content):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:16]


def _received(inbox: Path) -> Iterator[ReceivedFile]:
    for folder, folders, names in os.walk(inbox, followlinks=False):
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in (*names, *linked):
            if name not in _LITTER and not name.startswith(_LITTER_BEGINNINGS):
                yield _received_file(inbox, Path(folder) / name)


def _received_file(inbox: Path, path: Path) -> ReceivedFile:
    parts = path.relative_to(inbox).parts
    relative = "/".join(parts)
    sender = parts[0] if len(parts) > 1 else ""
    if path.is_symlink() and not path.resolve().is_relative_to(inbox.resolve()):
        return ReceivedFile(path, relative, sender, OUTSIDE_INBOX)
    return ReceivedFile(path, relative, sender, None if sender else NO_SENDER)


def _content(file: ReceivedFile) -> tuple[bytes, Finding | None]:
    """Return the file's bytes, or nothing and why."""
    if file.refused is not None:
        return b"", file.refused
    try:
        before = file.path.stat()
        # Pipes and devices would keep the reader waiting for ever.
        if not stat.S_ISREG(before.st_mode):
            return b"", NOT_A_FILE
        if before.st_size > LARGEST_BYTES:
            return b"", TOO_LARGE
        content = file.path.read_bytes()
        after = file.path.stat()
    except OSError:
        return b"", UNREADABLE
    same = _state(before) == _state(after) and len(content) == before.st_size
    return (content, None) if same else (b"", CHANGED_WHILE_READ)


def _state(status: os.stat_result) -> tuple[int, int, int]:
    """Return what changes when a file is written anew."""
    return status.st_ino, status.st_size, status.st_mtime_ns


def _sheets(
    content: bytes, suffix: str, kind: FileKind | None, mapping: FileMapping | None, mappings: Mappings
) -> tuple[tuple[Sheet, ...], Finding | None]:
    """Return the sheets under our names: by the file's mapping, or by that of the tool whose export it is."""
    if suffix.lower() not in FORMATS:
        return (), UNKNOWN_FORMAT
    if kind is None:
        return (), UNKNOWN_KIND
    known = known_columns(kind)
    names = known | (mappings.names() if mapping is None else frozenset(mapping.names()))
    try:
        sheets = without_names(read_sheets(content, suffix, names, coded=kind.instrument is not None))
    except ReadingError as error:
        return (), error.finding
    used = mapping or mappings.for_header(column for sheet in sheets for column in sheet.headers)
    if used is not None:
        texts = [replace(sheet, cells=decoded(sheet.cells)) for sheet in sheets]
        return tuple(mapped(texts, used, known, item_codes(kind))), None
    return tuple(replace(sheet, recognised=len(known & set(sheet.headers))) for sheet in sheets), None
