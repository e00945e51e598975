"""A large file is scored in parts, and what comes out is what comes out of the whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from instruments import SCORE_SCHEMA, load_library
from pipeline import large_file
from pipeline.single_file import score_file

LIBRARY = load_library()
KIDSCREEN = LIBRARY["kidscreen10"]
ITEMS = list(KIDSCREEN.items_by_code)


def scored(path: Path) -> tuple[list[pl.DataFrame], list[str]]:
    parts: list[pl.DataFrame] = []
    return parts, score_file(path, KIDSCREEN, LIBRARY, parts.append)


def answers(people: int) -> pl.DataFrame:
    """Made-up answers of both forms in no order: some left out, one wrong, a duplicate, somebody without a name."""
    generator = np.random.default_rng(7)
    frame = pl.DataFrame(
        {
            "participant_id": [f" p{number:03} " for number in generator.permutation(people)] * 2,
            "wave": ["baseline"] * (2 * people),
            "respondent": ["self"] * people + ["parent"] * people,
            **{item: generator.integers(1, 6, 2 * people) for item in ITEMS},
        }
    )
    left_out = pl.Series(generator.random(2 * people) < 0.1)
    holed = frame.with_columns(pl.when(~left_out).then(pl.col(item)) for item in ITEMS[:2])
    wrong = holed.with_columns(k5=pl.when(pl.int_range(pl.len()) == 4).then(8).otherwise("k5"))
    nameless = wrong.head(1).with_columns(participant_id=pl.lit(None, pl.String))
    return pl.concat([wrong, wrong.slice(2, 1), nameless])


def long(wide: pl.DataFrame) -> pl.DataFrame:
    named = wide.drop_nulls("participant_id").slice(0, 40)
    key = ["participant_id", "wave", "respondent"]
    return named.unpivot(ITEMS, index=key, variable_name="item", value_name="answer").sample(
        fraction=1, shuffle=True, seed=3
    )


def write(frame: pl.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(
            path, separator=";" if path.suffix == ".csv" else "\t", include_bom=path.stem == "marked"
        )
    return path


@pytest.mark.parametrize("layout", ["wide", "long"])
@pytest.mark.parametrize("name", ["answers.parquet", "answers.csv", "marked.csv", "answers.tsv"])
def test_parts_give_what_the_whole_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, layout: str
) -> None:
    frame = answers(60) if layout == "wide" else long(answers(60))
    path = write(frame, tmp_path / name)
    whole, problems = scored(path)
    for limit in ("LARGE_BYTES", "LARGE_CELLS"):
        monkeypatch.setattr(large_file, limit, 10)
    monkeypatch.setattr(large_file, "CELLS_AT_ONCE", 200)
    parts, problems_of_parts = scored(path)
    assert len(whole) == 1
    assert len(parts) > 5
    assert_frame_equal(pl.concat(parts), whole[0])
    assert problems_of_parts == problems
    assert problems
    people = [set(part["participant_id"]) for part in parts]
    assert all(not one & other for place, one in enumerate(people) for other in people[place + 1 :])


@pytest.mark.parametrize(
    "content",
    [
        "A title\nparticipant_id,wave,respondent,k1\na,baseline,self,3\n",
        "wave,respondent,k1\nbaseline,self,3\n",
        '"participant_id",wave,respondent,k1\na,baseline,self,3\n',
        "participant_id,wave,respondent,k1,,\na,baseline,self,3,,\n",
    ],
)
def test_what_is_not_plain_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(content, encoding="utf-8")
    whole = scored(path)
    monkeypatch.setattr(large_file, "LARGE_BYTES", 0)
    assert large_file.LargeFile.of(path, {"participant_id", "k1"}) is None
    parts = scored(path)
    assert_frame_equal(parts[0][0], whole[0][0])
    assert parts[1] == whole[1]


def test_windows_1257_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes("participant_id,wave,respondent,k1\nāda,baseline,self,3\n".encode("cp1257"))
    monkeypatch.setattr(large_file, "LARGE_BYTES", 0)
    parts, problems = scored(path)
    assert problems == []
    assert parts[0]["participant_id"].to_list() == ["āda"]


def test_a_broken_parquet_file_gives_a_line_and_no_scores(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    path.write_bytes(b"PAR1 this is none")
    parts, problems = scored(path)
    assert pl.concat(parts).is_empty()
    assert dict(pl.concat(parts).schema) == dict(SCORE_SCHEMA)
    assert len(problems) == 1
    assert str(path) in problems[0]
