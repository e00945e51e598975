"""Marts made from others' figures: a row is shown where all that it could give away is shown.

They stand on `all` alone. What rests on the programme without one municipality is never shown: with the
programme's own figure it gives that municipality's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.disclosure.groups import ALL, WAITING
from pipeline.disclosure.rules import SCALE, tables_of
from pipeline.disclosure.setting import DETAIL, FOLLOWS, SMALL_BASE, Key, Row, Setting, number
from pipeline.disclosure.system import System, Target

CHANGE, LEVEL = "mart.score_change", "mart.score_level"
SENSITIVITY, ROBUSTNESS = "mart.sensitivity", "mart.robustness"
BASELINE, NORM, ARMS = "mart.baseline_difference", "mart.norm_comparison", "mart.arm_difference"
CARDS = "mart.evidence_card"
NOBODY_LEFT_OUT = "none"
SCORE = "baseline_score"

Hidden = tuple[Target, str]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of changes (by scale and group) and of levels of `all` (by scale and wave).

    changes: n_pre, n_post and n_pairs of each change that is shown.
    """

    changes: Mapping[Key, tuple[float, float, float]]
    levels: frozenset[Key]


def hide_followers(setting: Setting, hidden_rows: Mapping[tuple[str, int], str]) -> System:
    """Return a block with what is hidden in the marts that follow others.

    hidden_rows: rows hidden whole, by table and place.
    """
    system = System()
    if not any(table in setting.marts for table in tables_of("follows")):
        return system
    shown = _shown(setting, hidden_rows)
    for rule_of in (_sensitivity, _robustness, _baseline, _norm, _arms):
        for target, rule in rule_of(setting, shown):
            unit = system.unit((target,), 0, 0)
            system.cell(0, unit)
            system.hide(unit, rule)
    return system


def without_details(marts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the public tables without the rows that are never shown.

    Those are the analyses that leave one municipality out, and what those lost were.
    """
    kept = {SENSITIVITY: pl.col("left_out") == NOBODY_LEFT_OUT, BASELINE: pl.col("characteristic") == SCORE}
    return {name: frame.filter(kept[name]) if name in kept else frame for name, frame in marts.items()}


def _shown(setting: Setting, hidden_rows: Mapping[tuple[str, int], str]) -> _Shown:
    """Gather what is shown of the marts that others follow."""
    changes = {
        (*block, *group): (number(row, "n_pre"), number(row, "n_post"), number(row, "n_pairs"))
        for block, rows in setting.blocks(CHANGE, "n_pre", "n_post").items()
        for place, group, row in rows
        if (CHANGE, place) not in hidden_rows
    }
    levels = frozenset(
        block
        for block, rows in setting.blocks(LEVEL).items()
        for place, group, _ in rows
        if group == ALL and (LEVEL, place) not in hidden_rows
    )
    return _Shown(changes, levels)


def _rows(setting: Setting, table: str) -> Iterator[tuple[int, Row, Key]]:
    """Give place, row and scale of each row of a mart."""
    frame = setting.marts.get(table)
    for place, row in enumerate([] if frame is None else frame.iter_rows(named=True)):
        yield place, row, tuple(row[name] for name in SCALE)


def _mixed_is_shown(setting: Setting, shown: _Shown, scale: Key) -> bool:
    """Tell whether those whom the mixed model knows and the pairs don't are enough to be shown."""
    counts = shown.changes.get((*scale, *ALL))
    if counts is None:
        return False
    n_pre, n_post, n_pairs = counts
    return not (setting.small(n_pre - n_pairs) or setting.small(n_post - n_pairs))


def _sensitivity(setting: Setting, shown: _Shown) -> Iterator[Hidden]:
    for place, row, scale in _rows(setting, SENSITIVITY):
        target = Target(SENSITIVITY, place, None)
        if row["left_out"] != NOBODY_LEFT_OUT:
            yield target, DETAIL
        elif (*scale, *ALL) not in shown.changes:
            yield target, FOLLOWS
        elif row["model"] == "mixed" and not _mixed_is_shown(setting, shown, scale):
            yield target, SMALL_BASE


def _robustness(setting: Setting, shown: _Shown) -> Iterator[Hidden]:
    for place, _, scale in _rows(setting, ROBUSTNESS):
        if (*scale, *ALL) not in shown.changes:
            yield Target(ROBUSTNESS, place, None), FOLLOWS
            continue
        yield Target(ROBUSTNESS, place, "least_change"), DETAIL
        if not _mixed_is_shown(setting, shown, scale):
            yield Target(ROBUSTNESS, place, "mixed_change"), SMALL_BASE


def _baseline(setting: Setting, shown: _Shown) -> Iterator[Hidden]:
    """A row on the score shows the mean of the others: that of everybody less that of the pairs."""
    for place, row, scale in _rows(setting, BASELINE):
        target = Target(BASELINE, place, None)
        if row["characteristic"] != SCORE:
            yield target, DETAIL
        elif setting.small(number(row, "n_others")) or setting.small(number(row, "n_completers")):
            yield target, SMALL_BASE
        elif (*scale, *ALL) not in shown.changes or (*scale, row["wave_pre"]) not in shown.levels:
            yield target, FOLLOWS


def _norm(setting: Setting, shown: _Shown) -> Iterator[Hidden]:
    for place, row, scale in _rows(setting, NORM):
        if (*scale, row["wave"]) not in shown.levels:
            yield Target(NORM, place, None), FOLLOWS


def _arms(setting: Setting, shown: _Shown) -> Iterator[Hidden]:
    for place, _, scale in _rows(setting, ARMS):
        if any((*scale, *group) not in shown.changes for group in (ALL, WAITING)):
            yield Target(ARMS, place, None), FOLLOWS
