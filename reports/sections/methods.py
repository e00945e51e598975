"""Methods, generated from the analysis plan: what was planned, which tests and thresholds, what differs."""

from __future__ import annotations

from pipeline.plan import Outcome, Wave
from reports.context import Row, View
from reports.document import Column, Section, Table
from reports.sections.participation import persons


def methods(view: View) -> Section:
    """The plan of the evaluation in words and tables; it is there even when there are no data."""
    evaluation = view.evaluation
    roles = {outcome.role for outcome in evaluation.outcomes}
    values = {
        "waves": [f"{view.wave(name)}: {_window(view, wave)}" for name, wave in evaluation.waves.items()],
        "pre": view.wave(evaluation.pre),
        "post": view.wave(evaluation.post),
        "outcomes": _outcomes(view),
        "roles": roles,
        "smallest_effect": any(outcome.smallest_effect for outcome in evaluation.outcomes),
        "scaling": evaluation.goal_scale == "goal_attainment_scaling",
        "has": _has(view),
        "disclosure": view.context.plan.disclosure,
        "exceptions": _exceptions(view),
        "deviations": _deviations(view),
        "measures": _measures(view),
        "plan_changes": _plan_changes(view),
        "restricted": view.context.edition == "restricted",
    }
    return Section("methods", "methods", view.words.say("Methods"), values)


def _window(view: View, wave: Wave) -> str:
    words = view.words
    if wave.opens is not None and wave.closes is not None:
        return words.say(
            "from {opens} to {closes}", opens=words.date(wave.opens), closes=words.date(wave.closes)
        )
    return words.say(
        "months after enrolment: {months}, days either side: {days}",
        months=wave.after_months,
        days=wave.window_days,
    )


def _has(view: View) -> dict[str, bool]:
    """Which kinds of outcome the evaluation has, so that no method is told that was not used."""
    marts = ("score_change", "goal_attainment", "icf_change", "rated_change", "employment_change",
             "service_spend", "attribution", "arm_difference", "sensitivity")  # fmt: skip
    has = {name: bool(view.rows(f"mart.{name}")) for name in marts}
    return has | {"municipality_change": bool(view.rows("mart.municipality_change", "municipality"))}


def _outcomes(view: View) -> Table:
    say = view.words.say
    columns = [
        Column(say("Measure"), 22, "left"),
        Column(say("Who answered"), 16, "left"),
        Column(say("Scales"), 34, "left"),
        Column(say("Role"), 16, "left"),
        Column(say("Smallest relevant change"), 13),
    ]
    cells = [_outcome_cells(view, outcome) for outcome in view.evaluation.outcomes]
    return view.table(say("Outcomes that the plan compares between the waves"), columns, cells)


def _outcome_cells(view: View, outcome: Outcome) -> list[str]:
    words, effect = view.words, outcome.smallest_effect
    scales = (
        words.say("all scales")
        if outcome.scales == "all"
        else ", ".join(view.label(outcome.instrument, scale) for scale in outcome.scales)
    )
    return [
        view.measure(outcome.instrument),
        view.respondent(outcome.respondent),
        scales,
        words.name("role", outcome.role),
        "" if effect is None else words.number(effect, 1 if effect % 1 else 0),
    ]


def _exceptions(view: View) -> list[str]:
    """The tables that their owner has published already and that are shown in full."""
    words = view.words
    return [
        words.say(
            "{table}: {source} ({date})",
            table=words.name("mart", exception.table.removeprefix("mart.")),
            source=exception.source[words.language],
            date=words.date(exception.date),
        )
        for exception in view.context.plan.disclosure.exceptions
        if exception.evaluation in (None, view.evaluation.id)
    ]


def _deviations(view: View) -> list[str]:
    """Where what came about differs from what was planned."""
    words, found, planned = view.words, persons(view), view.evaluation.planned_participants
    deviations = []
    if planned is not None and found is not None and found != planned:
        deviations.append(
            words.say(
                "Participants planned: {planned}; in the evaluation: {found}.",
                planned=words.number(planned),
                found=words.number(found),
            )
        )
    compared = {
        (row["instrument"], row["respondent"])
        for row in view.rows("mart.score_change")
        if row["n_pairs"] != 0
    }
    for outcome in view.evaluation.outcomes:
        if (outcome.instrument, outcome.respondent) not in compared:
            name = f"{view.measure(outcome.instrument)}, {view.respondent(outcome.respondent)}"
            deviations.append(words.say("Planned, but nobody has both waves: {outcome}.", outcome=name))
    return list(dict.fromkeys(deviations))


def _changed(view: View) -> list[Row]:
    """What was changed in the plan after a release, of this evaluation or of all."""
    rows = view.context.rows("meta.plan_change")
    return [row for row in rows if row["evaluation"] in ("", view.evaluation.id)]


def plan_changed_since(view: View) -> str:
    """The releases after which the plan was changed, in words; empty when it was not."""
    return view.words.listing(list(dict.fromkeys(row["since"] for row in _changed(view))))


def _plan_changes(view: View) -> Table:
    """What was changed, since which release."""
    say = view.words.say
    columns = [
        Column(say("Since release"), 12, "left"),
        Column(say("Setting of the plan"), 32, "left"),
        Column(say("Before"), 24, "left"),
        Column(say("Now"), 24, "left"),
    ]
    cells = [
        [row["since"], row["setting"], *(row[name] or say("not set") for name in ("before", "after"))]
        for row in _changed(view)
    ]
    return view.table(say("The analysis plan was changed"), columns, cells)


def _measures(view: View) -> list[dict[str, str]]:
    """Title, version, source and terms of each measure used."""
    used = [outcome.instrument for outcome in view.evaluation.outcomes]
    used += [row["instrument"] for row in view.rows("mart.rated_change")]
    used += ["goal_attainment"] if view.rows("mart.goal_attainment") else []
    used += ["icf"] if view.rows("mart.icf_change") else []
    known = [view.instrument(measure) for measure in dict.fromkeys(used)]
    language = view.words.language
    return [
        {
            "title": instrument.title.in_language(language),
            "citation": instrument.citation,
            "licence": instrument.terms.in_language(language),
        }
        for instrument in known
        if instrument is not None
    ]
