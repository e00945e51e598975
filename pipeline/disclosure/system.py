"""A block of linked cells: what is published, what is hidden, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
UNBOUNDED = float("inf")
COMPLEMENTARY = "complementary"
COST_OF_ALL = 2
"""The cost of a unit of `all`: hidden to cover a secret, not to cover what only covers others."""


class Target(NamedTuple):
    """What is hidden in a mart: a whole row of figures (`column` null) or one count with its shares."""

    table: str
    row: int
    column: str | None


@dataclass(slots=True)
class Unit:
    """Cells that are hidden together.

    targets: what goes from the marts; cost: kind of loss, the lowest is given up first; persons: the persons
    it rests on, fewest first; fixed: can't be hidden (published by its owner, or no secret).
    """

    targets: tuple[Target, ...]
    cost: int
    persons: float
    fixed: bool = False
    rule: str | None = None


class Cell(NamedTuple):
    """One number of a block.

    value: the true one; unit: null for a number that is published nowhere; persons: how many it rests on,
    0 when only its interval counts; lower, upper: what everybody knows of it; width: how wide its
    interval must be when it is hidden; side: how far it must reach to each side of a secret;
    targets: where it stands, when its unit has more cells than one.
    """

    value: float
    unit: int | None
    persons: float
    lower: float
    upper: float
    width: float
    side: float
    targets: tuple[Target, ...]


class Equation(NamedTuple):
    """A weighted sum of cells that is known to be 0. With a `whole`, the whole is the sum of the parts.

    disjoint: nobody is in two of the parts.
    """

    cells: tuple[int, ...]
    weights: tuple[float, ...]
    whole: int | None
    parts: tuple[int, ...]
    disjoint: bool


class People(NamedTuple):
    """A group whose members might be others: the cells that count them, how many, and what it is part of.

    whole: place of the group it is part of in the same list, null for `all`; breakdown: which of the ways to
    divide the whole it belongs to.
    """

    cells: tuple[int, ...]
    persons: float
    whole: int | None
    breakdown: str


@dataclass(slots=True)
class System:
    """A block: its units, cells and equations. Mutable: units get hidden one after another.

    low, high: the feasible interval of each cell as far as found; failed: hidden cells that the attack came
    too close to; given_up: those that nothing more can be hidden for (their totals are published); people:
    lists of nested groups whose members, where nothing of their counts is shown, might be in one another's
    place; settled: an earlier release showed and hid the very same, so that there is nothing left to find out.
    """

    units: list[Unit] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    low: Vector = field(default_factory=lambda: np.zeros(0))
    high: Vector = field(default_factory=lambda: np.zeros(0))
    failed: set[int] = field(default_factory=set)
    given_up: set[int] = field(default_factory=set)
    people: list[list[People]] = field(default_factory=list)
    settled: bool = False
    _terms: tuple[int, Places, Places, Vector] | None = None

    def unit(self, targets: tuple[Target, ...], cost: int, persons: float, *, fixed: bool = False) -> int:
        """Add a unit and return its place."""
        self.units.append(Unit(targets, cost, persons, fixed))
        return len(self.units) - 1

    def known(self, value: float) -> int:
        """Add a number that everybody knows and return its place."""
        return self.cell(value, self.unit((), 0, 0, fixed=True))

    def cell(
        self,
        value: float,
        unit: int | None,
        *,
        persons: float = 0,
        lower: float = 0,
        upper: float = UNBOUNDED,
        width: float = 0,
        side: float = 0,
        targets: tuple[Target, ...] = (),
    ) -> int:
        """Add a cell and return its place."""
        self.cells.append(Cell(value, unit, persons, lower, upper, width, side, targets))
        return len(self.cells) - 1

    def sum_of(self, whole: int, parts: list[int], *, disjoint: bool = True) -> None:
        """State that a cell is the sum of others."""
        weights = (-1.0, *(1.0 for _ in parts))
        self.equations.append(Equation((whole, *parts), weights, whole, tuple(parts), disjoint))

    def balance(self, weights: dict[int, float]) -> None:
        """State a weighted sum of cells that everybody knows."""
        self.equations.append(Equation(tuple(weights), tuple(weights.values()), None, (), disjoint=False))

    def hide(self, unit: int, rule: str) -> None:
        """Hide a unit; the first rule stands. Raises ValueError for one that can't be hidden."""
        if self.units[unit].fixed:
            raise ValueError("a published cell can't be hidden")
        self.units[unit].rule = self.units[unit].rule or rule

    def hide_alone(self, target: Target, rule: str) -> None:
        """Add a target that hangs together with nothing, hidden."""
        unit = self.unit((target,), 0, 0)
        self.cell(0, unit)
        self.hide(unit, rule)

    def settle(self, cells: Mapping[Any, int], shown: Container[Any]) -> None:
        """Hide what an earlier release hid of the same cells; nothing else will be hidden."""
        self.settled = True
        for group, cell in cells.items():
            unit = self.cells[cell].unit
            if group not in shown and unit is not None and not self.units[unit].fixed:
                self.hide(unit, COMPLEMENTARY)

    def is_secret(self, cell: int) -> bool:
        """Tell whether a published cell is hidden for its own sake, not only to cover others."""
        unit = self.cells[cell].unit
        return unit is not None and self.units[unit].rule not in (None, COMPLEMENTARY)

    def is_hidden(self, cell: int) -> bool:
        """Tell whether the attacker doesn't see the cell."""
        unit = self.cells[cell].unit
        return unit is None or self.units[unit].rule is not None

    def can_hide(self, cell: int) -> bool:
        """Tell whether the cell is visible and may be hidden."""
        unit = self.cells[cell].unit
        return unit is not None and self.units[unit].rule is None and not self.units[unit].fixed

    def hidden(self) -> Mask:
        """Tell for each cell whether it is hidden."""
        ruled = [unit.rule is not None for unit in self.units]
        return np.array([cell.unit is None or ruled[cell.unit] for cell in self.cells], dtype=np.bool_)

    def hideable(self) -> Mask:
        """Tell for each cell whether it is hidden or could be: all but what is published anyway."""
        fixed = [cell.unit is not None and self.units[cell.unit].fixed for cell in self.cells]
        return ~np.array(fixed, dtype=np.bool_)

    def any_hidden(self) -> bool:
        """Tell whether a published cell is hidden."""
        return any(unit.rule is not None for unit in self.units)

    def terms(self) -> tuple[Places, Places, Vector]:
        """The equations' terms: equation, cell and weight of each."""
        if self._terms is None or self._terms[0] != len(self.equations):
            lengths = [len(equation.cells) for equation in self.equations]
            cells = np.array([cell for e in self.equations for cell in e.cells], dtype=np.int64)
            weights = np.array([weight for e in self.equations for weight in e.weights], dtype=np.float64)
            self._terms = (len(lengths), np.repeat(np.arange(len(lengths)), lengths), cells, weights)
        return self._terms[1:]

    def hidden_terms(self, hidden: Mask) -> tuple[Places, Places, Vector]:
        """The terms with hidden cells: equation (numbered among those left), place among the hidden, weight."""
        equations, cells, weights = self.terms()
        left = hidden[cells]
        numbered = np.cumsum(np.diff(equations[left], prepend=-1) > 0) - 1
        place = np.cumsum(hidden) - 1
        return numbered, place[cells[left]], weights[left]

    def values(self) -> Vector:
        """The true values."""
        return np.array([cell.value for cell in self.cells], dtype=np.float64)
