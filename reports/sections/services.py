"""What services were given and what they cost."""

from __future__ import annotations

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import SingleBars

GROUPS = ("social", "health", "education", "other", "total", "total_with_costs")
_SUMS = ("total", "total_with_costs")


def services(view: View) -> Section | None:
    """Spend by group of services and by service, to the cent; None without services."""
    rows = by_group(view)
    if not rows:
        return None
    values = {
        "table": _groups_table(view, rows),
        "figure": _figure(view, rows),
        "services": _services_table(view),
        "months": view.evaluation.months,
        "with_costs": any(row["service_group"] == "total_with_costs" for row in rows),
    }
    return Section("services", "services", view.words.say("Services and spending"), values)


def by_group(view: View) -> list[Row]:
    """The groups' rows for all, in the order of GROUPS, sums last."""
    rows = view.rows("mart.service_spend", service="all")
    return sorted(rows, key=lambda row: GROUPS.index(row["service_group"]))


def _groups_table(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    heads = [
        say("EUR"),
        say("Share of EUR"),
        say("Units"),
        say("Persons"),
        say("EUR per unit"),
        say("EUR per person"),
        say("EUR per person and month"),
    ]
    widths = (15, 9, 10, 9, 10, 13, 13)
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    return view.table(
        say("Services by group"),
        [Column(say("Group"), 22, "left"), *columns],
        [_group_cells(view, row) for row in rows],
        rows,
        strong=frozenset(place for place, row in enumerate(rows) if row["service_group"] in _SUMS),
    )


def _group_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    averages = ("eur_per_unit", "eur_per_participant", "eur_per_participant_month")
    share = (
        "" if row["service_group"] == "total_with_costs" else words.percent(row["share_eur"], hidden=hidden)
    )
    return [
        words.name("service_group", row["service_group"]),
        words.number(row["eur"], 2, hidden=hidden),
        share,
        words.number(row["units"], hidden=hidden),
        words.number(row["participants"], hidden=hidden),
        *(words.number(row[average], 2, hidden=hidden) for average in averages),
    ]


def _services_table(view: View) -> Table:
    words = view.words
    rows = [row for row in view.rows("mart.service_spend") if row["service"] != "all"]
    rows.sort(key=lambda row: (GROUPS.index(row["service_group"]), -(row["eur"] or 0), row["service"]))
    columns = [
        Column(words.say("Service"), 40, "left"),
        Column(words.say("Group"), 16, "left"),
        Column(words.say("Persons"), 12),
        Column(words.say("Units"), 12),
        Column(words.say("EUR"), 16),
    ]
    cells = [_service_cells(view, row) for row in rows]
    return view.table(words.say("Services one by one"), columns, cells, rows)


def _service_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        view.service(row["service"]),
        words.name("service_group", row["service_group"]),
        words.number(row["participants"], hidden=hidden),
        words.number(row["units"], hidden=hidden),
        words.number(row["eur"], 2, hidden=hidden),
    ]


def _figure(view: View, rows: list[Row]) -> Figure | None:
    drawn = [row for row in rows if row["service_group"] not in _SUMS and row["eur"] is not None]
    if not drawn:
        return None
    words = view.words
    labels = tuple(words.name("service_group", row["service_group"]) for row in drawn)
    texts = tuple(f"{words.number(row['eur'])} EUR" for row in drawn)
    bars = SingleBars(labels, tuple(float(row["eur"]) for row in drawn), texts)
    told = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    alt = words.say("Bars of the amount paid by group of services.") + " " + told + "."
    return Figure("services", words.say("Amount paid by group of services"), alt, bars.svg())
