"""How far the goals were attained."""

from __future__ import annotations

from collections.abc import Sequence

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import StackedBars

MEASURE = "goal_attainment"
_WIDTHS = (11, 13, 13, 13, 13, 15, 13)
LEVELS = ("achieved", "partly", "not_achieved")


def goals(view: View) -> Section | None:
    """Goals by domain, achieved, partly and not, with the degree and its interval; None without goals."""
    rows = in_order(view)
    if not rows:
        return None
    scaling = view.evaluation.goal_scale == "goal_attainment_scaling"
    total = next((row for row in rows if row["domain"] == "total"), rows[-1])
    values = {
        "scaling": scaling,
        "table": _table(view, rows, scaling),
        "figure": _figure(view, rows),
        "total": total,
        "degree": degree(view, total),
    }
    return Section("goals", "goals", view.words.say("Goals"), values)


def in_order(view: View) -> list[Row]:
    """The domains' rows in the measure's order, the total last."""
    order = view.order(MEASURE)
    rows = view.rows("mart.goal_attainment")
    return sorted(
        rows, key=lambda row: (row["domain"] == "total", order.get(row["domain"], 99), row["domain"])
    )


def degree(view: View, row: Row) -> dict[str, str]:
    """The degree and its interval in words: per cent, or T in goal attainment scaling."""
    words, hidden = view.words, row["suppressed"]
    if view.evaluation.goal_scale == "goal_attainment_scaling":
        interval = words.interval(row["ci_low"], row["ci_high"], 1, hidden=hidden)
        return {"value": words.number(row["degree"], 1, hidden=hidden), "interval": interval}
    low, high = (None if row[limit] is None else row[limit] / 100 for limit in ("ci_low", "ci_high"))
    return {
        "value": words.per_cent(row["degree_pct"], hidden=hidden),
        "interval": words.percent_interval(low, high, hidden=hidden),
    }


def _reviewed(row: Row) -> int:
    return sum(row[level] or 0 for level in LEVELS)


def _table(view: View, rows: list[Row], scaling: bool) -> Table:
    say = view.words.say
    heads = [say("Goals set"), *levels(view), say("Open"), _degree_head(view, scaling), say("95% interval")]
    columns = [
        Column(say("Domain"), 27, "left"),
        *(Column(head, width) for head, width in zip(heads, _WIDTHS, strict=True)),
    ]
    columns.append(Column(say("Persons"), 10))
    return view.table(
        say("Goals by domain and how far they were attained"),
        columns,
        [_cells(view, row, scaling) for row in rows],
        rows,
        strong=frozenset(place for place, row in enumerate(rows) if row["domain"] == "total"),
    )


def _degree_head(view: View, scaling: bool) -> str:
    return view.words.say("Mean T") if scaling else view.words.say("Degree of attainment")


def levels(view: View) -> tuple[str, str, str]:
    """Names of the levels of attainment, the best first."""
    say = view.words.say
    if view.evaluation.goal_scale == "goal_attainment_scaling":
        return say("As expected or better"), say("Somewhat less"), say("Much less")
    return say("Achieved"), say("Partly achieved"), say("Not achieved")


def _cells(view: View, row: Row, scaling: bool) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    attained = [words.count_and_share(row[level], _reviewed(row), hidden=hidden) for level in LEVELS]
    shown = degree(view, row)
    value = shown["value"]
    if not scaling and row["degree"] is not None:
        value = f"{words.number(row['degree'], int(row['degree'] % 1 != 0))} ({value})"
    return [
        view.label(MEASURE, row["domain"]),
        words.number(row["goals"], hidden=hidden),
        *attained,
        words.number(row["open"], hidden=hidden),
        value,
        shown["interval"],
        words.number(row["persons"], hidden=hidden),
    ]


def _figure(view: View, rows: list[Row]) -> Figure | None:
    drawn = [row for row in rows if is_shown(row)]
    labels = [view.label(MEASURE, row["domain"]) for row in drawn]
    return bars(view, labels, drawn, view.words.say("Share of goals by attainment")) if drawn else None


def is_shown(row: Row) -> bool:
    """Whether a row's goals can be drawn: reviewed, and none of the levels hidden."""
    return all(row[level] is not None for level in LEVELS) and _reviewed(row) > 0


def bars(view: View, labels: Sequence[str], rows: Sequence[Row], caption: str) -> Figure:
    """Bars of the shares by attainment, a bar a row."""
    words = view.words
    shares = [tuple(row[level] / _reviewed(row) for level in LEVELS) for row in rows]
    texts = [tuple(words.percent(share) for share in parts) for parts in shares]
    legend = levels(view)
    drawn = StackedBars(tuple(labels), tuple(shares), tuple(texts), legend)
    told = [
        words.say("{label}: {values}", label=label, values=_told(legend, parts))
        for label, parts in zip(labels, texts, strict=True)
    ]
    alt = words.say("Stacked bars of the goals.") + " " + "; ".join(told) + "."
    return Figure("goals", caption, alt, drawn.svg())


def _told(names: tuple[str, ...], texts: tuple[str, ...]) -> str:
    return ", ".join(f"{name.lower()} {text}" for name, text in zip(names, texts, strict=True))
