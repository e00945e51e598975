"""`ieguvumi ui`: the Dagster web interface and daemon on a home."""

from __future__ import annotations

import os
import subprocess
import sys

from assets.recovery import recover
from pipeline.home import Settings


def serve(settings: Settings, port: int) -> int:
    """Run `dagster dev` on the home until it is stopped."""
    settings.home.plan()
    recover(settings)
    environment = {
        **os.environ,
        "IEGUVUMI_HOME": str(settings.home.path),
        "IEGUVUMI_KEY_FILE": str(settings.key_file),
        "DAGSTER_HOME": str(settings.dagster_home),
    }
    command = [sys.executable, "-m", "dagster", "dev", "-m", "assets.definitions", "-p", str(port)]
    try:
        return subprocess.run([*command, "-h", "127.0.0.1"], env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0
