"""Answers as they count: expressions that turn coded answers into missing, reversed and recoded ones."""

from __future__ import annotations

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
    if not item.reversed:
        return answered(item)
    if item.minimum is None or item.maximum is None:
        raise ValueError(f"item {item.code} has no range")
    return pl.lit(item.minimum + item.maximum) - answered(item)


def scored_answer(item: Item, form: Form) -> pl.Expr:
    """Return the number that the answer adds to a scale: recoded if the item is, else reversed."""
    recode = item.recode_for(form)
    if not recode:
        return reversed_answer(item)
    return answered(item).replace_strict(
        list(recode), list(recode.values()), default=None, return_dtype=pl.Float64
    )
