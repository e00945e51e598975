import polars as pl
import pytest

from instruments import load_library
from pipeline.demonstration import SEED, write_demonstration
from pipeline.demonstration.demonstration import calibrated_sheets
from pipeline.demonstration.mess import SENT_TWICE, UNREADABLE
from pipeline.home import Home
from pipeline.municipalities import Register
from pipeline.schemas import RECORD
from pipeline.submissions import IntakeContext, list_received, take_in

WRONG_ROWS = {
    "evaluators/employment-2021-02-late.csv": 3,
    "evaluators/icf-2019-11-late.csv": 4,
    "evaluators/kidscreen52-2019-11-late.csv": 8,
    "evaluators/stakeholders-2024-late.csv": 5,
    "jelgavas-pilseta/participants-2018-12.csv": 6,
    "salaspils-novads/costs-2019-10.csv": 3,
    "salaspils-novads/goals-2019-10.csv": 4,
    "salaspils-novads/services-2019-10.csv": 5,
}


pytestmark = pytest.mark.slow  # takes the whole demonstration in


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The demonstration home's inbox as the pipeline takes it in."""
    path = tmp_path_factory.mktemp("homes") / "demo"
    write_demonstration(path)
    home = Home(path)
    nobody = RECORD["record.participant"].create_empty()
    context = IntakeContext(home.plan(), load_library(), Register.shipped(), b"k" * 32, nobody)
    return take_in(list_received(home.inbox), context).tables


@pytest.fixture(scope="module")
def calibrated() -> set[str]:
    return {sheet.path for sheet in calibrated_sheets(SEED)}


def test_nothing_is_wrong_with_the_calibrated_submissions(
    tables: dict[str, pl.DataFrame], calibrated: set[str]
) -> None:
    # The file that was sent twice is kept under the path it came with last.
    paths = calibrated - {SENT_TWICE} | {SENT_TWICE.replace(".csv", "-atkartoti.csv")}
    submissions = tables["record.submission"].filter(pl.col("path").is_in(list(paths)))
    assert submissions.height == len(calibrated)
    assert submissions["rows_accepted"].to_list() == submissions["rows_received"].to_list()
    problems = tables["record.problem"].join(submissions, on="submission_id")
    rules = problems["rule"].to_list()
    assert [rule for rule in rules if rule != "straight_line"] == ["sent_twice"]


def test_the_wrong_rows_are_rejected(tables: dict[str, pl.DataFrame]) -> None:
    rejected = tables["record.submission"].filter(pl.col("rows_rejected") > 0)
    assert dict(rejected.select("path", "rows_rejected").iter_rows()) == WRONG_ROWS


def test_files_that_cannot_be_taken_in(tables: dict[str, pl.DataFrame]) -> None:
    refused = tables["record.submission"].filter(~pl.col("readable"))
    assert set(refused["path"]) == {UNREADABLE, "evaluators/whoqol-2019-10.csv"}


def test_many_kinds_of_problem_show(tables: dict[str, pl.DataFrame]) -> None:
    rules = set(tables["record.problem"]["rule"])
    assert rules >= {
        *("out_of_range", "unknown_person", "unknown_wave", "unknown_code", "not_a_date", "duplicate_row"),
        *("unknown_column", "unknown_municipality", "missing_value", "sent_twice", "unreadable_file"),
        *("equal_rows", "unknown_kind", "negative_amount", "not_a_plain_amount", "outside_support"),
        *("service_in_two_groups", "units_without_euro"),
    }
