"""What the programme would cost in the whole country: variants side by side, who would pay, scenarios."""

from __future__ import annotations

from reports.context import Row, View
from reports.document import Column, Section, Table

LINES = (
    *("persons", "take_up_with_special_care", "take_up_without_special_care", "need_basic"),
    *(
        "need_natural_support_circle",
        "need_care_of_minor_child",
        "need_mobility",
        "services",
        "posts",
        "staff",
    ),
    *("administration", "total", "municipality", "state"),
)
BEARERS = ("state", "municipality", "parents")


def programme_cost(view: View) -> Section | None:
    """The published inputs and what follows, for the programmes of the evaluation's people; None without any."""
    programmes = [name for name in view.evaluation.members.target_group if _rows(view, name)]
    if not programmes:
        return None
    values = {
        "programmes": [
            {
                "name": view.words.name("programme", name),
                "variants": _variants_table(view, name),
                "financing": _financing_table(view, name),
                "indicative": _indicative_table(view, name),
            }
            for name in programmes
        ],
        "scenarios": _scenarios_table(view),
    }
    heading = view.words.say("Cost of the programme in the whole country")
    return Section("programme_cost", "programme-cost", heading, values)


def _rows(view: View, programme: str) -> list[Row]:
    return view.context.rows("mart.programme_cost", programme=programme)


def _variants_table(view: View, programme: str) -> Table:
    """A row a line, a pair of columns a variant."""
    words, rows = view.words, _rows(view, programme)
    by_line = {(row["line"], row["variant"]): row for row in rows}
    variants = list(dict.fromkeys(row["variant"] for row in rows))
    lines = [line for line in LINES if any((line, variant) in by_line for variant in variants)]
    columns = [Column(words.say("Line"), 34, "left")]
    for variant in variants:
        name = words.name("variant", variant) if len(variants) > 1 else ""
        columns.append(Column(words.say("{variant} persons or posts", variant=name).strip(), 12))
        columns.append(Column(words.say("{variant} EUR a year", variant=name).strip(), 18))
        columns.append(Column(words.say("{variant} EUR a month", variant=name).strip(), 16))
    cells = [
        [
            words.name("programme_line", line),
            *(c for v in variants for c in _amounts(view, by_line.get((line, v)))),
        ]
        for line in lines
    ]
    caption = words.say("What it would cost: {programme}", programme=words.name("programme", programme))
    return view.table(
        caption,
        columns,
        cells,
        strong=frozenset(place for place, line in enumerate(lines) if line == "total"),
        notes=[
            words.say(
                "Persons, services and staff are published inputs; the other lines are computed from them."
            )
        ],
    )


def _amounts(view: View, row: Row | None) -> list[str]:
    if row is None:
        return ["", "", ""]
    words, persons = view.words, row["persons"]
    digits = 0 if persons is None or persons == int(persons) else 1
    return [
        "" if persons is None else words.number(persons, digits),
        "" if row["eur_year"] is None else words.number(row["eur_year"], 2),
        "" if row["eur_month"] is None else words.number(row["eur_month"], 2),
    ]


def _financing_table(view: View, programme: str) -> Table:
    words = view.words
    rows = view.context.rows("mart.programme_financing", programme=programme)
    ways: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        ways.setdefault((row["variant"], row["financing"]), []).append(row)
    heads = [words.name("bearer", bearer) for bearer in BEARERS]
    columns = [Column(words.say("Variant"), 14, "left"), Column(words.say("Who pays"), 34, "left")]
    columns += [
        Column(words.say("Points"), 9),
        *(Column(words.say("{who}, EUR a year", who=h), 18) for h in heads),
    ]
    cells = []
    for (variant, _), parts in ways.items():
        paid = {part["bearer"]: part for part in parts}
        shares = ", ".join(
            f"{words.name('bearer', b)} {words.percent(paid[b]['share'])}" for b in BEARERS if b in paid
        )
        amounts = [words.number(paid[b]["eur_year"], 2) if b in paid else "" for b in BEARERS]
        cells.append([words.name("variant", variant), shares, words.number(parts[0]["points"]), *amounts])
    chosen = frozenset(place for place, parts in enumerate(ways.values()) if parts[0]["chosen"])
    caption = words.say(
        "Who would pay, by way of sharing (the one with the most points in bold): {programme}",
        programme=words.name("programme", programme),
    )
    return view.table(caption, columns, cells, strong=chosen)


def _indicative_table(view: View, programme: str) -> Table:
    words = view.words
    rows = view.context.rows("meta.indicative_amount", programme=programme)
    rows.sort(key=lambda row: (row["valid_from"], row["part"], row["residence"], row["care_level"]))
    columns = [Column(words.say("Valid from"), 20, "left"), Column(words.say("Part"), 34, "left")]
    columns += [Column(words.say("Care level"), 12), Column(words.say("Where the person lives"), 22, "left")]
    columns.append(Column(words.say("EUR a month"), 14))
    cells = [
        [
            words.date(row["valid_from"]),
            words.name("indicative_part", row["part"]),
            words.say("any") if row["care_level"] == "any" else row["care_level"],
            words.say("any") if row["residence"] == "any" else words.name("residence", row["residence"]),
            words.number(row["eur_month"], 2),
        ]
        for row in rows
    ]
    caption = words.say("Indicative amounts: {programme}", programme=words.name("programme", programme))
    return view.table(caption, columns, cells)


def _scenarios_table(view: View) -> Table:
    """The monthly total of each scenario, with what it is made of."""
    words = view.words
    found: dict[tuple[str, str], list[Row]] = {}
    for row in view.context.rows("mart.community_service_cost"):
        found.setdefault((row["care_level"], row["home"]), []).append(row)
    columns = [Column(words.say("Care level"), 9), Column(words.say("Home"), 22, "left")]
    columns += [Column(words.say("Use in a month"), 56, "left"), Column(words.say("EUR a month"), 13)]
    cells = [
        [
            level,
            words.name("home", home),
            "; ".join(_use(view, row) for row in rows if row["service"] != "total"),
            next(words.number(row["eur_month"], 2) for row in rows if row["service"] == "total"),
        ]
        for (level, home), rows in found.items()
    ]
    caption = words.say("Scenarios of community services: days and hours times price")
    return view.table(caption, columns, cells)


def _use(view: View, row: Row) -> str:
    words, quantity = view.words, row["quantity"].normalize()
    digits = max(0, -quantity.as_tuple().exponent)
    amount = f"{words.number(quantity, digits)} × {words.number(row['price_eur'], 2)}"
    return f"{words.name('community_service', row['service'])} {amount}"
