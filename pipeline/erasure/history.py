"""Dagster's storage: events and logs that name the persons. Nothing of ours puts them there; it is made sure of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipeline.erasure.persons import Persons
from pipeline.private_file import rewrite_private

_SQLITE = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal")


def files_naming(folder: Path, persons: Persons) -> list[Path]:
    """Return the files below a folder in whose bytes a pseudonym or a telling identifier stands.

    A database of SQLite is named where it, or the log beside it, holds them.
    """
    found = {_database_of(path) for path in _files(folder) if _names(path.read_bytes(), persons)}
    return sorted(found)


def clean(path: Path, persons: Persons) -> None:
    """Take what names the persons out of a file: rows of an SQLite database, lines of a text."""
    with path.open("rb") as stream:
        is_database = stream.read(len(_SQLITE)) == _SQLITE
    if is_database:
        _clean_database(path, persons)
    else:
        lines = path.read_bytes().splitlines(keepends=True)
        rewrite_private(path, b"".join(line for line in lines if not _names(line, persons)))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _database_of(path: Path) -> Path:
    for ending in _BESIDE:
        if path.name.endswith(ending):
            return path.with_name(path.name.removesuffix(ending))
    return path


def _names(content: bytes, persons: Persons) -> bool:
    texts = (text.encode(code) for text in persons.telling for code in ("utf-8", "utf-16-le"))
    return any(text in content for text in texts)


def _clean_database(path: Path, persons: Persons) -> None:
    """Delete the rows that name them, and write the database anew without what was deleted."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete = ON")
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")').fetchall()]
            for text in sorted(persons.telling):
                named = " OR ".join(f'instr(CAST("{column}" AS TEXT), ?) > 0' for column in columns)
                database.execute(f'DELETE FROM "{table}" WHERE {named}', [text] * len(columns))
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
