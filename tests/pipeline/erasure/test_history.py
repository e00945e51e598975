"""Events and logs that name an erased person are taken out, and their bytes with them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.erasure.history import clean, files_naming
from pipeline.erasure.persons import Persons

ONE = "pabcdefghijklmnop"


def test_rows_and_lines_that_name_them_go_and_others_stay(tmp_path: Path) -> None:
    database, log, other = tmp_path / "runs.db", tmp_path / "out.log", tmp_path / "dagster.yaml"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, event TEXT)")
        rows = [(f"row of {ONE}" if number == 500 else f"event {number}",) for number in range(1000)]
        connection.executemany("INSERT INTO events (event) VALUES (?)", rows)
    log.write_text(f"begun\nread {ONE}\nended\n")
    other.write_text("telemetry: {enabled: false}\n")
    persons = Persons(frozenset([ONE]))
    assert files_naming(tmp_path, persons) == [log, database]
    for path in (log, database):
        clean(path, persons)
    assert files_naming(tmp_path, persons) == []
    assert log.read_text() == "begun\nended\n"
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (999,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
