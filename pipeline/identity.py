"""Identity: keyed pseudonyms for persons, and masking of whatever would identify one in a message."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.direct_identifiers import ADDRESS, NAME, plain_personal_code
from pipeline.private_file import make_private_folder

KEY_BYTES = 32
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)  # RFC 4648, in small letters
_FIVE_BITS = np.array([16, 8, 4, 2, 1], np.uint8)
_HASH_BLOCK = 64
PSEUDONYM_LENGTH = 17  # the letter p and 16 characters of base32: 80 bits of the HMAC

_PSEUDONYM = re.compile(r"p[a-z2-7]{16}")
_DIRECT_IDENTIFIERS = (
    ("e-mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b", re.IGNORECASE)),
    ("phone", re.compile(r"(?:\+|\b00)\s?371[\s-]?(?:\d[\s-]?){7}\d(?!\d)")),
    # Latvian personal code: ddmmyy-nnnnn, or 32nnnn-nnnnn since 2017; the hyphen is often left out.
    ("personal code", re.compile(r"(?<!\d)\d{6}[-\s–]?\d{5}(?!\d)")),
    ("address", ADDRESS),
    ("name", NAME),
)
# An at sign, five digits, a number behind a word, or two capitalised words.
_SUSPICIOUS = r"@|\d\D?\d\D?\d\D?\d\D?\d|\p{L}\s*\d|\p{Lu}\p{Ll}+\s+\p{Lu}|LV-"
# Eight digits beginning with 2 or 6, in the groups people write; never a date such as 2019-03-31.
_BARE_PHONE = (
    "phone",
    re.compile(
        r"(?<![\w.,+-])[26]\d(?:\d{6}|\d{2} \d{4}|[ -]\d{3}[ -]\d{3}| \d{2} \d{2} \d{2})(?!\w|[.,-]\d)"
    ),
)
# Eight digits in a file's name, unless they are a day written as 20190331.
_PHONE_IN_PATH = re.compile(r"(?<!\d)(?!20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d))[26]\d{7}(?!\d)")


class KeyFileError(Exception):
    """The pseudonym key can't be read or made: says which file, and what to do."""


def load_or_make_key(path: Path) -> bytes:
    """Return the pseudonym key of `path`; made on first use (32 random bytes in hexadecimal, mode 0600).

    Folders made on the way have mode 0700. Raises KeyFileError when the file is unreadable, holds something
    else than a key, or may be read by other users.
    """
    try:
        return _read_key(path)
    except FileNotFoundError:
        return _make_key(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def load_key(path: Path) -> bytes:
    """Return the key that pseudonyms were made with; none is made. Raises KeyFileError."""
    try:
        return _read_key(path)
    except FileNotFoundError as error:
        raise KeyFileError(
            f"{path}: the key of this home's pseudonyms is not there; restore it from a copy, or set "
            "IEGUVUMI_KEY_FILE to where it is"
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def pseudonymise(identifiers: pl.Series, key: bytes) -> pl.Series:
    """Return the pseudonym of each identifier (HMAC-SHA-256, `p` + 16 characters of base32); null stays null.

    The identifier is trimmed and brought to Unicode NFC first, and a personal code to its digits, so that the same
    person always gets the same pseudonym. Each distinct value is hashed once.
    """
    return Pseudonyms(key).of(identifiers)


class Pseudonyms:
    """Pseudonyms under one key: an identifier is hashed once, however many files name the person."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._known = pl.DataFrame(schema={"identifier": pl.String, "pseudonym": pl.String})

    def of(self, identifiers: pl.Series) -> pl.Series:
        """Return the pseudonym of each identifier; see `pseudonymise`."""
        asked = identifiers.cast(pl.String).alias("identifier").to_frame()
        found = self._looked_up(asked)
        new = found.filter(pl.col("pseudonym").is_null())["identifier"].drop_nulls().unique()
        if not new.is_empty():
            self._known = pl.concat([self._known, pl.DataFrame([new, _pseudonyms(new, self.key)])])
            found = self._looked_up(asked)
        return found["pseudonym"].alias(identifiers.name)

    def _looked_up(self, asked: pl.DataFrame) -> pl.DataFrame:
        return asked.join(self._known, on="identifier", how="left", maintain_order="left")


def pseudonym(identifier: str, key: bytes) -> str:
    """Return the pseudonym of one identifier; see `pseudonymise`."""
    return str(_pseudonyms([identifier], key).item())


def _pseudonyms(identifiers: Iterable[str], key: bytes) -> pl.Series:
    """Return the pseudonyms of at least one identifier; the letters are made for all at once."""
    digests = np.frombuffer(_hmacs(map(_plain, identifiers), key), np.uint8).reshape(-1, 32)
    letters = _BASE32[np.unpackbits(digests[:, :10], axis=1).reshape(-1, 5) @ _FIVE_BITS]
    texts = np.full((len(digests), PSEUDONYM_LENGTH), ord("p"), np.uint8)
    texts[:, 1:] = letters.reshape(len(digests), -1)
    return pl.Series("pseudonym", texts.reshape(-1).view(f"S{PSEUDONYM_LENGTH}")).cast(pl.String)


def _plain(identifier: str) -> bytes:
    if identifier.isascii() and identifier.isalnum():
        return identifier.encode()  # nothing to trim, to compose or to leave out: most identifiers are such
    return unicodedata.normalize("NFC", plain_personal_code(identifier.strip())).encode()


def _hmacs(messages: Iterable[bytes], key: bytes) -> bytes:
    """Return HMAC-SHA-256 of each message, one behind the other (RFC 2104, section 2).

    The key is worked in once for all of them: four times as fast as `hmac.digest` for each.
    """
    block = (key if len(key) <= _HASH_BLOCK else hashlib.sha256(key).digest()).ljust(_HASH_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block)).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block)).copy
    digests = []
    for message in messages:
        within, without = inner(), outer()
        within.update(message)
        without.update(within.digest())
        digests.append(without.digest())
    return b"".join(digests)


def is_pseudonym(text: str) -> bool:
    """Tell whether a text has the form of a pseudonym."""
    return _PSEUDONYM.fullmatch(text) is not None


def mask(text: str, *, bare_phones: bool = True) -> str:
    """Return the text with anything that looks like a direct identifier replaced by its kind, as `[e-mail]`.

    Looks for e-mail addresses, bank accounts (IBAN), Latvian personal codes, phone numbers, addresses, and common
    Latvian given names with a surname. `bare_phones`
    False leaves eight digits without a country code alone: they may be a case number.
    """
    kinds = (*_DIRECT_IDENTIFIERS, _BARE_PHONE) if bare_phones else _DIRECT_IDENTIFIERS
    for kind, pattern in kinds:
        text = pattern.sub(f"[{kind}]", text)
    return text


def mask_path(path: str) -> str:
    """Return a path masked; in a file's name a phone may stand behind a hyphen, as a day may."""
    return _PHONE_IN_PATH.sub("[phone]", mask(path))


def mask_all(texts: pl.Series, *, bare_phones: bool = True) -> pl.Series:
    """Return a series of texts, each masked; only those that may hold an identifier are looked at."""
    suspicious = texts.filter(texts.str.contains(_SUSPICIOUS).fill_null(value=False)).unique()
    masked = {text: mask(text, bare_phones=bare_phones) for text in suspicious.to_list()}
    return texts.replace(masked) if masked else texts


def _unreadable(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(f"{path}: the key can't be read ({error.strerror}); check who may read it")


def _read_key(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path}: other users may read the key; run `chmod 600 {path}`")
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        found = b""
    if len(found) < KEY_BYTES:
        raise KeyFileError(
            f"{path}: holds no key of {KEY_BYTES} bytes in hexadecimal; restore the file from a copy"
        )
    return found


def _make_key(path: Path) -> bytes:
    """Make the key; when another process has just made it, return that one."""
    made = secrets.token_bytes(KEY_BYTES)
    try:
        make_private_folder(path.parent)
        _write_once(path, made.hex() + "\n")
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        raise KeyFileError(
            f"{path}: the key can't be written ({error.strerror}); set IEGUVUMI_KEY_FILE to a place of yours"
        ) from error
    return made


def _write_once(path: Path, content: str) -> None:
    """Write a whole file with mode 0600 or not at all; FileExistsError when it is there already."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
        # A hard link fails when the name is taken, so that two first runs at once agree on one key.
        os.link(draft, path)
    finally:
        draft.unlink()
