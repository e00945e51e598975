"""`ieguvumi ui`: the Dagster web interface and daemon on a home, and the reports that it links to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from assets.recovery import recover
from assets.serving import served_pages
from pipeline.home import Settings


def serve(settings: Settings, port: int) -> int:
    """Run `dagster dev` on the home until it is stopped; the reports are on the next port."""
    settings.home.plan()
    recover(settings)
    environment = {
        **os.environ,
        "IEGUVUMI_HOME": str(settings.home.path),
        "IEGUVUMI_KEY_FILE": str(settings.key_file),
        "DAGSTER_HOME": str(settings.dagster_home),
    }
    command = [sys.executable, "-m", "dagster", "dev", "-m", "assets.definitions", "-p", str(port)]
    with ExitStack() as beside:
        try:
            pages = beside.enter_context(served_pages(settings.home.releases, port + 1))
            environment.setdefault("IEGUVUMI_PAGES", pages)
        except OSError as error:
            print(
                f"ieguvumi: reports can't be opened from the graph: port {port + 1}: {error.strerror}; "
                "choose another --port",
                file=sys.stderr,
            )
        with subprocess.Popen([*command, "-h", "127.0.0.1"], env=environment) as process:  # noqa: S603
            # The daemon and the web page are children of the child: it ends them when it is told to end.
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            try:
                return process.wait()
            except KeyboardInterrupt:
                process.wait()
                return 0
