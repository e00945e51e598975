"""A PostgreSQL server of a test's own, from the programs of the operating system."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Server:
    """A server that listens on loopback, with a database and a user of the same name."""

    name: str
    port: int
    password: str | None
    folder: Path
    programs: Path

    @property
    def address(self) -> str:
        """How it is reached, as libpq's connection string; the password isn't in it."""
        return f"host=127.0.0.1 port={self.port} dbname={self.name} user={self.name}"

    def psql(self, *statements: str) -> str:
        """What psql prints of some statements, without headings."""
        commands = [word for statement in statements for word in ("-c", statement)]
        return self._printed("psql", "-At", "-v", "ON_ERROR_STOP=1", *commands, self.address)

    def dumped(self) -> str:
        """All that the database holds, as SQL."""
        return self._printed("pg_dump", self.address)

    def _printed(self, program: str, *arguments: str) -> str:
        command = [str(self.programs / program), *arguments]
        environment = {**os.environ, "PGPASSWORD": self.password or ""}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


@contextmanager
def postgres_server(name: str, password: str | None = None) -> Iterator[Server]:
    """Run a server; with a password, only who gives it gets in. Skips the test where there is no PostgreSQL."""
    found = shutil.which("pg_ctl") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))), None
    )
    if found is None:
        pytest.skip("needs PostgreSQL's server (Debian: postgresql)")
    programs = Path(found).resolve().parent
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    (folder / "password").write_text(password or "", encoding="utf-8")
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str | Path) -> None:
        environment = {**os.environ, "PGPASSWORD": password or ""}
        subprocess.run(command, check=True, user=user, cwd=folder, env=environment, stdout=subprocess.DEVNULL)

    try:
        how = ("-A", "scram-sha-256", "--pwfile", folder / "password") if password else ("-A", "trust")
        run(programs / "initdb", "-D", data, "-U", name, *how, "--no-sync")
        run(
            programs / "pg_ctl", "-D", data, "-o", f"-p {port} -h 127.0.0.1 -k {folder}", "-l", folder / "log",
            "-w", "start",
        )  # fmt: skip
        try:
            run(programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", name, name)
            yield Server(name, port, password, folder, programs)
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
