"""A public data set as a home of its own: change by therapy equals R's paired t test."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import duckdb
import pytest

from tests.conftest import CommandLine

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "example" / "anorexia.py"

# R 4.3.1, MASS 7.3-60:
#   with(subset(anorexia, Treat == "FT"), t.test(Postwt, Prewt, paired = TRUE))
# and the same for CBT and Cont give, to the digits R prints: mean difference, 95 % interval, t, df, p.
R_PAIRED_T = {
    "family_therapy": (7.264706, 3.58470, 10.94471, 4.1849, 16, 0.0007003),
    "cbt": (3.006897, 0.2268902, 5.7869029, 2.2156, 28, 0.03502),
    "control": (-0.45, -3.676708, 2.776708, -0.28723, 25, 0.7763),
}


def write_example(folder: Path) -> Path:
    runpy.run_path(str(SCRIPT))["write_home"](folder)
    return folder


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example(tmp_path_factory.mktemp("example") / "home")


def test_change_by_therapy_equals_r(example: Path, ieguvumi: CommandLine) -> None:
    ieguvumi("run", example)
    with duckdb.connect(str(example / "releases" / "latest" / "research.duckdb"), read_only=True) as research:
        rows = research.execute(
            "SELECT grp, mean_change, ci_low, ci_high, statistic, df, p FROM mart.score_change "
            "WHERE population = 'target_group'"
        ).fetchall()
    found = {row[0]: row[1:] for row in rows}
    assert set(found) == set(R_PAIRED_T)
    for therapy, expected in R_PAIRED_T.items():
        assert found[therapy] == pytest.approx(expected, rel=5e-5), therapy


def test_force_builds_anew_with_the_same_tables(example: Path, ieguvumi: CommandLine) -> None:
    first = ieguvumi("run", example, "--force").stdout.splitlines()[-1]
    second = ieguvumi("run", example, "--force").stdout.splitlines()[-1]
    assert first != second
    tables = [
        json.loads((Path(ieguvumi.folder) / name / "manifest.json").read_text())["tables"]
        for name in (first, second)
    ]
    assert tables[0] == tables[1]
    difference = ieguvumi("diff", example, Path(first).name, Path(second).name).stdout
    assert "No figure moved." in difference


def test_a_new_submission_supersedes_and_the_difference_shows_it(
    example: Path, ieguvumi: CommandLine
) -> None:
    before = Path(ieguvumi("run", example, "--force").stdout.splitlines()[-1]).name
    later = example / "inbox" / "clinic" / "body_weight-corrected.csv"
    later.write_text(
        "participant_id,wave,respondent,weight\npatient-01,after,assessor,90.2\n", encoding="utf-8"
    )
    after = Path(ieguvumi("run", example).stdout.splitlines()[-1]).name
    moved = ieguvumi("diff", example, before, after).stdout
    assert "target_group · control" in moved
    # 10 lb more for one of 26 patients of the control group: the mean change rises by 10 / 26.
    with duckdb.connect(str(example / "releases" / after / "research.duckdb"), read_only=True) as research:
        row = research.execute(
            "SELECT mean_change FROM mart.score_change WHERE population = 'target_group' AND grp = 'control'"
        ).fetchone()
    assert row is not None
    assert row[0] == pytest.approx(-0.45 + 10 / 26, abs=1e-9)
