"""Who took part: eligible, asked, answered, scored, paired."""

from __future__ import annotations

from itertools import pairwise

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import FlowBlock, FlowDiagram, FlowLine

_STEPS = ("asked", "answered", "scored")
_MEASURES = 7
"""Measures in one figure; more would not fit on a page."""


def participation(view: View) -> Section:
    """The flow of persons by measure, respondent and wave; says so when nobody has answered yet."""
    rows = _in_order(view)
    values = {
        "table": _table(view, rows),
        "figures": _figures(view, rows),
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


def _figures(view: View, rows: list[Row]) -> list[Figure]:
    """The flow diagram, in as many figures as its measures need: one must not be higher than a page."""
    blocks = [_block(view, own) for own in _by_measure(rows).values() if own[0]["eligible"]]
    parts = [blocks[first : first + _MEASURES] for first in range(0, len(blocks), _MEASURES)]
    return [_figure(view, number, part) for number, part in enumerate(parts, start=1)]


def _by_measure(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["instrument"], row["respondent"]), []).append(row)
    return found


def _figure(view: View, number: int, blocks: list[FlowBlock]) -> Figure:
    say = view.words.say
    steps = (
        say("In the evaluation"),
        say("Asked"),
        say("Answered"),
        say("Scored"),
        say("Scored at both waves"),
    )
    alt = say(
        "Boxes with arrows: from those in the evaluation, by wave, to those asked, answered and scored, and to "
        "those scored at both waves; under the arrows those lost. The table has all waves. {values}.",
        values="; ".join(_told(view, block) for block in blocks),
    )
    name = "participation" if number == 1 else f"participation-{number}"
    caption = say("How many persons stand behind the figures")
    return Figure(name, caption, alt, FlowDiagram(steps, tuple(blocks)).svg())


def _told(view: View, block: FlowBlock) -> str:
    waves = "; ".join(f"{line.wave} {' → '.join(n for n in line.persons if n)}" for line in block.lines)
    compared = f"; {view.words.say('Scored at both waves')} {block.compared}" if block.compared else ""
    return f"{block.title}: {block.eligible}; {waves}{compared}"


def _block(view: View, rows: list[Row]) -> FlowBlock:
    """One measure and respondent; of its waves the two compared, or all where it has neither."""
    ends = (view.evaluation.pre, view.evaluation.post)
    shown = [row for row in rows if row["wave"] in ends] or rows
    scored, first = _scored(view, rows[0]), shown[0]
    lines = tuple(_line(view, row, scored=scored) for row in shown)
    compared = _count(view, first, "paired") if scored else ""
    return FlowBlock(view.who(first), _count(view, first, "eligible"), lines, compared)


def _line(view: View, row: Row, *, scored: bool) -> FlowLine:
    """The steps of a wave; who was asked is not known where no list was sent in."""
    steps = [name for name in _STEPS if name != "scored" or scored]
    known = ["eligible", *(name for name in steps if name != "asked" or row["asked"] is not None)]
    lost = {later: _lost(view, row, earlier, later) for earlier, later in pairwise(known)}
    return FlowLine(
        view.wave(row["wave"]),
        tuple(_count(view, row, name) if name in known else "" for name in _STEPS),
        tuple(lost.get(name, "") for name in _STEPS),
        compared=scored and row["wave"] in (view.evaluation.pre, view.evaluation.post),
    )


def _lost(view: View, row: Row, earlier: str, later: str) -> str:
    """How many fewer the later step has; nothing where none are, or where one of the counts is hidden."""
    if row[earlier] is None or row[later] is None or row[earlier] <= row[later]:
        return ""
    return view.words.number(row[later] - row[earlier])


def _count(view: View, row: Row, name: str) -> str:
    return view.words.number(row[name], hidden=row["suppressed"])
