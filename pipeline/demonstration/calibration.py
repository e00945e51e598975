"""Raw sums before and after whose mean scores come out at a target.

People get a latent score at each wave; each becomes the raw sum whose score lies nearest; then a few sums in
the middle of the scale are moved by one until the means fit. Only sums are drawn here: answers that add up to
them (`answers`) are scored by the pipeline like any others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.demonstration.amounts import Floats, Integers

Booleans = npt.NDArray[np.bool_]
LARGEST_STEP = 1.5  # times the usual one: near its ends a scale's steps are long


@dataclass(frozen=True)
class Aim:
    """Where the pairs' means shall lie, and the spreads: all in the scale's metric."""

    mean_post: float
    mean_change: float
    sd: float
    sd_change: float


@dataclass(frozen=True)
class Ladder:
    """The raw sums of a scale in order, and the score of each."""

    sums: Integers
    scores: Floats

    @classmethod
    def of(cls, table: Mapping[float, float]) -> Ladder:
        """From a conversion table {raw sum: score}."""
        return cls(np.array(sorted(table), dtype=np.int64), np.array([table[key] for key in sorted(table)]))

    def nearest(self, latent: Floats) -> Integers:
        """Position of the score nearest to each latent score."""
        nearest: Integers = np.abs(latent[:, None] - self.scores[None, :]).argmin(axis=1).astype(np.int64)
        return nearest

    def gains(self, rungs: Integers, step: int) -> Floats:
        """What a step up (1) or down (-1) adds to the score; 0 at the ends and where a step is large."""
        steps = np.diff(self.scores)
        ordinary = np.where(steps <= LARGEST_STEP * np.median(steps), steps, 0.0)
        up = np.append(ordinary, 0.0)
        down = -np.insert(ordinary, 0, 0.0)
        gains: Floats = (up if step > 0 else down)[rungs]
        return gains


def standardised(values: Floats, among: Booleans) -> Floats:
    """The values with mean 0 and standard deviation 1 over some of them."""
    chosen = values[among]
    scaled: Floats = (values - chosen.mean()) / chosen.std(ddof=1)
    return scaled


def calibrated_sums(
    ladder: Ladder, aim: Aim, latent: Floats, change: Floats, present: tuple[Booleans, Booleans]
) -> tuple[Integers, Integers]:
    """Raw sums before and after, shape (n,), of persons with a latent level and change, any metric.

    present: who is there before and after; the aim holds for those present at both (the mean afterwards also
    for all present afterwards). The sums of the absent are drawn, too, and mean nothing.
    """
    before, after = present
    pairs = before & after
    pre = aim.mean_post - aim.mean_change + aim.sd * standardised(latent, pairs)
    post = pre + aim.mean_change + aim.sd_change * standardised(change, pairs)
    late = after & ~pairs
    if late.any():
        post[late] += aim.mean_post - post[late].mean()
    rungs_pre, rungs_post = ladder.nearest(pre), ladder.nearest(post)
    _move(ladder, rungs_post, pairs, aim.mean_post)
    _move(ladder, rungs_post, after, aim.mean_post, among=late)
    _move(ladder, rungs_pre, pairs, aim.mean_post - aim.mean_change)
    return ladder.sums[rungs_pre], ladder.sums[rungs_post]


def _move(
    ladder: Ladder, rungs: Integers, group: Booleans, target: float, among: Booleans | None = None
) -> None:
    """Move persons (of `among`, else of the group) by one sum until the group's mean fits best.

    Changes `rungs`. Each person moves at most once, and only where a step is of ordinary size.
    """
    movable = np.flatnonzero(group if among is None else among)
    while len(movable):
        lacking = target * int(group.sum()) - float(ladder.scores[rungs[group]].sum())
        step = 1 if lacking > 0 else -1
        left = np.abs(lacking - ladder.gains(rungs[movable], step))
        best = int(left.argmin())
        if left[best] >= abs(lacking):
            return
        rungs[movable[best]] += step
        movable = np.delete(movable, best)
