"""The attribution ladder: which other explanations each headline change survives."""

from __future__ import annotations

from typing import Any

from pipeline.schemas.codes import RUNGS
from reports.context import Row, View
from reports.document import Column, Section, Table

_ASSUMPTIONS = ("none", "pre_mean", "norm_mean", "known_mean", "norm_trend", "tipping_point")
_SHOWN = 8


def attribution(view: View) -> Section | None:
    """A ladder for each headline change; None when no change is looked at so closely."""
    rows = view.rows("mart.attribution")
    keys = list(dict.fromkeys((row["instrument"], row["respondent"], row["scale"]) for row in rows))
    if not keys:
        return None
    ladders = [_ladder(view, [row for row in rows if _key(row) == key]) for key in keys[:_SHOWN]]
    heading = view.words.say("What else could explain the changes")
    return Section(
        "attribution", "attribution", heading, {"ladders": ladders, "more": len(keys) - len(ladders)}
    )


def _key(row: Row) -> tuple[str, str, str]:
    return row["instrument"], row["respondent"], row["scale"]


def _ladder(view: View, rows: list[Row]) -> dict[str, Any]:
    rows = sorted(rows, key=_place)
    name = f"{view.label(rows[0]['instrument'], rows[0]['scale'])} ({view.who(rows[0])})"
    return {"table": _table(view, rows, name), "survives": _survives(view, rows), "name": name}


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
