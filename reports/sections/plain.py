"""Plain language: what the report says, for readers to whom statistics say little.

Only what can be said in a line is said. A figure that is hidden or could not be computed has no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.cells import counted
from reports.context import Row, View
from reports.document import Figure, Section
from reports.figures import Tens, in_ten
from reports.sections import employment, goals, municipalities, rated_change, services

MOST_ASPECTS = 5


def plain_sections(view: View) -> list[Section]:
    """The sections in their order; one with nothing to say is left out."""
    say = view.words.say
    found = [
        _section("what", say("What is this about?"), [*_what(view)]),
        _section("who", say("Who took part?"), [*_who(view)]),
        _section("goals", say("What did people achieve?"), [*_attained(view)], _goals_figure(view)),
        _section("changes", say("How do people feel?"), [*_felt(view)], _rated_figure(view)),
        _section("work", say("Do people work?"), [*_work(view)]),
        _section("money", say("What did it cost?"), [*_money(view)]),
        _section("unknown", say("What do we not know?"), [*_unknown(view)]),
    ]
    return [section for section in found if section.values["lines"]]


def _section(anchor: str, heading: str, lines: list[str], figure: Figure | None = None) -> Section:
    return Section("plain", anchor, heading, {"lines": lines, "figure": figure})


def _what(view: View) -> Iterator[str]:
    words = view.words
    yield words.say("People who need support had a budget of their own.")
    yield words.say("With it they got services that fit them.")
    yield words.say("They were asked how they are.")
    yield words.say_number(
        "They were asked before, and again after {n} month.",
        "They were asked before, and again after {n} months.",
        view.evaluation.months,
    )
    yield words.say("These pages say what came of it.")


def _who(view: View) -> Iterator[str]:
    for row in view.rows("mart.service_spend", service="all", service_group="total"):
        if row["participants"] is not None:
            yield view.words.say_number(
                "{n} person received services.", "{n} persons received services.", row["participants"]
            )
    whole = {"service": "all", "service_group": "total"}
    places = len(view.rows("mart.service_spend", "municipality", **whole))
    if places:
        yield view.words.say_number(
            "They live in {n} municipality.",
            "They live in {n} municipalities.",
            counted(places, "mart.service_spend", view.key("municipality", **whole)),
        )


def _total_goals(view: View) -> Row | None:
    rows = [row for row in goals.in_order(view) if row["domain"] == "total" and goals.is_shown(row)]
    return rows[0] if rows else None


def _attained(view: View) -> Iterator[str]:
    total = _total_goals(view)
    if total is None:
        return
    say, counts = view.words.say, tuple(total[level] for level in goals.LEVELS)
    amounts = [_amount(view, *pair) for pair in zip(counts, in_ten(counts), strict=True)]
    yield say("People set goals for themselves.")
    yield say("Of every 10 goals:")
    yield say("{amount} were achieved,", amount=amounts[0])
    yield say("{amount} were achieved in part,", amount=amounts[1])
    yield say("{amount} were not achieved.", amount=amounts[2])


def _amount(view: View, count: int, ten: int) -> str:
    """How many of ten: none at all, too few for one of ten, or about so many."""
    if not count:
        return view.words.say("none")
    return view.words.say("about {n}", n=view.words.number(ten)) if ten else view.words.say("fewer than 1")


def _goals_figure(view: View) -> Figure | None:
    total = _total_goals(view)
    if total is None:
        return None
    say = view.words.say
    tens = Tens((say("10 goals"),), (in_ten(tuple(total[level] for level in goals.LEVELS)),), _levels(view))
    alt = say("Ten circles, coloured by how many goals were achieved, in part, and not.")
    return Figure("plain-goals", say("Of every 10 goals"), alt, tens.svg())


def _levels(view: View) -> tuple[str, str, str]:
    say = view.words.say
    return say("achieved"), say("in part"), say("not achieved")


def _felt(view: View) -> Iterator[str]:
    """What is to be confirmed, by its verdict; then what people rated themselves."""
    say = view.words.say
    for row in view.rows("mart.score_change"):
        key = (row["instrument"], row["respondent"], row["scale"])
        if row["verdict"] is not None and municipalities.is_confirmatory(view, key):
            name = view.label(row["instrument"], row["scale"])
            yield say("We looked at this above all: {scale}.", scale=name)
            yield _verdict(view, row["verdict"])
    for row in _best_rated(view):
        better = in_ten((row["better"], row["n"] - row["better"]))[0]
        aspect = view.label(row["instrument"], row["item"])
        yield say(
            "{aspect}: about {n} of 10 people say it is better.", aspect=aspect, n=view.words.number(better)
        )


def _verdict(view: View, verdict: str) -> str:
    say = view.words.say
    return {
        "improved": say("On average it got better."),
        "worsened": say("On average it got worse."),
        "trivial_change": say("It changed only a little."),
        "no_relevant_change": say("It stayed about the same."),
        "inconclusive": say("We cannot tell whether it changed."),
        "not_estimable": say("Too few people answered to tell."),
    }[verdict]


def _best_rated(view: View) -> list[Row]:
    """The first aspects of life, in the measure's order, whose answers are all shown."""
    rows = [row for row in rated_change.in_order(view) if row["n"] and row["better"] is not None]
    return rows[:MOST_ASPECTS]


def _rated_figure(view: View) -> Figure | None:
    rows = _best_rated(view)
    if not rows:
        return None
    say = view.words.say
    tens = [in_ten((row["better"], row["n"] - row["better"])) for row in rows]
    labels = [view.label(row["instrument"], row["item"]) for row in rows]
    drawn = Tens(tuple(labels), tuple(tens), (say("say it is better"), say("say it is the same or worse")))
    alt = say(
        "Ten circles a row. {values}.", values=_told(labels, [view.words.number(part[0]) for part in tens])
    )
    return Figure("plain-rated", say("How many of 10 people say it is better"), alt, drawn.svg())


def _told(labels: Sequence[str], better: Sequence[str]) -> str:
    return "; ".join(f"{label}: {count} / 10" for label, count in zip(labels, better, strict=True))


def _work(view: View) -> Iterator[str]:
    for row in employment.in_order(view):
        if row["status"] == "employed" and None not in (row["before"], row["during"]):
            yield view.words.say_number(
                "Before, {n} person worked.", "Before, {n} persons worked.", row["before"]
            )
            yield view.words.say_number(
                "During the programme, {n} person worked.",
                "During the programme, {n} persons worked.",
                row["during"],
            )


def _money(view: View) -> Iterator[str]:
    total = next((row for row in services.by_group(view) if row["service_group"] == "total"), None)
    if total is None or total["eur_per_participant_month"] is None:
        return
    yield view.words.say("Services cost money.")
    yield view.words.say(
        "For one person it was about {eur} euro a month.",
        eur=view.words.number(total["eur_per_participant_month"]),
    )


def _unknown(view: View) -> Iterator[str]:
    say = view.words.say
    yield say("We do not know why things changed.")
    yield say("It may be the services. It may be something else.")
    yield say("We do not know how people fare who did not take part.")
    yield say("Nobody's own answers can be seen here.")
