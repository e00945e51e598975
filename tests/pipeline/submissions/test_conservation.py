"""Whatever a file holds: nothing is raised, and every row received is either accepted or rejected."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.schemas import RECORD
from pipeline.submissions import Intake, IntakeContext, write_rejected
from pipeline.submissions.rejection import rejected_rows
from tests.conftest import INTAKE_EXAMPLES
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox

GOOD_FILES = {
    "participants-2.csv": PARTICIPANTS.replace("\nA", "\nC").replace("\nB", "\nD"),
    "kidscreen10.csv": "participant_id,wave,answered_on,respondent,k1,k2\n"
    "A1,baseline,,self,1,2\nA2,,2018-09-30,self,3,4\n",
    "kidscreen52.csv": "participant_id;wave;respondent;item;answer\n"
    "A1;baseline;self;phy1;1\nA1;baseline;self;phy2;2\n",
    "icf.csv": "participant_id\twave\tcode\tqualifier\nA1\tbaseline\td450\t2\nA2\tbaseline\te310+3\t\n",
    "goals.csv": "participant_id,goal_id,domain,attainment\n"
    "A1,g1,leisure,1\nA2,g1,leisure,0.5\nB1,g1,leisure,2\n",
    "services.csv": "participant_id,service,service_group,month,units,eur\n"
    "A1,care,social,2019-03,1,5\nA1,care,social,2019-03,1,5\n",
    "costs.csv": "month,cost_kind,eur,evaluation\n2019-03,assessment,5,children-2019\n",
    "employment.csv": "participant_id,wave,status\nA1,baseline,part_time\nA2,endline,unknown\n",
    "invitations.csv": "instrument,participant_id,respondent,wave\nkidscreen10,A1,self,baseline\n",
    "stakeholders.csv": "respondent_id,year,role,municipality,q1,t1\nS1,2024,staff,Balvu novads,5,hello\n",
}

EDITS = st.tuples(
    st.integers(0, 10_000),
    st.integers(0, 12),
    st.sampled_from(
        [
            "",
            ",",
            ";",
            "\n",
            "\n\n",
            '"',
            "\0",
            "A1",
            "9",
            "-1",
            "1e400",
            "nan",
            "=1+1",
            "2018-02-30",
            "ā",
            "\ufeff",
            " ",
            "\r",
        ]
    )
    | st.text(max_size=5),
)


def corrupted(text: str, edits: list[tuple[int, int, str]]) -> bytes:
    """The text with pieces cut out and others put in."""
    for place, length, new in edits:
        start = place % (len(text) + 1)
        text = text[:start] + new + text[start + length :]
    return text.encode("utf-8", "surrogatepass")


def check_conservation(intake: Intake) -> None:
    """Received = accepted + rejected, and the tables hold the accepted rows and no others."""
    submissions = intake.tables["record.submission"]
    accepted, rejected = submissions["rows_accepted"], submissions["rows_rejected"]
    assert (submissions["rows_received"] == accepted + rejected).all()
    returned = {one.opened.submission_id: rejected_rows(one) for one in intake.rejected}
    for submission in submissions.iter_rows(named=True):
        rows = returned.get(submission["submission_id"])
        sent_back = 0 if rows is None else rows.filter(pl.col("rejected_row") > 0).height
        assert sent_back == submission["rows_rejected"]
        assert rows_in_tables(intake, submission["submission_id"]) <= submission["rows_accepted"]
    for name, frame in intake.tables.items():
        if frame.is_empty():
            assert frame.schema == RECORD[name].create_empty().schema
        else:
            RECORD[name].validate(frame)


def rows_in_tables(intake: Intake, submission: str) -> int:
    """How many of a submission's rows have left something in the tables."""
    return sum(
        frame.filter(pl.col("submission_id") == submission)["row"].n_unique()
        for name, frame in intake.tables.items()
        if name not in ("record.submission", "record.problem")
    )


def take(context: IntakeContext, name: str, content: bytes) -> Intake:
    return take_all(context, {name: content})


def take_all(context: IntakeContext, files: Mapping[str, bytes]) -> Intake:
    with tempfile.TemporaryDirectory() as folder:
        inbox = Inbox(Path(folder) / "inbox", context)
        own = {f"north/{name}": content for name, content in files.items()}
        intake = inbox({"north/participants.csv": PARTICIPANTS, **own})
        write_rejected(Path(folder) / "rejected", intake)
        return intake


@settings(max_examples=INTAKE_EXAMPLES)
@given(name=st.sampled_from(sorted(GOOD_FILES)), edits=st.lists(EDITS, max_size=4))
def test_every_row_is_accounted_for(
    context: IntakeContext, name: str, edits: list[tuple[int, int, str]]
) -> None:
    check_conservation(take(context, name, corrupted(GOOD_FILES[name], edits)))


@given(
    content=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".tsv", ".xlsx", ".ods", ".parquet", ""])
)
def test_arbitrary_bytes_raise_nothing(context: IntakeContext, content: bytes, suffix: str) -> None:
    check_conservation(take(context, f"goals{suffix}", content))


EVERY_FILE_TWICE = [(name, [(len(text), 0, end)]) for name, text in GOOD_FILES.items() for end in ("", "\n")]


@pytest.mark.slow
@example(sent=EVERY_FILE_TWICE)
@given(
    sent=st.lists(
        st.tuples(st.sampled_from(sorted(GOOD_FILES)), st.lists(EDITS, max_size=2)), min_size=2, max_size=6
    )
)
def test_what_is_found_in_a_file_depends_on_no_other_file(
    context: IntakeContext, sent: list[tuple[str, list[tuple[int, int, str]]]]
) -> None:
    """Each file taken in beside the participants alone gives the rows it gives among others."""
    files = {
        f"{name.split('.')[0]}-{number}.csv": corrupted(GOOD_FILES[name], edits)
        for number, (name, edits) in enumerate(sent)
        if not name.startswith("participants")
    }
    together = take_all(context, files)
    for name, content in files.items():
        alone = take(context, name, content)
        submission = alone.tables["record.submission"].filter(pl.col("path") == f"north/{name}")
        for table in RECORD.keys() - {"record.submission"}:
            expected = alone.tables[table].join(submission, on="submission_id", how="semi")
            found = together.tables[table].join(submission, on="submission_id", how="semi")
            if table == "record.problem":
                found = found.filter(pl.col("rule") != "sent_twice")
            assert_frame_equal(found, expected)


@pytest.mark.slow
def test_files_too_large_to_be_checked_together_give_the_same(
    context: IntakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        f"{name.split('.')[0]}-{n}.csv": corrupted(GOOD_FILES[name], e)
        for n, (name, e) in enumerate(EVERY_FILE_TWICE)
    }
    together = take_all(context, files)
    monkeypatch.setattr("pipeline.submissions.checking._MOST_ROWS_TOGETHER", 3)
    assert all(take_all(context, files).tables[name].equals(frame) for name, frame in together.tables.items())


def test_the_good_files_are_good(context: IntakeContext) -> None:
    for name, content in GOOD_FILES.items():
        intake = take(context, name, content.encode())
        assert intake.rejected == (), name
        check_conservation(intake)
