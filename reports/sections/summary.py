"""The summary: at most six headline statements, and what the data can and can't be used for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from reports.context import Row, View
from reports.document import Section
from reports.sections import employment as work
from reports.sections import functioning, rated_change, services
from reports.sections import goals as attainment
from reports.sections.explanations import explanation, headlines, key_of
from reports.sections.methods import plan_changed_since
from reports.sections.score_tables import by_respondent, followed_up
from reports.sections.scores import change_sentence, conclusion, in_order

MOST = 6


def summary(view: View) -> Section:
    """The headline statements of the evaluation; says so when there is nothing to report yet."""
    values = {
        "headlines": list(islice(_headlines(view), MOST)),
        "before_follow_up": _before_follow_up(view),
        "waiting": bool(view.rows("mart.arm_difference")),
        "plan_changed": plan_changed_since(view),
    }
    return Section("summary", "summary", view.words.say("Summary"), values)


def _before_follow_up(view: View) -> bool:
    """Whether scales were scored, but nobody at both waves."""
    rows = view.rows("mart.score_change")
    return bool(rows) and not followed_up(rows)


def _headlines(view: View) -> Iterator[str]:
    """The statements in the order of weight: goals, what was to be confirmed, then the rest."""
    yield from _goals(view)
    yield from _confirmatory(view)
    yield from _functioning(view)
    yield from _rated_change(view)
    yield from _employment(view)
    yield from _exploratory(view)
    yield from _services(view)


def _goals(view: View) -> Iterator[str]:
    total = next((row for row in attainment.in_order(view) if row["domain"] == "total"), None)
    if total is None or total["degree"] is None or total["persons"] is None:
        return
    words, shown = view.words, attainment.degree(view, total)
    figures = {
        "degree": shown["value"],
        "interval": shown["interval"],
        "goals": words.number(total["goals"]),
        "persons": words.number(total["persons"]),
    }
    if view.evaluation.goal_scale == "goal_attainment_scaling":
        yield words.say(
            "Goals: the mean T of goal attainment scaling is {degree} "
            "(95% interval {interval}; goals: {goals}, persons: {persons}); 50 means as expected.",
            **figures,
        )
    else:
        yield words.say(
            "Goals: the degree of attainment is {degree} "
            "(95% interval {interval}; goals: {goals}, persons: {persons}).",
            **figures,
        )


def _confirmatory(view: View) -> Iterator[str]:
    beside = {headline.key: explanation(view, headline) for headline in headlines(view)}
    for row in _planned_rows(view, "confirmatory"):
        yield f"{change_sentence(view, row)} {beside.get(key_of(row), '')}".strip()


def _exploratory(view: View) -> Iterator[str]:
    """A statement for each measure and respondent that was only explored."""
    rows = _planned_rows(view, "exploratory")
    for measure in dict.fromkeys(row["instrument"] for row in rows):
        for own in by_respondent([row for row in rows if row["instrument"] == measure]).values():
            yield f"{view.measure(measure)} – {conclusion(view, own)}"


def _planned_rows(view: View, role: str) -> list[Row]:
    rows = followed_up(view.rows("mart.score_change"))
    kept = [
        (row["instrument"], row)
        for row in rows
        if role == _role(view, row["instrument"], row["respondent"], row["scale"])
    ]
    planned = dict.fromkeys(outcome.instrument for outcome in view.evaluation.outcomes)
    return [row for measure in planned for row in in_order(view, (row for _, row in kept), measure)]


def _role(view: View, instrument: str, respondent: str, scale: str) -> str | None:
    """The role that the plan gives to a scale: the first outcome that names it counts."""
    for outcome in view.evaluation.outcomes:
        named = outcome.scales == "all" or scale in outcome.scales
        if named and (outcome.instrument, outcome.respondent) == (instrument, respondent):
            return outcome.role
    return None


def _functioning(view: View) -> Iterator[str]:
    rows = view.rows("mart.icf_change", level="any", facilitator=False, construct="performance")
    for row in rows:
        better, worse = functioning.improved_in_any(row)
        if better is None or worse is None:
            continue
        yield view.words.say(
            "Functioning (ICF): of {persons} persons {better} improved in at least one domain; "
            "{worse} worsened in at least one.",
            persons=view.words.number(row["persons"]),
            better=view.words.count_and_share(better, row["persons"]),
            worse=view.words.count_and_share(worse, row["persons"]),
        )


def _rated_change(view: View) -> Iterator[str]:
    rows = rated_change.in_order(view)
    first = rows[0] if rows else None
    if first is None or first["share_better"] is None:
        return
    words = view.words
    yield words.say(
        "Rated by the people themselves: {aspect} – better for {share} (95% interval {interval}; n = {n}). "
        "More than half rated {over_half} of {aspects} aspects of life better.",
        aspect=view.label(first["instrument"], first["item"]),
        share=words.percent(first["share_better"]),
        interval=words.percent_interval(first["ci_low"], first["ci_high"]),
        n=words.number(first["n"]),
        over_half=words.number(rated_change.over_half(view, rows)),
        aspects=words.number(rated_change.aspects(view, rows)),
    )


def _employment(view: View) -> Iterator[str]:
    row = next((row for row in work.in_order(view) if row["status"] == "employed"), None)
    if row is None or None in (row["before"], row["during"]):
        return
    words, hidden = view.words, row["suppressed"]
    yield words.say(
        "Employment: {before} persons were employed before and {during} during the programme "
        "(gained: {gained}, lost: {lost}; McNemar's test p {p}).",
        **{name: words.number(row[name], hidden=hidden) for name in ("before", "during", "gained", "lost")},
        p=words.p_value(row["p_mcnemar"], hidden=hidden),
    )


def _services(view: View) -> Iterator[str]:
    total = next((row for row in services.by_group(view) if row["service_group"] == "total"), None)
    if total is None or None in (total["eur"], total["participants"], total["eur_per_participant_month"]):
        return
    words = view.words
    yield words.say(
        "Services: {persons} persons, {eur} EUR in all, {month} EUR per person and month.",
        persons=words.number(total["participants"]),
        eur=words.number(total["eur"], 2),
        month=words.number(total["eur_per_participant_month"], 2),
    )
