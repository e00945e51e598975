"""Data quality: what was received, how the checks came out, how well the scales measured."""

from __future__ import annotations

from itertools import groupby

from reports.cells import counted, summed
from reports.context import Row, View
from reports.document import Column, Section, Table


def quality(view: View) -> Section:
    """Submissions, checks and reliability of the scales."""
    checks = view.context.rows("meta.check")
    values = {
        "submissions": _submissions(view),
        "checks": counted(len(checks), "meta.check", {}),
        "failed": _failed(view, [row for row in checks if not row["passed"]]),
        "reliability": _reliability(view),
        "corrections": _corrections(view),
    }
    return Section("quality", "quality", view.words.say("Data quality"), values)


def _submissions(view: View) -> Table:
    say = view.words.say
    rows = sorted(view.context.rows("meta.submission"), key=lambda row: row["kind"])
    grouped = [(kind, list(own)) for kind, own in groupby(rows, key=lambda row: row["kind"])]
    cells = [_submission_cells(view, _kind(view, kind), own, {"kind": kind}) for kind, own in grouped]
    cells += [_submission_cells(view, say("In all"), rows, {})] if len(grouped) > 1 else []
    heads = [say("Files"), say("Rows received"), say("Rows accepted"), say("Rows rejected")]
    columns = [Column(say("Kind"), 40, "left"), *(Column(head, 14) for head in heads)]
    strong = frozenset({len(cells) - 1} if len(grouped) > 1 else ())
    return view.table(say("Submissions of the whole release"), columns, cells, strong=strong)


def _kind(view: View, kind: str) -> str:
    return view.words.name("submission_kind", kind) if view.instrument(kind) is None else view.measure(kind)


def _submission_cells(view: View, name: str, rows: list[Row], wanted: dict[str, object]) -> list[str]:
    """The files and their rows; `wanted` is what they share."""
    table, columns = "meta.submission", ("rows_received", "rows_accepted", "rows_rejected")
    sums = (summed(sum(row[column] for row in rows), table, wanted, column) for column in columns)
    return [name, *map(view.words.number, (counted(len(rows), table, wanted), *sums))]


def _failed(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    columns = [Column(say("Check"), 70, "left"), Column(say("Rows"), 12)]
    cells = [[_described(view, row), view.words.number(row["rows"])] for row in rows]
    return view.table(say("Checks that found something"), columns, cells)


def _described(view: View, row: Row) -> str:
    known = view.words.knows("check", row["check"])
    return view.words.name("check", row["check"]) if known else str(row["description"])


def _corrections(view: View) -> Table:
    """What the evaluator corrected, and why; nobody's name and no value."""
    say = view.words.say
    columns = [Column(say("Kind"), 26, "left"), Column(say("Column"), 18, "left"),
               Column(say("Reason"), 60, "left"), Column(say("Reported"), 18, "left")]  # fmt: skip
    cells = [
        [_corrected_kind(view, row), row["column_name"], row["reason"], view.words.date(row["reported"])]
        for row in view.context.rows("meta.correction")
    ]
    return view.table(say("Known errors of the data that were corrected"), columns, cells)


def _corrected_kind(view: View, row: Row) -> str:
    kind = view.words.name("submission_kind", row["table_name"])
    return f"{kind} ({view.measure(row['instrument'])})" if row["instrument"] else kind


def _reliability(view: View) -> Table:
    """Reliability of the planned scales at the first wave."""
    say = view.words.say
    rows = view.context.rows("mart.reliability", evaluation=view.evaluation.id, wave=view.evaluation.pre)
    planned = [(outcome.instrument, outcome.respondent) for outcome in view.evaluation.outcomes]
    rows = [row for row in rows if (row["instrument"], row["respondent"]) in planned]
    rows.sort(key=lambda row: _place(view, row, planned))
    heads = [say("n"), say("Items"), say("Alpha"), say("95% interval"), say("Omega"), say("At the floor"),
             say("At the ceiling"), say("Answers missing")]  # fmt: skip
    widths = (7, 11, 9, 15, 9, 12, 12, 11)
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    caption = say("How well the scales measured: {wave}", wave=view.wave(view.evaluation.pre))
    scale = Column(say("Scale"), 40, "left")
    return view.table(caption, [scale, *columns], [_reliability_cells(view, row) for row in rows], rows)


def _place(view: View, row: Row, planned: list[tuple[str, str]]) -> tuple[int, int, str]:
    order = view.order(row["instrument"])
    key = (row["instrument"], row["respondent"])
    return planned.index(key), order.get(row["scale"], len(order)), row["scale"]


def _reliability_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})",
        words.number(row["n"], hidden=hidden),
        words.number(row["items"], hidden=hidden),
        words.number(row["alpha"], 2, hidden=hidden),
        words.interval(row["alpha_low"], row["alpha_high"], 2, hidden=hidden),
        words.number(row["omega"], 2, hidden=hidden),
        *(words.percent(row[share], hidden=hidden) for share in ("floor", "ceiling", "missing_share")),
    ]
