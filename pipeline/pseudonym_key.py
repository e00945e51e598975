"""The key of a home's pseudonyms: made on first use, and the same ever after.

The warehouse keeps a check value of the key. Under another key the same persons would get second pseudonyms, which
nothing in the data would show.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.identity import KEY_BYTES, KeyFileError, load_key, load_or_make_key
from pipeline.warehouse import Warehouse

_TABLE = "meta.pseudonym_key"
_PURPOSE = b"ieguvumi: which key"


def key_of_home(warehouse: Warehouse, path: Path) -> bytes:
    """Return the key in `path`; made where neither it nor persons are there, and remembered.

    A home that has taken in persons gets no new key, and takes no other. Raises KeyFileError.
    """
    has_persons = not warehouse.read("record.submission").is_empty()
    key = (load_key if has_persons else load_or_make_key)(path)
    if has_persons and _remembered(warehouse) is not None:
        refuse_other_key(warehouse, key, path)
    else:
        _remember(warehouse, key)
    return key


def known_key_of_home(warehouse: Warehouse, path: Path) -> bytes:
    """Return the key in `path` for a reader of the warehouse; nothing is made. Raises KeyFileError."""
    key = load_key(path)
    refuse_other_key(warehouse, key, path)
    return key


def refuse_other_key(warehouse: Warehouse, key: bytes, path: Path) -> None:
    """Raise KeyFileError where the warehouse remembers another key than that of `path`."""
    remembered = _remembered(warehouse)
    if remembered is not None and not hmac.compare_digest(remembered, check_value(key)):
        raise KeyFileError(
            f"{path}: another key than the one this home's pseudonyms were made with; the same persons would get "
            "second pseudonyms: restore that key from its copy, or set IEGUVUMI_KEY_FILE to where it is; if it is "
            "lost or must not be used any more, begin a new home (docs/operation.md, The key of the pseudonyms)"
        )


def check_value(key: bytes) -> str:
    """Return what tells a key from others and nothing about it: HKDF-SHA-256 (RFC 5869), in hexadecimal."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(key).hex()


def _remembered(warehouse: Warehouse) -> str | None:
    """Return the check value that the warehouse holds; None in a home that was begun before it was kept."""
    if not warehouse.has(_TABLE):
        return None
    [[value]] = warehouse.connection.execute(f"SELECT check_value FROM {_TABLE}").fetchall()
    return str(value)


def _remember(warehouse: Warehouse, key: bytes) -> None:
    warehouse.connection.execute(
        f"CREATE OR REPLACE TABLE {_TABLE} AS SELECT '{check_value(key)}' AS check_value"
    )
