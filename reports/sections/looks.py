"""Other looks at a headline change: two models side by side, one municipality less, who was lost, both arms."""

from __future__ import annotations

from collections.abc import Iterator

from reports.context import Row, View
from reports.document import Column, Table
from reports.sections.explanations import Headline

NOBODY = "none"


def looks_table(view: View, headline: Headline, name: str) -> Table:
    """The change by both models, and its extremes without one municipality."""
    say = view.words.say
    shown = [*_models(headline), *_extremes(headline)]
    columns = [
        Column(say("Analysis"), 46, "left"),
        Column(say("Persons"), 10),
        Column(say("Change"), 11),
        Column(say("95% interval"), 17),
        Column(say("p, not adjusted"), 11),
    ]
    cells = [_look_cells(view, row) for row in shown]
    return view.table(say("The same change by other analyses: {name}", name=name), columns, cells, shown)


def _models(headline: Headline) -> list[Row]:
    """Both models on everybody, the paired one first."""
    whole = [row for row in headline.analyses if row["left_out"] == NOBODY]
    return sorted(whole, key=lambda row: row["model"] != "paired")


def _extremes(headline: Headline) -> list[Row]:
    """The paired analyses without the municipality that matters most, either way; none where hidden."""
    found = headline.robustness
    if found is None or found["least_without"] is None:
        return []
    named = dict.fromkeys((found["least_without"], found["greatest_without"]))
    paired = {row["left_out"]: row for row in headline.analyses if row["model"] == "paired"}
    return [paired[municipality] for municipality in named if municipality in paired]


def _look_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    analysis = words.name("model", row["model"])
    if row["left_out"] != NOBODY:
        place = view.group("municipality", row["left_out"])
        analysis = words.say("the same pairs without one municipality: {municipality}", municipality=place)
    return [
        analysis,
        words.number(row["persons"], hidden=hidden),
        words.number(row["change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
        words.p_value(row["p"], hidden=hidden),
    ]


def facts(view: View, headline: Headline) -> list[str]:
    """What else bears on the change, a sentence each."""
    return [*_single_municipality(view, headline), *_lost(view, headline), *_ends(view, headline)]


def _single_municipality(view: View, headline: Headline) -> Iterator[str]:
    found = headline.robustness
    if found is None or found["conclude_otherwise"] is None or not found["municipalities"]:
        return
    words = view.words
    yield words.say(
        "Each of {municipalities} municipalities was left out in turn; "
        "without {otherwise} of them the interval lies on another side of 0.",
        municipalities=words.number(found["municipalities"]),
        otherwise=words.number(found["conclude_otherwise"]),
    )


def _lost(view: View, headline: Headline) -> Iterator[str]:
    row = next((row for row in headline.baseline if row["characteristic"] == "baseline_score"), None)
    if row is None or row["difference"] is None:
        return
    words = view.words
    yield words.say(
        "At the start those scored at both waves ({stayed}) and those scored then only ({lost}) "
        "differ by {difference} standard deviations; a value beyond 0.25 either way is a warning.",
        stayed=words.number(row["n_completers"]),
        lost=words.number(row["n_others"]),
        difference=words.number(row["difference"], 2, sign=True),
    )


def _ends(view: View, headline: Headline) -> Iterator[str]:
    """Floor and ceiling at both waves, of everybody."""
    by_wave = {row["wave"]: row for row in headline.levels}
    pre, post = (by_wave.get(wave) for wave in (view.evaluation.pre, view.evaluation.post))
    if pre is None or post is None or None in (pre["floor"], pre["ceiling"], post["floor"], post["ceiling"]):
        return
    words = view.words
    yield words.say(
        "At the lowest score of the scale: {floor_pre} before and {floor_post} after; "
        "at the highest: {ceiling_pre} and {ceiling_post}. There a change does not show.",
        floor_pre=words.percent(pre["floor"]),
        floor_post=words.percent(post["floor"]),
        ceiling_pre=words.percent(pre["ceiling"]),
        ceiling_post=words.percent(post["ceiling"]),
    )


def lost_table(view: View, headline: Headline, name: str) -> Table:
    """Completers beside those who were lost, at baseline; without rows when nobody was."""
    say = view.words.say
    rows = sorted(headline.baseline, key=lambda row: row["characteristic"] != "baseline_score")
    rows = rows if any(row["n_others"] for row in rows) else []
    columns = [
        Column(say("At the start"), 34, "left"),
        Column(say("Scored at both waves"), 16),
        Column(say("Scored then only"), 16),
        Column(say("Difference in standard deviations"), 18),
    ]
    caption = say("Who was lost: {name}", name=name)
    return view.table(caption, columns, [_lost_cells(view, row) for row in rows], rows)


def _lost_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    is_score = row["characteristic"] == "baseline_score"
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])

    def shown(value: float | None) -> str:
        return words.number(value, digits, hidden=hidden) if is_score else words.percent(value, hidden=hidden)

    label = words.name("characteristic", row["characteristic"])
    if not is_score:
        label = f"{label}: {words.name(row['characteristic'], row['value'])}"
    return [
        label,
        f"{shown(row['completers'])} (n = {words.number(row['n_completers'])})",
        f"{shown(row['others'])} (n = {words.number(row['n_others'])})",
        words.number(row["difference"], 2, hidden=hidden, sign=True),
    ]


def arm_table(view: View) -> Table:
    """The programme's change less that of the waiting list, on every scale; no rows without one."""
    say, rows = view.words.say, view.rows("mart.arm_difference")
    columns = [
        Column(say("Scale"), 34, "left"),
        Column(say("n, programme and waiting list"), 13),
        Column(say("Change in the programme"), 12),
        Column(say("Change on the waiting list"), 12),
        Column(say("Difference"), 11),
        Column(say("95% interval"), 16),
        Column(say("p adjusted"), 11),
    ]
    cells = [_arm_cells(view, row) for row in rows]
    return view.table(say("The programme beside the waiting list"), columns, cells, rows)


def _arm_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    changes = (row[name] for name in ("change_programme", "change_waiting", "difference"))
    return [
        f"{view.label(row['instrument'], row['scale'])} ({view.who(row)})",
        f"{words.number(row['n_programme'])} / {words.number(row['n_waiting'])}",
        *(words.number(change, digits, hidden=hidden, sign=True) for change in changes),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
        words.p_value(row["p_adjusted"], hidden=hidden),
    ]
