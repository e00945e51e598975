"""The clock: read here and nowhere else, so that a test can set it."""

from __future__ import annotations

import datetime as dt

from pipeline.calendar import Calendar


def today(calendar: Calendar) -> dt.date:
    """The day where the programme is."""
    return dt.datetime.now(calendar.zone).date()
