"""Received files, in the inbox or encrypted: in which the persons stand, and the same files without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from cryptography.exceptions import InvalidTag

from instruments import Library
from pipeline.erasure import ErasureError
from pipeline.erasure.persons import Persons
from pipeline.erasure.rows import Theirs, without_rows
from pipeline.forgotten import Forgotten
from pipeline.identity import mask_path
from pipeline.private_file import rewrite_private, write_private
from pipeline.submissions import Mappings, ReceivedFile, list_received
from pipeline.submissions.coded import decoded
from pipeline.submissions.keeping import decrypted, encrypted, kept_files
from pipeline.submissions.problems import ROW
from pipeline.submissions.reading import FORMATS, read_tables
from pipeline.submissions.received import OpenedFile, kind_by_name, opened, submission_id
from pipeline.submissions.text_files import ReadingError

PERSON_COLUMNS = ("participant_id", "respondent_id")
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Named:
    """A received file in which a person stands.

    file: where it lies. shown: its path as it may be printed. places: the persons' rows by sheet. ids: how they are
    spelled there. submission: its identifier. secret: whether it lies encrypted. sheets: by the names they have.
    """

    file: ReceivedFile
    shown: str
    places: dict[str, frozenset[int]]
    ids: frozenset[str]
    submission: str
    secret: bool = False

    @property
    def rows(self) -> int:
        """How many rows are theirs."""
        return sum(map(len, self.places.values()))


@dataclass(frozen=True)
class Shelf:
    """Where received files lie, and what is needed to read them. key: of the pseudonyms."""

    inbox: Path
    received: Path
    submissions: pl.DataFrame
    library: Library
    mappings: Mappings
    key: bytes

    def files(self) -> Iterator[tuple[ReceivedFile, bool]]:
        """Give every file that can be looked into, and whether it is encrypted."""
        for file in list_received(self.inbox) if self.inbox.is_dir() else []:
            if file.refused is None and file.path.is_file():
                yield file, False
        senders = dict(self.submissions.select("path", "sender").iter_rows())
        for path, relative in kept_files(self.received, self.submissions):
            yield ReceivedFile(path, relative, senders[relative]), True

    def content(self, file: ReceivedFile, *, secret: bool) -> bytes:
        """Return a file's bytes as it came. Raises ErasureError when it can't be decrypted."""
        content = file.path.read_bytes()
        try:
            return decrypted(content, self.key) if secret else content
        except InvalidTag:
            raise ErasureError(
                f"{file.path}: can't be decrypted with this key, so nobody can tell who is in it; give the key it "
                "was made with (IEGUVUMI_KEY_FILE), or remove the file"
            ) from None

    def opened(self, file: ReceivedFile, content: bytes) -> OpenedFile:
        """Return a file as the intake reads it; an encrypted one by the name it came under."""
        named = replace(file, path=Path(file.relative))
        return opened(named, content, None, self.library, self.mappings)


def look_through(shelf: Shelf, persons: Persons) -> tuple[list[Named], Persons]:
    """Return the files in which the persons stand, and the persons with all their spellings."""
    looked = [_named(shelf, file, secret, persons) for file, secret in shelf.files()]
    everything = persons.also(spelled for one in looked for spelled in one.ids)
    return [one for one in looked if one.places or _mentions(shelf, one, everything)], everything


def _named(shelf: Shelf, file: ReceivedFile, secret: bool, persons: Persons) -> Named:
    found = shelf.opened(file, shelf.content(file, secret=secret))
    places: dict[str, frozenset[int]] = {}
    ids: set[str] = set()
    for sheet in found.sheets:
        for column in PERSON_COLUMNS:
            if column in sheet.cells.columns:
                cells = decoded(sheet.cells.select(ROW, column))
                theirs = cells.filter(persons.are(cells[column]))
                ids |= set(theirs[column])
                places[sheet.name] = places.get(sheet.name, frozenset()) | set(theirs[ROW])
    filled = {sheet: rows for sheet, rows in places.items() if rows}
    submission = file.path.stem if secret else found.submission_id
    return Named(file, mask_path(file.relative), filled, frozenset(ids), submission, secret)


def _mentions(shelf: Shelf, one: Named, persons: Persons) -> bool:
    """Tell whether a file names one of the persons anywhere else."""
    content, suffix = shelf.content(one.file, secret=one.secret), Path(one.file.relative).suffix
    try:
        tables = read_tables(content, suffix) if suffix.lower() in FORMATS else []
    except ReadingError:
        tables = []
    if tables:
        texts = (table.cells[name] for table in tables for name in table.cells.columns)
        wanted = sorted(persons.telling)
        return any(
            persons.are_named_in(text)
            for column in texts
            for text in column.filter(column.str.contains_any(wanted).fill_null(value=False)).unique()
        )
    return persons.are_named_in(content.decode("utf-8", "replace"))


def rewrite(shelf: Shelf, one: Named, persons: Persons, remember: Callable[[str, str], Forgotten]) -> None:
    """Write a file anew without the persons. Raises ErasureError when it can't be.

    remember: told the identifier of the new file, and the one it had, before the new one is in its place.
    """
    content = shelf.content(one.file, secret=one.secret)
    suffix = Path(one.file.relative).suffix
    try:
        changed = without_rows(content, suffix, Theirs(persons, one.places))
    except (ErasureError, ReadingError, KeyError, OSError) as error:
        why = (
            str(error)
            if isinstance(error, ErasureError)
            else "can't be read, so no row can be taken out of it"
        )
        raise ErasureError(
            f"{one.file.path}: {why}; take the person out of it by hand, or remove it, and forget again"
        ) from error
    if one.secret:
        write_private(one.file.path, encrypted(changed, shelf.key))
        return
    kind = kind_by_name(one.file, shelf.library, shelf.mappings)
    remember(submission_id(one.file.sender, kind.label if kind else _UNKNOWN, changed), one.submission)
    rewrite_private(one.file.path, changed)
