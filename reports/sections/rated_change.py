"""How people rated the changes in their lives themselves, looking back."""

from __future__ import annotations

from reports.cells import counted
from reports.context import Row, View
from reports.document import Column, Figure, Section, Table, parts_told
from reports.figures import StackedBars

MART = "mart.rated_change"
HALF = 0.5
_ANSWERS = ("better", "same", "worse")


def rated_change(view: View) -> Section | None:
    """Aspects of life rated better, the same or worse; None when nobody rated."""
    rows = in_order(view)
    if not rows:
        return None
    values = {
        "table": _table(view, rows),
        "figure": _figure(view, rows),
        "aspects": view.words.number(aspects(view, rows)),
        "over_half": view.words.number(over_half(view, rows)),
        "n": max((row["n"] for row in rows if row["n"] is not None), default=None),
    }
    heading = view.words.say("Changes that people rated themselves")
    return Section("rated_change", "rated-change", heading, values)


def in_order(view: View) -> list[Row]:
    """The aspects in the order of the measure."""
    rows = view.rows(MART)
    return sorted(rows, key=lambda row: (row["instrument"], _place(view, row), row["item"]))


def over_half(view: View, rows: list[Row]) -> int:
    """How many aspects more than half rated better."""
    better = sum(row["share_better"] is not None and row["share_better"] > HALF for row in rows)
    return counted(better, MART, view.key(), "share_better", f" > {HALF}")


def aspects(view: View, rows: list[Row]) -> int:
    """How many aspects were rated."""
    return counted(len(rows), MART, view.key())


def _place(view: View, row: Row) -> int:
    order = view.order(row["instrument"])
    return order.get(row["item"], len(order))


def _table(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    heads = [
        say("n"), say("Better"), say("95% interval"), say("Same"), say("Worse"), say("Net balance"),
        say("p (against half)"),
    ]  # fmt: skip
    widths = (6, 13, 15, 12, 12, 11, 11)
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    return view.table(
        say("Rated changes by aspect of life"),
        [Column(say("Aspect of life"), 36, "left"), *columns],
        [_cells(view, row) for row in rows],
        rows,
        notes=[say("Net balance: the share better less the share worse, in percentage points.")],
    )


def _cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    balance = None if row["net_balance"] is None else row["net_balance"] * 100
    shares = [words.count_and_share(row[answer], row["n"], hidden=hidden) for answer in _ANSWERS]
    return [
        view.label(row["instrument"], row["item"]),
        words.number(row["n"], hidden=hidden),
        shares[0],
        words.percent_interval(row["ci_low"], row["ci_high"], hidden=hidden),
        *shares[1:],
        words.number(balance, hidden=hidden, sign=True),
        words.p_value(row["p_half"], hidden=hidden),
    ]


def _figure(view: View, rows: list[Row]) -> Figure | None:
    drawn = [row for row in rows if row["n"] and any(row[answer] is not None for answer in _ANSWERS)]
    if not drawn:
        return None
    words = view.words
    shares = tuple(_shares(row) for row in drawn)
    texts = tuple(tuple(words.percent(share, hidden=True) for share in parts) for parts in shares)
    labels = tuple(view.label(row["instrument"], row["item"]) for row in drawn)
    legend = (words.say("better"), words.say("the same"), words.say("worse"))
    bars = StackedBars(labels, shares, texts, legend, "better or worse", words.say("not shown"))
    told = parts_told(labels, texts, legend)
    alt = words.say("Stacked bars of the ratings. {values}.", values=told)
    caption = words.say("Share of persons who rated an aspect better, the same or worse")
    return Figure("rated-change", caption, alt, bars.svg())


def _shares(row: Row) -> tuple[float | None, ...]:
    """The shares better, same and worse; None where hidden."""
    return tuple(None if row[answer] is None else row[answer] / row["n"] for answer in _ANSWERS)
