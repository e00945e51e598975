"""The sender's own identifiers of persons: in no database, only in received files, where these are kept.

They are read anew each time a municipality is to be told which of its persons is meant, and never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from cryptography.exceptions import InvalidTag

from instruments import Library
from pipeline.identity import mask, mask_all, pseudonymise
from pipeline.submissions.keeping import decrypted, kept_files
from pipeline.submissions.kinds import PARTICIPANTS
from pipeline.submissions.mappings import Mappings
from pipeline.submissions.received import (
    OpenedFile,
    ReceivedFile,
    kind_by_name,
    list_received,
    open_file,
    opened,
)

PERSON = "participant_id"


def own_ids(
    inbox: Path, received: Path, sender: str, submissions: pl.DataFrame, library: Library, mappings: Mappings,
    key: bytes,
) -> pl.DataFrame:  # fmt: skip
    """Return the pseudonym (participant_id) and `own_id` of the persons in a sender's files of participants.

    inbox, received: where files as received and encrypted ones lie. sender: as the record names it.
    submissions: record.submission. An identifier that tells by itself who somebody is, such as a personal code,
    is left out. A person without a file that is still there is not in the result.
    """
    in_inbox = (
        open_file(file, library, mappings)
        for file in (list_received(inbox) if inbox.is_dir() else [])
        if mask(file.sender) == sender and _enrols(file, library, mappings)
    )
    files = (*in_inbox, *_encrypted(received, submissions, sender, library, mappings, key))
    cells = pl.Series(PERSON, list(_identifiers(files)), dtype=pl.String).unique()
    harmless = cells.filter(cells == mask_all(cells, bare_phones=False))
    found = pl.DataFrame({PERSON: pseudonymise(harmless, key), "own_id": harmless})
    return found.sort(PERSON, "own_id").unique(PERSON, keep="first", maintain_order=True)


def _enrols(file: ReceivedFile, library: Library, mappings: Mappings) -> bool:
    """Tell whether a file is one of participants, by its name."""
    kind = kind_by_name(file, library, mappings)
    return kind is not None and kind.name == PARTICIPANTS.name


def _identifiers(files: Iterable[OpenedFile]) -> Iterator[str]:
    """Give the identifiers in files of participants."""
    for file in files:
        for sheet in file.sheets:
            if PERSON in sheet.headers:
                yield from sheet.cells[PERSON].drop_nulls()


def _encrypted(
    received: Path, submissions: pl.DataFrame, sender: str, library: Library, mappings: Mappings, key: bytes
) -> Iterator[OpenedFile]:
    """Give a sender's encrypted files, opened in memory; one under another key is passed over."""
    own = submissions.filter((pl.col("sender") == sender) & (pl.col("kind") == PARTICIPANTS.name))
    for path, relative in kept_files(received, own):
        try:
            content = decrypted(path.read_bytes(), key)
        except InvalidTag:
            continue
        yield opened(ReceivedFile(Path(relative), relative, sender), content, None, library, mappings)
