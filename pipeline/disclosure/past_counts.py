"""Counts of persons that an earlier release of the year showed or hid already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from pipeline.disclosure.contributions import NO_EVALUATION
from pipeline.disclosure.groups import Group
from pipeline.disclosure.past import KEYS, Past
from pipeline.disclosure.setting import Key, Row, Setting

SPLIT_FROM = 3
"""A group of fewer than this many times min_cell persons isn't split by how they fared."""


class Recall(IntEnum):
    """What earlier releases of the year mean for a count; where they differ, the largest stands.

    new: nothing; hidden: nobody's data changed and it was hidden, which it stays; changed: it was there, and what
    changed since tells of a few; published: it was shown, and is the same.
    """

    NEW = 0
    HIDDEN = 1
    CHANGED = 2
    PUBLISHED = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where counts stand: the mart, the block, the group, and the key of their row."""

    table: str
    block: Key
    group: Group
    key: Mapping[str, object]


def recall(
    setting: Setting, place: Place, column: str, value: float, *, split: bool, base: str | None
) -> Recall:
    """Return what the earlier releases of the year mean for a count.

    base: for a count that is published as a share, the column of the persons it is a share of. Of a split, so many
    must have changed as a group must have to be split at all.
    """
    found = Recall.NEW
    key = tuple(place.key[name] for name in KEYS[place.table])
    for past in reversed(setting.earlier):
        row = past.row(place.table, key)
        if row is not None:
            found = max(found, _recall(setting, past, place, row, column, value, split, base))
        if found in (Recall.HIDDEN, Recall.PUBLISHED):
            return found  # That release had the ones before it in view.
    return found


def _recall(
    setting: Setting,
    past: Past,
    place: Place,
    row: Row,
    column: str,
    value: float,
    split: bool,
    base: str | None,
) -> Recall:
    was = _count(row, column, base)
    changed = past.persons(place.table, *_evaluation_and_keys(place), place.group)
    if changed == 0 and was in (None, value):
        return Recall.HIDDEN if was is None else Recall.PUBLISHED
    limit = setting.plan.min_cell * (SPLIT_FROM if split else 1)
    moved = abs(value - was) if was is not None else 0.0
    few = setting.small(moved) or (base is not None and setting.small(changed - moved))
    return Recall.CHANGED if changed < limit or few else Recall.NEW


def _count(row: Row, column: str, base: str | None) -> float | None:
    """The count as the earlier release showed it; a share of its persons, rounded to whole ones."""
    was = row.get(column)
    if was is None:
        return None
    return float(round(float(str(was)) * float(str(row[base] or 0)))) if base else float(str(was))


def _evaluation_and_keys(place: Place) -> tuple[object, Key]:
    block = place.block
    return (NO_EVALUATION, block) if place.table == "mart.stakeholder_item" else (block[0], block[1:])


def key_of(
    block_columns: tuple[str, ...], block: Key, group: Group, more: Row | None = None
) -> dict[str, object]:
    """The key of a mart's row: its block, its group, and further columns."""
    named = dict(zip(block_columns, block, strict=True))
    return {**named, "population": group[0], "grp": group[1], **(more or {})}
