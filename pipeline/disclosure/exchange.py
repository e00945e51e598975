"""Intervals without a programme: people of groups of which nothing is shown might change places.

And of two kinds that are shown nowhere, all of the one might be of the other: whoever sees only how many there
are of both together can't tell them apart.

Whoever sees no count of two groups, only their sizes and what they have together, can't tell who is in which.
With N people in such groups, t of them of a kind, a group of n has between t - (N - n) and t of them (the
Frechet bounds); every number between comes of an exchange of people, which leaves all other counts true.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from pipeline.disclosure.system import People, Places, System, Vector

EXACT = 1e-9
Root = tuple[int, str]
"""A shown group and the breakdown that divides it."""


@dataclass(slots=True)
class _Pool:
    """People who might change places: how many, and how many of each kind."""

    kinds: Vector
    persons: float = 0
    within: dict[int, _Part] = field(default_factory=dict)


@dataclass(slots=True)
class _Part:
    """Those of a pool who are in one group."""

    kinds: Vector
    persons: float = 0


def exchange_people(system: System) -> None:
    """Widen the intervals of a block's hidden counts by all exchanges of people that nobody would notice."""
    hidden, values = system.hidden(), system.values()
    for groups in filter(None, system.people):
        cells = np.array([group.cells for group in groups], dtype=np.int64)
        shut: list[bool] = np.all(hidden[cells], axis=1).tolist()
        wholes = {group.whole for group in groups}
        pools: dict[Root, _Pool] = {}
        for place, group in enumerate(groups):
            if shut[place] and place not in wholes and group.whole is not None:
                _add(values[cells[place]], groups, shut, place, pools)
        for pool in pools.values():
            _widen(system, cells[list(pool.within)], values, pool)


def exchange_kinds(system: System) -> None:
    """Widen the intervals by tables in which all people of one hidden kind are of another hidden kind instead.

    Whatever ties the cells, such a table counts only when it agrees with every equation and every bound.
    """
    hidden, values = system.hidden(), system.values()
    bounds = np.array([(min(c.lower, c.value), max(c.upper, c.value)) for c in system.cells])
    for groups in filter(None, system.people):
        places = np.array([group.cells for group in groups], dtype=np.int64)
        kinds = np.flatnonzero(hidden[places].all(axis=0)).tolist()
        for one, other in itertools.permutations(kinds, 2):
            table = values.copy()
            table[places[:, other]] += table[places[:, one]]
            table[places[:, one]] = 0
            if _agrees(system, table, bounds):
                np.minimum(system.low, table, out=system.low)
                np.maximum(system.high, table, out=system.high)


def _agrees(system: System, table: Vector, bounds: Vector) -> bool:
    """Tell whether a table is one that all equations and bounds allow."""
    equations, cells, weights = system.terms()
    left_over = np.bincount(equations, weights * table[cells])
    within = (table >= bounds[:, 0] - EXACT) & (table <= bounds[:, 1] + EXACT)
    return bool(within.all() and (np.abs(left_over) <= EXACT).all())


def _add(kinds: Vector, groups: list[People], shut: list[bool], place: int, pools: dict[Root, _Pool]) -> None:
    """Add a group's people to the pool of the smallest shown group above it, and to all groups between."""
    path = [place]
    while (whole := groups[path[-1]].whole) is not None and shut[whole] and groups[whole].whole is not None:
        path.append(whole)
    root = groups[path[-1]].whole
    if root is None:
        return
    pool = pools.setdefault((root, groups[path[-1]].breakdown), _Pool(np.zeros(kinds.size)))
    pool.kinds += kinds
    pool.persons += groups[place].persons
    for group in path:
        part = pool.within.setdefault(group, _Part(np.zeros(kinds.size)))
        part.kinds += kinds
        part.persons += groups[place].persons


def _widen(system: System, cells: Places, values: Vector, pool: _Pool) -> None:
    """Widen the cells (a row a group of the pool, a column a kind) to the Frechet bounds."""
    kinds = np.array([part.kinds for part in pool.within.values()])
    persons = np.array([[part.persons] for part in pool.within.values()])
    stay = values[cells] - kinds
    least = np.maximum(0, pool.kinds - (pool.persons - persons))
    most = np.minimum(persons, pool.kinds)
    system.low[cells] = np.minimum(system.low[cells], stay + least)
    system.high[cells] = np.maximum(system.high[cells], stay + most)
