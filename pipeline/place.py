"""Where a warehouse lies: in a DuckDB file of the home, or in a lake (`pipeline.lake`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

import duckdb

from pipeline.database import encrypt_database, is_encrypted, open_database, quoted


class Place(Protocol):
    """Where a warehouse lies, and what it can do there."""

    shared: ClassVar[bool]
    """Several processes may write at once; there are no CHECKs and ENUMs, and macros are each connection's own."""

    @property
    def name(self) -> str:
        """What people call it, in messages."""
        ...

    def is_there(self) -> bool:
        """Tell whether anything was ever written there. Raises DatabaseError when it can't be reached."""
        ...

    def connect(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        """Open it (made where missing, unless `read_only`) as a connection's own database. Raises DatabaseError."""
        ...

    def attach(self, connection: duckdb.DuckDBPyConnection, alias: str) -> None:
        """Let a connection read it beside its own database, under another name."""
        ...

    def was_forestalled(self, error: BaseException) -> bool:
        """Tell whether a transaction failed since another one wrote to the same table: it can be tried again."""
        ...

    def tidy(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Remove what earlier runs replaced."""
        ...

    def take_over(self, file: DatabaseFile) -> None:
        """Hold what a file holds, and nothing of what it held before; the file goes."""
        ...


@dataclass(frozen=True)
class DatabaseFile:
    """A DuckDB file, with a key an encrypted one: one process at a time."""

    path: Path
    key: str | None = field(default=None, repr=False)
    shared: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def is_there(self) -> bool:
        """Tell whether there is such a file."""
        return self.path.is_file()

    def connect(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        """Open it; one that was plain so far is turned into an encrypted one before it is written with a key."""
        if self.key and not read_only and self.path.exists() and not is_encrypted(self.path):
            encrypt_database(self.path, self.key)
        connection = open_database(self.path, self.key, read_only=read_only)
        if not read_only:
            self.path.chmod(0o600)
        return connection

    def attach(self, connection: duckdb.DuckDBPyConnection, alias: str) -> None:
        """Attach it read-only."""
        # Opened for writing once, so that what its write-ahead log holds is in the file.
        open_database(self.path, self.key).close()
        options = f", ENCRYPTION_KEY {quoted(self.key)}" if self.key and is_encrypted(self.path) else ""
        connection.execute(f"ATTACH {quoted(str(self.path))} AS {alias} (READ_ONLY{options})")

    def was_forestalled(self, error: BaseException) -> bool:  # noqa: ARG002 - nobody else writes
        """A file has one writer."""
        return False

    def tidy(self, connection: duckdb.DuckDBPyConnection) -> None:
        """DuckDB takes the room of deleted rows again by itself."""

    def take_over(self, file: DatabaseFile) -> None:
        """Rename the file into place."""
        file.path.replace(self.path)
