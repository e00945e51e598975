"""The record: what earlier runs accepted stays, what came now is put beside it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

Frames = Mapping[str, pl.DataFrame]


def merge(existing: Frames, incoming: Frames) -> dict[str, pl.DataFrame]:
    """Put the rows of this run's submissions in place of what the record holds of the same submissions.

    existing: the record's tables, or those of them that are wanted; record.submission is one.
    A submission that is in the record but not in the inbox any more stays: the record, not the inbox, counts.
    A submission seen before keeps its place in the order; new ones come after all earlier ones.
    """
    came = incoming["record.submission"].select("submission_id")
    merged = {
        table: pl.concat([_without(existing[table], came).cast(incoming[table].schema), incoming[table]])
        for table in existing
        if table != "record.submission"
    }
    merged["record.submission"] = _in_order(existing["record.submission"], incoming["record.submission"])
    return merged


def _without(rows: pl.DataFrame, came: pl.DataFrame) -> pl.DataFrame:
    """The rows of other submissions than those that came."""
    return rows.join(came, on="submission_id", how="anti")


def _in_order(existing: pl.DataFrame, incoming: pl.DataFrame) -> pl.DataFrame:
    """All submissions, numbered: the known ones as before, the new ones after them as they came."""
    known = existing.select("submission_id", known="sequence", first="received_on")
    last = existing["sequence"].max() if existing.height else 0
    new_place = pl.col("known").is_null().cast(pl.Int64).cum_sum() + pl.lit(last, dtype=pl.Int64)
    numbered = (
        incoming.sort("sequence")
        .join(known, on="submission_id", how="left", maintain_order="left")
        .with_columns(
            sequence=pl.coalesce("known", new_place), received_on=pl.coalesce("first", "received_on")
        )
        .drop("known", "first")
    )
    stays = existing.join(incoming.select("submission_id"), on="submission_id", how="anti")
    return pl.concat([stays, numbered.select(existing.columns)]).sort("sequence")
