"""Do the statistics keep their promises? Simulated trials, seeded; the table stands in docs/validation.md.

Usage: python bench/validation.py [TRIALS] [--write]

Each row is a promise, the share found in so many trials (2000), its Monte Carlo standard error, and whether it is
kept: not beyond the promise by more than 2.33 standard errors (one-sided 1 %). Rows that show what another method
would do have no promise. Ends with 1 when a promise is broken. --write: docs/validation.md is written anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import bdtr

from pipeline.statistics import (
    benjamini_hochberg,
    holm,
    municipality_changes,
    paired_change,
    unexplained_change,
    wilson,
)

PAGE = Path(__file__).parent.parent / "docs" / "validation.md"
SEED = 20190914
LIMIT = 2.33
"""Standard errors beyond a promise at which it counts as broken (one-sided 1 %)."""
ALPHA = 0.05
SIZES = (3, 5, 6, 8, 10, 10, 12, 14, 16, 20)
"""Persons in ten municipalities, as uneven as the pilots'."""

Vector = np.ndarray


@dataclass(frozen=True)
class Row:
    """A promise and what was found. at_most: whether the promise is an upper limit (else a lower one)."""

    what: str
    promise: float | None
    found: float
    error: float
    at_most: bool = True
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the share is not beyond the promise by more than chance."""
        if self.promise is None:
            return True
        beyond = self.found - self.promise if self.at_most else self.promise - self.found
        return beyond <= LIMIT * self.error + 1e-12

    def line(self) -> str:
        """The row as Markdown."""
        promise = "–" if self.promise is None else f"{'≤' if self.at_most else '≥'} {self.promise:.1%}"
        kept = "" if self.promise is None else "kept" if self.kept else "BROKEN"
        return f"| {self.what} | {promise} | {self.found:.1%} | {self.error:.2%} | {kept} | {self.note} |"


def share(
    what: str, trials: list[float], promise: float | None, *, at_most: bool = True, note: str = ""
) -> Row:
    """A row from the outcome of each trial (a 0/1, or a share within the trial)."""
    found = np.array(trials, dtype=float)
    error = float(found.std(ddof=1) / len(found) ** 0.5)
    if promise is not None and error == 0:
        error = (promise * (1 - promise) / len(found)) ** 0.5
    return Row(what, promise, float(found.mean()), error, at_most, note)


def t_scores(random: np.random.Generator, persons: int, change: float = 0.0) -> tuple[Vector, Vector]:
    """Scores before and after: mean 45, SD 10, correlation .6, in steps of one, cut at 20 and 75."""
    person = random.normal(45, 60**0.5, persons)
    scores = [person + extra + random.normal(0, 40**0.5, persons) for extra in (0.0, change)]
    before, after = (np.clip(np.round(score), 20, 75) for score in scores)
    return before, after


def short_scale(random: np.random.Generator, persons: int) -> tuple[Vector, Vector]:
    """A short, skewed scale with a ceiling: sums of four answers 1 to 5, most of them high."""
    person = random.normal(1.0, 0.8, persons)[:, None]
    answers = (np.clip(np.round(person + random.normal(3, 0.9, (persons, 4))), 1, 5) for _ in range(2))
    before, after = (answer.sum(axis=1) for answer in answers)
    return before, after


def confirmatory_family(random: np.random.Generator, trials: int) -> Iterator[Row]:
    """Four confirmatory outcomes of 30 persons, none of which changed."""
    for name, make in (("T scores", t_scores), ("short scales with a ceiling", short_scale)):
        rejected = []
        for _ in range(trials):
            p = [paired_change(*make(random, 30)).p_t for _ in range(4)]
            rejected.append(float(any(q is not None and q < ALPHA for q in holm(p))))
        yield share(f"no change: the confirmatory family of 4 rejects ({name}, n = 30)", rejected, ALPHA)


def exploratory_families(random: np.random.Generator, trials: int) -> Iterator[Row]:
    """Twenty exploratory outcomes: none changed; or five changed by 0.7 SD of differences."""
    nothing, false_share = [], []
    for _ in range(trials):
        p = [paired_change(*t_scores(random, 30)).p_t for _ in range(20)]
        nothing.append(float(any(q is not None and q < ALPHA for q in benjamini_hochberg(p))))
        p[:5] = [paired_change(*t_scores(random, 30, 6.3)).p_t for _ in range(5)]
        found = [place for place, q in enumerate(benjamini_hochberg(p)) if q is not None and q < ALPHA]
        false_share.append(sum(place >= 5 for place in found) / len(found) if found else 0.0)
    yield share("no change: an exploratory family of 20 rejects anything", nothing, ALPHA)
    yield share("5 of 20 changed: share of the family's findings that are false", false_share, ALPHA)


def t_intervals(random: np.random.Generator, trials: int) -> Iterator[Row]:
    """95 % intervals of the mean change."""
    for persons in (10, 30, 100):
        covers = []
        for _ in range(trials):
            found = paired_change(*t_scores(random, persons))
            covers.append(float(found.ci_low is not None and found.ci_low <= 0 <= (found.ci_high or 0.0)))
        yield share(f"t interval covers (n = {persons})", covers, 0.95, at_most=False)


def wilson_intervals(_: np.random.Generator, __: int) -> Iterator[Row]:
    """Wilson's interval, counted over all outcomes: no simulation. p from .02 to .98 by .01."""
    shares = np.arange(0.02, 0.9801, 0.01)
    for persons in (10, 20, 50, 100):
        limits = [wilson(count, persons) for count in range(persons + 1)]
        coverage = [_coverage([(w.ci_low or 0.0, w.ci_high or 1.0) for w in limits], p) for p in shares]
        lowest = int(np.argmin(coverage))
        note = f"least {min(coverage):.1%} at p = {shares[lowest]:.2f}; exact"
        # "On average 95 %": met when it rounds to 95 % or more.
        yield Row(
            f"Wilson interval covers, mean over p (n = {persons})",
            0.945,
            float(np.mean(coverage)),
            0.0,
            at_most=False,
            note=note,
        )


def _coverage(limits: list[tuple[float, float]], p: float) -> float:
    """Chance that the interval of the count drawn holds p."""
    n = len(limits) - 1
    chances = np.diff([0.0, *(float(bdtr(count, n, p)) for count in range(n + 1))])
    return float(sum(chance for chance, (low, high) in zip(chances, limits, strict=True) if low <= p <= high))


def selected_by_score(random: np.random.Generator, trials: int) -> Iterator[Row]:
    """Persons taken in because they scored under 45 in a population of mean 50: nothing changes but chance."""
    naive, corrected = [], []
    for _ in range(trials):
        person = random.normal(50, 60**0.5, 400)
        before = person + random.normal(0, 40**0.5, 400)
        chosen = np.flatnonzero(before < 45)[:40]
        after = person[chosen] + random.normal(0, 40**0.5, len(chosen))
        naive.append(float((paired_change(before[chosen], after).p_t or 0.0) < ALPHA))
        corrected.append(float((unexplained_change(before[chosen], after, 50.0).p or 0.0) < ALPHA))
    yield share(
        "selected by score, nothing changed: Mee-Chua test at the known mean rejects", corrected, ALPHA
    )
    yield share(
        "– the same persons: a naive paired t test rejects", naive, None, note="what it protects from"
    )


def stable_below_the_norm(random: np.random.Generator, trials: int) -> Iterator[Row]:
    """A stable group that lives below the norm, not selected: what the ladder says of it."""
    worsened, norm_alone = [], []
    for _ in range(trials):
        before, after = t_scores(random, 60)
        raw = paired_change(before, after)
        worsened.append(float(raw.ci_high is not None and raw.ci_high < 0))
        at_norm = unexplained_change(before, after, 50.0)
        norm_alone.append(float(at_norm.ci_high is not None and at_norm.ci_high < 0))
    yield share("stable group below the norm (n = 60): called worsened", worsened, ALPHA / 2)
    yield share(
        "– the same: the norm case alone would call it worsened", norm_alone, None, note="never alone"
    )


def municipal_intervals(random: np.random.Generator, trials: int) -> Iterator[Row]:
    """Partially pooled intervals of ten municipalities of 3 to 20 persons."""
    labels = np.repeat([f"m{place}" for place in range(len(SIZES))], SIZES)
    for icc in (0.0, 0.05, 0.1, 0.2):
        covers = []
        for _ in range(trials):
            means = 3 + random.normal(0, (icc * 81) ** 0.5, len(SIZES))
            changes = np.repeat(means, SIZES) + random.normal(0, ((1 - icc) * 81) ** 0.5, sum(SIZES))
            found = municipality_changes(changes, labels).municipalities
            inside = [
                (row.pooled_low or 0.0) <= mean <= (row.pooled_high or 0.0)
                for row, mean in zip(found, means, strict=True)
            ]
            covers.append(float(np.mean(inside)))
        yield share(f"pooled municipal interval covers (ICC {icc:g})", covers, 0.95, at_most=False)


STUDIES: tuple[Callable[[np.random.Generator, int], Iterator[Row]], ...] = (
    confirmatory_family,
    exploratory_families,
    t_intervals,
    wilson_intervals,
    selected_by_score,
    stable_below_the_norm,
    municipal_intervals,
)

HEAD = """\
| promise | limit | found | Monte Carlo error | | note |
| --- | ---: | ---: | ---: | --- | --- |
"""


def page(rows: list[Row], trials: int) -> str:
    """The page docs/validation.md."""
    lines = "\n".join(row.line() for row in rows)
    return f"""\
# Validation

Written by `python bench/validation.py --write` (part of `make bench`): {trials} trials a row, seed {SEED}.
A promise is kept when the share found is not beyond it by more than {LIMIT} Monte Carlo standard errors (one-sided
1 %). The data are made up: T scores with SD 10 and a correlation of .6 between the waves, in whole points; a short
scale with a ceiling; ten municipalities of 3 to 20 persons. Values that R gives for public data stand in
`tests/pipeline/statistics/test_reference_values.py`.

{HEAD}{lines}
"""


def main() -> None:
    """Run the studies, each with a seed of its own, and print the table."""
    numbers = [int(text) for text in sys.argv[1:] if text.isdigit()]
    trials = numbers[0] if numbers else 2000
    rows: list[Row] = []
    print(HEAD, end="")
    for place, study in enumerate(STUDIES):
        for row in study(np.random.default_rng([SEED, place]), trials):
            print(row.line(), flush=True)
            rows.append(row)
    if "--write" in sys.argv:
        PAGE.write_text(page(rows, trials), encoding="utf-8")
    raise SystemExit(0 if all(row.kept for row in rows) else 1)


if __name__ == "__main__":
    main()
