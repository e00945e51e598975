"""A municipality's own pages: the statements at their head, and how to read them."""

from __future__ import annotations

from collections.abc import Iterator

from reports.context import Row, View
from reports.document import Section
from reports.sections import goals
from reports.sections.municipalities import is_confirmatory
from reports.sections.own_view import OwnView


def short(own: OwnView) -> Section:
    """The few statements that matter most."""
    values = {"statements": [*_statements(own)]}
    return Section("own_short", "short", own.view.words.say("In short"), values)


def _statements(own: OwnView) -> Iterator[str]:
    yield from _who(own)
    yield from _attained(own)
    yield from _changed(own)


def _who(own: OwnView) -> Iterator[str]:
    words = own.view.words
    for row, whole in own.pairs("mart.service_spend", "service_group", service="all", service_group="total"):
        if row["participants"] is None:
            yield words.say("How many persons received services is not shown, to protect privacy.")
        else:
            yield words.say_number(
                "{n} person received services.", "{n} persons received services.", row["participants"]
            )
        yield _paid(own, row, whole)


def _paid(own: OwnView, row: Row, whole: Row | None) -> str:
    words = own.view.words
    if row["eur"] is None or row["eur_per_participant_month"] is None:
        return words.say("What was paid for services is not shown, to protect privacy.")
    return words.say(
        "{eur} EUR was paid for services: {own} EUR per person and month; in the whole programme: {whole} EUR.",
        eur=words.number(row["eur"], 2),
        own=words.number(row["eur_per_participant_month"], 2),
        whole=words.number(whole["eur_per_participant_month"], 2, hidden=whole["suppressed"])
        if whole
        else words.number(None),
    )


def _attained(own: OwnView) -> Iterator[str]:
    view, words = own.view, own.view.words
    for row, whole in own.pairs("mart.goal_attainment", "domain", domain="total"):
        if row["degree"] is None:
            yield words.say("How far the goals were attained is not shown, to protect privacy.")
            continue
        shown = goals.degree(view, row)
        yield words.say(
            "Goals set: {goals}. Degree of attainment: {own} (95% interval {interval}); "
            "in the whole programme: {whole}.",
            goals=words.number(row["goals"], hidden=row["suppressed"]),
            own=shown["value"],
            interval=shown["interval"],
            whole=goals.degree(view, whole)["value"] if whole else words.number(None),
        )


def _changed(own: OwnView) -> Iterator[str]:
    """A statement for each headline change: hidden, too few, or what the interval says."""
    for row in own.rows("mart.municipality_change"):
        if is_confirmatory(own.view, (row["instrument"], row["respondent"], row["scale"])):
            yield _change_statement(own, row)


def _change_statement(own: OwnView, row: Row) -> str:
    view, say = own.view, own.view.words.say
    name = f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})"
    if row["suppressed"] and row["mean_change"] is None:
        return say("{scale}: not shown, to protect privacy.", scale=name)
    if row["mean_change"] is None or row["ci_low"] is None:
        return say("{scale}: too few persons to say anything.", scale=name)
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    figures = say(
        "Mean change {change} (95% interval {interval}; n = {n}); in the whole programme {whole}.",
        change=view.words.number(row["mean_change"], digits, sign=True),
        interval=view.words.interval(row["ci_low"], row["ci_high"], digits),
        n=view.words.number(row["n_pairs"]),
        whole=view.words.number(row["programme_change"], digits, sign=True),
    )
    return f"{name}: {_tells(view, row)} {figures}"


def _tells(view: View, row: Row) -> str:
    """What the interval says of the direction of the change."""
    if row["ci_low"] > 0:
        return view.words.say("better on average than before.")
    if row["ci_high"] < 0:
        return view.words.say("worse on average than before.")
    return view.words.say("the data do not settle whether anything changed.")


def about(own: OwnView) -> Section:
    """What the pages can't say, and where the rest stands."""
    values = {
        "report": f"../../{own.view.evaluation.id}.{own.view.words.language}",
        "title": own.view.evaluation.title[own.view.words.language],
    }
    return Section("own_about", "about", own.view.words.say("How to read these pages"), values)
