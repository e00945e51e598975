"""The real `dagster dev`: a file in the inbox becomes a release, years are filled in, groups are shown."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.history import write_settings

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "docs" / "example" / "anorexia.py"
PATIENCE = 180

pytestmark = pytest.mark.slow


class Interface:
    """The running web interface, asked through its GraphQL."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            self.address, body, {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def is_ready(self) -> bool:
        try:
            nodes = self.ask("{assetNodes { id }}")
        except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError):
            return False
        return bool(nodes and nodes["assetNodes"])


def wait_for(condition: Any, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            pytest.fail(f"waited {PATIENCE} s for {what}")
        time.sleep(1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The example's home; its submissions lie outside the inbox."""
    runpy.run_path(str(EXAMPLE))["write_home"](tmp_path / "home")
    (tmp_path / "home" / "inbox").rename(tmp_path / "home" / "outside")
    return tmp_path / "home"


@pytest.fixture
def interface(home: Path, tmp_path: Path) -> Iterator[Interface]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    storage = tmp_path / "dagster"
    storage.mkdir()
    write_settings(storage)
    environment = {
        **os.environ,
        "IEGUVUMI_HOME": str(home),
        "IEGUVUMI_KEY_FILE": str(tmp_path / "key"),
        "DAGSTER_HOME": str(storage),
    }
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-w",
        "workspace.yaml",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            found = Interface(port)
            wait_for(found.is_ready, "the graph to be shown")
            yield found
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


GROUPS = {"record", "core", "meta", "mart", "disclosure", "release", "calendar"}
FILL_IN = """
mutation FillIn($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
STATUS = """
query Status($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } }
}
"""
SURVEY_MARTS = ("stakeholder_item", "stakeholder_response", "stakeholder_change")
YEARS = [f"stakeholders-{year}" for year in range(2010, 2015)]


def test_a_file_in_the_inbox_becomes_a_release(interface: Interface, home: Path) -> None:
    nodes = interface.ask("{assetNodes { groupName assetKey { path } }}")["assetNodes"]
    assert {node["groupName"] for node in nodes} == GROUPS
    (home / "outside").rename(home / "inbox")
    wait_for((home / "releases" / "latest").exists, "the release")
    assert (home / "releases" / "latest" / "reports" / "anorexia.en.html").is_file()
    wait_for(lambda: not under_way(interface), "the run to end")
    fill_in_five_years(interface)
    assert shown_groups(interface) == GROUPS


def under_way(interface: Interface) -> list[Any]:
    """The runs that have not ended."""
    query = (
        "{runsOrError(filter: {statuses: [QUEUED, STARTING, STARTED]}) { ... on Runs { results { runId } } }}"
    )
    found: list[Any] = interface.ask(query)["runsOrError"]["results"]
    return found


def fill_in_five_years(interface: Interface) -> None:
    """A back-fill of the survey's marts, launched as the interface launches it."""
    params = {
        "assetSelection": [{"path": ["mart", name]} for name in SURVEY_MARTS],
        "partitionNames": YEARS,
        "fromFailure": False,
    }
    launched = interface.ask(FILL_IN, params=params)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    backfill = launched["backfillId"]

    def status() -> str:
        return str(interface.ask(STATUS, id=backfill)["partitionBackfillOrError"]["status"])

    wait_for(lambda: status() not in ("REQUESTED", "CANCELING"), "the back-fill to end")
    assert status() == "COMPLETED_SUCCESS"


def shown_groups(interface: Interface) -> set[str]:
    """The groups that a browser shows on the page of the graph."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("needs chromium")
    page = interface.address.replace("/graphql", "/asset-groups")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1600,1200"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=60000", "--dump-dom", page],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    text = set(re.findall(r">([a-z]+)<", done.stdout))
    return GROUPS & text
