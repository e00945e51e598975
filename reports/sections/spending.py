"""Spending beside what was planned: by month, of budgets, in other municipalities, on what is no service."""

from __future__ import annotations

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import SingleBars
from reports.sections.services import GROUPS

BREAKDOWNS = ("all", "sex", "age_band", "region", "municipality")


def spending(view: View) -> Section | None:
    """Months, budgets, services elsewhere and other costs; None without any of them."""
    months = view.rows("mart.service_month", service_group="total")
    values = {
        "months": _months_table(view, months),
        "figure": _figure(view, months),
        "budgets": _budget_table(view),
        "rule": _rule(view),
        "elsewhere": _elsewhere_table(view),
        "costs": _costs_table(view),
    }
    tables = [value for value in values.values() if isinstance(value, Table)]
    if not any(table.rows for table in tables):
        return None
    return Section("spending", "spending", view.words.say("Months, budgets and other costs"), values)


def _months_table(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    heads = [say("EUR"), say("Units"), say("Persons"), say("EUR per person")]
    return view.table(
        say("Services by month"),
        [Column(say("Month"), 26, "left"), *(Column(head, 16) for head in heads)],
        [_month_cells(view, row) for row in rows],
        rows,
    )


def _month_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        words.month(row["month"]),
        words.number(row["eur"], 2, hidden=hidden),
        words.number(row["units"], hidden=hidden),
        words.number(row["participants"], hidden=hidden),
        words.number(row["eur_per_participant"], 2, hidden=hidden),
    ]


def _figure(view: View, rows: list[Row]) -> Figure | None:
    drawn = [row for row in rows if row["eur"] is not None]
    if not drawn:
        return None
    words = view.words
    labels = tuple(words.month(row["month"]) for row in drawn)
    texts = tuple(f"{words.number(row['eur'])} EUR" for row in drawn)
    bars = SingleBars(labels, tuple(float(row["eur"]) for row in drawn), texts)
    told = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    alt = words.say("Bars of the amount paid by month.") + " " + told + "."
    return Figure("months", words.say("Amount paid by month"), alt, bars.svg())


def _budget_table(view: View) -> Table:
    say = view.words.say
    rows = [
        row for breakdown in BREAKDOWNS for row in view.alphabetical(_budgets(view, breakdown), breakdown)
    ]
    heads = [
        say("Persons"), say("Indicative, EUR"), say("Agreed, EUR"), say("Spent, EUR"), say("Agreed of indicative"),
        say("Spent of agreed"), say("Persons above the agreed amount"),
    ]  # fmt: skip
    widths = (9, 14, 14, 14, 12, 11, 13)
    return view.table(
        say("Indicative and agreed amounts, and what was spent"),
        [Column(say("Group"), 24, "left"), *(Column(*column) for column in zip(heads, widths, strict=True))],
        [_budget_cells(view, row) for row in rows],
        rows,
        strong=frozenset(place for place, row in enumerate(rows) if row["population"] == "all"),
    )


def _budgets(view: View, breakdown: str) -> list[Row]:
    """A breakdown's rows; none where disclosure control shows nothing of it."""
    rows = view.rows("mart.budget_use", breakdown)
    return rows if breakdown == "all" or any(row["agreed_eur"] is not None for row in rows) else []


def _budget_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    population = row["population"]
    return [
        words.say("All") if population == "all" else view.group(population, row["grp"]),
        words.number(row["persons"], hidden=hidden),
        *(
            words.number(row[name], 2, hidden=hidden)
            for name in ("indicative_eur", "agreed_eur", "spent_eur")
        ),
        *(words.percent(row[name], hidden=hidden) for name in ("agreed_of_indicative", "spent_of_agreed")),
        words.number(row["persons_over"], hidden=hidden),
    ]


def _rule(view: View) -> str:
    """What was agreed beside the published rule on indicative amounts; empty where none was valid."""
    row = next(iter(view.rows("mart.budget_use")), None)
    if row is None or not row["rule_persons"]:
        return ""
    words = view.words
    return words.say(
        "A published rule on indicative amounts was valid when {persons} of these persons were enrolled: it allows "
        "{most} EUR at most for them, {agreed} EUR was agreed; for {above} of them more than the rule allows.",
        persons=words.number(row["rule_persons"]),
        most=words.number(row["rule_most_eur"], 2),
        agreed=words.number(row["rule_agreed_eur"], 2),
        above=words.number(row["persons_above_rule"], hidden=row["suppressed"]),
    )


def _elsewhere_table(view: View) -> Table:
    say = view.words.say
    rows = sorted(view.rows("mart.service_elsewhere"), key=lambda row: GROUPS.index(row["service_group"]))
    heads = [
        say("Persons, provider known"), say("Persons served elsewhere"), say("Share of persons"),
        say("EUR elsewhere"), say("Share of EUR"),
    ]  # fmt: skip
    return view.table(
        say("Services had outside the person's own municipality"),
        [Column(say("Group"), 24, "left"), *(Column(head, 15) for head in heads)],
        [_elsewhere_cells(view, row) for row in rows],
        rows,
        strong=frozenset(place for place, row in enumerate(rows) if row["service_group"] == "total"),
    )


def _elsewhere_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        words.name("service_group", row["service_group"]),
        words.number(row["participants"], hidden=hidden),
        words.number(row["participants_elsewhere"], hidden=hidden),
        words.percent(row["share_participants_elsewhere"], hidden=hidden),
        words.number(row["eur_elsewhere"], 2, hidden=hidden),
        words.percent(row["share_eur_elsewhere"], hidden=hidden),
    ]


def _costs_table(view: View) -> Table:
    words = view.words
    rows = view.rows("mart.cost_by_kind")
    columns = [Column(words.say("Kind of cost"), 44, "left"), Column(words.say("EUR"), 18)]
    columns.append(Column(words.say("Months with such a cost"), 18))
    cells = [
        [words.name("cost_kind", row["cost_kind"]), words.number(row["eur"], 2), words.number(row["months"])]
        for row in rows
    ]
    return view.table(words.say("Costs that belong to no single service"), columns, cells, rows)
