"""The municipalities' monthly reports of services: which came, which are returned, which are overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from pipeline.calendar import ServicesReport, months_reported, services_due_on

COLUMNS = ("municipality_code", "month", "due_on", "persons", "reported", "status")
LATE = ("overdue", "returned")


def services_reports(
    members: pl.DataFrame,
    participants: pl.DataFrame,
    services: pl.DataFrame,
    submissions: pl.DataFrame,
    report: ServicesReport,
    today: dt.date,
) -> pl.DataFrame:
    """Return a row a municipality and month whose report is looked for today.

    members, participants: core.evaluation_member and core.participant, who say whose services are due: persons in
    an evaluation in that month who have not left. services: core.service. submissions: record.submission. Columns:
    municipality_code, month (first day), due_on, persons, reported (persons with services), status: `received`;
    `returned` when the municipality's latest file has rejected rows or was refused; `overdue` when none came and
    the day is past; else `due`.
    """
    months = months_reported(today, report)
    expected = _expected(members, participants, months)
    came = (
        services.join(participants.select("participant_id", "municipality_code"), on="participant_id")
        .group_by("municipality_code", "month")
        .agg(reported=pl.col("participant_id").n_unique())
    )
    returned = _returned(services, participants, submissions)
    late = pl.col("due_on") < today
    status = (
        pl.when(pl.col("returned"))
        .then(pl.lit("returned"))
        .when(pl.col("reported") > 0)
        .then(pl.lit("received"))
        .otherwise(pl.when(late).then(pl.lit("overdue")).otherwise(pl.lit("due")))
    )
    return (
        expected.join(came, on=["municipality_code", "month"], how="left")
        .with_columns(
            pl.col("reported").fill_null(0).cast(pl.Int64),
            due_on=pl.col("month").replace_strict(
                months, [services_due_on(month, report) for month in months], return_dtype=pl.Date
            ),
            returned=pl.col("municipality_code").is_in(returned),
        )
        .with_columns(status=status)
        .select(COLUMNS)
        .sort("municipality_code", "month")
    )


def _expected(members: pl.DataFrame, participants: pl.DataFrame, months: Sequence[dt.date]) -> pl.DataFrame:
    """The persons of each municipality whose services are due for each month."""
    persons = members.join(
        participants.select("participant_id", "municipality_code", "enrolled_on", "left_on"),
        on="participant_id",
    )
    asked = pl.DataFrame({"month": months}, schema={"month": pl.Date})
    first, last = pl.max_horizontal("first_day", "enrolled_on"), pl.min_horizontal("last_day", "left_on")
    return (
        persons.join(asked, how="cross")
        .filter((first <= pl.col("month").dt.month_end()) & (last >= pl.col("month")))
        .group_by("municipality_code", "month")
        .agg(persons=pl.col("participant_id").n_unique().cast(pl.Int64))
    )


def _returned(services: pl.DataFrame, participants: pl.DataFrame, submissions: pl.DataFrame) -> list[str]:
    """The municipalities whose sender's latest file of services was refused or has rejected rows."""
    own = submissions.filter(pl.col("kind") == "services").sort("sequence")
    latest = own.unique("sender", keep="last").filter(~pl.col("readable") | (pl.col("rows_rejected") > 0))
    senders = (
        services.join(participants.select("participant_id", "municipality_code"), on="participant_id")
        .join(own.select("submission_id", "sender"), on="submission_id")
        .select("municipality_code", "sender")
        .unique()
    )
    return sorted(senders.join(latest, on="sender", how="semi")["municipality_code"].unique())
