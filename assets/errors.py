"""Errors as people read them: one line on standard error, never a traceback unless asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNUSABLE = 2
EXPECTED = {
    "ConversionError",
    "CorrectionError",
    "DatabaseError",
    "DemonstrationError",
    "DisclosureRuleError",
    "HomeError",
    "InstrumentError",
    "KeyFileError",
    "MappingError",
    "PlanError",
    "ReleaseError",
}

OF_THE_MACHINE = {
    "BlockingIOError",
    "FileExistsError",
    "FileNotFoundError",
    "IOException",
    "IsADirectoryError",
    "MemoryError",
    "NotADirectoryError",
    "OSError",
    "OutOfMemoryException",
    "PermissionError",
    "TimeoutError",
}
"""Errors of disk, memory and rights, of Python and DuckDB: their words tell of files and of nothing in them."""


@contextmanager
def explained(*, debug: bool) -> Iterator[None]:
    """Turn an exception into its one-line message and exit code 2."""
    try:
        yield
    except Exception as error:
        if debug:
            raise
        print(f"ieguvumi: {message_of(error)}", file=sys.stderr)
        raise SystemExit(UNUSABLE) from None


def message_of(error: Exception) -> str:
    """The message: our own errors say it all; of others only the kind is safe to show."""
    first_line = " ".join(str(error).split())
    if type(error).__name__ in EXPECTED:
        return first_line
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return f"unexpected {type(error).__name__}; run again with --debug and report what it shows"
