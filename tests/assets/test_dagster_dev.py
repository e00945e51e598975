"""The real `ieguvumi ui`, that is `dagster dev`, through a day: files, runs in turn, years filled in, a crash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from assets import jobs
from pipeline.home_lock import is_alive, only_run
from tests.assets.running_interface import PATIENCE, Interface, wait_for
from tests.assets.small_home import PERSONS, write_small_home

MARTS = {"4_counts", "4_explanations", "4_money", "4_scores", "4_survey"}
GROUPS = {"1_record", "2_core", "3_meta", *MARTS, "5_disclosure", "6_release", "7_calendar"}
SURVEY_MARTS = ("stakeholder_item", "stakeholder_response", "stakeholder_change")
YEARS = [f"stakeholders-{year}" for year in range(2022, 2027)]
SURVEY = "respondent_id,year,role,municipality,q1\n" + "".join(
    f"r{number},2024,staff,Liepāja,{1 + number % 5}\n" for number in range(20)
)
# The daemon looks more often than it does for people, so that the test waits less.
CALENDAR = "calendar:\n  survey: {first_year: 2022}\n  inbox: {every_seconds: 5, settled_seconds: 2}\n"

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small home; its submissions lie outside the inbox."""
    home = tmp_path / "home"
    write_small_home(home)
    plan = home / "evaluation.yaml"
    plan.write_text(CALENDAR + plan.read_text(encoding="utf-8"), encoding="utf-8")
    (home / "inbox").rename(home / "outside")
    (home / "inbox").mkdir()
    return home


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
    nothing_new_starts_nothing(interface, home)
    with shown_page(interface) as page:
        a_file_in_the_inbox_becomes_a_release(interface, home)
        the_graph_has_all_groups(interface, page)
    the_links_to_the_reports_open(interface, home)
    filled_in = interface.begin_to_fill_in(SURVEY_MARTS, YEARS)
    the_second_of_two_runs_waits(interface)
    assert interface.end_of(filled_in) == "COMPLETED_SUCCESS"
    a_run_of_the_command_line_and_one_of_the_interface_take_turns(interface, home)
    a_run_killed_in_its_middle_is_made_up_on_start(interface, home)


def nothing_new_starts_nothing(interface: Interface, home: Path) -> None:
    wait_for(lambda: interface.ticks("inbox"), "the first look into the inbox")
    assert {tick["skipReason"] for tick in interface.ticks("inbox")} == {"Nothing new in the inbox."}
    assert interface.runs() == []
    assert not (home / "releases").exists()


def a_file_in_the_inbox_becomes_a_release(interface: Interface, home: Path) -> None:
    (home / "outside" / "town").rename(home / "inbox" / "town")
    wait_for((home / "releases" / "latest").exists, "the release")
    wait_for(interface.is_idle, "the run to end")
    release = (home / "releases" / "latest").resolve()
    assert release.name == "2024.1"
    # Forty persons, each with a sheet before and one after; the files are those that lie in the inbox.
    sent = sorted((home / "inbox" / "town").iterdir())
    assert len(sent) == 3
    assert released(release) == {hash_of(path): PERSONS for path in sent}
    assert (release / "reports" / "small.en.html").is_file()
    [run] = interface.runs()
    assert (run["jobName"], run["status"]) == (jobs.EVERYTHING, "SUCCESS")


def the_graph_has_all_groups(interface: Interface, page: subprocess.Popen[str] | None) -> None:
    nodes = interface.ask("{assetNodes { groupName }}")["assetNodes"]
    assert {node["groupName"] for node in nodes} == GROUPS
    if page is not None:
        shown, _ = page.communicate(timeout=PATIENCE)
        assert GROUPS & set(re.findall(r">([0-9]_[a-z]+)<", shown)) == GROUPS


def the_links_to_the_reports_open(interface: Interface, home: Path) -> None:
    links = interface.links(["release", "reports"])
    assert f"{interface.pages}/2024.1/reports/small.en.html" in links
    for link in links:
        with urllib.request.urlopen(link, timeout=60) as answer:
            path = home / "releases" / answer.url.removeprefix(f"{interface.pages}/")
            assert answer.read() == path.read_bytes()


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


def a_run_of_the_command_line_and_one_of_the_interface_take_turns(interface: Interface, home: Path) -> None:
    """Each waits for the other and says so, whichever comes first; both end well.

    What the second run of the interface waits for is this test, which holds the home as the command line does: a
    run that is stopped might hold Dagster's history too, and nothing would be shown.
    """
    first = interface.launch(jobs.PUBLISH)
    wait_for(lambda: is_alive(home / ".dagster" / "running" / first), "the run of the interface", every=0.05)
    wait_for(lambda: is_alive(home / ".lock"), "the run of the interface to hold the home", every=0.05)
    command = [sys.executable, "-m", "assets.command_line", "run", str(home), "--force"]
    with stopped(interface.process_of(first)):
        other = subprocess.Popen(
            command, env=interface.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert other.stderr is not None
        assert re.search(
            r"another run is working on home since .*; this one waits for it", other.stderr.readline()
        )
    with other:
        wait_for(lambda: interface.status(first) == "SUCCESS", "the run of the interface to end")
        printed = other.stdout.read() if other.stdout else ""
    assert other.returncode == 0
    assert printed.splitlines()[-1].endswith("2024.3")
    with only_run(home, print):
        second = interface.launch(jobs.DATA_QUALITY)
        wait_for(lambda: waits(interface, second), "the second run of the interface to wait")
    wait_for(lambda: interface.status(second) == "SUCCESS", "the second run of the interface")


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """A process that stands still meanwhile: it can't end before another one has met it."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def waits(interface: Interface, run: str) -> bool:
    """Tell whether a run has said that it waits for another one."""
    return any("another run is working on home since" in line for line in interface.log_of(run))


def a_run_killed_in_its_middle_is_made_up_on_start(interface: Interface, home: Path) -> None:
    before = len(interface.runs())
    (home / "inbox" / "evaluators").mkdir()
    survey = home / "inbox" / "evaluators" / "stakeholders-2024.csv"
    survey.write_text(SURVEY, encoding="utf-8")
    wait_for((home / "releases" / ".building").exists, "a run in its middle", every=0.05)
    interface.kill()
    time.sleep(1)
    assert not (home / "releases" / "2024.4").exists()
    interface.start()
    wait_for((home / "releases" / "2024.4").exists, "the release that was killed")
    wait_for(interface.is_idle, "the run to end")
    looked = len(interface.ticks("inbox"))
    wait_for(lambda: len(interface.ticks("inbox")) > looked, "another look into the inbox")
    assert interface.ticks("inbox")[0]["skipReason"] == "Nothing new in the inbox."
    release = (home / "releases" / "latest").resolve()
    assert release.name == "2024.4"
    assert released(release)[hash_of(survey)] == 20
    # The killed run and the one in its place; nothing of the first is left.
    made = interface.runs()[: len(interface.runs()) - before]
    assert [run["status"] for run in made] == ["SUCCESS", "FAILURE"]
    assert not (home / "releases" / ".building").exists()
    # A run holds its sign until its process ends, which is a moment after the history says so.
    signs = home / ".dagster" / "running"
    wait_for(lambda: not any(map(is_alive, signs.iterdir())), "the run's process to end")


def released(release: Path) -> dict[str, int]:
    """The hash of each file that a release was made from, by database and manifest, and its accepted rows."""
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as database:
        told = dict(database.execute("SELECT sha256, rows_accepted FROM meta.submission").fetchall())
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"].values()) == set(told)
    return told


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def shown_page(interface: Interface) -> Iterator[subprocess.Popen[str] | None]:
    """A browser that reads the page of the graph meanwhile; None where there is none."""
    if shutil.which("chromium") is None:
        yield None
        return
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1600,1200"]
    command += ["--virtual-time-budget=60000", "--dump-dom", f"{interface.address}/asset-groups"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as page:
        yield page
