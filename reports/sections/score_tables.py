"""The tables of a measure's section: changes, persons who changed, agreement of respondents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from reports.context import Row, View
from reports.document import Column, Table


@dataclass(frozen=True)
class ScoreTables:
    """The tables of a measure that its figures draw on; those of changes and persons by respondent."""

    changes: Mapping[str, Table]
    responders: Mapping[str, Table]
    agreement: Table

    @classmethod
    def of(cls, view: View, measure: str, respondents: Mapping[str, list[Row]]) -> Self:
        """The tables of these respondents' rows."""
        return cls(
            {respondent: change_table(view, rows) for respondent, rows in respondents.items()},
            {respondent: responder_table(view, rows) for respondent, rows in respondents.items()},
            agreement_table(view, measure),
        )


def followed_up(rows: list[Row]) -> list[Row]:
    """The rows of scales on which somebody was scored at both waves; a hidden number may be somebody."""
    return [row for row in rows if row["n_pairs"] != 0]


def by_respondent(rows: list[Row]) -> dict[str, list[Row]]:
    """The rows of each respondent, in the order in which they come."""
    return {
        respondent: [row for row in rows if row["respondent"] == respondent]
        for respondent in dict.fromkeys(row["respondent"] for row in rows)
    }


def level(row: Row) -> str:
    """Whether a row's scale is interval or ordinal; hidden counts as interval."""
    return row["level"] or "interval"


def change_table(view: View, rows: list[Row]) -> Table:
    """One respondent's scales with their change; single items with medians in place of means."""
    say = view.words.say
    ordinal = all(level(row) == "ordinal" for row in rows)
    before, after = view.wave(view.evaluation.pre), view.wave(view.evaluation.post)
    middle = _medians(view, before, after) if ordinal else _means(view, before, after)
    columns = [
        Column(say("Scale"), 25, "left"),
        Column(say("n"), 7),
        *(Column(head, width) for head, width in middle),
        Column(say("p adjusted"), 11),
        Column(say("Verdict"), 20, "left"),
    ]
    cells = [_ordinal_cells(view, row) if ordinal else _interval_cells(view, row) for row in rows]
    return view.table(_caption(view, rows[0]), columns, cells, rows, notes=_effects(view, rows))


def _means(view: View, before: str, after: str) -> list[tuple[str, int]]:
    """Heads and widths of the columns of a scale's means and change."""
    say = view.words.say
    means = [(say("Mean, {wave}", wave=wave), 12) for wave in (before, after)]
    return [*means, (say("Change"), 10), (say("95% interval"), 15), (say("Effect g"), 9)]


def _medians(view: View, before: str, after: str) -> list[tuple[str, int]]:
    """Heads and widths of the columns of a single item's medians."""
    say = view.words.say
    medians = [(say("Median, {wave}", wave=wave), 11) for wave in (before, after)]
    return [*medians, (say("Rank correlation"), 12)]


def _caption(view: View, row: Row) -> str:
    return view.words.say("Change by scale: {who}", who=view.who(row))


def _effects(view: View, rows: list[Row]) -> list[str]:
    effects = sorted({row["smallest_effect"] for row in rows if row["smallest_effect"] is not None})
    if not effects:
        return []
    listed = ", ".join(view.words.number(effect, 1 if effect % 1 else 0) for effect in effects)
    return [view.words.say("Smallest change that the plan calls relevant: {effect}.", effect=listed)]


def _interval_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    return [
        view.label(row["instrument"], row["scale"]),
        words.number(row["n_pairs"], hidden=hidden),
        words.number(row["mean_pre"], digits, hidden=hidden),
        words.number(row["mean_post"], digits, hidden=hidden),
        words.number(row["mean_change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
        words.number(row["g_av"], 2, hidden=hidden),
        words.p_value(row["p_adjusted"], hidden=hidden),
        _verdict(view, row),
    ]


def _ordinal_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    return [
        view.label(row["instrument"], row["scale"]),
        words.number(row["n_pairs"], hidden=hidden),
        words.number(row["median_pre"], 1, hidden=hidden),
        words.number(row["median_post"], 1, hidden=hidden),
        words.number(row["rank_biserial"], 2, hidden=hidden),
        words.p_value(row["p_adjusted"], hidden=hidden),
        _verdict(view, row),
    ]


def _verdict(view: View, row: Row) -> str:
    if row["verdict"] is None:
        return view.words.number(None, hidden=row["suppressed"])
    return view.words.name("verdict", row["verdict"])


def responder_table(view: View, rows: list[Row]) -> Table:
    """How many persons changed beyond the threshold, worsened beside improved."""
    say = view.words.say
    shown = [row for row in rows if row["threshold"] is not None]
    heads = [say("Threshold"), say("n"), say("Improved"), say("Unchanged"), say("Worsened")]
    columns = [Column(say("Scale"), 36, "left"), *(Column(head, 14) for head in heads)]
    kinds = dict.fromkeys(row["threshold_kind"] for row in shown if row["threshold_kind"])
    notes = [view.words.name("threshold_kind", kind) for kind in kinds]
    caption = say("Persons who changed by more than the threshold: {who}", who=view.who(rows[0]))
    return view.table(caption, columns, [_responder_cells(view, row) for row in shown], shown, notes=notes)


def _responder_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    counted = ("n_improved", "n_unchanged", "n_worsened")
    return [
        view.label(row["instrument"], row["scale"]),
        words.number(row["threshold"], digits, hidden=hidden),
        words.number(row["n_pairs"], hidden=hidden),
        *(words.count_and_share(row[count], row["n_pairs"], hidden=hidden) for count in counted),
    ]


def agreement_table(view: View, measure: str) -> Table:
    """How far two respondents agree about the same persons, by wave."""
    say, order = view.words.say, view.order(measure)
    waves = list(view.evaluation.waves)
    rows = view.context.rows("mart.agreement", evaluation=view.evaluation.id, instrument=measure)
    rows = [row for row in rows if row["wave"] in (view.evaluation.pre, view.evaluation.post)]
    rows.sort(key=lambda row: (waves.index(row["wave"]), order.get(row["scale"], len(order)), row["scale"]))
    columns = [
        Column(say("Scale"), 32, "left"),
        Column(say("Wave"), 14, "left"),
        Column(say("n"), 7),
        Column(say("Agreement (ICC)"), 13),
        Column(say("95% interval"), 16),
        Column(say("Mean difference"), 13),
        Column(say("Limits of agreement"), 19),
    ]
    pairs = dict.fromkeys((row["respondent_a"], row["respondent_b"]) for row in rows)
    who = "; ".join(f"{view.respondent(a)} – {view.respondent(b)}" for a, b in pairs)
    caption = say("Agreement of the respondents: {who}", who=who)
    return view.table(caption, columns, [_agreement_cells(view, row) for row in rows], rows)


def _agreement_cells(view: View, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent_a"])
    return [
        view.label(row["instrument"], row["scale"]),
        view.wave(row["wave"]),
        words.number(row["n"], hidden=hidden),
        words.number(row["icc_a1"], 2, hidden=hidden),
        words.interval(row["ci_low"], row["ci_high"], 2, hidden=hidden),
        words.number(row["mean_difference"], digits, hidden=hidden, sign=True),
        words.interval(row["loa_low"], row["loa_high"], digits, hidden=hidden),
    ]


def norm_table(view: View, measure: str) -> Table:
    """How far everybody's mean lies from the norm's, before and after; no rows without a norm."""
    say, order = view.words.say, view.order(measure)
    waves = list(dict.fromkeys((view.evaluation.pre, view.evaluation.post)))
    rows = view.rows("mart.norm_comparison", instrument=measure)
    below = {_at_wave(row): row for row in view.rows("mart.score_level", instrument=measure)}
    rows.sort(
        key=lambda row: (row["respondent"], order.get(row["scale"], len(order)), waves.index(row["wave"]))
    )
    columns = [
        Column(say("Scale"), 32, "left"),
        Column(say("Wave"), 14, "left"),
        Column(say("n"), 7),
        Column(say("Mean less the norm's"), 14),
        Column(say("95% interval"), 16),
        Column(say("More than one standard deviation below"), 16),
    ]
    cells = [_norm_cells(view, row, below.get(_at_wave(row))) for row in rows]
    return view.table(say("Beside the norm: {measure}", measure=view.measure(measure)), columns, cells, rows)


def _at_wave(row: Row) -> tuple[str, str, str]:
    return row["respondent"], row["scale"], row["wave"]


def _norm_cells(view: View, row: Row, level_row: Row | None) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    share = (
        "" if level_row is None else words.percent(level_row["below_norm"], hidden=level_row["suppressed"])
    )
    return [
        f"{view.label(row['instrument'], row['scale'])} ({view.respondent(row['respondent'])})",
        view.wave(row["wave"]),
        words.number(row["n"], hidden=hidden),
        words.number(row["difference"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
        share,
    ]
