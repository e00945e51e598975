"""The figures of a measure's section: means, changes, persons who changed, agreement of respondents."""

from __future__ import annotations

from collections.abc import Iterator

from reports.context import Row, View
from reports.document import Figure, Table, parts_told
from reports.figures import (
    Arrow,
    ArrowPanel,
    Arrows,
    EstimatePanel,
    Estimates,
    Interval,
    Intervals,
    StackedBars,
)
from reports.sections.person_figures import person_figures
from reports.sections.score_tables import ScoreTables, by_respondent, level

NumberedFigure = tuple[Figure, list[Table]]
_CHANGED = ("n_improved", "n_unchanged", "n_worsened")


def score_figures(view: View, measure: str, rows: list[Row], tables: ScoreTables) -> list[NumberedFigure]:
    """What can be drawn of a measure: means, mean changes, persons who changed, agreement of respondents.

    Each with the tables that have its numbers.
    """
    changes, counted = list(tables.changes.values()), tables.responders
    drawn: list[tuple[Figure | None, list[Table]]] = [
        (figure, changes) for figure in _changes_by_metric(view, measure, rows)
    ]
    for respondent, own in by_respondent(rows).items():
        of_own = [counted[respondent]] if respondent in counted else []
        drawn += [(_responders(view, own), of_own), *((one, of_own) for one in person_figures(view, own))]
    drawn.append((_agreement(view, measure), [tables.agreement]))
    return [(figure, numbers) for figure, numbers in drawn if figure is not None]


def norm(view: View, row: Row) -> float | None:
    """The mean of a scale's norm; None for a scale without one."""
    instrument = view.instrument(row["instrument"])
    scale = instrument.scales_by_id.get(row["scale"]) if instrument else None
    norm = scale.norm_for(row["respondent"]) if scale else None
    return norm.mean if norm else None


def _changes_by_metric(view: View, measure: str, rows: list[Row]) -> Iterator[Figure | None]:
    """Means and changes of the scales that share a metric and a norm; single items have medians: not drawn."""
    drawn = [row for row in rows if level(row) == "interval" and row["mean_pre"] is not None]
    kinds = dict.fromkeys(_metric(view, row) for row in drawn)
    for number, kind in enumerate(kinds, start=1):
        own, name = [row for row in drawn if _metric(view, row) == kind], f"{_name(measure)}-{number}"
        yield _arrows(view, name, own, kind[1])
        yield _changes(view, f"{name}-changes", own)


def _metric(view: View, row: Row) -> tuple[str, float | None]:
    return view.metric(row), norm(view, row)


def _arrows(view: View, name: str, rows: list[Row], norm: float | None) -> Figure:
    words, metric = view.words, _metric(view, rows[0])[0]
    scales = list(dict.fromkeys(row["scale"] for row in rows))
    labels = tuple(view.label(rows[0]["instrument"], scale) for scale in scales)
    panels = tuple(
        ArrowPanel(view.respondent(respondent), tuple(_arrow(own, scale) for scale in scales))
        for respondent, own in by_respondent(rows).items()
    )
    norm_label = "" if norm is None else words.say("European norm {norm}", norm=words.number(norm))
    pre, post = view.wave(view.evaluation.pre), view.wave(view.evaluation.post)
    legend = (pre, words.say("{wave}, better", wave=post), words.say("{wave}, worse", wave=post))
    arrows = Arrows(
        labels,
        panels,
        legend,
        words.name("metric", metric),
        words.decimal_mark,
        norm,
        norm_label,
    )
    measure = view.measure(rows[0]["instrument"])
    caption = words.say(
        "{measure}: means at {pre} and {post} of those scored at both", measure=measure, pre=pre, post=post
    )
    return Figure(name, caption, _told(view, rows), arrows.svg())


def _arrow(rows: list[Row], scale: str) -> Arrow | None:
    row = next((row for row in rows if row["scale"] == scale), None)
    return Arrow(row["mean_pre"], row["mean_post"], row["mean_change"] >= 0) if row else None


def _told(view: View, rows: list[Row]) -> str:
    words = view.words
    told = []
    for row in rows:
        digits = view.digits(row["instrument"], row["scale"], row["respondent"])
        means = " → ".join(words.number(row[mean], digits) for mean in ("mean_pre", "mean_post"))
        told.append(
            f"{view.respondent(row['respondent'])}, {view.label(row['instrument'], row['scale'])}: {means}"
        )
    return words.say("Arrows from the mean before to the mean after. {values}.", values="; ".join(told))


def _changes(view: View, name: str, rows: list[Row]) -> Figure | None:
    """The mean changes with their intervals, over those too small to count."""
    drawn = [row for row in rows if row["ci_low"] is not None]
    if not drawn:
        return None
    words, measure = view.words, drawn[0]["instrument"]
    scales = list(dict.fromkeys(row["scale"] for row in drawn))
    panels = tuple(
        _estimate_panel(view, respondent, own, scales) for respondent, own in by_respondent(drawn).items()
    )
    legend = (
        words.say("for the better"), words.say("for the worse"), words.say("not settled"),
        words.say("smaller than the plan calls relevant"),
    )  # fmt: skip
    shown = Estimates(
        tuple(view.label(measure, scale) for scale in scales),
        panels,
        legend,
        words.say("mean change, positive = better"),
        words.decimal_mark,
    )
    alt = words.say(
        "Intervals of the mean change, a row a scale. {values}.", values=_told_changes(view, drawn)
    )
    caption = words.say("{measure}: mean change with 95% intervals", measure=view.measure(measure))
    return Figure(name, caption, alt, shown.svg())


def _estimate_panel(view: View, respondent: str, rows: list[Row], scales: list[str]) -> EstimatePanel:
    own = {row["scale"]: row for row in rows}
    ordered = [own.get(scale) for scale in scales]
    return EstimatePanel(
        view.respondent(respondent),
        tuple(
            None if row is None else Interval(row["ci_low"], row["mean_change"], row["ci_high"])
            for row in ordered
        ),
        tuple(None if row is None else row["smallest_effect"] for row in ordered),
    )


def _told_changes(view: View, rows: list[Row]) -> str:
    words = view.words
    told = []
    for row in rows:
        digits = view.digits(row["instrument"], row["scale"], row["respondent"])
        change = words.number(row["mean_change"], digits, sign=True)
        limits = words.interval(row["ci_low"], row["ci_high"], digits)
        name = f"{view.respondent(row['respondent'])}, {view.label(row['instrument'], row['scale'])}"
        told.append(f"{name}: {change} ({limits})")
    return "; ".join(told)


def _responders(view: View, rows: list[Row]) -> Figure | None:
    """How many of one respondent's persons changed by more than the threshold, better beside worse."""
    drawn = [row for row in rows if row["n_pairs"] and None not in (row[count] for count in _CHANGED)]
    if not drawn:
        return None
    words, first = view.words, drawn[0]
    shares = tuple(tuple(row[count] / row["n_pairs"] for count in _CHANGED) for row in drawn)
    texts = tuple(tuple(map(words.percent, parts)) for parts in shares)
    labels = tuple(view.label(row["instrument"], row["scale"]) for row in drawn)
    legend = (words.say("improved"), words.say("unchanged"), words.say("worsened"))
    told = parts_told(labels, texts, legend)
    alt = words.say("Stacked bars of the persons who changed. {values}.", values=told)
    caption = words.say("Persons who changed by more than the threshold: {who}", who=view.who(first))
    bars = StackedBars(labels, shares, texts, legend, "better or worse")
    return Figure(f"{_name(first['instrument'])}-{first['respondent']}-responders", caption, alt, bars.svg())


def _agreement(view: View, measure: str) -> Figure | None:
    """Mean difference and limits of agreement of two respondents, before and after, a row a scale."""
    order, waves = view.order(measure), (view.evaluation.pre, view.evaluation.post)
    rows = view.context.rows("mart.agreement", evaluation=view.evaluation.id, instrument=measure)
    rows = [row for row in rows if row["wave"] in waves and None not in (row["loa_low"], row["loa_high"])]
    if not rows:
        return None
    words, scales = (
        view.words,
        sorted({row["scale"] for row in rows}, key=lambda scale: order.get(scale, len(order))),
    )
    found = {
        (row["wave"], row["scale"]): Interval(row["loa_low"], row["mean_difference"], row["loa_high"])
        for row in rows
    }
    before, after = (tuple(found.get((wave, scale)) for scale in scales) for wave in waves)
    first, second = (view.respondent(rows[0][side]) for side in ("respondent_a", "respondent_b"))
    shown = Intervals(
        labels=tuple(view.label(measure, scale) for scale in scales),
        own=before,
        pooled=after,
        legend=(view.wave(waves[0]), view.wave(waves[1])),
        whole=None,
        whole_label="",
        axis=words.say("{first} less {second}", first=first, second=second),
        decimal=words.decimal_mark,
    )
    alt = words.say(
        "Mean difference of the two respondents with the limits between which 95% of the differences lie, a row "
        "a scale, at both waves; the table on agreement has the numbers."
    )
    caption = words.say(
        "{measure}: how far the respondents differ about the same persons", measure=view.measure(measure)
    )
    return Figure(f"{_name(measure)}-agreement", caption, alt, shown.svg())


def _name(measure: str) -> str:
    return measure.replace("_", "-")
