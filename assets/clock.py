"""The clock: read here and nowhere else, so that a test can set it."""

from __future__ import annotations

import datetime as dt
import time

from pipeline.calendar import Calendar


def today(calendar: Calendar) -> dt.date:
    """The day where the programme is."""
    return dt.datetime.now(calendar.zone).date()


def now() -> float:
    """Seconds since 1970, as the times of files count."""
    return time.time()
