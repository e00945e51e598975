"""The attacker: what can be worked out of hidden cells from all that is published.

Two attacks. Sums of real numbers (n times a mean, squares) may take any value, so a hidden one is safe when
the published sums leave it free: a random solution of the homogeneous equations then moves it. Counts and
money are not negative: their feasible intervals come from linear programmes (HiGHS).
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from pipeline.disclosure.system import Mask, System, Vector

TOLERANCE = 1e-6
MINOR_WEIGHT = 1e-4


def free_direction(system: System) -> Vector:
    """Return a random change of the hidden sums that leaves all equations true, 0 for each visible cell.

    A cell (or a sum of cells) that doesn't move is determined by what is published: a random vector less its
    projection on the equations' row space, zero in a determined coordinate, with probability 1 only there.
    """
    people = np.array([cell.persons for cell in system.cells])
    hidden = np.flatnonzero(system.hidden() & (people > 0))
    direction = np.zeros(len(system.cells))
    random = np.random.default_rng(len(system.cells)).normal(size=hidden.size)
    known = system.matrix()[:, hidden].toarray()
    known = known[np.any(known != 0, axis=1)]
    if known.size:
        weights = np.linalg.lstsq(known.T, random, rcond=None)[0]
        random = random - known.T @ weights
    direction[hidden] = random
    return direction


def feasible_intervals(systems: list[System]) -> None:
    """Widen `low` and `high` of every system by linear programmes until each hidden cell is safe or searched.

    All blocks go into one programme; each solution is a table that agrees with all that is published, and
    widens the known intervals of all its cells at once. Only cells not yet proven safe get a programme of
    their own (the largest value, then the smallest).
    """
    for system in systems:
        if system.low.size != len(system.cells):
            system.low, system.high = system.values(), system.values()
    searches = [_Search(system) for system in systems]
    for _ in range(2 * max((len(system.cells) for system in systems), default=0) + 1):
        searches = [search for search in searches if search.choose()]
        if not searches:
            return
        _solve(searches)


def unproven(system: System) -> list[int]:
    """Return the hidden published cells whose known feasible interval is not wide enough."""
    return np.flatnonzero(_unproven_mask(system)).tolist()


def _unproven_mask(system: System) -> Mask:
    cells = system.cells
    width = np.array([cell.width for cell in cells])
    side = np.array([cell.side for cell in cells])
    published = np.array([cell.unit is not None for cell in cells])
    values = system.values()
    slack = TOLERANCE * (1 + np.abs(values))
    narrow = system.high - system.low < width - slack
    near = (system.high < values + side - slack) | (system.low > values - side + slack)
    return np.asarray(published & system.hidden() & (narrow | near), dtype=np.bool_)


class _Search:
    """The search in one block: what the next programme asks of it."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.hidden = np.flatnonzero(system.hidden())
        self.equations = system.matrix()[:, self.hidden]
        self.values = system.values()[self.hidden]
        self.scale = float(max(1.0, np.abs(self.values).max(initial=0)))
        self.searched = np.zeros((len(system.cells), 2), dtype=np.bool_)
        self.random = np.random.default_rng(len(system.cells))
        self.objective = np.zeros(self.hidden.size)

    def choose(self) -> bool:
        """Choose a cell and a direction for the next programme; False when nothing is left to search."""
        wanting = _unproven_mask(self.system)
        left = wanting[:, np.newaxis] & ~self.searched
        if not left.any():
            return False
        cell, upwards = (int(place) for place in np.argwhere(left)[0])
        self.searched[cell, upwards] = True
        noise = self.random.normal(size=self.hidden.size)
        self.objective = MINOR_WEIGHT / max(1, self.hidden.size) * noise * wanting[self.hidden]
        self.objective[np.searchsorted(self.hidden, cell)] = -1.0 if upwards else 1.0
        return True

    def bounds(self) -> Vector:
        """Lower and upper bounds of the hidden cells in the block's own scale, shape (cells, 2)."""
        cells = [self.system.cells[place] for place in self.hidden]
        bounds = np.array([(min(c.lower, c.value), max(c.upper, c.value)) for c in cells])
        return np.asarray(bounds / self.scale, dtype=np.float64)

    def take(self, solution: Vector) -> None:
        """Widen the block's intervals by a feasible table."""
        low, high = self.system.low, self.system.high
        table = solution * self.scale
        low[self.hidden] = np.minimum(low[self.hidden], table)
        high[self.hidden] = np.maximum(high[self.hidden], table)


def _solve(searches: list[_Search]) -> None:
    """Solve the programmes of all blocks as one. Raises RuntimeError when HiGHS finds no solution."""
    # It takes 1.5 s to import, and most commands don't need it.
    from scipy.optimize import Bounds, LinearConstraint, milp

    equations = sp.block_diag([search.equations for search in searches], format="csr")
    truth = np.concatenate([search.values / search.scale for search in searches])
    bounds = np.concatenate([search.bounds() for search in searches])
    sums = equations @ truth
    found = milp(
        np.concatenate([search.objective for search in searches]),
        bounds=Bounds(bounds[:, 0], bounds[:, 1]),
        constraints=LinearConstraint(equations, sums, sums),
    )
    if found.x is None:
        raise RuntimeError(f"disclosure control: the linear programme found no solution ({found.message})")
    ends = np.cumsum([search.hidden.size for search in searches])
    for search, part in zip(searches, np.split(found.x, ends[:-1]), strict=True):
        search.take(part)
