"""What everybody knows of the hidden cells of some blocks: bounds, equations, and the bounds that follow."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from pipeline.disclosure.system import Cell, Mask, Places, System, Vector

Terms = tuple[Places, Places, Vector]

FAR_AWAY = 100.0
STILL = 1e-12
ROUNDS_IN_RINGS = 20


@dataclass(frozen=True, slots=True)
class Known:
    """The hidden cells of all blocks, one after another, each in its block's own scale.

    least, most: bounds of a cell; terms: equation, cell and weight of each term, whose sum in an equation
    lies between its `at_least` and `at_most`; parts: how many there are that don't hang together; part,
    part_of_equation: their number for each cell and equation; in_tree: for each cell
    whether the equations of its part close no ring.
    """

    scale: Vector
    least: Vector
    most: Vector
    terms: Terms
    at_least: Vector
    at_most: Vector
    parts: int
    part: Places
    part_of_equation: Places
    in_tree: Mask


def known(systems: list[System]) -> Known:
    """Return what is known of the hidden cells of some blocks, and all bounds that follow cell by cell.

    The largest value is a block's scale; what nothing bounds is searched up to FAR_AWAY times that. A number
    that is published nowhere and stands in one equation only is left out: it gives the equation some room.
    """
    hidden = [system.hidden() for system in systems]
    cells = hidden_cells(systems, hidden)
    value = np.array([cell.value for cell in cells], dtype=np.float64)
    scale = _scale(value, [int(mask.sum()) for mask in hidden])
    least = np.array([min(cell.lower, cell.value) for cell in cells], dtype=np.float64) / scale
    most = np.array([max(cell.upper, cell.value) for cell in cells], dtype=np.float64) / scale
    most = np.minimum(most, FAR_AWAY)
    unlisted = np.array([cell.unit is None for cell in cells], dtype=np.bool_)
    terms, (at_least, at_most) = _tied(_stacked(systems, hidden), value / scale, (least, most), unlisted)
    parts, part, part_of_equation, in_tree = _parts(terms, value.size, at_least.size)
    least, most = _follow(terms, (at_least, at_most), (least, most), in_tree)
    # The true values agree with everything; what rounding takes of them is given back.
    least, most = np.minimum(least, value / scale), np.maximum(most, value / scale)
    return Known(scale, least, most, terms, at_least, at_most, parts, part, part_of_equation, in_tree)


def hidden_cells(systems: list[System], hidden: list[Mask]) -> list[Cell]:
    """Return the hidden cells of some blocks, one after another."""
    return [
        cell
        for system, mask in zip(systems, hidden, strict=True)
        for cell in itertools.compress(system.cells, mask.tolist())
    ]


def _scale(value: Vector, sizes: list[int]) -> Vector:
    """The largest value of each cell's block."""
    block = np.repeat(np.arange(len(sizes)), sizes)
    largest = np.ones(len(sizes))
    np.maximum.at(largest, block, np.abs(value))
    return largest[block]


def _stacked(systems: list[System], hidden: list[Mask]) -> Terms:
    """The hidden terms of all blocks, equations and cells numbered on from block to block."""
    blocks = [system.hidden_terms(mask) for system, mask in zip(systems, hidden, strict=True)]
    heights = [int(equations.max(initial=-1)) + 1 for equations, _, _ in blocks]
    above = np.cumsum([0, *heights])
    before = np.cumsum([0, *(int(mask.sum()) for mask in hidden)])
    return (
        np.concatenate([block[0] + skip for block, skip in zip(blocks, above, strict=False)]),
        np.concatenate([block[1] + skip for block, skip in zip(blocks, before, strict=False)]),
        np.concatenate([block[2] for block in blocks]),
    )


def _tied(
    terms: Terms, value: Vector, bounds: tuple[Vector, Vector], unlisted: Mask
) -> tuple[Terms, tuple[Vector, Vector]]:
    """Leave out what is published nowhere and stands in one equation; the least and the most of each sum."""
    equations, places, weights = terms
    count = int(equations.max(initial=-1)) + 1
    total = _sums(equations, weights * value[places], count)
    loose = (unlisted & (np.bincount(places, minlength=value.size) == 1))[places]
    small, large = (side * loose for side in _ends(weights, bounds[0][places], bounds[1][places]))
    sums = total - _sums(equations, large, count), total - _sums(equations, small, count)
    return (equations[~loose], places[~loose], weights[~loose]), sums


def _parts(terms: Terms, cells: int, equations: int) -> tuple[int, Places, Places, Mask]:
    """Number what hangs together, cells and equations, and tell which cells are in a part without rings."""
    graph = sp.coo_array((terms[2], (terms[1], cells + terms[0])), shape=2 * (cells + equations,))
    number, labels = connected_components(graph, directed=False)
    part: Places = labels.astype(np.int64)
    ties = np.bincount(part[terms[1]], minlength=number)
    return number, part[:cells], part[cells:], (ties < np.bincount(part))[part[:cells]]


def _sums(equations: Places, parts: Vector, count: int) -> Vector:
    """The sum of each equation's terms."""
    return np.bincount(equations, parts, count).astype(np.float64)


def _ends(weights: Vector, least: Vector, most: Vector) -> tuple[Vector, Vector]:
    """The least and the most that weighted cells can be."""
    one, other = weights * least, weights * most
    return np.minimum(one, other), np.maximum(one, other)


def _follow(
    terms: Terms, sums: tuple[Vector, Vector], bounds: tuple[Vector, Vector], in_tree: Mask
) -> tuple[Vector, Vector]:
    """Tighten the bounds of cells by what each equation leaves them, again and again.

    A cell lies between what its equation's sum leaves at the least and at the most when the others are at
    their bounds. Where no chain of equations closes to a ring, this ends with each cell's feasible interval
    (constraints without rings: what agrees pair by pair agrees as a whole, Freuder 1982); in rings, with
    bounds it can't pass.
    """
    equations, places, weights = terms
    least, most = bounds[0].copy(), bounds[1].copy()
    turn = 0
    while True:
        turn += 1
        small, large = _ends(weights, least[places], most[places])
        smallest, largest = (_sums(equations, side, sums[0].size) for side in (small, large))
        left = (
            sums[0][equations] - (largest[equations] - large),
            sums[1][equations] - (smallest[equations] - small),
        )
        bottom, top = _ends(1 / weights, *left)
        before = least.copy(), most.copy()
        np.maximum.at(least, places, bottom)
        np.minimum.at(most, places, top)
        moved = np.maximum(least - before[0], before[1] - most) > STILL
        if not moved.any() or (turn >= ROUNDS_IN_RINGS and not moved[in_tree].any()):
            return least, most
