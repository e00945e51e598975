"""Bounds that follow equation by equation, against linear programmes written apart from them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from pipeline.disclosure.bounds import known
from pipeline.disclosure.system import System

SLACK = 1e-7


def tree(random: np.random.Generator) -> System:
    """A total, its regions and their municipalities, some of each hidden."""
    system = System()
    regions = []
    for _ in range(3):
        parts = random.integers(0, 6, size=4).tolist()
        cells = [add(system, value, random) for value in parts]
        regions.append(add(system, sum(parts), random))
        system.sum_of(regions[-1], cells)
    total = add(system, sum(system.cells[region].value for region in regions), random)
    system.sum_of(total, regions)
    return system


def crossed(random: np.random.Generator) -> System:
    """Groups by kinds, where rows and columns add up to sums that everybody knows."""
    system = System()
    counts = random.integers(0, 6, size=(4, 3))
    cells = [[add(system, int(value), random) for value in row] for row in counts]
    for row in cells:
        system.sum_of(system.known(sum(system.cells[cell].value for cell in row)), row)
    for column in zip(*cells, strict=True):
        system.sum_of(system.known(sum(system.cells[cell].value for cell in column)), list(column))
    return system


def add(system: System, value: float, random: np.random.Generator) -> int:
    unit = system.unit((), 0, value)
    if random.random() < 0.75:
        system.hide(unit, "small_count")
    return system.cell(value, unit, upper=value + float(random.integers(0, 9)))


def by_programme(system: System) -> np.ndarray:
    """The least and the most of each hidden cell."""
    hidden = np.flatnonzero(system.hidden())
    weights = np.zeros((len(system.equations), len(system.cells)))
    for place, equation in enumerate(system.equations):
        weights[place, list(equation.cells)] = equation.weights
    bounds = [
        (cell.lower, cell.upper) if place in hidden else (cell.value, cell.value)
        for place, cell in enumerate(system.cells)
    ]
    ends = []
    for place in hidden.tolist():
        for sign in (1, -1):
            goal = np.zeros(len(system.cells))
            goal[place] = sign
            found = linprog(goal, A_eq=weights, b_eq=np.zeros(len(weights)), bounds=bounds)
            assert found.x is not None
            ends.append(float(found.x[place]))
    return np.array(ends).reshape(-1, 2)


@pytest.mark.parametrize("seed", range(15))
def test_without_rings_the_bounds_are_the_feasible_intervals(seed: int) -> None:
    random = np.random.default_rng(seed)
    blocks = [tree(random), tree(random)]
    found = known(blocks)
    assert found.in_tree.all()
    intervals = np.concatenate([by_programme(system) for system in blocks])
    assert np.column_stack([found.least, found.most]) * found.scale[:, np.newaxis] == pytest.approx(
        intervals, abs=SLACK
    )


def test_in_rings_the_bounds_are_never_narrower_than_the_feasible_intervals() -> None:
    rings = 0
    for seed in range(15):
        system = crossed(np.random.default_rng(seed))
        found = known([system])
        rings += int((~found.in_tree).sum())
        least, most = by_programme(system).T
        assert (found.least * found.scale <= least + SLACK).all()
        assert (found.most * found.scale >= most - SLACK).all()
    assert rings > 0


def test_a_number_published_nowhere_gives_its_equation_room() -> None:
    system = System()
    part = system.cell(3, system.unit((), 0, 3))
    rest = system.cell(2, None, upper=4)
    system.sum_of(system.known(5), [part, rest])
    system.hide(0, "small_count")
    found = known([system])
    # Of 5 persons at most 4 are elsewhere: from 1 to all of them are here.
    assert (found.least[0] * found.scale[0], found.most[0] * found.scale[0]) == pytest.approx((1, 5))
