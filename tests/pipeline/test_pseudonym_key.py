"""A home keeps to the key of its pseudonyms: another one is refused, and nothing tells what the key is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from pipeline.identity import KeyFileError, load_or_make_key, pseudonym
from pipeline.pseudonym_key import check_value, key_of_home, known_key_of_home
from pipeline.schemas import RECORD
from pipeline.warehouse import Warehouse

SUBMISSION = {
    "submission_id": "0123456789abcdef",
    "sequence": 1,
    "sender": "north",
    "path": "north/participants.csv",
    "kind": "participants",
    "sha256": "0" * 64,
    "rows_received": 1,
    "rows_accepted": 1,
    "rows_rejected": 0,
    "readable": True,
}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        yield opened


def take_persons_in(warehouse: Warehouse) -> None:
    schema = RECORD["record.submission"].create_empty().schema
    warehouse.write("record.submission", pl.DataFrame([SUBMISSION], schema=schema))


def test_the_key_of_the_first_run_is_that_of_all(warehouse: Warehouse, tmp_path: Path) -> None:
    key = key_of_home(warehouse, tmp_path / "own.key")
    take_persons_in(warehouse)
    assert key_of_home(warehouse, tmp_path / "own.key") == key
    assert known_key_of_home(warehouse, tmp_path / "own.key") == key


@pytest.mark.parametrize("key_of", [key_of_home, known_key_of_home])
def test_another_key_is_refused_and_stays_refused(
    warehouse: Warehouse, tmp_path: Path, key_of: Callable[[Warehouse, Path], bytes]
) -> None:
    key_of_home(warehouse, tmp_path / "own.key")
    take_persons_in(warehouse)
    load_or_make_key(tmp_path / "other.key")
    for _ in range(2):
        with pytest.raises(KeyFileError, match=r"other\.key: another key than .* restore that key") as told:
            key_of(warehouse, tmp_path / "other.key")
        assert "\n" not in str(told.value)
    assert key_of(warehouse, tmp_path / "own.key")


def test_before_persons_came_in_another_key_may_be_given(warehouse: Warehouse, tmp_path: Path) -> None:
    key_of_home(warehouse, tmp_path / "own.key")
    other = key_of_home(warehouse, tmp_path / "other.key")
    take_persons_in(warehouse)
    assert key_of_home(warehouse, tmp_path / "other.key") == other
    with pytest.raises(KeyFileError):
        key_of_home(warehouse, tmp_path / "own.key")


def test_a_home_begun_before_keys_were_remembered_remembers_from_now_on(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    take_persons_in(warehouse)
    key = load_or_make_key(tmp_path / "own.key")
    assert known_key_of_home(warehouse, tmp_path / "own.key") == key
    assert key_of_home(warehouse, tmp_path / "own.key") == key
    load_or_make_key(tmp_path / "other.key")
    with pytest.raises(KeyFileError):
        key_of_home(warehouse, tmp_path / "other.key")


def test_the_check_value_is_neither_key_nor_pseudonym(warehouse: Warehouse, tmp_path: Path) -> None:
    key = key_of_home(warehouse, tmp_path / "own.key")
    [[value]] = warehouse.connection.execute("SELECT check_value FROM meta.pseudonym_key").fetchall()
    assert value == check_value(key) != check_value(key[::-1])
    assert len(value) == 64
    assert value != key.hex()
    assert pseudonym("ieguvumi: which key", key) not in value
