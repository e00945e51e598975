"""The plan's calendar: when the survey opens, when reports are due, who is told; dates as plain functions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipeline.plan_part import Part

MONTHS = 12


def _day(value: object) -> str:
    """A day of every year as `10-01`. Raises ValueError for a day that some years lack."""
    try:
        day = dt.date.fromisoformat(f"2023-{value}")
    except ValueError:
        raise ValueError(f"`{value}` is no day of every year; write month and day, such as 10-01") from None
    return f"{day:%m-%d}"


def _time(value: object) -> str:
    """A time of day as `02:30`; YAML reads 12:30 as the number of its minutes."""
    text = f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) else str(value)
    try:
        return f"{dt.time.fromisoformat(text):%H:%M}"
    except ValueError:
        raise ValueError(f"`{value}` is no time of day; write hours and minutes, such as 02:30") from None


DayOfYear = Annotated[str, BeforeValidator(_day)]
TimeOfDay = Annotated[str, BeforeValidator(_time)]


class Survey(Part):
    """The yearly stakeholder survey: its first year, and between which days it is answered."""

    first_year: int | None = Field(default=None, ge=2000, le=2100)
    opens: DayOfYear = "10-01"
    closes: DayOfYear = "10-31"

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Survey:
        if self.closes < self.opens:
            raise ValueError(f"`closes: {self.closes}` lies before `opens: {self.opens}`")
        return self


class ServicesReport(Part):
    """The municipalities' monthly report of services: due on a day of the next month.

    months_back: for how many months a missing report is looked for.
    """

    due_day: int = Field(default=15, ge=1, le=28)
    months_back: int = Field(default=3, ge=1, le=60)


class Inbox(Part):
    """How often the sensor looks into the inbox, and for how long nobody must have written to a file."""

    every_seconds: int = Field(default=30, ge=5, le=86_400)
    settled_seconds: int = Field(default=10, ge=1, le=3_600)


class Email(Part):
    """Where notifications are sent by e-mail; the password, if any, is IEGUVUMI_SMTP_PASSWORD."""

    to: tuple[str, ...] = Field(min_length=1)
    sender: str = Field(alias="from")
    host: str = "localhost"
    port: int = Field(default=25, ge=1, le=65535)
    user: str | None = None
    starttls: bool = False


class Notifications(Part):
    """Who is told of a failed run; nobody unless it stands here."""

    email: Email | None = None
    webhook: str | None = None

    @field_validator("webhook")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("the webhook is no address that begins with https://")
        return value


class Calendar(Part):
    """What happens when; schedules are off until they are switched on."""

    timezone: str = "Europe/Riga"
    survey: Survey = Survey()
    annual_report: DayOfYear = "03-01"
    services_report: ServicesReport = ServicesReport()
    data_quality_at: TimeOfDay = "02:30"
    inbox: Inbox = Inbox()
    notifications: Notifications = Notifications()

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"`{value}` is no time zone; write one such as Europe/Riga")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)


def month_before(day: dt.date) -> dt.date:
    """The first day of the month before."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def months_until(last: dt.date, count: int) -> list[dt.date]:
    """The first days of `count` months up to the one that `last` lies in, the earliest first."""
    months = [last.replace(day=1)]
    while len(months) < count:
        months.append(month_before(months[-1]))
    return months[::-1]


def services_due_on(month: dt.date, report: ServicesReport) -> dt.date:
    """The last day on which the report of a month is in time."""
    following = month.replace(day=28) + dt.timedelta(days=4)
    return following.replace(day=report.due_day)


def months_reported(today: dt.date, report: ServicesReport) -> list[dt.date]:
    """The months whose reports are looked for today: ended ones, whether due already or not."""
    return months_until(month_before(today), report.months_back)


def reporting_year(today: dt.date) -> int:
    """The year that the annual report made today is about: the one before."""
    return today.year - 1


def cron_yearly(day: DayOfYear, time: TimeOfDay = "06:00") -> str:
    """A day of every year as a cron expression."""
    month, number = day.split("-")
    hour, minute = time.split(":")
    return f"{int(minute)} {int(hour)} {int(number)} {int(month)} *"


def cron_monthly(day: int, time: TimeOfDay = "06:00") -> str:
    """A day of every month as a cron expression."""
    hour, minute = time.split(":")
    return f"{int(minute)} {int(hour)} {day} * *"


def cron_daily(time: TimeOfDay) -> str:
    """A time of every day as a cron expression."""
    hour, minute = time.split(":")
    return f"{int(minute)} {int(hour)} * * *"


def day_after(day: DayOfYear) -> DayOfYear:
    """The day after a day of every year (the 29th of February is passed over)."""
    return f"{dt.date.fromisoformat(f'2023-{day}') + dt.timedelta(days=1):%m-%d}"
