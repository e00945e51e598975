"""The municipalities: what was given in each, and the headline changes, own and partially pooled."""

from __future__ import annotations

from typing import Any

from reports.context import Row, View
from reports.document import Column, Figure, Section, Table
from reports.figures import Funnel, FunnelPoint, Interval, Intervals
from reports.sections.goals import degree
from reports.sections.municipality_map import participants_map, short_name
from reports.sections.score_tables import followed_up

POPULATION = "municipality"
_FUNNEL = (
    "n_pairs", "mean_change", "programme_change",
    "funnel95_low", "funnel95_high", "funnel998_low", "funnel998_high",
)  # fmt: skip
_FEWEST = 3
_FEWEST_COMPARED = 2


def municipalities(view: View) -> Section | None:
    """Services, goals and headline changes by municipality; None when the plan has no such breakdown."""
    given, changes = given_rows(view, POPULATION), headline_changes(view)
    if not given and not changes:
        return None
    values = {
        "several": len({*(row["grp"] for row in given), *(row["grp"] for rows in changes for row in rows)})
        > 1,
        "map": _map(view, given),
        "given": given_table(
            view,
            POPULATION,
            given,
            view.words.say("Municipality"),
            view.words.say("Services and goals by municipality"),
        ),
        "changes": [_change(view, number, rows) for number, rows in enumerate(changes, start=1)],
    }
    return Section("municipalities", "municipalities", view.words.say("By municipality"), values)


def headline_changes(view: View) -> list[list[Row]]:
    """Rows of each confirmatory scale, municipalities in alphabetical order."""
    rows = followed_up(view.rows("mart.municipality_change", POPULATION))
    if len({row["grp"] for row in rows}) < _FEWEST_COMPARED:
        return []  # the only one's change is the programme's
    keys = [(row["instrument"], row["respondent"], row["scale"]) for row in rows]
    wanted = [key for key in dict.fromkeys(keys) if is_confirmatory(view, key)]
    return [
        view.alphabetical([row for row, own in zip(rows, keys, strict=True) if own == key]) for key in wanted
    ]


def is_confirmatory(view: View, key: tuple[str, str, str]) -> bool:
    """Whether the plan confirms this scale: its measure, respondent and code."""
    instrument, respondent, scale = key
    return any(
        outcome.role == "confirmatory"
        and (outcome.instrument, outcome.respondent) == (instrument, respondent)
        and (outcome.scales == "all" or scale in outcome.scales)
        for outcome in view.evaluation.outcomes
    )


def given_rows(view: View, population: str) -> list[Row]:
    """A row a group: its spend and its goals, each None where there is none."""
    spend = {row["grp"]: row for row in view.rows("mart.service_spend", population, service_group="total")}
    goals = {row["grp"]: row for row in view.rows("mart.goal_attainment", population, domain="total")}
    rows = [
        {"grp": grp, "spend": spend.get(grp), "goals": goals.get(grp)} for grp in sorted({*spend, *goals})
    ]
    return view.alphabetical(rows, population)


def _map(view: View, given: list[Row]) -> Figure | None:
    spend = {row["grp"]: row["spend"]["participants"] for row in given if row["spend"]}
    return participants_map(view, spend) if spend else None


def given_table(view: View, population: str, rows: list[Row], head: str, caption: str) -> Table:
    """Services and goals of the groups of a breakdown; head: what the groups are."""
    say = view.words.say
    heads = [
        say("Persons with services"), say("EUR"), say("EUR per person and month"), say("Goals set"),
        say("Degree of attainment"), say("95% interval"),
    ]  # fmt: skip
    widths = (12, 15, 15, 10, 14, 14)
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    return view.table(
        caption,
        [Column(head, 24, "left"), *columns],
        [[view.group(population, row["grp"]), *_given_cells(view, row)] for row in rows],
        [row["goals"] for row in rows if row["goals"]],
    )


def _given_cells(view: View, row: Row) -> list[str]:
    words, spend, goals = view.words, row["spend"], row["goals"]
    money = ["", "", ""]
    if spend is not None:
        hidden = spend["suppressed"]
        money = [
            words.number(spend["participants"], hidden=hidden),
            words.number(spend["eur"], 2, hidden=hidden),
            words.number(spend["eur_per_participant_month"], 2, hidden=hidden),
        ]
    attained = ["", "", ""]
    if goals is not None:
        shown = degree(view, goals)
        attained = [
            words.number(goals["goals"], hidden=goals["suppressed"]), shown["value"], shown["interval"],
        ]  # fmt: skip
    return [*money, *attained]


def _change(view: View, number: int, rows: list[Row]) -> dict[str, Any]:
    first = rows[0]
    name = f"{view.label(first['instrument'], first['scale'])} ({view.who(first)})"
    return {
        "name": name,
        "table": _change_table(view, rows, name),
        "figure": _figure(view, number, rows, name),
        "funnel": _funnel(view, number, rows, name),
        "tau2": first["tau2"],
        "icc": view.words.percent(first["icc"], hidden=first["suppressed"]),
        "detectable": _detectable(view, rows),
    }


def _detectable(view: View, rows: list[Row]) -> str | None:
    """The smallest and largest change that a municipality's numbers could have shown."""
    known = [row["detectable_change"] for row in rows if row["detectable_change"] is not None]
    first = rows[0]
    digits = view.digits(first["instrument"], first["scale"], first["respondent"])
    return view.words.interval(min(known), max(known), digits) if known else None


def _change_table(view: View, rows: list[Row], name: str) -> Table:
    say = view.words.say
    heads = [
        say("n"), say("Own change"), say("95% interval"), say("Pooled change"), say("95% interval"),
        say("Adjusted for case mix"), say("Detectable change"),
    ]  # fmt: skip
    widths = (7, 13, 15, 13, 15, 13, 13)
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    return view.table(
        say("Mean change by municipality: {name}", name=name),
        [Column(say("Municipality"), 24, "left"), *columns],
        [_change_cells(view, row) for row in rows],
        rows,
    )


def _change_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    return [
        view.group(POPULATION, row["grp"]),
        words.number(row["n_pairs"], hidden=hidden),
        words.number(row["mean_change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
        words.number(row["pooled_change"], digits, hidden=hidden, sign=True),
        words.interval(row["pooled_low"], row["pooled_high"], digits, hidden=hidden),
        words.number(row["adjusted_change"], digits, hidden=hidden, sign=True),
        words.number(row["detectable_change"], digits, hidden=hidden),
    ]


def _figure(view: View, number: int, rows: list[Row], name: str) -> Figure | None:
    own = tuple(_interval(row, "ci_low", "mean_change", "ci_high") for row in rows)
    pooled = tuple(_interval(row, "pooled_low", "pooled_change", "pooled_high") for row in rows)
    if not any((*own, *pooled)):
        return None
    words = view.words
    shown = Intervals(
        labels=tuple(view.group(POPULATION, row["grp"]) for row in rows),
        own=own,
        pooled=pooled,
        legend=(words.say("own data alone"), words.say("partially pooled with the others")),
        whole=next((row["programme_change"] for row in rows if row["programme_change"] is not None), None),
        whole_label=words.say("programme"),
        axis=words.say("mean change, positive = better"),
        decimal=words.decimal_mark,
    )
    alt = words.say(
        "Intervals of the mean change, a row a municipality, in alphabetical order; "
        "the table has the numbers."
    )
    caption = words.say("Mean change with 95% intervals by municipality: {name}", name=name)
    return Figure(f"municipalities-{number}", caption, alt, shown.svg())


def _funnel(view: View, number: int, rows: list[Row], name: str) -> Figure | None:
    """Own changes by number of persons, with the limits of chance; None for fewer than three municipalities."""
    drawn = [row for row in rows if None not in (row[column] for column in _FUNNEL)]
    if len(drawn) < _FEWEST:
        return None
    words = view.words
    shown = Funnel(
        points=tuple(_funnel_point(view, row) for row in drawn),
        whole=drawn[0]["programme_change"],
        whole_label=words.say("programme"),
        legend=(words.say("limits of chance, 95%"), words.say("limits of chance, 99.8%")),
        persons_axis=words.say("persons scored at both waves"),
        change_axis=words.say("mean change"),
        decimal=words.decimal_mark,
    )
    outside = [
        view.group(POPULATION, row["grp"])
        for row in drawn
        if not row["funnel998_low"] <= row["mean_change"] <= row["funnel998_high"]
    ]
    said = words.say("Outside the wider limits: {names}.", names="; ".join(outside))
    alt = words.say(
        "Points for the municipalities, the mean change by number of persons, between funnel-shaped limits."
    )
    told = said if outside else words.say("None lies outside the wider limits.")
    caption = words.say("Mean change by number of persons, with the limits of chance: {name}", name=name)
    return Figure(f"municipalities-{number}-funnel", caption, f"{alt} {told}", shown.svg())


def _funnel_point(view: View, row: Row) -> FunnelPoint:
    return FunnelPoint(
        short_name(view.group(POPULATION, row["grp"])),
        row["n_pairs"],
        row["mean_change"],
        (row["funnel95_low"], row["funnel95_high"]),
        (row["funnel998_low"], row["funnel998_high"]),
    )


def _interval(row: Row, low: str, estimate: str, high: str) -> Interval | None:
    if None in (row[low], row[estimate], row[high]):
        return None
    return Interval(row[low], row[estimate], row[high])
