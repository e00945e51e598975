"""A public data set as a home of its own, run from an installed wheel outside the checkout.

So SQL, YAML, CSV, templates and catalogues must be in the wheel, and change by therapy must equal R's paired t.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPT = ROOT / "docs" / "example" / "anorexia.py"

# R 4.3.1, MASS 7.3-60:
#   with(subset(anorexia, Treat == "FT"), t.test(Postwt, Prewt, paired = TRUE))
# and the same for CBT and Cont give, to the digits R prints: mean difference, 95 % interval, t, df, p.
R_PAIRED_T = {
    "family_therapy": ("7.264706", "3.58470", "10.94471", "4.1849", "16", "0.0007003"),
    "cbt": ("3.006897", "0.2268902", "5.7869029", "2.2156", "28", "0.03502"),
    "control": ("-0.45", "-3.676708", "2.776708", "-0.28723", "25", "0.7763"),
}


@dataclass(frozen=True)
class Installed:
    """The command line of an installed wheel, and a home made from the public data set."""

    packages: Path
    home: Path

    def __call__(self, *arguments: str | Path) -> str:
        """Run a command outside the checkout; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "assets.command_line", *map(str, arguments)],
            env=environment(self.packages, self.home.parent),
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(done.stderr)
        return done.stdout

    def release(self) -> Path:
        """Run the home; gives the release's folder."""
        return self.home.parent / self("run", self.home, "--force").splitlines()[-1]


def environment(packages: Path, folder: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("IEGUVUMI", "DAGSTER"))}
    own = {"PYTHONPATH": str(packages), "IEGUVUMI_KEY_FILE": str(folder / "key"), "HOME": str(folder)}
    return {**inherited, **own}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel with its own backend, unpack it as an installer does, write the home."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "packages")
    home = folder / "home"
    runpy.run_path(str(SCRIPT))["write_home"](home)
    return Installed(folder / "packages", home)


@pytest.fixture(scope="module")
def release(installed: Installed) -> Path:
    return installed.release()


def changes(release: Path) -> dict[str, tuple[float, ...]]:
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as research:
        rows = research.execute(
            "SELECT grp, mean_change, ci_low, ci_high, statistic, df, p FROM mart.score_change "
            "WHERE population = 'target_group'"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


def as_printed(value: float, printed: str) -> str:
    """A value rounded to as many decimals as R printed."""
    exponent = Decimal(printed).as_tuple().exponent
    return f"{value:.{-int(exponent)}f}"


def test_the_wheel_stands_before_the_checkout(installed: Installed) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import assets, sql; print(assets.__file__, sql.__file__)"],
        env=environment(installed.packages, installed.home.parent),
        cwd=installed.home.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(path.startswith(str(installed.packages)) for path in done.stdout.split())


def test_change_by_therapy_equals_r(release: Path) -> None:
    found = changes(release)
    assert set(found) == set(R_PAIRED_T)
    for therapy, expected in R_PAIRED_T.items():
        shown = tuple(as_printed(value, text) for value, text in zip(found[therapy], expected, strict=True))
        assert shown == expected, therapy


def test_the_reports_are_there(release: Path) -> None:
    for language in ("lv", "en"):
        assert (release / "reports" / f"anorexia.{language}.pdf").read_bytes().startswith(b"%PDF")
        assert f'lang="{language}"' in (release / "reports" / f"anorexia.{language}.html").read_text("utf-8")


def test_a_measure_of_ones_own_has_scores_a_section_and_a_codebook(release: Path) -> None:
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as research:
        scored = research.execute(
            "SELECT count(*), count(score) FROM core.score WHERE instrument = 'body_weight'"
        ).fetchone()
    assert scored == (144, 144)
    assert "Body weight (pounds)" in (release / "reports" / "anorexia.en.html").read_text("utf-8")
    for language, text in (("lv", "masa mārciņās"), ("en", "weight in pounds")):
        page = release / "reports" / "codebook" / f"body_weight.{language}.html"
        assert text in page.read_text("utf-8")


@pytest.mark.slow
def test_force_builds_anew_with_the_same_tables(installed: Installed, release: Path) -> None:
    again = installed.release()
    assert again != release
    tables = [json.loads((folder / "manifest.json").read_text())["tables"] for folder in (release, again)]
    assert tables[0] == tables[1]
    assert "No figure moved." in installed("diff", installed.home, release.name, again.name)


@pytest.mark.slow
def test_a_new_submission_supersedes_and_the_difference_shows_it(installed: Installed) -> None:
    before = installed.release()
    later = installed.home / "inbox" / "clinic" / "body_weight-corrected.csv"
    later.write_text(
        "participant_id,wave,respondent,weight\npatient-01,after,assessor,90.2\n", encoding="utf-8"
    )
    after = installed.release()
    assert "target_group · control" in installed("diff", installed.home, before.name, after.name)
    # 10 lb more for one of 26 patients of the control group: the mean change rises by 10 / 26.
    assert changes(after)["control"][0] == pytest.approx(-0.45 + 10 / 26, abs=1e-9)


@pytest.mark.slow
def test_the_demonstration_runs_from_the_installed_wheel(installed: Installed) -> None:
    home = installed.home.parent / "demo"
    installed("demo", home)
    first, second = (installed("run", home, "--force").splitlines()[-1] for _ in range(2))
    tables = [
        json.loads((home.parent / folder / "manifest.json").read_text())["tables"]
        for folder in (first, second)
    ]
    assert tables[0] == tables[1]
