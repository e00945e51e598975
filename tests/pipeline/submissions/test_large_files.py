"""A large file of answers, whose columns are codes, gives what a small one gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.coded_values import is_coded
from pipeline.record import merge
from pipeline.schemas import RECORD
from pipeline.submissions import Intake, IntakeContext, text_files
from pipeline.submissions.building import empty_tables
from pipeline.submissions.coded import decoded, new_type, record_type, row_numbers, with_changed
from pipeline.submissions.rejection import rejected_rows
from pipeline.warehouse import Warehouse
from tests.conftest import INTAKE_EXAMPLES
from tests.pipeline.submissions.test_conservation import EDITS, corrupted, take

FILES = {
    "kidscreen52.csv": "participant_id;wave;respondent;item;answer;version\n"
    "A1;baseline;self;phy1;1;\nA1;baseline;self;phy2;2;\nA1;baseline;self;PHY2;3;\nA1;baseline;SELF;phy3;;\n"
    "A2;nonsense;self;phy1;9;\nA2;baseline;self;phy9;1;\n;baseline;self;phy1;1;\nX;baseline;self;phy1;one;\n"
    + "".join(f"A2;baseline;parent;phy{n};3;\n" for n in range(1, 6))
    + "".join(f"A2;baseline;parent;pwb{n};3;\n" for n in range(1, 7)),
    "kidscreen10.csv": "participant_id,answered_on,respondent,item,answer,phone\n"
    "A1,2018-09-30,self,k1,4,29123456\nA1,30.09.2018,self,k2,5,29123456\nA1,2018-09-30,self,k3,1,\n"
    "B1,2018-09-30,self,k3,1,\nA1,2017-09-30,self,k3,1,\nA1,2018-09-30,self,k4,1,,,\n",
    "fqols2006.csv": "participant_id,wave,respondent\nA1,baseline,parent\n",
    "kidscreen27.csv": "participant_id,wave,respondent,phy1,phy2\nA1,baseline,parent,1,2\nA2,baseline,self,9,2\n"
    "A1,baseline,self,3,\nX,endline,self,3,x\n",
    "stakeholders.csv": "respondent_id,year,role,municipality,item,answer\nS1,2024,staff,Balvu novads,q1,5\n"
    "S1,2024,staff,Balvu novads,q1,4\nS2,2024,staff,Balvu novads,t1,call 29123456\nS2,1,x,Balvi,q2,7\n",
    "stakeholders-2.csv": "respondent_id,year,role,municipality,q1,t1\nS1,2024,staff,Balvu novads,5,hello\n",
}


@contextmanager
def every_file_is_large(part: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "LARGE_BYTES", 0)
        patch.setattr(text_files, "_PART", part)
        yield


@dataclass(frozen=True)
class Outcome:
    """All that comes of taking files in, in plain texts."""

    tables: dict[str, pl.DataFrame]
    returned: list[pl.DataFrame]

    @classmethod
    def of(cls, intake: Intake) -> Outcome:
        return cls(
            {n: decoded(t) for n, t in intake.tables.items()}, [rejected_rows(r) for r in intake.rejected]
        )


def check_equal(context: IntakeContext, name: str, content: bytes, part: int = 40) -> Intake:
    plain = Outcome.of(take(context, name, content))
    with every_file_is_large(part):
        taken = take(context, name, content)
    large = Outcome.of(taken)
    for table in RECORD:
        assert_frame_equal(large.tables[table], plain.tables[table])
    assert len(large.returned) == len(plain.returned)
    for one, other in zip(large.returned, plain.returned, strict=True):
        assert_frame_equal(one, other)
    return taken


@pytest.mark.parametrize("name", sorted(FILES))
def test_codes_give_what_texts_give(context: IntakeContext, name: str) -> None:
    check_equal(context, name, FILES[name].encode())


@pytest.mark.parametrize("name", ["kidscreen10.csv", "kidscreen27.csv", "kidscreen52.csv"])
def test_the_columns_of_a_large_file_are_codes(context: IntakeContext, name: str) -> None:
    """Else the other tests would compare plain texts with plain texts."""
    answers = pl.concat(check_equal(context, name, FILES[name].encode()).rows("record.answer"))
    assert answers.height > 1
    assert all(map(is_coded, answers.select("submission_id", "participant_id", "item", "free_text")))


@pytest.mark.parametrize("place", ["A1", "A2"])
def test_a_byte_order_mark_inside_a_file_is_text_wherever_a_part_begins(
    context: IntakeContext, place: str
) -> None:
    text = FILES["kidscreen27.csv"].replace(f"\n{place}", f"\n\ufeff{place}", 1)
    taken = check_equal(context, "kidscreen27.csv", text.encode(), part=1)
    of_nobody = taken.tables["record.problem"].filter(pl.col("rule") == "unknown_person")
    assert of_nobody.height == 2  # X, and the person with the mark before its name


@pytest.mark.slow
@settings(max_examples=INTAKE_EXAMPLES)
@given(
    name=st.sampled_from(sorted(FILES)),
    edits=st.lists(EDITS, max_size=4),
    part=st.sampled_from([1, 20, 100, 10_000]),
)
def test_damaged_codes_give_what_damaged_texts_give(
    context: IntakeContext, name: str, edits: list[tuple[int, int, str]], part: int
) -> None:
    check_equal(context, name, corrupted(FILES[name], edits), part)


TEXTS = st.lists(st.tuples(*[st.sampled_from(["a", "b", " b", "", "ā"]) | st.none()] * 3), max_size=30)


@given(rows=TEXTS, largest=st.sampled_from([1, 8, 1 << 26]), big=st.sampled_from([4, 1 << 32]))
def test_rows_have_the_same_number_when_they_are_equal(
    rows: list[tuple[str | None, ...]], largest: int, big: int
) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys("xyz", pl.String), orient="row")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.submissions.coded._LARGEST_TABLE", largest)
        patch.setattr("pipeline.submissions.coded._LARGEST_NUMBER", big)
        numbers, count = row_numbers(frame.cast(new_type()))
    assert len({*rows}) == len({*numbers.tolist()}) == len({*zip(rows, numbers.tolist(), strict=True)})
    assert not rows or (min(numbers), max(numbers), count) == (0, count - 1, len({*rows}))


@given(rows=TEXTS)
def test_a_change_of_codes_is_that_of_texts(rows: list[tuple[str | None, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys("xyz", pl.String), orient="row")
    changes = {
        "x": lambda text: text.str.strip_chars().replace("", None),
        "y": lambda text: text.str.len_chars(),
    }
    coded = frame.cast({"x": new_type(), "y": record_type("y")})
    assert_frame_equal(decoded(with_changed(coded, changes)), with_changed(frame, changes))


def test_codes_stand_in_the_warehouse_as_texts_beside_what_was_there(
    context: IntakeContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.table_parts._ROWS_AT_ONCE", 2)
    small = take(context, "kidscreen27.csv", FILES["kidscreen27.csv"].encode())
    with every_file_is_large(20):
        large = take(context, "kidscreen52.csv", FILES["kidscreen52.csv"].encode())
    record = merge(merge(empty_tables(), small.tables), large.tables)
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        for table, rows in record.items():
            warehouse.write(table, rows)
        found = warehouse.read("record.answer")
    expected = [small.tables["record.answer"], decoded(large.tables["record.answer"])]
    assert min(map(len, expected)) > 2
    assert_frame_equal(found, pl.concat(expected))
