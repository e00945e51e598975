"""Employment by wave, the ways between statuses, and the tests over all statuses."""

from __future__ import annotations

from pipeline.schemas.codes import EMPLOYMENT_STATUSES
from reports.cells import counted
from reports.context import Row, View
from reports.document import Column, Figure, Table
from reports.figures import Alluvial

ORDER = ("employed", *EMPLOYMENT_STATUSES)


def status(view: View, code: str) -> str:
    """Name of a status."""
    return view.words.name("employment_status", code)


def tests(view: View, employed: Row | None) -> str:
    """Whether the statuses as a whole changed; empty where it is not shown or can't be told."""
    if employed is None or None in (employed["p_stuart_maxwell"], employed["p_bowker"]):
        return ""
    words = view.words
    return words.say(
        "All statuses together: p {margins} that each is as frequent before as during (Stuart and Maxwell), "
        "p {symmetry} that as many went each way as back (Bowker).",
        margins=words.p_value(employed["p_stuart_maxwell"]),
        symmetry=words.p_value(employed["p_bowker"]),
    )


def waves_table(view: View) -> Table:
    """A row a status, a column a wave: persons and share with its interval."""
    words = view.words
    rows = view.rows("mart.employment_status")
    waves = [wave for wave in view.evaluation.waves if any(row["wave"] == wave for row in rows)]
    found = {(row["status"], row["wave"]): row for row in rows}
    statuses = [code for code in ORDER if any((code, wave) in found for wave in waves)]
    columns = [Column(words.say("Status"), 36, "left"), *(Column(view.wave(wave), 26) for wave in waves)]
    cells = [
        [status(view, code), *(_wave_cell(view, found[code, wave]) for wave in waves)] for code in statuses
    ]
    strong = frozenset(place for place, code in enumerate(statuses) if code == "employed")
    caption = words.say("Persons by employment status at each wave, with the share and its 95% interval")
    return view.table(caption, columns, cells, rows, strong=strong)


def _wave_cell(view: View, row: Row) -> str:
    words = view.words
    if row["persons"] is None:
        return words.number(None, hidden=row["suppressed"])
    interval = words.percent_interval(row["ci_low"], row["ci_high"])
    return f"{words.count_and_share(row['persons'], row['n'])} [{interval}]"


def flows_table(view: View) -> Table:
    """The ways that somebody went, from the status before to the one during; those hidden are counted together."""
    words = view.words
    rows = view.rows("mart.employment_flow")
    rows.sort(key=lambda row: (ORDER.index(row["before"]), ORDER.index(row["during"])))
    hidden = sum(1 for row in rows if row["persons"] is None)
    went = [row for row in rows if row["persons"]]
    cells = [
        [status(view, row["before"]), status(view, row["during"]), words.number(row["persons"])]
        for row in went
    ]
    columns = [Column(words.say("Before"), 36, "left"), Column(words.say("During"), 36, "left")]
    columns.append(Column(words.say("Persons"), 12))
    notes = []
    if hidden:
        notes.append(
            words.say_number(
                "{n} further way is not shown, to protect privacy.",
                "{n} further ways are not shown, to protect privacy.",
                counted(hidden, "mart.employment_flow", view.key(persons=None)),
            )
        )
    return view.table(words.say("From which status to which"), columns, cells, notes=notes)


def flows_figure(view: View, change: list[Row]) -> Figure | None:
    """The ways as an alluvial figure; None where no way is shown, or not how many there are at its ends."""
    words = view.words
    went = [row for row in view.rows("mart.employment_flow") if row["persons"]]
    counted = {row["status"]: row for row in change if row["status"] != "employed"}
    ends = {code for row in went for code in (row["before"], row["during"])}
    known = {code for code, row in counted.items() if None not in (row["before"], row["during"])}
    if not went or not ends <= known:
        return None
    codes = [code for code in EMPLOYMENT_STATUSES if code in counted]
    place = {code: number for number, code in enumerate(codes)}
    bands = sorted((place[row["before"]], place[row["during"]], row["persons"]) for row in went)
    drawn = Alluvial(
        tuple(status(view, code) for code in codes),
        tuple(counted[code]["before"] for code in codes),
        tuple(counted[code]["during"] for code in codes),
        tuple(bands),
        (words.say("before"), words.say("during")),
    )
    told = "; ".join(
        f"{status(view, row['before'])} → {status(view, row['during'])}: {words.number(row['persons'])}"
        for row in went
    )
    alt = words.say("Bands from the statuses before to the statuses during. {values}.", values=told)
    return Figure("employment-flows", words.say("From which status to which"), alt, drawn.svg())
