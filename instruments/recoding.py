"""Answers as they count: missing ones told from given ones, reversed, recoded, in narrow numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from instruments.items import Form, Item


def answered(item: Item) -> pl.Expr:
    """Return the item's answer, null where it wasn't given: missing codes and NaN count as missing."""
    answer = pl.col(item.code).cast(pl.Float64).fill_nan(None)
    codes = [code.value for code in item.missing_codes]
    return pl.when(answer.is_in(codes)).then(None).otherwise(answer) if codes else answer


def is_out_of_range(item: Item) -> pl.Expr:
    """Return whether an answer is none that the item has; a missing one (null) is not out of range."""
    answer = pl.col(item.code)
    if item.options:
        allowed = answer.is_in([option.value for option in item.options])
    else:
        allowed = answer.is_between(pl.lit(item.minimum), pl.lit(item.maximum))
    return ~allowed.fill_null(True)


def reversed_answer(item: Item) -> pl.Expr:
    """Return the answer after reversal: x becomes minimum + maximum - x on reversed items.

    This is the item in its printed range, as Cronbach's alpha takes it; a recode for scoring is not applied.
    """
    return _mirrored(item, answered(item))


def scored_answer(item: Item, form: Form) -> pl.Expr:
    """Return the number that a given answer adds to a scale: recoded if the item is, else reversed.

    The column holds what `GivenAnswers` made of the answers.
    """
    recode = item.recode_for(form)
    return looked_up(pl.col(item.code), recode) if recode else _mirrored(item, pl.col(item.code))


def _mirrored(item: Item, answer: pl.Expr) -> pl.Expr:
    if not item.reversed:
        return answer
    if item.minimum is None or item.maximum is None:
        raise ValueError(f"item {item.code} has no range")
    return pl.lit(narrow(item.minimum + item.maximum)) - answer


def looked_up(key: pl.Expr, values: Mapping[float, float]) -> pl.Expr:
    """Return the value that stands beside the key in a table; null for a key that isn't in it.

    Keys without a gap, as all shipped tables have them, are places in a list: that is ten times as fast as a
    search.
    """
    lowest = min(values)
    in_row = [lowest + step for step in range(len(values))]
    if sorted(values) != in_row:
        number = key.cast(pl.Float64)
        return number.replace_strict(
            list(values), list(values.values()), default=None, return_dtype=pl.Float64
        )
    ordered = [narrow(values[place]) for place in in_row]
    whole = all(isinstance(value, int) for value in ordered)
    table = pl.Series(ordered, dtype=pl.Int16 if whole else pl.Float64, strict=False)
    known = key.is_between(pl.lit(narrow(lowest)), pl.lit(narrow(in_row[-1]))) & (
        key == key.cast(pl.Int16, strict=False)
    )
    place = (key - pl.lit(narrow(lowest))).cast(pl.Int16, strict=False)
    return pl.lit(table).gather(pl.when(known).then(place))


def narrow(number: float) -> int | float:
    """Return a whole number as an int, so that an expression on whole numbers stays one."""
    return int(number) if float(number).is_integer() else number


@dataclass(frozen=True)
class GivenAnswers:
    """The answers of some questionnaires: a row each, a column an item, null where none was given.

    frame: whole answers as Int16, others as Float64. gaps: items that somebody left out. doubtful: items among
    whose answers one may be none that the item has.
    """

    frame: pl.DataFrame
    gaps: frozenset[str]
    doubtful: frozenset[str]

    @classmethod
    def of(cls, answers: pl.DataFrame, items: Sequence[Item]) -> GivenAnswers:
        """The answers to these items, read from number columns; an item without a column is missing."""
        columns, doubtful = [], set()
        for item in items:
            column, sound = _given(answers, item)
            columns.append(column)
            if not sound:
                doubtful.add(item.code)
        frame = pl.DataFrame(columns)
        gaps = frozenset(column.name for column in columns if column.null_count())
        return cls(frame, gaps, frozenset(doubtful))


def _given(answers: pl.DataFrame, item: Item) -> tuple[pl.Series, bool]:
    """Return the item's column, and whether all its answers are sure to be among the item's.

    One look at the lowest and highest answer spares a look at each.
    """
    if item.code not in answers.columns:
        return pl.repeat(None, answers.height, dtype=pl.Int16, eager=True).alias(item.code), True
    column = answers[item.code]
    if item.missing_codes or not column.dtype.is_integer():
        column = answers.select(answered(item).alias(item.code)).to_series()
    lowest, highest = column.min(), column.max()
    if lowest is None:
        return column.cast(pl.Int16, strict=False), True
    low, high = item.whole_range or (0.0, -1.0)
    if not (low <= lowest and highest <= high):  # type: ignore[operator]
        return column.cast(pl.Float64), False
    whole = column.cast(pl.Int16, strict=False)
    if column.dtype.is_float() and not (whole == column).all():
        return column, False
    return whole, True
