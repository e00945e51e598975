"""The real `dagster dev` on loopback: it shows the graph of a home and materialises it."""

from __future__ import annotations

import json
import os
import runpy
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

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "docs" / "example" / "anorexia.py"
PATIENCE = 180

pytestmark = pytest.mark.slow

LAUNCH = """
mutation Launch($selector: JobOrPipelineSelector!) {
  launchRun(executionParams: {selector: $selector, runConfigData: {}, executionMetadata: {tags: [
    {key: "dagster/asset_partition_range_start", value: "anorexia"},
    {key: "dagster/asset_partition_range_end", value: "anorexia"}]}}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on InvalidSubsetError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""


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
    runpy.run_path(str(EXAMPLE))["write_home"](tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def interface(home: Path, tmp_path: Path) -> Iterator[Interface]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    storage = tmp_path / "dagster"
    storage.mkdir()
    (storage / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
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


def test_the_graph_is_shown_and_materialised(interface: Interface, home: Path) -> None:
    nodes = interface.ask("{assetNodes { groupName assetKey { path } }}")["assetNodes"]
    assert {node["groupName"] for node in nodes} == {
        "record",
        "core",
        "meta",
        "mart",
        "disclosure",
        "release",
    }
    [location] = interface.ask(
        "{repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } }}"
    )["repositoriesOrError"]["nodes"]
    selector = {
        "repositoryLocationName": location["location"]["name"],
        "repositoryName": location["name"],
        "pipelineName": "everything",
    }
    launched = interface.ask(LAUNCH, selector=selector)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]

    def status() -> str:
        answer = interface.ask(f'{{runOrError(runId: "{run_id}") {{ ... on Run {{ status }} }}}}')
        return str(answer["runOrError"]["status"])

    wait_for(lambda: status() in ("SUCCESS", "FAILURE", "CANCELED"), "the run to end")
    assert status() == "SUCCESS"
    assert (home / "releases" / "latest" / "reports" / "anorexia.en.html").is_file()
