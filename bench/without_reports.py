"""The main job without reports: what the databases alone take.

Usage: python bench/without_reports.py HOME
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NoPress:
    """A press that has every report made already."""

    def __init__(self, languages: Sequence[str]) -> None: ...

    def begin(self, *_part: Any) -> None:
        """Begin nothing."""

    def has_begun(self) -> bool:
        """All of it."""
        return True

    def finish(self, _listener: Callable[[str], None]) -> list[Path]:
        """No file."""
        return []

    def close(self) -> None:
        """There is nothing to close."""


def leave_out_reports() -> None:
    """Let no run of this process make a report."""
    from assets import workshop

    workshop.Press = NoPress  # type: ignore[misc, assignment]


if __name__ == "__main__":
    from assets.command_line import main

    leave_out_reports()
    sys.argv = ["ieguvumi", "run", sys.argv[1], "--force"]
    main()
