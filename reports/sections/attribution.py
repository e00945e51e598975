"""What else could explain the changes: for each headline its ladder, other models, and who was lost."""

from __future__ import annotations

from typing import Any

from pipeline.schemas.codes import RUNGS
from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import Interval, Rungs
from reports.sections.explanations import Headline, explanation, headlines
from reports.sections.looks import arm_table, facts, looks_table, lost_table

_ASSUMPTIONS = ("none", "pre_mean", "norm_mean", "known_mean", "norm_trend", "tipping_point")
_SHOWN = 8


def attribution(view: View) -> Section | None:
    """A ladder for each headline change; None when no change is looked at so closely."""
    found = headlines(view)
    arms = arm_table(view)
    if not found and not arms.rows:
        return None
    heading = view.words.say("What else could explain the changes")
    values = {
        "headlines": [_headline(view, number, one) for number, one in enumerate(found[:_SHOWN], start=1)],
        "more": max(len(found) - _SHOWN, 0),
        "arms": arms,
    }
    return Section("attribution", "attribution", heading, values)


def _headline(view: View, number: int, headline: Headline) -> dict[str, Any]:
    rows = sorted(headline.ladder, key=_place)
    name = (
        f"{view.label(headline.change['instrument'], headline.change['scale'])} ({view.who(headline.change)})"
    )
    return {
        "name": name,
        "survives": _survives(view, rows),
        "explanation": explanation(view, headline),
        "figure": _figure(view, number, rows, name),
        "table": _table(view, rows, name),
        "looks": looks_table(view, headline, name),
        "facts": facts(view, headline),
        "lost": lost_table(view, headline, name),
    }


def _place(row: Row) -> tuple[int, int]:
    known = row["assumption"] in _ASSUMPTIONS
    return RUNGS.index(row["rung"]), _ASSUMPTIONS.index(row["assumption"]) if known else len(_ASSUMPTIONS)


def _survives(view: View, rows: list[Row]) -> str:
    """The rungs at which the interval of what is left still lies on the better or the worse side of 0."""
    raw = next((row for row in rows if row["rung"] == "raw_change"), None)
    if raw is None or raw["change"] is None:
        return ""
    say, sign = view.words.say, 1 if raw["change"] > 0 else -1
    standing = [_step(view, row) for row in rows if _stands(row, sign)]
    if not standing:
        return say("Already the raw change cannot be told from no change.")
    return say("The change stands at: {rungs}.", rungs="; ".join(standing))


def _stands(row: Row, sign: int) -> bool:
    limit = row["ci_low"] if sign > 0 else row["ci_high"]
    return limit is not None and limit * sign > 0


def _step(view: View, row: Row) -> str:
    return view.words.name("assumption", row["assumption"])


def _figure(view: View, number: int, rows: list[Row], name: str) -> Figure | None:
    """The rungs that have an interval."""
    drawn = [row for row in rows if None not in (row["change"], row["ci_low"], row["ci_high"])]
    if len(drawn) < 2:
        return None
    words = view.words
    digits = view.digits(*_scale(rows[0]))
    shown = Rungs(
        tuple(_step(view, row) for row in drawn),
        tuple(Interval(row["ci_low"], row["change"], row["ci_high"]) for row in drawn),
        (words.say("better"), words.say("cannot be told from 0"), words.say("worse")),
        words.say("mean change, positive = better"),
        "," if words.language == "lv" else ".",
    )
    told = "; ".join(
        f"{_step(view, row)}: {words.number(row['change'], digits, sign=True)} "
        f"({words.interval(row['ci_low'], row['ci_high'], digits)})"
        for row in drawn
    )
    alt = words.say("Intervals of the change that is left, a row an explanation. {values}.", values=told)
    caption = words.say("What other explanations leave of the change: {name}", name=name)
    return Figure(f"ladder-{number}", caption, alt, shown.svg())


def _table(view: View, rows: list[Row], name: str) -> Table:
    say = view.words.say
    columns = [
        Column(say("Explanation looked at"), 46, "left"),
        Column(say("Change left"), 11),
        Column(say("95% interval"), 17),
        Column(say("Break-even value"), 14),
    ]
    cells = [_cells(view, row) for row in rows]
    return view.table(say("Attribution ladder: {name}", name=name), columns, cells, rows)


def _cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(*_scale(row))
    even = "" if row["rung"] == "raw_change" else words.number(row["break_even"], digits, hidden=hidden)
    left = [
        words.number(row["change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
    ]
    if row["rung"] == "attrition_worst_case":
        left = ["", ""]
    return [_step(view, row), *left, even]


def _scale(row: Row) -> tuple[str, str, str]:
    return row["instrument"], row["scale"], row["respondent"]
