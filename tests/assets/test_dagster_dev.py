"""The real `ieguvumi ui`, that is `dagster dev`, through a day: files, runs in turn, years filled in, a crash."""

from __future__ import annotations

import hashlib
import json
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets import jobs
from tests.assets.running_interface import PATIENCE, Interface, wait_for

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "example" / "anorexia.py"
MARTS = {"4_counts", "4_explanations", "4_money", "4_scores", "4_survey"}
GROUPS = {"1_record", "2_core", "3_meta", *MARTS, "5_disclosure", "6_release", "7_calendar"}
SURVEY_MARTS = ("stakeholder_item", "stakeholder_response", "stakeholder_change")
YEARS = [f"stakeholders-{year}" for year in range(2010, 2015)]
SURVEY = "respondent_id,year,role,municipality,q1\n" + "".join(
    f"r{number},2010,staff,Liepāja,{1 + number % 5}\n" for number in range(20)
)

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The example's home; its submissions lie outside the inbox."""
    runpy.run_path(str(EXAMPLE))["write_home"](tmp_path / "home")
    (tmp_path / "home" / "inbox").rename(tmp_path / "home" / "outside")
    (tmp_path / "home" / "inbox").mkdir()
    return tmp_path / "home"


@pytest.fixture
def interface(home: Path, tmp_path: Path) -> Iterator[Interface]:
    found = Interface(home, tmp_path / "key", tmp_path / "log")
    try:
        found.start()
        yield found
    finally:
        found.stop()


def test_a_day_of_the_interface(interface: Interface, home: Path) -> None:
    """One session serves all of it: each step leaves to the next what it found."""
    the_graph_has_all_groups(interface)
    nothing_new_starts_nothing(interface, home)
    a_file_in_the_inbox_becomes_a_release(interface, home)
    the_second_of_two_runs_waits(interface)
    assert interface.fill_in(SURVEY_MARTS, YEARS) == "COMPLETED_SUCCESS"
    a_killed_daemon_picks_up_on_start(interface, home)


def the_graph_has_all_groups(interface: Interface) -> None:
    nodes = interface.ask("{assetNodes { groupName }}")["assetNodes"]
    assert {node["groupName"] for node in nodes} == GROUPS
    if shutil.which("chromium"):
        assert shown_groups(interface) == GROUPS


def nothing_new_starts_nothing(interface: Interface, home: Path) -> None:
    wait_for(lambda: interface.ticks("inbox"), "the first look into the inbox")
    assert {tick["skipReason"] for tick in interface.ticks("inbox")} == {"Nothing new in the inbox."}
    assert interface.runs() == []
    assert not (home / "releases").exists()


def a_file_in_the_inbox_becomes_a_release(interface: Interface, home: Path) -> None:
    (home / "outside" / "clinic").rename(home / "inbox" / "clinic")
    wait_for((home / "releases" / "latest").exists, "the release")
    wait_for(interface.is_idle, "the run to end")
    release = (home / "releases" / "latest").resolve()
    assert release.name == "2010.1"
    # 72 patients, each with a weight before and after; both files are those that lie in the inbox.
    clinic = home / "inbox" / "clinic"
    assert released(release) == {
        hash_of(clinic / "participants.csv"): 72,
        hash_of(clinic / "body_weight.csv"): 144,
    }
    assert (release / "reports" / "anorexia.en.html").is_file()
    [run] = interface.runs()
    assert (run["jobName"], run["status"]) == (jobs.EVERYTHING, "SUCCESS")


def the_second_of_two_runs_waits(interface: Interface) -> None:
    pair = [interface.launch(jobs.DATA_QUALITY), interface.launch(jobs.DATA_QUALITY)]
    seen: set[tuple[str, ...]] = set()

    def have_ended() -> bool:
        found = {run["runId"]: run["status"] for run in interface.runs()}
        seen.add(tuple(found[run] for run in pair))
        return {found[run] for run in pair} == {"SUCCESS"}

    wait_for(have_ended, "both runs to end", every=0.2)
    assert ("STARTED", "QUEUED") in seen
    assert ("STARTED", "STARTED") not in seen


def a_killed_daemon_picks_up_on_start(interface: Interface, home: Path) -> None:
    before = len(interface.runs())
    interface.kill()
    (home / "inbox" / "evaluators").mkdir()
    survey = home / "inbox" / "evaluators" / "stakeholders-2010.csv"
    survey.write_text(SURVEY, encoding="utf-8")
    interface.start()
    wait_for((home / "releases" / "2010.2").exists, "the second release")
    wait_for(interface.is_idle, "the run to end")
    looked = len(interface.ticks("inbox"))
    wait_for(lambda: len(interface.ticks("inbox")) > looked, "another look into the inbox")
    assert interface.ticks("inbox")[0]["skipReason"] == "Nothing new in the inbox."
    release = (home / "releases" / "latest").resolve()
    assert release.name == "2010.2"
    assert released(release)[hash_of(survey)] == 20
    assert len(interface.runs()) == before + 1


def released(release: Path) -> dict[str, int]:
    """The hash of each file that a release was made from, by database and manifest, and its accepted rows."""
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as database:
        told = dict(database.execute("SELECT sha256, rows_accepted FROM meta.submission").fetchall())
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"].values()) == set(told)
    return told


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown_groups(interface: Interface) -> set[str]:
    """The groups that a browser shows on the page of the graph."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1600,1200"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=60000", "--dump-dom", f"{interface.address}/asset-groups"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return GROUPS & set(re.findall(r">([0-9]_[a-z]+)<", done.stdout))
