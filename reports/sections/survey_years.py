"""The yearly survey beside other years: who answered, what changed; and the themes, for the analyst alone."""

from __future__ import annotations

from reports.collation import latvian_key
from reports.context import Row, YearView
from reports.document import Column, Section, Table
from reports.language import NO_BREAK

_YEARS_SHOWN = 4


def response(view: YearView) -> Section | None:
    """How many were invited and answered, by role and year, and by municipality; None when nobody was."""
    rows = [row for row in view.context.rows("mart.stakeholder_response") if row["year"] <= view.year]
    of_year = [row for row in rows if row["year"] == view.year]
    if not of_year:
        return None
    values = {"roles": _by_role(view, rows), "municipalities": _by_municipality(view, of_year)}
    return Section("survey_response", "response", view.words.say("Response to the survey"), values)


def _by_role(view: YearView, rows: list[Row]) -> Table:
    say, words = view.words.say, view.words
    shown = [row for row in rows if row["population"] == "all" and row["year"] > view.year - _YEARS_SHOWN]
    shown.sort(key=lambda row: (view.role_order(row["role"]), row["year"]))
    columns = [
        Column(say("Role"), 34, "left"),
        Column(say("Year"), 10),
        Column(say("Invited"), 16),
        Column(say("Answered"), 16),
        Column(say("Response rate"), 18),
    ]
    cells = [
        [
            words.name("role_of_respondent", row["role"]),
            str(row["year"]),
            words.number(row["invited"]),
            words.number(row["answered"]),
            words.percent(row["response_rate"]),
        ]
        for row in shown
    ]
    return view.table(say("Response by role and year"), columns, cells, shown)


def _by_municipality(view: YearView, rows: list[Row]) -> Table:
    """A row a municipality in Latvian alphabetical order, a column a role."""
    say = view.words.say
    found = {(row["grp"], row["role"]): row for row in rows if row["population"] == "municipality"}
    roles = sorted({role for _, role in found}, key=view.role_order)
    places = sorted({grp for grp, _ in found}, key=lambda grp: latvian_key(view.municipality(grp)))
    columns = [
        Column(say("Municipality"), 31, "left"),
        *(Column(view.words.name("role_of_respondent", role), 23) for role in roles),
    ]
    cells = [
        [view.municipality(grp), *(_answered(view, found.get((grp, role))) for role in roles)]
        for grp in places
    ]
    notes = [say("Answered of those invited, and the response rate.")] if cells else []
    return view.table(say("Response by municipality"), columns, cells, list(found.values()), notes=notes)


def _answered(view: YearView, row: Row | None) -> str:
    """The answered of the invited and the rate; without a list only who answered."""
    words = view.words
    if row is None:
        return "0"
    if row["invited"] is None:
        return f"{words.number(row['answered'])} {words.number(None)}"
    counts = f"{words.number(row['answered'])}/{words.number(row['invited'])}"
    return f"{counts}{NO_BREAK}({words.percent(row['response_rate'])})"


def trend(view: YearView, role: str) -> Table:
    """The share favourable of each rated item in the latest years, and the change against the survey before."""
    say = view.words.say
    rows = [
        row for row in view.context.rows("mart.stakeholder_change", role=role) if row["year"] <= view.year
    ]
    found = {(row["item"], row["year"]): row for row in rows}
    years = sorted({row["year"] for row in rows})[-_YEARS_SHOWN:]
    latest = [row for row in rows if row["year"] == view.year]
    latest.sort(key=lambda row: view.item_order(row["item"]))
    tested = any(row["odds_ratio"] is not None for row in latest)
    columns = [
        Column(say("Question"), 24, "left"),
        *(Column(str(year), 12) for year in years),
        Column(say("Change, points"), 19),
        *([Column(say("Odds ratio"), 19), Column(say("p adjusted"), 10)] if tested else []),
    ]
    cells = [
        [
            view.item_label(row["item"]),
            *(_share(view, found.get((row["item"], year))) for year in years),
            _change(view, row),
            *(_test(view, row) if tested else []),
        ]
        for row in latest
    ]
    notes = _notes(view, latest, tested=tested) if cells else []
    caption = say("Favourable answers, year on year")
    return view.table(caption, columns, cells, latest, notes=notes)


def _share(view: YearView, row: Row | None) -> str:
    if row is None:
        return ""
    return view.words.percent(row["share"], hidden=row["suppressed"])


def _change(view: YearView, row: Row) -> str:
    """The change in points with its interval; empty where there was no earlier survey."""
    words = view.words
    if row["year_before"] is None:
        return ""
    change = words.number(_points(row["change"]), hidden=row["suppressed"], sign=True)
    limits = words.interval(_points(row["change_low"]), _points(row["change_high"]))
    return f"{change} ({limits})" if row["change"] is not None else change


def _test(view: YearView, row: Row) -> list[str]:
    """The odds ratio and p; empty where there was no earlier survey."""
    words = view.words
    if row["year_before"] is None:
        return ["", ""]
    odds = words.number(row["odds_ratio"], 2, hidden=row["suppressed"])
    limits = words.interval(row["odds_ratio_low"], row["odds_ratio_high"], 2)
    return [
        f"{odds} ({limits})" if row["odds_ratio"] is not None else odds,
        words.p_value(row["p_adjusted"], hidden=row["suppressed"]),
    ]


def _points(share: float | None) -> float | None:
    return None if share is None else share * 100


def _notes(view: YearView, rows: list[Row], *, tested: bool) -> list[str]:
    """What counts as favourable, and against which year the change is."""
    say = view.words.say
    labels = view.answer_labels(rows[0]["item"], rows[0]["favourable"].split(", "))
    notes = [say("Favourable: {answers}.", answers=", ".join(labels))]
    before = sorted({row["year_before"] for row in rows if row["year_before"] is not None})
    if before:
        years = ", ".join(str(year) for year in before)
        notes.append(
            say("Change against {year}, with 95% intervals. Other people answer each year.", year=years)
        )
    if before and tested:
        notes.append(say("The odds of a better rating allow for people of one municipality answering alike."))
    return notes


def themes(view: YearView) -> Section | None:
    """The terms that come up in the remarks; None outside the evaluator's edition or without any."""
    rows = view.context.rows("analyst.stakeholder_theme", year=view.year)
    if view.context.edition != "restricted" or not rows:
        return None
    rows.sort(key=lambda row: (view.role_order(row["role"]), -row["respondents"], row["term"]))
    say, words = view.words.say, view.words
    columns = [
        Column(say("Role"), 34, "left"),
        Column(say("Term"), 30, "left"),
        Column(say("Persons who used it"), 18),
        Column(say("Persons who wrote a remark"), 18),
    ]
    cells = [
        [
            words.name("role_of_respondent", row["role"]),
            row["term"],
            words.number(row["respondents"]),
            words.number(row["remarks"]),
        ]
        for row in rows
    ]
    table = view.table(say("Terms in the remarks"), columns, cells, rows)
    return Section("survey_themes", "themes", say("Themes of the remarks"), {"table": table})
