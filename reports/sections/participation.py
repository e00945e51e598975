"""Who took part: eligible, asked, answered, scored, paired."""

from __future__ import annotations

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import NestedBars


def participation(view: View) -> Section:
    """The flow of persons by measure, respondent and wave; says so when nobody has answered yet."""
    rows = _in_order(view)
    values = {
        "table": _table(view, rows),
        "figure": _figure(view, rows),
        "persons": persons(view),
        "planned": view.evaluation.planned_participants,
        "asked_known": any(row["asked"] is not None for row in rows),
    }
    return Section("participation", "participation", view.words.say("Who took part"), values)


def persons(view: View) -> int | None:
    """Persons of the evaluation: all that any measure or service counts; None when no mart knows."""
    known = [row["eligible"] for row in view.rows("mart.participant_flow")]
    known += [row["participants"] for row in view.rows("mart.service_spend", service_group="total")]
    return max((count for count in known if count is not None), default=None)


def _in_order(view: View) -> list[Row]:
    waves = list(view.evaluation.waves)
    place = {wave: number for number, wave in enumerate(waves)}
    rows = view.rows("mart.participant_flow")
    return sorted(
        rows, key=lambda row: (row["instrument"], row["respondent"], place.get(row["wave"], len(waves)))
    )


def _scored(view: View, row: Row) -> bool:
    instrument = view.instrument(row["instrument"])
    return instrument is None or instrument.scored


def _table(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    heads = [
        say("In the evaluation"),
        say("Asked"),
        say("Answered"),
        say("Scored"),
        say("Scored at both waves"),
    ]
    columns = [
        Column(say("Measure"), 26, "left"),
        Column(say("Who answered"), 20, "left"),
        Column(say("Wave"), 14, "left"),
        *(Column(head, 12) for head in heads),
    ]
    return view.table(
        say("Persons by measure, respondent and wave"), columns, [_cells(view, row) for row in rows], rows
    )


def _cells(view: View, row: Row) -> list[str]:
    words = view.words
    asked = "" if row["asked"] is None else words.number(row["asked"])
    compared = ("scored", "paired") if _scored(view, row) else ()
    return [
        view.measure(row["instrument"]),
        view.respondent(row["respondent"]),
        view.wave(row["wave"]),
        words.number(row["eligible"]),
        asked,
        words.number(row["answered"]),
        *(words.number(row[count]) for count in compared),
        *([] if compared else ["", ""]),
    ]


def _figure(view: View, rows: list[Row]) -> Figure | None:
    first = {(row["instrument"], row["respondent"]): row for row in reversed(rows)}
    shown = [row for key, row in sorted(first.items()) if row["eligible"]]
    if not shown:
        return None
    words = view.words
    labels = tuple(view.who(row) for row in shown)
    counts = tuple((row["eligible"], row["answered"], row["paired"]) for row in shown)
    texts = tuple(_numbers(view, row) for row in shown)
    legend = (
        words.say("in the evaluation"),
        words.say("answered when first asked"),
        words.say("scored at both waves"),
    )
    bars = NestedBars(labels, counts, texts, legend)
    told = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    alt = words.say(
        "Bars within bars: scored at both waves, answered when first asked, in the evaluation. {values}.",
        values=told,
    )
    return Figure("participation", words.say("How many persons stand behind the figures"), alt, bars.svg())


def _numbers(view: View, row: Row) -> str:
    """The row's counts, narrowest first; only scored measures have pairs."""
    counts = ("paired", "answered", "eligible") if _scored(view, row) else ("answered", "eligible")
    return " / ".join(view.words.number(row[count]) for count in counts)
