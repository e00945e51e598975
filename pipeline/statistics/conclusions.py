"""What an interval lets one conclude, and whether two analyses conclude the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Side: TypeAlias = Literal[-1, 0, 1]
"""1: the interval lies above 0, -1: below, 0: it holds 0."""


@dataclass(frozen=True, slots=True)
class Range:
    """Changes without one municipality each: the least and greatest, and how many conclude otherwise.

    Ties go to the first in the order given. None where nothing could be estimated.
    """

    municipalities: int
    least: float | None = None
    least_without: str | None = None
    greatest: float | None = None
    greatest_without: str | None = None
    otherwise: int | None = None


def side(ci_low: float | None, ci_high: float | None) -> Side | None:
    """Return on which side of 0 an interval lies; None without one."""
    if ci_low is None or ci_high is None:
        return None
    return 1 if ci_low > 0 else -1 if ci_high < 0 else 0


def left_out_range(whole: Side | None, parts: Sequence[tuple[str, float | None, Side | None]]) -> Range:
    """Sum up the analyses that left out one municipality each.

    whole: the conclusion on everybody. parts: municipality left out, change, conclusion. An analysis that
    gave no interval concludes otherwise when the whole has one.
    """
    known = [(change, name) for name, change, _ in parts if change is not None]
    if not known:
        return Range(len(parts))
    least = min(known, key=lambda found: found[0])
    greatest = max(known, key=lambda found: found[0])
    otherwise = None if whole is None else sum(own != whole for _, _, own in parts)
    return Range(len(parts), least[0], least[1], greatest[0], greatest[1], otherwise)
