"""The yearly survey of those who take part in the programme: a section a role."""

from __future__ import annotations

from instruments import Option
from reports.context import Row, YearView
from reports.document import Column, Figure, Section, Table, parts_told
from reports.figures import StackedBars
from reports.sections.survey_years import trend

_RATED = 5


def survey_sections(view: YearView) -> list[Section]:
    """A section for each role that answered: ratings as bars and a table, choices as a table."""
    rows = view.rows()
    return [
        _section(view, role, [row for row in rows if row["role"] == role])
        for role in dict.fromkeys(row["role"] for row in rows)
    ]


def _section(view: YearView, role: str, rows: list[Row]) -> Section:
    rated = [row for row in rows if _options(view, row["item"], "rated")]
    chosen = [row for row in rows if _options(view, row["item"], "choice")]
    answered = [row["n"] for row in rows if row["n"] is not None]
    invited = [row["invited"] for row in rows if row["invited"] is not None]
    values = {
        "answered": max(answered, default=None),
        "invited": max(invited, default=None),
        "figure": _figure(view, role, rated),
        "table": _table(view, rated),
        "choices": _choices(view, chosen),
        "trend": trend(view, role),
    }
    name = view.words.name("role_of_respondent", role)
    return Section("survey", f"role-{role}", name, values)


def _items(view: YearView, rows: list[Row]) -> list[str]:
    return sorted({row["item"] for row in rows}, key=view.item_order)


def _options(view: YearView, code: str, kind: str) -> tuple[Option, ...]:
    """The answers of a rated item or a choice; none when the item is of another kind or not known."""
    item = view.item(code)
    return item.options if item is not None and item.type == kind else ()


def _by_answer(rows: list[Row], item: str) -> dict[float, Row]:
    return {float(row["category"]): row for row in rows if row["item"] == item}


def _table(view: YearView, rows: list[Row]) -> Table:
    say, items = view.words.say, _items(view, rows)
    options = _options(view, items[0], "rated") if items else ()
    heads = [option.label.in_language(view.words.language) for option in reversed(options)]
    columns = [
        Column(say("Question"), 30, "left"),
        Column(say("n"), 7),
        *(Column(head.capitalize(), 13) for head in heads),
    ]
    cells = [_cells(view, item, _by_answer(rows, item), options) for item in items]
    return view.table(say("Ratings, persons and shares"), columns, cells, rows)


def _cells(view: YearView, item: str, answers: dict[float, Row], options: tuple[Option, ...]) -> list[str]:
    words = view.words
    shown = [answers.get(option.value) for option in reversed(options)]
    base = next((row for row in shown if row is not None), None)
    counts = [
        "" if row is None else words.count_and_share(row["count"], row["n"], hidden=row["suppressed"])
        for row in shown
    ]
    n = "" if base is None else words.number(base["n"], hidden=base["suppressed"])
    return [view.item_label(item), n, *counts]


def _choices(view: YearView, rows: list[Row]) -> Table:
    say, words = view.words.say, view.words
    cells = [
        [
            view.item_label(item),
            option.label.in_language(words.language),
            words.count_and_share(row["count"], row["n"], hidden=row["suppressed"]),
            words.percent_interval(row["ci_low"], row["ci_high"], hidden=row["suppressed"]),
        ]
        for item in _items(view, rows)
        for option in _options(view, item, "choice")
        if (row := _by_answer(rows, item).get(option.value)) is not None
    ]
    columns = [
        Column(say("Question"), 34, "left"),
        Column(say("Answer"), 30, "left"),
        Column(say("Persons"), 16),
        Column(say("95% interval"), 18),
    ]
    return view.table(say("Choices"), columns, cells, rows)


def _figure(view: YearView, role: str, rows: list[Row]) -> Figure | None:
    items = [item for item in _items(view, rows) if len(_shares(view, rows, item)) == _RATED]
    shares = tuple(_shares(view, rows, item) for item in items)
    if all(share is None for parts in shares for share in parts):
        return None
    words = view.words
    options = reversed(_options(view, items[0], "rated"))
    texts = tuple(tuple(words.percent(share, hidden=True) for share in parts) for parts in shares)
    labels = tuple(view.item_label(item) for item in items)
    legend = tuple(option.label.in_language(words.language) for option in options)
    bars = StackedBars(labels, shares, texts, legend, "five answers", words.say("not shown"))
    told = parts_told(labels, texts, legend)
    alt = words.say("Stacked bars of the ratings. {values}.", values=told)
    return Figure(f"survey-{role}", words.say("Ratings, share of those who answered"), alt, bars.svg())


def _shares(view: YearView, rows: list[Row], item: str) -> tuple[float | None, ...]:
    """The shares of a rated item's answers, best first; None where hidden."""
    answers = _by_answer(rows, item)
    found = (answers.get(option.value) for option in reversed(_options(view, item, "rated")))
    return tuple(None if row is None else row["share"] for row in found)
