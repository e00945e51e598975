"""Dagster's history of runs in the home: its own SQLite files, with a connection kept to each.

Dagster opens a file anew for every event: each statement is compiled again, and each closing waits for the disk
twice. A run has some thousand events, most of them one for each report of a mart: those go in together. The files
are the same, so Dagster's interface reads them as ever.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Self

import dagster as dg
import yaml
from dagster._core.events.log import EventLogEntry
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from sqlalchemy import Connection, Engine, create_engine, event

INDEX = "index"
WAIT_SECONDS = 30
BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"
EVENTS_AT_ONCE = "500"
SETTINGS = """\
# Dagster's own settings for this home; see its documentation on instance configuration.
telemetry:
  enabled: false
nux:
  enabled: false
# One run at a time: the warehouse has one writer. The others wait in the queue.
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
# What should have been made by now and was not shows in the graph.
freshness:
  enabled: true
# A run whose process was killed is started again; one that failed on its data is not: it would fail again.
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
"""


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's event log in SQLite files, with one engine and its connections kept for each file."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._held: dict[str, Connection] = {}
        self._tables: dict[str, bool] = {}
        self._columns: dict[str, bool] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        """Make the storage from Dagster's settings."""
        return cls(inst_data=inst_data, **config_value)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """A connection to the events of a run, in a transaction."""
        name = str(run_id)
        if name in self._held:
            return nullcontext(self._held[name])
        if name not in self._engines:
            with super().run_connection(run_id):  # makes the file's tables where they are missing
                self._engines[name] = _engine(self.conn_string_for_shard(name))
        return self._engines[name].begin()

    def index_connection(self) -> AbstractContextManager[Connection]:
        """A connection to the events of assets across runs, in a transaction."""
        return self.run_connection(INDEX)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run in one transaction of each file: all of them, or none."""
        own = events[0].run_id
        with self.run_connection(own) as of_run, self.index_connection() as of_assets:
            self._held = {own: of_run, INDEX: of_assets}
            try:
                super().store_event_batch(events)
            finally:
                self._held = {}

    def has_table(self, table_name: str) -> bool:
        """Tell whether the index has a table; the file is asked once: Dagster asks for every event."""
        if table_name not in self._tables:
            self._tables[table_name] = super().has_table(table_name)
        return self._tables[table_name]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Tell whether the table of assets has a column; asked once too."""
        if column_name not in self._columns:
            self._columns[column_name] = super()._has_asset_key_col_on_connection(conn, column_name)
        return self._columns[column_name]

    def dispose(self) -> None:
        """Close all connections."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()


def _engine(address: str) -> Engine:
    """An engine whose commits don't wait for the disk: with a write-ahead log no crash can break the file."""
    engine = create_engine(address, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


def write_settings(folder: Path) -> Path:
    """Write Dagster's settings into `folder` where there are none; gives their file."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
    return settings


@contextmanager
def dagster_instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage in `folder`: history of runs, checks and materialisations."""
    settings = write_settings(folder)
    ref = InstanceRef.from_dir(str(folder), overrides=_overrides(folder, settings))
    with _events_together(), dg.DagsterInstance.from_ref(ref) as instance:
        yield instance


@contextmanager
def _events_together() -> Iterator[None]:
    """Let Dagster store events in batches meanwhile, which it reads from the environment.

    Not longer: the interface, started from this process, would inherit it and show nothing until a run ends.
    """
    if BATCH_SIZE in os.environ:
        yield
        return
    os.environ[BATCH_SIZE] = EVENTS_AT_ONCE
    try:
        yield
    finally:
        del os.environ[BATCH_SIZE]


def _overrides(folder: Path, settings: Path) -> dict[str, Any]:
    """What this process does otherwise than Dagster's interface, unless the home's settings name their own.

    Connections to the history are kept, and nothing that is printed is captured: nothing is.
    """
    chosen = yaml.safe_load(settings.read_text(encoding="utf-8")) or {}
    overrides: dict[str, Any] = {}
    if "storage" not in chosen and "event_log_storage" not in chosen:
        base = {"base_dir": str(folder / "history" / "runs")}
        overrides["event_log_storage"] = {**_named(KeptSqliteEventLogStorage), "config": base}
    if "compute_logs" not in chosen:
        overrides["compute_logs"] = _named(NoOpComputeLogManager)
    return overrides


def _named(implementation: type) -> dict[str, str]:
    """A class as Dagster's settings name it."""
    return {"module": implementation.__module__, "class": implementation.__name__}
