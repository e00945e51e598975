"""Who is enrolled: the participants of earlier runs and of this one, the latest submission of each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.facts import KEYS, latest_by_key
from pipeline.submissions.batch import PERSON_COLUMNS
from pipeline.submissions.building import record_rows
from pipeline.submissions.checking import Checked


def persons_enrolled(known: pl.DataFrame, earlier: pl.DataFrame, came: Mapping[str, Checked]) -> pl.DataFrame:
    """Return everybody enrolled so far, as the latest submission has them: PERSON_COLUMNS, one row a person.

    known, earlier: record.participant and record.submission of earlier runs. came: this run's files of
    participants, by submission. One that is sent again stands in place of what is known of it.
    """
    columns = ("submission_id", "row", *PERSON_COLUMNS)
    stays = known.filter(~pl.col("submission_id").is_in(list(came))).select(columns)
    accepted = [part.select(columns) for parts in record_rows(came).values() for part in parts()]
    rows = pl.concat([stays, *accepted])
    return latest_by_key(rows, _order(earlier, came), KEYS["participant"]).select(PERSON_COLUMNS)


def _order(earlier: pl.DataFrame, came: Iterable[str]) -> pl.DataFrame:
    """Return submission_id and sequence: those of earlier runs keep theirs, as in the record; new ones follow."""
    places = dict(earlier.select("submission_id", "sequence").iter_rows())
    last = max(places.values(), default=0)
    for number, submission in enumerate(came, start=1):
        places.setdefault(submission, last + number)
    schema = {"submission_id": pl.String, "sequence": pl.Int64}
    return pl.DataFrame(list(places.items()), schema=schema, orient="row")
