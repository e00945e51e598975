"""The attacker: what can be worked out of hidden cells from all that is published.

Two attacks. Sums of real numbers (n times a mean, squares) may take any value, so a hidden one is safe when
the published sums leave it free: a random solution of the homogeneous equations then moves it. Counts and
money are not negative: their feasible intervals come from the bounds that follow equation by equation, and
where those don't settle it from linear programmes (HiGHS).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from pipeline.disclosure.bounds import hidden_cells, known
from pipeline.disclosure.exchange import exchange_kinds, exchange_people
from pipeline.disclosure.system import Cell, Mask, Places, System, Vector

TOLERANCE = 1e-6
EXACT = 1e-12
CONVERGED = (0, 1, 2, 4, 5)
SMALL_BLOCK = 200
MANY_FAILURES = 3


def free_direction(system: System, hidden: Mask) -> Vector:
    """Return a random change of the hidden sums that leaves all equations true, 0 for each visible cell.

    A cell (or a sum of cells) that doesn't move is determined by what is published: a random vector less its
    projection on the equations' row space, zero in a determined coordinate, with probability 1 only there.
    """
    direction = np.zeros(len(system.cells))
    random = np.random.default_rng(len(system.cells)).normal(size=int(hidden.sum()))
    equations, cells, factors = system.hidden_terms(hidden)
    if equations.size:
        shape = random.size, int(equations.max()) + 1
        rows = sp.csr_array((factors, (cells, equations)), shape=shape)
        random = random - rows @ _nearest(rows, random)
    direction[hidden] = random
    return direction


def _nearest(rows: sp.csr_array, target: Vector) -> Vector:
    """Return the weights by which the equations (columns) come nearest to a vector.

    A small block is decomposed (QR with pivots), a large one, which has few terms, solved step by step.
    """
    from scipy.linalg import lstsq
    from scipy.sparse.linalg import lsqr

    if target.size > SMALL_BLOCK:
        limit = 20 * target.size + 1000
        weights, stopped, *_ = lsqr(rows, target, atol=EXACT, btol=EXACT, iter_lim=limit)
        if stopped in CONVERGED:
            return np.asarray(weights, dtype=np.float64)
    found = lstsq(rows.toarray(), target, cond=EXACT, lapack_driver="gelsy")[0]
    return np.asarray(found, dtype=np.float64)


def feasible_intervals(systems: list[System]) -> None:
    """Widen `low` and `high` of every system until each hidden cell is safe, or can't be; `failed`: those.

    First by the bounds that follow, which are the interval itself where equations close no ring, and
    elsewhere show which cells can't be safe. The rest is for linear programmes. Many blocks go into one;
    each solution is a table that agrees with all that is published, and widens the known intervals of all
    its cells at once. Cells that hang together are pushed together, each to a side by chance; when that
    widens none enough, the first goes by itself. In a block MANY_FAILURES unsafe cells are enough, the first
    ones: more must be hidden in it anyway.
    """
    for system in systems:
        if system.low.size != len(system.cells):
            system.low, system.high = system.values(), system.values()
        exchange_people(system)
        exchange_kinds(system)
    search = _Search(systems)
    while search.choose():
        search.push()
    search.report()


def _generator(system: System, hidden: Places) -> np.random.Generator:
    """A generator that is the same for the same block, whatever other blocks there are."""
    content = hashlib.sha256(system.values().tobytes() + hidden.tobytes())
    return np.random.default_rng(int.from_bytes(content.digest()[:8]))


class _Search:
    """The search in some blocks, their hidden cells one after another.

    low, high: each cell's interval as far as found; bottom, top: how far it may reach at most, or must to be
    safe; pushed: where the next programme pushes it (-1, 0 or 1); unproven: how many cells of each part were
    left when they were last pushed together.
    """

    def __init__(self, systems: list[System]) -> None:
        self.systems = systems
        self.known = known(systems)
        hidden = [system.hidden() for system in systems]
        self.hidden = [np.flatnonzero(mask) for mask in hidden]
        self.block = np.repeat(np.arange(len(systems)), [places.size for places in self.hidden])
        self._state_needs(hidden_cells(systems, hidden))
        self._start()
        equations, places, weights = self.known.terms
        shape = self.known.at_least.size, self.value.size
        self.equations = sp.csr_array((weights, (equations, places)), shape=shape)
        self.pushed = np.zeros(self.value.size)
        self.unproven = np.full(self.known.parts, self.value.size + 1)
        self.random = [_generator(system, places) for system, places in self._blocks()]

    def _state_needs(self, cells: list[Cell]) -> None:
        """Set what makes each cell safe: the width of its interval, and how far it goes to each side."""
        where = [(system, place) for system, own in self._blocks() for place in own.tolist()]
        given_up = np.array([place in system.given_up for system, place in where], dtype=np.bool_)
        secret = np.array([system.is_secret(place) for system, place in where], dtype=np.bool_)
        listed = np.array([cell.unit is not None for cell in cells], dtype=np.bool_)
        self.required = listed & ~given_up
        self.value = np.array([cell.value for cell in cells], dtype=np.float64)
        self.width = np.array([cell.width for cell in cells], dtype=np.float64)
        self.side = np.array([cell.side for cell in cells], dtype=np.float64) * secret

    def _start(self) -> None:
        """Set what is found before any programme: in trees all of it."""
        least, most = self.known.least * self.known.scale, self.known.most * self.known.scale
        low = np.concatenate([system.low[places] for system, places in self._blocks()])
        high = np.concatenate([system.high[places] for system, places in self._blocks()])
        self.low = np.where(self.known.in_tree, np.minimum(low, least), low)
        self.high = np.where(self.known.in_tree, np.maximum(high, most), high)
        need = np.maximum(self.width, self.side) * 1.01 + TOLERANCE
        self.bottom, self.top = np.maximum(least, self.value - need), np.minimum(most, self.value + need)

    def _blocks(self) -> Iterator[tuple[System, Places]]:
        """The blocks, each with the places of its hidden cells."""
        return zip(self.systems, self.hidden, strict=True)

    def _draw(self) -> Vector:
        """A random number for each cell, of its own block's generator."""
        numbers = [g.random(places.size) for g, places in zip(self.random, self.hidden, strict=True)]
        return np.concatenate(numbers)

    def _narrow(self, low: Vector, high: Vector) -> Mask:
        """Tell for each hidden cell whether such an interval is not wide enough."""
        slack = TOLERANCE * (1 + np.abs(self.value))
        narrow = high - low < self.width - slack
        near = (high < self.value + self.side - slack) | (low > self.value - self.side + slack)
        return np.asarray(self.required & (narrow | near), dtype=np.bool_)

    def _unsafe(self) -> tuple[Mask, Places]:
        """Tell which cells can't be safe, and for each cell how many of its block can't, up to itself."""
        slack = TOLERANCE * (1 + np.abs(self.value))
        at_end = (self.low - self.bottom < slack) & (self.top - self.high < slack)
        unsafe = self._narrow(self.bottom, self.top) | (at_end & self._narrow(self.low, self.high))
        of_block = np.bincount(self.block[unsafe], minlength=len(self.systems))
        return unsafe, np.cumsum(unsafe) - (np.cumsum(of_block) - of_block)[self.block]

    def choose(self) -> bool:
        """Choose what the next programme pushes, and upwards or downwards; False when nothing is left."""
        unsafe, unsafe_so_far = self._unsafe()
        left = self._narrow(self.low, self.high) & ~unsafe & (unsafe_so_far < MANY_FAILURES)
        part = self.known.part
        unproven = np.bincount(part[left], minlength=self.unproven.size)
        together = unproven < self.unproven
        self.unproven[together] = unproven[together]
        alone = np.flatnonzero(left & ~together[part])
        chosen = left & together[part]
        chosen[alone[np.unique(part[alone], return_index=True)[1]]] = True
        room_below, room_above = np.maximum(0, [self.low - self.bottom, self.top - self.high])
        upwards = self._draw() * (room_below + room_above) < room_above
        self.pushed = np.where(upwards, 1.0, -1.0) * chosen
        return bool(chosen.any())

    def push(self) -> None:
        """Solve a programme and widen the intervals. Raises RuntimeError when HiGHS finds no solution.

        A cell is pushed no further than what makes it safe, so that the programme doesn't spend on one cell
        what others need.
        """
        # It takes 1.5 s to import, and most commands don't need it.
        from scipy.optimize import Bounds, LinearConstraint, milp

        pushes = np.bincount(self.known.part, np.abs(self.pushed), self.known.parts)
        cells, rows = pushes[self.known.part] > 0, pushes[self.known.part_of_equation] > 0
        down, up = self.pushed < 0, self.pushed > 0
        low = np.where(down, self.bottom / self.known.scale, self.known.least)
        high = np.where(up, self.top / self.known.scale, self.known.most)
        costs = -self.pushed * (0.2 + 0.8 * self._draw())
        found = milp(
            costs[cells],
            bounds=Bounds(low[cells], high[cells]),
            constraints=LinearConstraint(
                self.equations[rows][:, cells], self.known.at_least[rows], self.known.at_most[rows]
            ),
            options={"presolve": False},
        )
        if found.x is None:
            raise RuntimeError(
                f"disclosure control: the linear programme found no solution ({found.message})"
            )
        # What a programme doesn't push may be anything in its solution, by what else is in it.
        table = np.where(self.pushed[cells] != 0, found.x * self.known.scale[cells], self.value[cells])
        self.low[cells] = np.minimum(self.low[cells], table)
        self.high[cells] = np.maximum(self.high[cells], table)
        alone = pushes[self.known.part] == 1
        self.bottom[alone & down], self.top[alone & up] = self.low[alone & down], self.high[alone & up]

    def report(self) -> None:
        """Give the blocks what was found: the intervals, and the first cells that turned out unsafe."""
        unsafe, unsafe_so_far = self._unsafe()
        failed = unsafe & (unsafe_so_far <= MANY_FAILURES)
        ends = np.cumsum([places.size for places in self.hidden])[:-1]
        found = (np.split(side, ends) for side in (self.low, self.high, failed))
        for (system, places), low, high, too_narrow in zip(self._blocks(), *found, strict=True):
            system.low[places], system.high[places] = low, high
            system.failed = set(places[too_narrow].tolist())
