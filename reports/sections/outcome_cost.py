"""Outcomes beside what was spent: no ranking, and no cause."""

from __future__ import annotations

from collections.abc import Callable

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import DosePanel, DosePoint, Doses

MOST_PANELS = 2
GOALS = "goal_attained"


def outcome_cost(view: View) -> Section | None:
    """Amounts by goal attained and by person improved, and change by amount spent; None without either."""
    costs, doses = _costs(view), _dosed(view)
    if not costs and not doses:
        return None
    values = {
        "costs": _costs_table(view, costs),
        "groups": _goal_table(view),
        "figure": _figure(view, doses),
        "doses": _doses_table(view, doses),
        "correlations": _correlations_table(view, doses),
    }
    heading = view.words.say("Outcomes beside what was spent")
    return Section("outcome_cost", "outcome-cost", heading, values)


def _planned_order(view: View) -> Callable[[Row], tuple[int, int, str]]:
    """The key that sorts rows by the plan's outcomes, and within one by the measure's own order of scales."""
    outcomes = sorted(view.evaluation.outcomes, key=lambda outcome: outcome.role != "confirmatory")

    def place(row: Row) -> tuple[int, int, str]:
        named = (
            number
            for number, outcome in enumerate(outcomes)
            if (outcome.instrument, outcome.respondent) == (row["instrument"], row["respondent"])
            and (outcome.scales == "all" or row["scale"] in outcome.scales)
        )
        order = view.order(row["instrument"])
        return next(named, len(outcomes)), order.get(row["scale"], len(order)), row["scale"]

    return place


def _costs(view: View) -> list[Row]:
    """Goals first, then the scales in the plan's order: an order that ranks nothing."""
    rows = view.rows("mart.outcome_cost")
    order = _planned_order(view)
    return sorted(rows, key=lambda row: (row["outcome"] != GOALS, order(row)))


def _costs_table(view: View, rows: list[Row]) -> Table:
    say = view.words.say
    heads = [say("Persons"), say("EUR"), say("95% interval")]
    return view.table(
        say("Amount spent for each goal attained and each person improved reliably"),
        [
            Column(say("Outcome"), 52, "left"),
            *(Column(h, w) for h, w in zip(heads, (10, 14, 24), strict=True)),
        ],
        [[_outcome(view, row), *_cost_cells(view, row)] for row in rows],
        rows,
    )


def _cost_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        words.number(row["persons"], hidden=hidden),
        words.number(row["eur_per_outcome"], 2, hidden=hidden),
        words.interval(row["eur_low"], row["eur_high"], 2, hidden=hidden),
    ]


def _outcome(view: View, row: Row) -> str:
    if row["outcome"] == GOALS:
        return view.words.say("Goal attained")
    name = f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})"
    return view.words.say("Person improved: {name}", name=name)


def _goal_table(view: View) -> Table:
    """The amount by goal in each group, in the alphabetical order of the groups."""
    say = view.words.say
    rows = [
        row
        for breakdown in ("sex", "age_band", "region", "municipality")
        for row in view.alphabetical(_goals_of(view, breakdown), breakdown)
    ]
    heads = [say("Persons"), say("EUR for a goal attained"), say("95% interval")]
    return view.table(
        say("Amount spent for each goal attained, by group"),
        [Column(say("Group"), 36, "left"), *(Column(h, w) for h, w in zip(heads, (10, 20, 28), strict=True))],
        [[view.group(row["population"], row["grp"]), *_cost_cells(view, row)] for row in rows],
        rows,
    )


def _goals_of(view: View, breakdown: str) -> list[Row]:
    """A breakdown's rows; none where disclosure control shows nothing of it."""
    rows = view.rows("mart.outcome_cost", breakdown, outcome=GOALS)
    return rows if any(row["eur_per_outcome"] is not None for row in rows) else []


def _dosed(view: View) -> list[list[Row]]:
    """The rows of each scale, the confirmatory ones first, as many as there are panels; the row of all first."""
    order = _planned_order(view)
    by_scale: dict[tuple[str, str, str], list[Row]] = {}
    for row in sorted(view.rows("mart.dose_change"), key=lambda row: (*order(row), row["dose_group"])):
        by_scale.setdefault((row["instrument"], row["respondent"], row["scale"]), []).append(row)
    shown = [rows for rows in by_scale.values() if rows[0]["dose_eur"] is not None]
    return shown[:MOST_PANELS]


def _name(view: View, row: Row) -> str:
    return f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})"


def _figure(view: View, doses: list[list[Row]]) -> Figure | None:
    if not doses:
        return None
    words = view.words
    panels = tuple(
        DosePanel(
            _name(view, rows[0]),
            tuple(
                DosePoint(float(row["dose_eur"]), row["mean_change"], row["ci_low"], row["ci_high"])
                for row in rows[1:]
                if None not in (row["dose_eur"], row["mean_change"], row["ci_low"], row["ci_high"])
            ),
        )
        for rows in doses
    )
    drawn = Doses(
        panels,
        words.say("mean amount spent, EUR"),
        words.say("mean change, positive = better"),
        "," if words.language == "lv" else ".",
    )
    alt = words.say(
        "A panel a scale: groups of persons from the least to the most spent, with the mean change and its "
        "interval; the table has the numbers."
    )
    caption = words.say("Mean change by amount spent. Those who need more are given more")
    return Figure("doses", caption, alt, drawn.svg())


def _doses_table(view: View, doses: list[list[Row]]) -> Table:
    say = view.words.say
    rows = [row for own in doses for row in own[1:]]
    heads = [say("Mean EUR"), say("n"), say("Mean before"), say("Mean change"), say("95% interval")]
    widths = (14, 8, 14, 14, 20)
    return view.table(
        say("Change by amount spent, in groups of persons of about equal size"),
        [Column(say("Scale"), 40, "left"), *(Column(h, w) for h, w in zip(heads, widths, strict=True))],
        [_dose_cells(view, row) for row in rows],
        rows,
    )


def _dose_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    return [
        _name(view, row),
        words.number(row["dose_eur"], hidden=hidden),
        words.number(row["n"], hidden=hidden),
        words.number(row["mean_pre"], digits, hidden=hidden),
        words.number(row["mean_change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
    ]


def _correlations_table(view: View, doses: list[list[Row]]) -> Table:
    words = view.words
    rows = [own[0] for own in doses]
    heads = [words.say("n"), words.say("Rank correlation"), words.say("95% interval")]
    cells = [
        [
            _name(view, row),
            words.number(row["n"]),
            words.number(row["rank_correlation"], 2),
            words.interval(row["rank_correlation_low"], row["rank_correlation_high"], 2),
        ]
        for row in rows
    ]
    columns = [Column(words.say("Scale"), 46, "left"), *(Column(head, 18) for head in heads)]
    return view.table(words.say("Rank correlation of amount spent and change"), columns, cells, rows)
