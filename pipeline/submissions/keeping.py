"""What becomes of received files once all their rows are in the record: kept, encrypted or removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.private_file import write_private
from pipeline.submissions.received import OpenedFile

ENDING = ".encrypted"
_NONCE_BYTES = 12
_PURPOSE = b"ieguvumi: received files"


def put_away(files: Iterable[OpenedFile], how: str, folder: Path, key: bytes) -> None:
    """Encrypt files of the inbox into `folder/SENDER/<submission>.encrypted`, or remove them; or keep them.

    files: those whose rows are all in the record. A file that changed since it was read stays where it is.
    The cipher is AES-256-GCM under a key derived (HKDF-SHA-256, RFC 5869) from that of the pseudonyms.
    """
    if how == "keep":
        return
    for opened in files:
        path = opened.file.path
        content = path.read_bytes() if path.is_file() else None
        if content is None or hashlib.sha256(content).hexdigest() != opened.sha256:
            continue
        if how == "encrypt":
            write_private(
                folder / opened.file.sender / f"{opened.submission_id}{ENDING}", encrypted(content, key)
            )
        path.unlink()


def kept_files(folder: Path, submissions: pl.DataFrame) -> Iterator[tuple[Path, str]]:
    """Give the encrypted files of some submissions (record.submission), each with its path in the inbox."""
    for submission, relative in submissions.select("submission_id", "path").sort("path").iter_rows():
        for path in sorted(folder.glob(f"*/{submission}{ENDING}")):
            yield path, relative


def encrypted(content: bytes, key: bytes) -> bytes:
    """Return bytes encrypted: a nonce of 12 bytes, then the cipher text with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_derived(key)).encrypt(nonce, content, None)


def decrypted(content: bytes, key: bytes) -> bytes:
    """Return what was encrypted. Raises cryptography's InvalidTag for another key, or what was not encrypted so."""
    if len(content) < _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(_derived(key)).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None)


def _derived(key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
