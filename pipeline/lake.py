"""A warehouse past one machine: a DuckLake, catalogue in PostgreSQL, data as Parquet files on shared storage.

Several processes of several machines write and read it at once: a transaction is a row in the catalogue, so a
reader sees all of it or nothing. Every file is encrypted under a key of its own (by OpenSSL, as
`pipeline.database` says), which stands in the catalogue alone: the storage holds nothing that can be read without
it. DuckDB's extensions come as packages, nothing is downloaded.

A lake lies in a numbered folder of the data. Erasing somebody makes a new one beside it (`take_over`): the old
catalogue would go on holding the first and last value of every column, and the storage the rows.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir
from typing import ClassVar, NoReturn

import duckdb

from pipeline.database import CONFIGURATION, DatabaseError, load_extension, quoted
from pipeline.moving import copy_tables
from pipeline.place import DatabaseFile
from pipeline.private_file import make_private_folder

CATALOGUE_VARIABLE = "IEGUVUMI_CATALOGUE"
FOLDER_VARIABLE = "IEGUVUMI_LAKE"
NAME = "warehouse"
SCHEMA = "ieguvumi"
"""Of the catalogue in its database."""
_NEXT = "ieguvumi_next"
_FOLDER = "lake-"
KEPT = "1 DAY"
"""How long what a run replaced stays for those who are still reading it."""
_EXTENSIONS = ("httpfs", "postgres_scanner", "ducklake")
_PASSWORD = re.compile(r"password\s*=|://[^/@]*:[^/@]*@", re.IGNORECASE)
_REASON = re.compile(r"(?:connection to server .*? failed:|could not translate host name).*", re.IGNORECASE)


@dataclass(frozen=True)
class Lake:
    """A DuckLake: where its catalogue is, as libpq's connection string, and the folder of its data."""

    catalogue: str
    folder: Path
    shared: ClassVar[bool] = True

    @classmethod
    def of(cls, values: Mapping[str, str], home: Path) -> Lake:
        """The lake that the environment names. Raises DatabaseError when it doesn't, or names a password."""
        catalogue = values.get(CATALOGUE_VARIABLE, "").strip()
        if not catalogue:
            raise DatabaseError(
                f"{home / 'evaluation.yaml'}: `warehouse: ducklake` needs {CATALOGUE_VARIABLE}, how its PostgreSQL "
                'database is reached, such as "host=db.example.org dbname=programme user=ieguvumi"'
            )
        if _PASSWORD.search(catalogue):
            raise DatabaseError(
                f"{CATALOGUE_VARIABLE}: holds a password, which could end up in a log; take it out and give it in "
                "PGPASSWORD, or better in the file that PGPASSFILE names"
            )
        return cls(f"postgres:{catalogue}", Path(values.get(FOLDER_VARIABLE) or home / "lake").resolve())

    @property
    def name(self) -> str:
        """The lake, by the folder of its data."""
        return str(self.folder)

    def is_there(self) -> bool:
        """Tell whether the catalogue holds a lake. Raises DatabaseError when it can't be reached."""
        connection = _connection()
        try:
            return self._attached(connection, NAME, read_only=True)
        finally:
            connection.close()

    def connect(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        """Open the lake as the connection's own database; made where there is none, unless `read_only`.

        Raises DatabaseError when the catalogue can't be reached, belongs to another lake or another version of
        DuckLake, or the folder of the data can't be used.
        """
        connection = _connection()
        try:
            if not self._attached(connection, NAME, read_only=read_only):
                if read_only:
                    self._refuse_missing()
                self._make(connection, SCHEMA, self._folder(1))
            self._refuse_other_folder(connection)
            connection.execute(f"USE {NAME}")
        except BaseException:
            connection.close()
            raise
        return connection

    def attach(self, connection: duckdb.DuckDBPyConnection, alias: str) -> None:
        """Attach it read-only."""
        _load(connection)
        if not self._attached(connection, alias, read_only=True):
            self._refuse_missing()

    def _refuse_missing(self) -> NoReturn:
        raise DatabaseError(f"{self.folder}: the catalogue holds no lake yet; a run makes it")

    def was_forestalled(self, error: BaseException) -> bool:
        """Tell whether another transaction changed the same table first, or many came at once."""
        said = str(error).lower()
        return isinstance(error, duckdb.Error) and any(
            word in said for word in ("conflict", "retry count", "could not serialize", "duplicate key")
        )

    def tidy(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Remove what runs of yesterday and before replaced, and files that broken runs left.

        Who reads on for longer than a day may then miss a file.
        """
        older = f"older_than => now() - INTERVAL {KEPT}"
        for call in ("expire_snapshots", "cleanup_old_files", "delete_orphaned_files"):
            connection.execute(f"CALL ducklake_{call}('{NAME}', {older})")
        self._remove_folders_but(_data_path(connection))

    def take_over(self, file: DatabaseFile) -> None:
        """Put a new lake that holds what a file holds in the place of this one, which goes with all it ever held.

        Broken off, the old one stands until the new one is whole; what is left of either goes at the next time.
        """
        connection = _connection()
        try:
            number = self._number(connection) + 1
            self._in_catalogue(connection, f"DROP SCHEMA IF EXISTS {_NEXT} CASCADE")
            self._make(connection, _NEXT, self._folder(number))
            connection.execute(f"USE {NAME}")
            copy_tables(connection, file)
            connection.execute(f"USE memory; DETACH {NAME}")
            swap = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; ALTER SCHEMA {_NEXT} RENAME TO {SCHEMA}"
            self._in_catalogue(connection, swap)
            self._remove_folders_but(self._folder(number))
        finally:
            connection.close()
        file.path.unlink()

    def _number(self, connection: duckdb.DuckDBPyConnection) -> int:
        """The number of the lake that stands, 0 without one; folders of any other are removed."""
        if not self._attached(connection, "standing", read_only=True):
            return 0
        folder = _data_path(connection, "standing")
        connection.execute("DETACH standing")
        self._remove_folders_but(folder)
        return int(folder.name.removeprefix(_FOLDER))

    def _in_catalogue(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        """Have PostgreSQL run statements, all in one transaction."""
        place = quoted(self.catalogue.removeprefix("postgres:"))
        try:
            connection.execute(f"ATTACH IF NOT EXISTS {place} AS catalogue (TYPE postgres)")
            connection.execute(f"CALL postgres_execute('catalogue', {quoted(sql)})")
        except duckdb.Error as error:
            raise DatabaseError(_explained(error)) from None

    def _attached(self, connection: duckdb.DuckDBPyConnection, alias: str, *, read_only: bool) -> bool:
        """Attach the lake if the catalogue holds one. Raises DatabaseError when it can't be reached or used."""
        options = ["CREATE_IF_NOT_EXISTS false", f"METADATA_SCHEMA '{SCHEMA}'", _WHOLE_FILES]
        options += ["READ_ONLY"] if read_only else []
        try:
            connection.execute(f"ATTACH {self._address} AS {alias} ({', '.join(options)})")
        except duckdb.Error as error:
            if "does not exist - and creating a new" in str(error):
                return False
            raise DatabaseError(_explained(error)) from None
        return True

    @property
    def _address(self) -> str:
        return quoted(f"ducklake:{self.catalogue}")

    def _make(self, connection: duckdb.DuckDBPyConnection, schema: str, folder: Path) -> None:
        """Make a new lake in a folder of the data, and attach it under its name."""
        try:
            make_private_folder(folder)
        except OSError as error:
            raise DatabaseError(
                f"{folder}: the folder of the lake's data can't be made ({error.strerror}); mend it, or set "
                f"{FOLDER_VARIABLE} to one that can be written"
            ) from None
        if any(folder.iterdir()):
            raise DatabaseError(
                f"{folder}: holds data of another lake; set {FOLDER_VARIABLE} to a folder of this home's own, or "
                "remove what a broken run left there"
            )
        options = f"DATA_PATH {quoted(str(folder))}, METADATA_SCHEMA '{schema}', ENCRYPTED, {_WHOLE_FILES}"
        try:
            connection.execute(f"ATTACH {self._address} AS {NAME} ({options})")
        except duckdb.Error as error:
            raise DatabaseError(_explained(error)) from None

    def _refuse_other_folder(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Raise DatabaseError when the catalogue's data are elsewhere: another home's, or they were moved."""
        found = _data_path(connection)
        if found.parent != self.folder:
            raise DatabaseError(
                f"{self.folder}: the catalogue is of a lake whose data are in {found.parent}; set "
                f"{FOLDER_VARIABLE} to that folder, or give this home a database of its own"
            )
        if not found.is_dir():
            raise DatabaseError(f"{found}: the folder of the lake's data is missing; is the storage mounted?")

    def _folder(self, number: int) -> Path:
        return self.folder / f"{_FOLDER}{number}"

    def _remove_folders_but(self, kept: Path) -> None:
        """Remove the folders of lakes that were replaced, or never finished."""
        for path in self.folder.glob(f"{_FOLDER}*"):
            if path.name.removeprefix(_FOLDER).isdigit() and path != kept:
                shutil.rmtree(path)


# Rows are written to files alone: small ones would otherwise go into the catalogue, in clear.
_WHOLE_FILES = "DATA_INLINING_ROW_LIMIT 0"


def _connection() -> duckdb.DuckDBPyConnection:
    """A connection without a database of its own; what it can't hold in memory lies encrypted on this machine."""
    connection = duckdb.connect(":memory:", config=CONFIGURATION)
    spill = Path(gettempdir()) / f"ieguvumi-{token_hex(8)}.tmp"
    try:
        _load(connection)
        connection.execute(f"SET temp_directory = {quoted(str(spill))}")
        connection.execute("SET temp_file_encryption = true")
    except BaseException:
        connection.close()
        raise
    return connection


def _load(connection: duckdb.DuckDBPyConnection) -> None:
    for name in _EXTENSIONS:
        load_extension(connection, name, "a lake")


def _data_path(connection: duckdb.DuckDBPyConnection, alias: str = NAME) -> Path:
    """The folder of an attached lake's data."""
    [(path,)] = connection.execute(
        f"SELECT value FROM {alias}.options() WHERE option_name = 'data_path'"
    ).fetchall()
    return Path(path)


def _explained(error: duckdb.Error) -> str:
    """Why the catalogue can't be used, in a line without what else the error holds: the connection string."""
    said = str(error)
    reason = _REASON.search(said)
    if reason:
        return f"{CATALOGUE_VARIABLE}: PostgreSQL can't be reached: {reason[0].splitlines()[0].strip()}"
    if "version" in said.lower():
        return (
            f"{CATALOGUE_VARIABLE}: the catalogue was made by another version of DuckLake than that of DuckDB "
            f"{duckdb.__version__}; use the version that made it, or give the home a new database"
        )
    return (
        f"{CATALOGUE_VARIABLE}: the catalogue can't be used ({type(error).__name__}); the variable is libpq's "
        f"connection string, and its user must be able to read, and to write own, the schema {SCHEMA}"
    )
