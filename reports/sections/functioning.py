"""Functioning by the ICF: who improved and who worsened, by chapter."""

from __future__ import annotations

from typing import Any

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import DivergingBars, HeatColumn, HeatMap

MEASURE = "icf"
_FEWEST_KINDS = 2
_COUNTS = ("improved", "worsened", "mixed", "unchanged")


def functioning(view: View) -> Section | None:
    """Chapters of the ICF, barriers and facilitators apart; None without ratings."""
    rows = view.rows("mart.icf_change")
    parts = [
        _part(view, kind, rows) for kind in sorted({(row["facilitator"], row["construct"]) for row in rows})
    ]
    shown = [part for part in parts if part is not None]
    if not shown:
        return None
    values = {"parts": shown, "map": _heat_map(view, rows)}
    return Section("functioning", "functioning", view.words.say("Functioning (ICF)"), values)


def improved_in_any(row: Row) -> tuple[int | None, int | None]:
    """Persons who improved in at least one, and persons who worsened in at least one; None where hidden."""
    if row["mixed"] is None:
        return None, None
    better, worse = (
        None if row[way] is None else row[way] + row["mixed"] for way in ("improved", "worsened")
    )
    return better, worse


def _part(view: View, kind: tuple[bool, str], rows: list[Row]) -> dict[str, Any] | None:
    own = [row for row in rows if (row["facilitator"], row["construct"]) == kind]
    chapters = _by_code(view, [row for row in own if row["level"] == "chapter"])
    if not chapters:
        return None
    over_all = next((row for row in own if row["level"] == "any"), None)
    return {
        "caption": _caption(view, kind),
        "table": _table(view, chapters, _caption(view, kind)),
        "figure": _figure(view, chapters, kind),
        "any": None if over_all is None else _any(view, over_all),
        "persons": None if over_all is None else over_all["persons"],
    }


def _caption(view: View, kind: tuple[bool, str]) -> str:
    facilitator, construct = kind
    of_what = view.words.name("icf_facilitator", "yes" if facilitator else "no")
    return f"{of_what} ({view.words.name('construct', construct)})"


def _heat_map(view: View, rows: list[Row]) -> Figure | None:
    """Shares improved and worsened by chapter, all kinds beside each other; None for fewer than two kinds."""
    chapters = [row for row in rows if row["level"] == "chapter"]
    kinds = sorted({(row["facilitator"], row["construct"]) for row in chapters})
    codes = list(dict.fromkeys(row["code"] for row in _by_code(view, chapters)))
    if len(kinds) < _FEWEST_KINDS:
        return None
    words = view.words
    columns = tuple(
        _heat_column(view, kind, way, {row["code"]: row for row in chapters if _kind(row) == kind}, codes)
        for kind in kinds
        for way in ("improved", "worsened")
    )
    alt = words.say(
        "A row a chapter, two columns a kind of rating: the share of persons who improved and who worsened; the "
        "tables below have the numbers."
    )
    caption = words.say("Share of persons who improved and who worsened, by chapter of the ICF")
    labels = tuple(chapter(view, code) for code in codes)
    return Figure("icf-map", caption, alt, HeatMap(labels, columns).svg())


def _kind(row: Row) -> tuple[bool, str]:
    return row["facilitator"], row["construct"]


def _heat_column(
    view: View, kind: tuple[bool, str], way: str, rows: dict[str, Row], codes: list[str]
) -> HeatColumn:
    shares = tuple(_share(rows.get(code), way) for code in codes)
    texts = tuple(
        "" if code not in rows else view.words.percent(share, hidden=rows[code]["suppressed"])
        for code, share in zip(codes, shares, strict=True)
    )
    said = view.words.say("improved") if way == "improved" else view.words.say("worsened")
    return HeatColumn(_caption(view, kind), said, way == "improved", shares, texts)


def _share(row: Row | None, way: str) -> float | None:
    return None if row is None or not row["persons"] or row[way] is None else row[way] / row["persons"]


def _any(view: View, row: Row) -> dict[str, str] | None:
    hidden, persons = row["suppressed"], row["persons"]
    better, worse = improved_in_any(row)
    if better is None and worse is None:
        return None
    return {
        "better": view.words.count_and_share(better, persons, hidden=hidden),
        "worse": view.words.count_and_share(worse, persons, hidden=hidden),
    }


def _by_code(view: View, rows: list[Row]) -> list[Row]:
    order = view.order(MEASURE)
    return sorted(rows, key=lambda row: (order.get(row["code"], len(order)), row["code"]))


def _table(view: View, rows: list[Row], caption: str) -> Table:
    say = view.words.say
    heads = [
        say("Persons"), say("Improved"), say("Worsened"), say("Both alike"), say("Unchanged"),
        say("Improved, 95% interval"), say("p (sign test)"),
    ]  # fmt: skip
    widths = (10, 14, 14, 11, 13, 17, 10)
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    return view.table(
        say("Changes by chapter of the ICF: {caption}", caption=caption),
        [Column(say("Chapter"), 34, "left"), *columns],
        [_cells(view, row) for row in rows],
        rows,
    )


def _cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        chapter(view, row["code"]),
        words.number(row["persons"], hidden=hidden),
        *(words.count_and_share(row[count], row["persons"], hidden=hidden) for count in _COUNTS),
        words.percent_interval(row["ci_low"], row["ci_high"], hidden=hidden),
        words.p_value(row["p_sign"], hidden=hidden),
    ]


def chapter(view: View, code: str) -> str:
    """Code and title of a chapter."""
    title = view.label(MEASURE, code)
    return code if title == code else f"{code} {title}"


def _figure(view: View, rows: list[Row], kind: tuple[bool, str]) -> Figure | None:
    drawn = [row for row in rows if row["persons"] and None not in (row["improved"], row["worsened"])]
    if not drawn:
        return None
    words = view.words
    worse, better = (tuple(row[way] / row["persons"] for row in drawn) for way in ("worsened", "improved"))
    texts = tuple((words.percent(w), words.percent(b)) for w, b in zip(worse, better, strict=True))
    labels = tuple(chapter(view, row["code"]) for row in drawn)
    legend = (words.say("worsened"), words.say("improved"))
    bars = DivergingBars(labels, worse, better, texts, legend)
    told = "; ".join(
        f"{label}: {legend[1]} {b}, {legend[0]} {w}" for label, (w, b) in zip(labels, texts, strict=True)
    )
    alt = words.say("Bars to the left: worsened, to the right: improved. {values}.", values=told)
    name = f"icf-{'facilitators' if kind[0] else 'problems'}-{kind[1]}"
    caption = words.say("Persons who worsened and who improved: {caption}", caption=_caption(view, kind))
    return Figure(name, caption, alt, bars.svg())
