"""When people are asked: in windows of the calendar, or counted from their first day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.demonstration.people import Person


class Timetable(Protocol):
    """The waves of an evaluation in order, and on which day a person is asked."""

    @property
    def waves(self) -> tuple[str, ...]:
        """Names of the waves; the first is the pre wave, the last the post wave."""

    def day(self, person: Person, wave: str, rng: np.random.Generator) -> dt.date:
        """A day of the wave for this person."""

    def last_day(self, person: Person, wave: str) -> dt.date:
        """The wave's last day for this person; who has left by then isn't asked."""


@dataclass(frozen=True)
class Calendar:
    """The same first and last day for everybody."""

    asked_on: Mapping[str, tuple[dt.date, dt.date]]

    @property
    def waves(self) -> tuple[str, ...]:
        """Names of the waves."""
        return tuple(self.asked_on)

    def day(self, person: Person, wave: str, rng: np.random.Generator) -> dt.date:
        """Any day of the wave, the same chance for each; who leaves is asked before."""
        first, last = self.asked_on[wave]
        last = max(first, min(last, person.left_on or last))
        return _random_day(first, last, rng)

    def last_day(self, person: Person, wave: str) -> dt.date:  # noqa: ARG002
        """The wave's last day."""
        return self.asked_on[wave][1]


@dataclass(frozen=True)
class FromEnrolment:
    """Months after the first day; within the days that follow."""

    after_months: Mapping[str, int]
    days: int

    @property
    def waves(self) -> tuple[str, ...]:
        """Names of the waves."""
        return tuple(self.after_months)

    def day(self, person: Person, wave: str, rng: np.random.Generator) -> dt.date:
        """Any of the days after the months."""
        last = self.last_day(person, wave)
        return _random_day(last - dt.timedelta(days=self.days), last, rng)

    def last_day(self, person: Person, wave: str) -> dt.date:
        """The last of the days after the months."""
        return months_later(person.enrolled_on, self.after_months[wave]) + dt.timedelta(days=self.days)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day some months later; no later than the 28th, which every month has."""
    position = day.month - 1 + months
    return dt.date(day.year + position // 12, position % 12 + 1, min(day.day, 28))


def _random_day(first: dt.date, last: dt.date, rng: np.random.Generator) -> dt.date:
    return first + dt.timedelta(days=int(rng.integers((last - first).days + 1)))
