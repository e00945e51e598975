"""What the graph shows of a table that was written: figures and a table small enough to stand on the page.

Of persons' data only counts, never a row. Dagster puts Markdown on the page itself when it is shorter than
`ON_THE_PAGE` characters, and behind a click when it is longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import polars as pl

from pipeline import schemas

ON_THE_PAGE = 1000
PREVIEWED = ("mart", "meta", "disclosure")
PREVIEW_ROWS = 8
PREVIEW_FIGURES = 5
COUNTED_BY = ("evaluation", "kind", "instrument", "domain", "service_group", "role", "target_group", "status")
COUNTED_ROWS = 12
# What tells most about a row, the most telling first; a table without any shows its first columns.
TELLING = (
    *("n_pairs", "mean_change", "change", "difference", "ci_low", "ci_high", "p_adjusted", "verdict"),
    *("goals", "degree_pct", "persons", "share_improved", "share_better", "improved", "worsened"),
    *("eur", "eur_month", "eur_per_participant_month", "eligible", "answered", "paired", "invited", "rate"),
    *("n", "mean", "share", "alpha", "icc_a1", "label", "title", "name"),
)

Frame = pl.DataFrame


def output_metadata(table: str, frame: Frame) -> dict[str, Any]:
    """How many rows, and a small table: of a mart its headlines, of persons' data counts."""
    metadata: dict[str, Any] = {"dagster/row_count": frame.height}
    if frame.is_empty():
        return metadata
    if table.split(".")[0] in PREVIEWED:
        metadata["preview"] = dg.MetadataValue.md(preview(table, frame))
    else:
        if table == "record.submission":
            metadata["by_kind"] = dg.MetadataValue.md(markdown(by_kind(frame)))
        elif column := next((name for name in COUNTED_BY if name in frame.columns), None):
            metadata[f"by_{column}"] = dg.MetadataValue.md(markdown(counted(frame, column)))
        metadata["filled"] = dg.MetadataValue.md(filled(frame))
    if table.startswith("disclosure.") and "suppressed" in frame.columns:
        metadata["hidden_rows"] = int(frame["suppressed"].sum())
    return metadata


def by_kind(submissions: Frame) -> Frame:
    """Files and their rows by kind of submission."""
    rows = (pl.col(f"rows_{what}").sum().alias(what) for what in ("received", "accepted", "rejected"))
    return submissions.group_by("kind").agg(pl.len().alias("files"), *rows).sort("kind")


def counted(frame: Frame, column: str) -> Frame:
    """How many rows have each value of a column, the most frequent first."""
    return (
        frame.group_by(column).len("rows").sort(["rows", column], descending=[True, False]).head(COUNTED_ROWS)
    )


def filled(frame: Frame) -> str:
    """In how many rows, in per cent, a column stands that is not in all: what may be shown of persons' data."""
    shares = {name: 100 * (1 - frame[name].null_count() / frame.height) for name in frame.columns}
    partly = {name: round(share, 1) for name, share in shares.items() if share < 100}
    if not partly:
        return "every column in every row"
    return markdown(pl.DataFrame({"column": list(partly), "filled, %": list(partly.values())}))


def preview(table: str, frame: Frame) -> str:
    """The first rows about everybody: what they share in a line, what differs and tells most as a table."""
    whole = frame.filter(pl.col("population") == "all") if "population" in frame.columns else frame
    rows = (frame if whole.is_empty() else whole).head(PREVIEW_ROWS)
    keys = schemas.TABLES[table].primary_key()
    differing = [key for key in keys if rows[key].n_unique() > 1]
    shared = ", ".join(f"{key} {written(rows[key][0])}" for key in keys if key not in differing)
    return next(
        text
        for count in range(rows.height, 0, -1)
        if len(text := f"{shared}\n\n{markdown(rows.select(*differing, *_telling(rows, keys)).head(count))}")
        < ON_THE_PAGE
        or count == 1
    )


def _telling(rows: Frame, keys: Sequence[str]) -> Iterator[str]:
    """The few columns beside the key that tell most, of those that have a value at all."""
    there = [name for name in rows.columns if name not in keys and rows[name].null_count() < rows.height]
    wanted = [name for name in TELLING if name in there] or there
    yield from wanted[:PREVIEW_FIGURES]


def markdown(frame: Frame) -> str:
    """A frame as a Markdown table."""
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * frame.width]
    lines += ["| " + " | ".join(written(value) for value in row) + " |" for row in frame.iter_rows()]
    return "\n".join(lines)


def written(value: object) -> str:
    """A value as it stands in a small table: a figure with three or four digits."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value).replace("|", "\\|")
