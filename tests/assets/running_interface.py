"""The real `ieguvumi ui` on a home: started, asked through its GraphQL, stopped, killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 240
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
TICKS = """
query Ticks($sensor: SensorSelector!) {
  sensorOrError(sensorSelector: $sensor) {
    ... on Sensor { sensorState { ticks { status skipReason runIds } } }
  }
}
"""
MESSAGES = """
query Messages($id: ID!) {
  logsForRun(runId: $id) { ... on EventConnection { events { ... on MessageEvent { message } } } }
}
"""
METADATA = """
fragment Link on MetadataEntry {
  ... on UrlMetadataEntry { url }
  ... on MarkdownMetadataEntry { mdStr }
}
query Metadata($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode {
      metadataEntries { ...Link }
      assetMaterializations(limit: 1) { metadataEntries { ...Link } }
    }
  }
}
"""
FILL_IN = """
mutation FillIn($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
FILLED_IN = """
query FilledIn($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } }
}
"""


def wait_for(condition: Callable[[], object], what: str, every: float = 1.0) -> None:
    """Wait until a condition holds; after too long the test fails and says for what it waited."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            pytest.fail(f"waited {PATIENCE} s for {what}")
        time.sleep(every)


class Interface:
    """`ieguvumi ui` on a home, on a free port of this machine; its log is kept in `log`."""

    def __init__(self, home: Path, key: Path, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.home, self.log, self.key = home, log, key
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER")}
        return {**kept, "IEGUVUMI_KEY_FILE": str(self.key)}

    def start(self) -> None:
        """Start it and wait until it shows the graph."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "assets.command_line", "ui", str(self.home), "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.is_ready, "the graph to be shown")

    def kill(self) -> None:
        """Kill all its processes at once, without a word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def address(self) -> str:
        """The address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pages(self) -> str:
        """The address of the reports."""
        return f"http://127.0.0.1:{self.port + 1}"

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer to a GraphQL query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{self.address}/graphql", body, {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def is_ready(self) -> bool:
        """Tell whether the graph can be asked for."""
        try:
            nodes = self.ask("{assetNodes { id }}")
        except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError):
            return False
        return bool(nodes and nodes["assetNodes"])

    def repository(self) -> dict[str, str]:
        """How the code location is called."""
        [found] = self.ask(
            "{repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } }}"
        )["repositoriesOrError"]["nodes"]
        return {"repositoryName": found["name"], "repositoryLocationName": found["location"]["name"]}

    def ticks(self, sensor: str) -> list[dict[str, Any]]:
        """The ticks of a sensor, the newest first."""
        selector = {**self.repository(), "sensorName": sensor}
        state = self.ask(TICKS, sensor=selector)["sensorOrError"]["sensorState"]
        found: list[dict[str, Any]] = state["ticks"]
        return found

    def runs(self) -> list[dict[str, Any]]:
        """All runs, the newest first."""
        query = "{runsOrError { ... on Runs { results { runId status jobName tags { key value } } } }}"
        found: list[dict[str, Any]] = self.ask(query)["runsOrError"]["results"]
        return found

    def status(self, run: str) -> str:
        """How far a run has come."""
        return next(str(found["status"]) for found in self.runs() if found["runId"] == run)

    def process_of(self, run: str) -> int:
        """The process in which a run works."""
        return int((self.home / ".dagster" / "running" / run).read_text())

    def log_of(self, run: str) -> list[str]:
        """The messages of a run."""
        events = self.ask(MESSAGES, id=run)["logsForRun"]["events"]
        return [event["message"] for event in events if event]

    def links(self, asset: list[str]) -> list[str]:
        """The addresses in the metadata of an asset's latest materialisation and definition."""
        node = self.ask(METADATA, key={"path": asset})["assetNodeOrError"]
        [made] = node["assetMaterializations"]
        texts = [entry.get("url") or entry.get("mdStr") or "" for entry in made["metadataEntries"]]
        texts += [entry.get("url") or "" for entry in node["metadataEntries"]]
        return re.findall(r"http://[^)\s]+", " ".join(texts))

    def is_idle(self) -> bool:
        """Tell whether all runs have ended."""
        return all(run["status"] in ENDED for run in self.runs())

    def launch(self, job: str) -> str:
        """Start a run of a job as the interface's button does; gives its identifier."""
        params = {"selector": {**self.repository(), "jobName": job}, "mode": "default", "runConfigData": "{}"}
        launched = self.ask(LAUNCH, params=params)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def begin_to_fill_in(self, marts: tuple[str, ...], partitions: list[str]) -> str:
        """Begin to back-fill partitions of marts as the interface does; gives the back-fill's identifier."""
        params = {
            "assetSelection": [{"path": ["mart", name]} for name in marts],
            "partitionNames": partitions,
            "fromFailure": False,
        }
        launched = self.ask(FILL_IN, params=params)["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched

        return str(launched["backfillId"])

    def end_of(self, back_fill: str) -> str:
        """How a back-fill ended."""

        def status() -> str:
            answer = self.ask(FILLED_IN, id=back_fill)["partitionBackfillOrError"]
            return str(answer["status"])

        wait_for(lambda: status() not in ("REQUESTED", "CANCELING"), "the back-fill to end")
        return status()
