"""The attacker: what can be worked out of hidden cells from all that is published.

Two attacks. Sums of real numbers (n times a mean, squares) may take any value, so a hidden one is safe when
the published sums leave it free: a random solution of the homogeneous equations then moves it. Counts and
money are not negative: their feasible intervals come from linear programmes (HiGHS).
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from pipeline.disclosure.exchange import exchange_kinds, exchange_people
from pipeline.disclosure.system import Mask, Places, System, Vector

Terms = tuple[Places, Places, Vector]

TOLERANCE = 1e-6
EXACT = 1e-12
CONVERGED = (0, 1, 2, 4, 5)
FAR_AWAY = 100.0
MANY_FAILURES = 3
BLOCKS = 40


def free_direction(system: System, hidden: Mask) -> Vector:
    """Return a random change of the hidden sums that leaves all equations true, 0 for each visible cell.

    A cell (or a sum of cells) that doesn't move is determined by what is published: a random vector less its
    projection on the equations' row space, zero in a determined coordinate, with probability 1 only there.
    """
    direction = np.zeros(len(system.cells))
    from scipy.linalg import lstsq
    from scipy.sparse.linalg import lsqr

    random = np.random.default_rng(len(system.cells)).normal(size=int(hidden.sum()))
    equations, cells, factors = system.hidden_terms(hidden)
    if equations.size:
        known = sp.csr_array((factors, (cells, equations)), shape=(random.size, int(equations.max()) + 1))
        weights, stopped, *_ = lsqr(known, random, atol=EXACT, btol=EXACT, iter_lim=20 * random.size + 1000)
        if stopped not in CONVERGED:
            weights = lstsq(known.toarray(), random, cond=EXACT, lapack_driver="gelsy")[0]
        random = random - known @ weights
    direction[hidden] = random
    return direction


def feasible_intervals(systems: list[System]) -> None:
    """Widen `low` and `high` of every system by linear programmes until each hidden cell is safe, or isn't.

    Many blocks go into one programme; each solution is a table that agrees with all that is published, and
    widens the known intervals of all its cells at once. The first programmes push all unproven cells of a
    block together; only what they leave gets a programme of its own. A block where MANY_FAILURES cells
    turned out unsafe is left: more must be hidden in it anyway.
    """
    for system in systems:
        if system.low.size != len(system.cells):
            system.low, system.high = system.values(), system.values()
        exchange_people(system)
        exchange_kinds(system)
    searches = [_Search(system) for system in systems]
    while searching := [search for search in searches if search.choose()]:
        _solve(searching)
    for search in searches:
        search.system.failed = search.failed()


class _Search:
    """The search in one block: which cells the next programme pushes, and how."""

    def __init__(self, system: System) -> None:
        self.system = system
        cells = system.cells
        self.hidden = np.flatnonzero(system.hidden())
        given_up = system.given_up
        required = [cell.unit is not None and place not in given_up for place, cell in enumerate(cells)]
        self.required = np.array(required, dtype=np.bool_)[self.hidden]
        self.width = np.array([cell.width for cell in cells])[self.hidden]
        side = [cell.side if system.is_secret(place) else 0 for place, cell in enumerate(cells)]
        self.side = np.array(side, dtype=np.float64)[self.hidden]
        self.terms = system.hidden_terms(system.hidden())
        self.equations = int(self.terms[0].max(initial=-1)) + 1
        self.values = system.values()[self.hidden]
        self.scale = float(max(1.0, np.abs(self.values).max(initial=0)))
        self.searched = np.zeros((self.hidden.size, 2), dtype=np.bool_)
        self.random = np.random.default_rng(len(cells))
        self.together = 0
        self.left_before = self.hidden.size + 1
        self.pushed = np.zeros(0, dtype=np.int64)
        self.upwards = True

    def failed(self) -> set[int]:
        """The cells that are hidden, but whose feasible interval turned out too narrow."""
        return set(self.hidden[self._wanting() & self.searched.all(axis=1)].tolist())

    def _wanting(self) -> Mask:
        """Tell for each hidden cell whether its interval is not wide enough as far as found."""
        low, high = self.system.low[self.hidden], self.system.high[self.hidden]
        slack = TOLERANCE * (1 + np.abs(self.values))
        narrow = high - low < self.width - slack
        near = (high < self.values + self.side - slack) | (low > self.values - self.side + slack)
        return np.asarray(self.required & (narrow | near), dtype=np.bool_)

    def choose(self) -> bool:
        """Choose what the next programme pushes, and upwards or downwards; False when nothing is left."""
        wanting = self._wanting()
        failures = int((wanting & self.searched.all(axis=1)).sum())
        left = wanting[:, np.newaxis] & ~self.searched
        if failures >= MANY_FAILURES or not left.any():
            return False
        if self.together < 2 or left.any(axis=1).sum() < self.left_before:
            self.left_before = left.any(axis=1).sum() if self.together % 2 else self.left_before
            self.pushed, self.upwards = np.flatnonzero(wanting), self.together % 2 == 0
            self.together += 1
            return True
        cell, upwards = (int(place) for place in np.argwhere(left)[0])
        self.searched[cell, upwards] = True
        self.pushed, self.upwards = np.array([cell]), bool(upwards)
        return True

    def objective(self) -> Vector:
        """Costs of the hidden cells (none) and of the pushed ones, random so that one goes before another."""
        weights = self.random.uniform(0.2, 1.0, self.pushed.size)
        return np.concatenate([np.zeros(self.hidden.size), -weights if self.upwards else weights])

    def constraints(self) -> tuple[Terms, Vector, Vector]:
        """The equations, and that a pushed cell reaches the mark of the programme: terms, lower, upper."""
        equations, cells, weights = self.terms
        known = np.bincount(equations, weights * self.values[cells], self.equations) / self.scale
        marks = np.arange(self.pushed.size)
        terms = (
            np.concatenate([equations, self.equations + marks, self.equations + marks]),
            np.concatenate([cells, self.pushed, self.hidden.size + marks]),
            np.concatenate([weights, np.ones(marks.size), -np.ones(marks.size)]),
        )
        endless = np.full(marks.size, np.inf)
        low, high = (np.zeros(marks.size), endless) if self.upwards else (-endless, np.zeros(marks.size))
        return terms, np.concatenate([known, low]), np.concatenate([known, high])

    def bounds(self) -> tuple[Vector, Vector]:
        """Bounds of the hidden cells and of the marks, in the block's own scale.

        A mark lies no further than what makes its cell safe, so that the programme doesn't spend on one cell
        what others need. What nothing bounds is searched up to FAR_AWAY times the largest value.
        """
        cells = [self.system.cells[place] for place in self.hidden]
        low = np.array([min(cell.lower, cell.value) for cell in cells]) / self.scale
        high = np.minimum(np.array([max(cell.upper, cell.value) for cell in cells]) / self.scale, FAR_AWAY)
        need = np.maximum(self.width, self.side)[self.pushed] * 1.01 + TOLERANCE
        marks = self.values[self.pushed]
        endless = np.full(self.pushed.size, np.inf)
        mark_low = -endless if self.upwards else (marks - need) / self.scale
        mark_high = (marks + need) / self.scale if self.upwards else endless
        return np.concatenate([low, mark_low]), np.concatenate([high, mark_high])

    def take(self, solution: Vector) -> None:
        """Widen the block's intervals by a feasible table."""
        low, high = self.system.low, self.system.high
        table = solution[: self.hidden.size] * self.scale
        low[self.hidden] = np.minimum(low[self.hidden], table)
        high[self.hidden] = np.maximum(high[self.hidden], table)


def _solve(searches: list[_Search]) -> None:
    """Solve the programmes of some blocks as one. Raises RuntimeError when HiGHS finds no solution."""
    # It takes 1.5 s to import, and most commands don't need it.
    from scipy.optimize import Bounds, LinearConstraint, milp

    objectives = [search.objective() for search in searches]
    bounds = [search.bounds() for search in searches]
    terms, low, high = zip(*(search.constraints() for search in searches), strict=True)
    found = milp(
        np.concatenate(objectives),
        bounds=Bounds(*(np.concatenate(side) for side in zip(*bounds, strict=True))),
        constraints=LinearConstraint(
            _stacked(terms, [side.size for side in low], [costs.size for costs in objectives]),
            np.concatenate(low),
            np.concatenate(high),
        ),
        options={"presolve": False},
    )
    if found.x is None:
        raise RuntimeError(f"disclosure control: the linear programme found no solution ({found.message})")
    ends = np.cumsum([objective.size for objective in objectives])
    for search, part in zip(searches, np.split(found.x, ends[:-1]), strict=True):
        search.take(part)


def _stacked(terms: tuple[Terms, ...], heights: list[int], widths: list[int]) -> sp.csr_array:
    """The blocks' terms as one matrix, block beside block."""
    above = np.cumsum([0, *heights])
    before = np.cumsum([0, *widths])
    rows = np.concatenate([block[0] + skip for block, skip in zip(terms, above, strict=False)])
    columns = np.concatenate([block[1] + skip for block, skip in zip(terms, before, strict=False)])
    weights = np.concatenate([block[2] for block in terms])
    return sp.csr_array((weights, (rows, columns)), shape=(above[-1], before[-1]))
