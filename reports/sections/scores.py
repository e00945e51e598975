"""Changes on the scales of a measure: a section a measure, whatever the measure is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.cells import fulfilled
from reports.context import Row, View
from reports.document import Section
from reports.sections.score_figures import norm, score_figures
from reports.sections.score_tables import ScoreTables, by_respondent, followed_up, level, norm_table

SIGNIFICANT = 0.05


def score_sections(view: View) -> list[Section]:
    """A section for each measure of the plan that has a scale scored, in the plan's order."""
    rows = view.rows("mart.score_change")
    planned = [outcome.instrument for outcome in view.evaluation.outcomes]
    found = dict.fromkeys([*planned, *(row["instrument"] for row in rows)])
    return [
        _section(view, measure, in_order(view, rows, measure)) for measure in found if _any(rows, measure)
    ]


def in_order(view: View, rows: Iterable[Row], measure: str) -> list[Row]:
    """A measure's rows by respondent, in the plan's order, and scale, in the measure's order."""
    planned = [outcome.respondent for outcome in view.evaluation.outcomes if outcome.instrument == measure]
    place = {respondent: number for number, respondent in enumerate(dict.fromkeys(planned))}
    order = view.order(measure)
    return sorted(
        (row for row in rows if row["instrument"] == measure),
        key=lambda row: (
            place.get(row["respondent"], len(place)),
            row["respondent"],
            order.get(row["scale"], len(order)),
            row["scale"],
        ),
    )


def heading(view: View, measure: str) -> str:
    """What a measure is about, with its short title: `Families' quality of life (…)`; else its title."""
    if not view.words.knows("theme", measure):
        return view.measure(measure)
    theme = view.words.name("theme", measure)
    return view.words.say("{theme} ({measure})", theme=theme, measure=view.measure(measure))


def counts(rows: list[Row]) -> dict[str, Any]:
    """How many scales' means went up and down, and which changes hold after adjustment (rows shown only)."""
    shown = [row for row in rows if row["mean_change"] is not None]
    return {
        "scales": fulfilled(len(rows), rows, "mean_change"),
        "better": fulfilled(sum(row["mean_change"] > 0 for row in shown), rows, "mean_change", " > 0"),
        "worse": fulfilled(sum(row["mean_change"] < 0 for row in shown), rows, "mean_change", " < 0"),
        "holding": [
            row for row in shown if row["p_adjusted"] is not None and row["p_adjusted"] < SIGNIFICANT
        ],
    }


def conclusion(view: View, rows: list[Row]) -> str:
    """What one respondent's scales show, in sentences chosen by the pattern."""
    say, found = view.words.say, counts(rows)
    if len(rows) == 1 or not (found["better"] or found["worse"]):
        return " ".join(change_sentence(view, row) for row in rows[:1])
    opening = say(
        "{who}: of {scales} scales the mean changed for the better in {better} and for the worse in {worse}.",
        who=view.respondent(rows[0]["respondent"]).capitalize(),
        **{name: view.words.number(found[name]) for name in ("scales", "better", "worse")},
    )
    return f"{opening} {_holding(view, found['holding'])}"


def change_sentence(view: View, row: Row) -> str:
    """What the verdict on one scale says, with estimate, interval and n; never a word on the cause."""
    words, name = view.words, f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})"
    if row["verdict"] is None:
        return words.say("{scale}: not shown, to protect privacy.", scale=name)
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    opening = f"{name}: {_verdict(view, row, digits)}"
    if row["mean_change"] is None or row["ci_low"] is None:
        return opening
    figures = words.say(
        "Mean change {change} (95% interval {interval}; n = {n}; adjusted p {p}).",
        change=words.number(row["mean_change"], digits, sign=True),
        interval=words.interval(row["ci_low"], row["ci_high"], digits),
        n=words.number(row["n_pairs"]),
        p=words.p_value(row["p_adjusted"]),
    )
    return f"{opening} {figures}"


def _verdict(view: View, row: Row, digits: int) -> str:
    say = view.words.say
    effect = "" if row["smallest_effect"] is None else view.words.number(row["smallest_effect"], digits)
    sentences = {
        "improved": say("a change for the better."),
        "worsened": say("a change for the worse."),
        "trivial_change": say(
            "a change, but a smaller one than the {effect} that the plan calls relevant.", effect=effect
        ),
        "no_relevant_change": say(
            "no relevant change; a mean change of {effect} or more can be ruled out.", effect=effect
        ),
        "inconclusive": say("the data do not settle whether anything changed."),
        "not_estimable": say("a change cannot be estimated."),
    }
    return sentences[row["verdict"]]


def _holding(view: View, rows: list[Row]) -> str:
    if not rows:
        return view.words.say("No change of a single scale holds after adjustment for the number of tests.")
    named = [f"{view.label(row['instrument'], row['scale'])} ({_direction(view, row)})" for row in rows]
    return view.words.say(
        "After adjustment for the number of tests these changes hold: {scales}.", scales="; ".join(named)
    )


def _direction(view: View, row: Row) -> str:
    return view.words.say("better") if row["mean_change"] > 0 else view.words.say("worse")


def _any(rows: list[Row], measure: str) -> bool:
    return any(row["instrument"] == measure for row in rows)


def _section(view: View, measure: str, rows: list[Row]) -> Section:
    shown = followed_up(rows)
    respondents = by_respondent(shown)
    tables = ScoreTables.of(view, measure, respondents)
    instrument = view.instrument(measure)
    values = {
        "title": instrument.title.in_language(view.words.language) if instrument else measure,
        "waiting": not shown,
        "conclusions": [conclusion(view, own) for own in respondents.values()],
        "figures": score_figures(view, measure, rows, tables),
        "tables": list(tables.changes.values()),
        "responders": list(tables.responders.values()),
        "agreement": tables.agreement,
        "beside_norm": norm_table(view, measure),
        "norm": any(norm(view, row) is not None for row in rows),
        "ordinal": any(level(row) == "ordinal" for row in rows),
    }
    return Section("scores", measure.replace("_", "-"), heading(view, measure), values)
