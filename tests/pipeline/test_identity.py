"""The key, the pseudonyms, and masking."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
from pathlib import Path

import polars as pl
import pytest

from pipeline.identity import (
    KeyFileError,
    Pseudonyms,
    is_pseudonym,
    load_key,
    load_or_make_key,
    mask,
    mask_all,
    mask_path,
    pseudonym,
    pseudonymise,
)

# RFC 4231, test case 2: HMAC-SHA-256 of "what do ya want for nothing?" under the key "Jefe".
RFC_4231_KEY = b"Jefe"
RFC_4231_DATA = "what do ya want for nothing?"
RFC_4231_DIGEST = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")


def test_a_pseudonym_is_the_beginning_of_the_hmac() -> None:
    expected = "p" + base64.b32encode(RFC_4231_DIGEST[:10]).decode().lower()
    assert pseudonymise(pl.Series([RFC_4231_DATA]), RFC_4231_KEY).to_list() == [expected]
    assert is_pseudonym(expected)


def test_equal_identifiers_give_equal_pseudonyms_and_null_stays_null() -> None:
    found = pseudonymise(pl.Series(["ā1", " a\u03041 ", None, "b"]), b"key").to_list()
    assert found[0] == found[1]
    assert found[2] is None
    assert found[3] not in (found[0], None)


def test_who_was_named_before_is_named_alike_among_new_ones() -> None:
    pseudonyms = Pseudonyms(b"key")
    assert pseudonyms.of(pl.Series("id", ["a", None])).to_list() == [pseudonym("a", b"key"), None]
    later = ["b", None, "a", "b", "c"]
    expected = [None if person is None else pseudonym(person, b"key") for person in later]
    assert pseudonyms.of(pl.Series("id", later)).to_list() == expected
    assert pseudonyms.of(pl.Series("id", [None], dtype=pl.String)).to_list() == [None]


def test_another_key_gives_other_pseudonyms() -> None:
    identifiers = pl.Series(["a", "b"])
    assert not (pseudonymise(identifiers, b"1") == pseudonymise(identifiers, b"2")).any()


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "home.key"
    key = load_or_make_key(path)
    assert load_or_make_key(path) == key
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["home.key"]


def test_a_key_that_should_be_there_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "folder/home.key"
    with pytest.raises(KeyFileError, match="restore it from a copy"):
        load_key(path)
    assert not path.parent.exists()
    assert load_or_make_key(path) == load_key(path)


# The lengths around a block of the hash, and keys longer than one (RFC 2104: hashed first).
@pytest.mark.parametrize("length", [1, 32, 63, 64, 65, 200])
def test_pseudonyms_are_those_of_the_hmac_module(length: int) -> None:
    key = bytes(range(length))
    texts = ["A", "ā" * 30, "x" * 200, "a b"]
    digests = [hmac.digest(key, text.encode(), "sha256")[:10] for text in texts]
    expected = ["p" + base64.b32encode(digest).decode().lower() for digest in digests]
    assert pseudonymise(pl.Series(texts), key).to_list() == expected


@pytest.mark.parametrize(
    "content", ["", "zz", "abcd", "not a key at all, and long enough to be one otherwise"]
)
def test_a_broken_key_is_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "home.key"
    path.write_text(content, encoding="ascii")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="holds no key"):
        load_or_make_key(path)
    assert path.read_text(encoding="ascii") == content


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "home.key"
    load_or_make_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_or_make_key(path)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("010190-12345", "[personal code]"),
        ("kods 32123412345.", "kods [personal code]."),
        ("raksti anna.p@example.org!", "raksti [e-mail]!"),
        ("LV80 BANK 0000 4351 9500 1", "[IBAN]"),
        ("LV80BANK0000435195001", "[IBAN]"),
        ("+371 29 123 456", "[phone]"),
        ("tel. 29123456", "tel. [phone]"),
        ("2019-03-31", "2019-03-31"),
        ("31.03.2019", "31.03.2019"),
        ("1234.56", "1234.56"),
        ("A-0017", "A-0017"),
    ],
)
def test_what_looks_like_an_identifier_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask_all(pl.Series([text, None])).to_list() == [masked, None]


def test_eight_digits_may_be_a_case_number() -> None:
    assert mask("20190017", bare_phones=False) == "20190017"
    assert mask("+37129123456", bare_phones=False) == "[phone]"


def test_the_standard_library_agrees() -> None:
    assert hmac.new(RFC_4231_KEY, RFC_4231_DATA.encode(), hashlib.sha256).digest() == RFC_4231_DIGEST


@pytest.mark.parametrize(
    ("path", "masked"),
    [
        ("north/goals-29123456.csv", "north/goals-[phone].csv"),
        ("north/goals_61234567.csv", "north/goals_[phone].csv"),
        ("north/goals-20190331.csv", "north/goals-20190331.csv"),
        ("north/goals-20191399.csv", "north/goals-[phone].csv"),
        ("north/goals-2019-10.csv", "north/goals-2019-10.csv"),
        ("north/goals-1234567890.csv", "north/goals-1234567890.csv"),
    ],
)
def test_a_phone_in_a_files_name_is_masked_and_a_day_is_not(path: str, masked: str) -> None:
    assert mask_path(path) == masked
