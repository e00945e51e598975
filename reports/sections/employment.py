"""Employment before and during the programme."""

from __future__ import annotations

from pipeline.schemas.codes import EMPLOYMENT_STATUSES
from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import SingleBars
from reports.sections.employment_paths import flows_figure, flows_table, status, tests, waves_table

ORDER = ("employed", *EMPLOYMENT_STATUSES)
WIDTHS = (10, 10, 10, 10, 10, 18, 12)


def employment(view: View) -> Section | None:
    """Persons by employment status before and during; None without any status."""
    rows = in_order(view)
    if not rows:
        return None
    employed = next((row for row in rows if row["status"] == "employed"), None)
    values = {
        "table": _table(view, rows),
        "figure": _figure(view, rows),
        "employed": employed,
        "tests": tests(view, employed),
        "waves": waves_table(view),
        "flows": flows_figure(view, rows),
        "flows_table": flows_table(view),
    }
    return Section("employment", "employment", view.words.say("Employment"), values)


def in_order(view: View) -> list[Row]:
    """The statuses' rows, `employed` (the sum of four) first."""
    rows = view.rows("mart.employment_change")
    return sorted(rows, key=lambda row: ORDER.index(row["status"]))


def _table(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    heads = [
        say("Before"),
        say("During"),
        say("Gained"),
        say("Lost"),
        say("Change"),
        say("95% interval"),
        say("p (McNemar)"),
    ]
    return view.table(
        say("Persons by employment status before and during the programme"),
        [Column(say("Status"), 34, "left"), *(Column(h, w) for h, w in zip(heads, WIDTHS, strict=True))],
        [_cells(view, row) for row in rows],
        rows,
        strong=frozenset(place for place, row in enumerate(rows) if row["status"] == "employed"),
    )


def _cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    counted = (words.number(row[count], hidden=hidden) for count in ("before", "during", "gained", "lost"))
    change = None if row["change"] is None else row["change"] * 100
    points = words.number(change, hidden=hidden, sign=True) + ("%" if change is not None else "")
    interval = words.percent_interval(row["ci_low"], row["ci_high"], hidden=hidden)
    return [
        status(view, row["status"]),
        *counted,
        points,
        interval,
        words.p_value(row["p_mcnemar"], hidden=hidden),
    ]


def _figure(view: View, rows: list[Row]) -> Figure | None:
    drawn = [row for row in rows if None not in (row["before"], row["during"])]
    if not drawn:
        return None
    words = view.words
    labels = tuple(status(view, row["status"]) for row in drawn)
    before, during = (tuple(row[time] for row in drawn) for time in ("before", "during"))
    legend = (words.say("before"), words.say("during"))
    shown = tuple(map(words.number, before)), tuple(map(words.number, during))
    bars = SingleBars(labels, before, shown[0], during, shown[1], legend)
    told = "; ".join(f"{label}: {b} → {d}" for label, b, d in zip(labels, *shown, strict=True))
    alt = words.say("Two bars a status, before and during. {values}.", values=told)
    return Figure("employment", words.say("Persons by employment status"), alt, bars.svg())
