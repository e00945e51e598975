"""A municipality's own pages: their tables."""

from __future__ import annotations

from reports.cells import counted
from reports.context import Row, View
from reports.document import Column, Figure, Section
from reports.sections import employment, goals, rated_change, services
from reports.sections.employment_paths import status
from reports.sections.own_view import OwnView
from reports.sections.scores import in_order


def services_table(own: OwnView) -> Section | None:
    """Services by group; None without any."""
    rows = sorted(
        own.pairs("mart.service_spend", "service_group", service="all"),
        key=lambda pair: services.GROUPS.index(pair[0]["service_group"]),
    )
    if not rows:
        return None
    say = own.view.words.say
    heads = [
        say("EUR"), say("Persons"), say("EUR per person and month"), say("EUR per person and month, programme"),
    ]  # fmt: skip
    columns = [Column(say("Group"), 26, "left"), *(Column(head, 16) for head in heads)]
    strong = frozenset(place for place, (row, _) in enumerate(rows) if row["service_group"] == "total")
    cells = [_service_cells(own.view, row, whole) for row, whole in rows]
    table = own.view.table(say("Services by group"), columns, cells, [row for row, _ in rows], strong=strong)
    return Section(
        "own_table", "services", say("Services and spending"), {"table": table, "text": "", "figure": None}
    )


def _service_cells(view: View, row: Row, whole: Row | None) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        words.name("service_group", row["service_group"]),
        words.number(row["eur"], 2, hidden=hidden),
        words.number(row["participants"], hidden=hidden),
        words.number(row["eur_per_participant_month"], 2, hidden=hidden),
        words.number(whole["eur_per_participant_month"], 2, hidden=whole["suppressed"]) if whole else "",
    ]


def goals_table(own: OwnView) -> Section | None:
    """Goals by domain; None without any."""
    view, say = own.view, own.view.words.say
    order = view.order(goals.MEASURE)
    rows = sorted(
        own.pairs("mart.goal_attainment", "domain"),
        key=lambda pair: (pair[0]["domain"] == "total", order.get(pair[0]["domain"], 99)),
    )
    if not rows:
        return None
    heads = [
        say("Goals set"), *goals.levels(view), say("Degree of attainment"), say("95% interval"),
        say("Degree, programme"),
    ]  # fmt: skip
    columns = [Column(say("Domain"), 44, "left"), *(Column(head, 11) for head in heads)]
    strong = frozenset(place for place, (row, _) in enumerate(rows) if row["domain"] == "total")
    cells = [_goal_cells(view, row, whole) for row, whole in rows]
    table = view.table(
        say("Goals by domain and how far they were attained"), columns, cells, [row for row, _ in rows],
        strong=strong,
    )  # fmt: skip
    values = {"table": table, "text": "", "figure": _goals_figure(own, rows)}
    return Section("own_table", "goals", say("Goals"), values)


def _goal_cells(view: View, row: Row, whole: Row | None) -> list[str]:
    words, hidden, shown = view.words, row["suppressed"], goals.degree(view, row)
    return [
        view.label(goals.MEASURE, row["domain"]),
        words.number(row["goals"], hidden=hidden),
        *(words.number(row[level], hidden=hidden) for level in goals.LEVELS),
        shown["value"],
        shown["interval"],
        goals.degree(view, whole)["value"] if whole else "",
    ]


def _goals_figure(own: OwnView, rows: list[tuple[Row, Row | None]]) -> Figure | None:
    """All goals by attainment, here and in the whole programme; None when either is hidden."""
    pair = next(((row, whole) for row, whole in rows if row["domain"] == "total"), None)
    if pair is None or pair[1] is None or not all(goals.is_shown(row) for row in pair if row):
        return None
    labels = (own.name, own.view.words.say("Whole programme"))
    caption = own.view.words.say("Share of goals by attainment")
    return goals.bars(own.view, labels, [row for row in pair if row], caption)


def change_table(own: OwnView) -> Section | None:
    """The mean change on every scale that can be shown; how many can't be, is said; None without scales."""
    view, say = own.view, own.view.words.say
    key = ("instrument", "respondent", "scale")
    whole = {tuple(row[name] for name in key): row for row in own.whole("mart.score_change")}
    rows = own.rows("mart.score_change")
    shown = [row for row in rows if row["mean_change"] is not None]
    if not rows:
        return None
    measures = dict.fromkeys(outcome.instrument for outcome in view.evaluation.outcomes)
    ordered = [row for measure in measures for row in in_order(view, shown, measure)]
    heads = [
        say("n"), view.wave(view.evaluation.pre), view.wave(view.evaluation.post), say("Change"),
        say("95% interval"), say("Change, programme"),
    ]  # fmt: skip
    columns = [Column(say("Scale"), 62, "left"), *(Column(head, 11) for head in heads)]
    cells = [_change_cells(view, row, whole.get(tuple(row[name] for name in key))) for row in ordered]
    table = view.table(say("Mean before, after and change"), columns, cells, ordered)
    left = counted(len(rows) - len(shown), "mart.score_change", own.key(mean_change=None))
    text = view.words.say_number(
        "{n} scale is left out: too few persons, or not shown to protect privacy.",
        "{n} scales are left out: too few persons, or not shown to protect privacy.",
        left,
    )
    values = {"table": table, "text": text if left else "", "figure": None}
    return Section("own_table", "change", say("Quality of life, all scales"), values)


def _change_cells(view: View, row: Row, whole: Row | None) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    own_change = whole["mean_change"] if whole else None
    return [
        f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})",
        words.number(row["n_pairs"], hidden=hidden),
        words.number(row["mean_pre"], digits, hidden=hidden),
        words.number(row["mean_post"], digits, hidden=hidden),
        words.number(row["mean_change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
        words.number(own_change, digits, hidden=bool(whole and whole["suppressed"]), sign=True),
    ]


def rated_table(own: OwnView) -> Section | None:
    """How people rated the changes in their lives; None when nobody did."""
    view, say = own.view, own.view.words.say
    order = {(row["instrument"], row["item"]): place for place, row in enumerate(rated_change.in_order(view))}
    rows = sorted(
        own.pairs("mart.rated_change", "instrument", "item"),
        key=lambda pair: order.get((pair[0]["instrument"], pair[0]["item"]), len(order)),
    )
    if not rows:
        return None
    heads = [say("n"), say("Better"), say("Same"), say("Worse"), say("Better, programme")]
    columns = [Column(say("Aspect of life"), 40, "left"), *(Column(head, 13) for head in heads)]
    cells = [_rated_cells(view, row, whole) for row, whole in rows]
    table = view.table(say("Rated changes by aspect of life"), columns, cells, [row for row, _ in rows])
    heading = say("Changes that people rated themselves")
    return Section("own_table", "rated-change", heading, {"table": table, "text": "", "figure": None})


def _rated_cells(view: View, row: Row, whole: Row | None) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        view.label(row["instrument"], row["item"]),
        words.number(row["n"], hidden=hidden),
        *(
            words.count_and_share(row[answer], row["n"], hidden=hidden)
            for answer in ("better", "same", "worse")
        ),
        words.percent(whole["share_better"], hidden=whole["suppressed"]) if whole else "",
    ]


def employment_table(own: OwnView) -> Section | None:
    """Persons by employment status; None without any status."""
    view, say = own.view, own.view.words.say
    rows = sorted(
        own.pairs("mart.employment_change", "status"),
        key=lambda pair: employment.ORDER.index(pair[0]["status"]),
    )
    if not rows:
        return None
    heads = [say("Before"), say("During"), say("Before, whole programme"), say("During, whole programme")]
    columns = [Column(say("Status"), 36, "left"), *(Column(head, 14) for head in heads)]
    cells = [_status_cells(view, row, whole) for row, whole in rows]
    strong = frozenset(place for place, (row, _) in enumerate(rows) if row["status"] == "employed")
    table = view.table(
        say("Persons by employment status before and during the programme"), columns, cells,
        [row for row, _ in rows], strong=strong,
    )  # fmt: skip
    return Section("own_table", "employment", say("Employment"), {"table": table, "text": "", "figure": None})


def _status_cells(view: View, row: Row, whole: Row | None) -> list[str]:
    words = view.words
    own = [words.number(row[time], hidden=row["suppressed"]) for time in ("before", "during")]
    others = [
        words.number(whole[time], hidden=whole["suppressed"]) if whole else ""
        for time in ("before", "during")
    ]
    return [status(view, row["status"]), *own, *others]
