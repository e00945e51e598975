"""DuckDB files, plain or encrypted: the one place that opens and makes them.

An encrypted file is AES-256-GCM throughout, its write-ahead log and temporary files too, by DuckDB's own encryption
with OpenSSL from the extension httpfs. Extensions come as packages beside DuckDB's and are loaded from there:
nothing is downloaded, and DuckDB's built-in cipher, which it calls unsafe for writing, is never used.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
KEY_VARIABLE = "IEGUVUMI_DATABASE_KEY"
_PACKAGES = "duckdb_extension_"
# DuckDB's main header: checksum (8 bytes), DUCK (4), version (8), flags (8); the first flag says encrypted.
_MAGIC, _FLAGS = slice(8, 12), 20


class DatabaseError(Exception):
    """A database file can't be opened: says which file, why, and what to do."""


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is an encrypted DuckDB database; no file is none."""
    try:
        with path.open("rb") as stream:
            header = stream.read(_FLAGS + 1)
    except FileNotFoundError:
        return False
    return header[_MAGIC] == b"DUCK" and bool(header[_FLAGS] & 1)


def open_database(
    path: Path, key: str | None = None, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a file; made where missing, with a key as an encrypted one, unless `read_only`.

    A file that is there is opened as it is: an encrypted one with the key, a plain one whether there is a key or
    not. Raises DatabaseError for no key or another one, when another process holds the file, or it is no database.
    """
    secret = is_encrypted(path)
    if secret and key is None:
        raise DatabaseError(f"{path}: is encrypted; set {KEY_VARIABLE} to its key")
    try:
        if secret or (key and not path.exists()):
            return attached(path, key, read_only=read_only)
        return duckdb.connect(str(path), read_only=read_only, config=CONFIGURATION)
    except duckdb.InvalidInputException:
        # The cause is left out: it may hold the statement, and with it the key.
        raise DatabaseError(
            f"{path}: was encrypted with another key than the one in {KEY_VARIABLE}"
        ) from None
    except duckdb.IOException:
        raise DatabaseError(
            f"{path}: can't be opened; another run may hold it (wait for it), or it is no DuckDB file"
        ) from None


def attached(
    path: Path, key: str | None = None, *, read_only: bool = False, storage_version: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection whose database is the file under its own name; with a key encrypted.

    storage_version: of a new plain file; an encrypted one has DuckDB's own, since no older client can open it.
    """
    connection = duckdb.connect(":memory:", config=CONFIGURATION)
    try:
        options = ["READ_ONLY"] if read_only else []
        if key:
            options += _with_cipher(connection, path, key)
        elif storage_version:
            options.append(f"STORAGE_VERSION {quoted(storage_version)}")
        listed = f" ({', '.join(options)})" if options else ""
        connection.execute(f'ATTACH {quoted(str(path))} AS "{path.stem}"{listed}')
        connection.execute(f'USE "{path.stem}"')
    except BaseException:
        connection.close()
        raise
    return connection


def encrypt_database(path: Path, key: str) -> None:
    """Turn a plain file into an encrypted one, whole or not at all.

    The plain file's name goes; a disk may keep its bytes until they are written over.
    """
    draft = path.with_name(f"{path.stem}.encrypting{path.suffix}")
    draft.unlink(missing_ok=True)
    # Opened for writing once, so that what its write-ahead log holds is in the file.
    open_database(path).close()
    connection = attached(draft, key)
    try:
        connection.execute(f"ATTACH {quoted(str(path))} AS plain (READ_ONLY)")
        connection.execute(f'COPY FROM DATABASE plain TO "{draft.stem}"')
        connection.execute(f'CHECKPOINT "{draft.stem}"')
    finally:
        connection.close()
    draft.chmod(0o600)
    draft.replace(path)


def _with_cipher(connection: duckdb.DuckDBPyConnection, path: Path, key: str) -> list[str]:
    """Load OpenSSL, encrypt what DuckDB would write beside the file too, and give ATTACH's options."""
    load_extension(connection, "httpfs", "encryption")
    connection.execute(f"SET temp_directory = {quoted(f'{path}.tmp')}")
    connection.execute("SET temp_file_encryption = true")
    return [f"ENCRYPTION_KEY {quoted(key)}", "ENCRYPTION_CIPHER 'GCM'"]


def load_extension(connection: duckdb.DuckDBPyConnection, name: str, what: str) -> None:
    """Load an extension of DuckDB from its package.

    what: what needs it, as the message says. Raises DatabaseError where the package for this version is missing.
    """
    file = f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"
    try:
        path = Path(str(files(f"{_PACKAGES}{name}").joinpath(file)))
    except ModuleNotFoundError:
        path = Path(file)
    if not path.is_file():
        package = f"duckdb-extension-{name.replace('_', '-')} {duckdb.__version__}"
        raise DatabaseError(f"{what} needs the package {package}; install it beside duckdb")
    connection.execute(f"LOAD {quoted(str(path))}")
