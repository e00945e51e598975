"""Which further cells are hidden so that nothing hidden can be worked out by subtraction.

Greedy: the smallest cell that could help is hidden, the attack is run again, and so on until it fails; in
the end a whole breakdown. An integer programme could lose fewer cells, never be safer: the attack decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np

from pipeline.disclosure.attack import TOLERANCE, feasible_intervals, free_direction
from pipeline.disclosure.system import COMPLEMENTARY, COST_OF_ALL, Equation, System, Unit, Vector

UNCHANGED = ("unchanged", "n_unchanged", "same")


def protect_sums(system: System, min_cell: int) -> None:
    """Hide units until no published sum gives a figure on 1 … min_cell - 1 persons.

    First by counting: the hidden parts of each published whole must rest on min_cell persons together. Then
    by the attack, which also sees what several sums give together.
    """
    if not system.any_hidden() and not any(0 < c.persons < min_cell for c in system.cells if c.unit is None):
        return
    # Most blocks are safe and never ask.
    helpless = cache(lambda: _unless_nothing_is_shown(system))
    while exposed := _exposed_pools(system, min_cell) or _exposed_by_attack(system, min_cell, helpless):
        choices = [_cheapest(system, cells) for cells in exposed]
        found = {unit for unit in choices if unit is not None}
        if not found:
            return
        # Before a margin, all of the two-way breakdowns.
        if all(_is_detail(system.units[unit]) for unit in found) or not _hide_details(system):
            for unit in found:
                system.hide(unit, COMPLEMENTARY)


def protect_values(systems: list[System]) -> None:
    """Hide units until every hidden cell's feasible interval is as wide as it must be, or nothing is left."""
    pending = [system for system in systems if system.cells and system.any_hidden() and not system.settled]
    while pending:
        for system in pending:
            _hide_partners(system)
        feasible_intervals(pending)
        pending = [system for system in pending if _widen(system)]


def _exposed_pools(system: System, min_cell: int) -> list[set[int]]:
    """For each published whole whose hidden parts rest on too few persons: the cells that could join them."""
    parts_of = _sums_by_whole(system)
    found = []
    for equation in system.equations:
        whole = equation.whole
        if whole is None or system.is_hidden(whole):
            continue
        if 0 < _pool_of(system, equation, parts_of) < min_cell:
            candidates = {whole, *_visible_within(system, equation, parts_of)}
            found.append({cell for cell in candidates if system.can_hide(cell)})
    return [candidates for candidates in found if candidates]


def _sums_by_whole(system: System) -> dict[int, list[Equation]]:
    sums: dict[int, list[Equation]] = {}
    for equation in system.equations:
        if equation.whole is not None:
            sums.setdefault(equation.whole, []).append(equation)
    return sums


def _pool_of(system: System, equation: Equation, parts_of: dict[int, list[Equation]]) -> float:
    """Fewest persons that the sum of the equation's hidden parts may rest on, visible subgroups taken off."""
    pools = [_pool(system, part, parts_of) for part in equation.parts if system.is_hidden(part)]
    return sum(pools) if equation.disjoint else max(pools, default=0)


def _pool(system: System, cell: int, parts_of: dict[int, list[Equation]]) -> float:
    """Persons of a hidden cell that stay in the dark when its own visible parts are taken off."""
    inner = [_pool_of(system, equation, parts_of) for equation in parts_of.get(cell, [])]
    return min([system.cells[cell].persons, *inner])


def _visible_within(system: System, equation: Equation, parts_of: dict[int, list[Equation]]) -> set[int]:
    """Visible parts of an equation, and those of its hidden parts, that rest on somebody."""
    found = {part for part in equation.parts if not system.is_hidden(part) and system.cells[part].persons > 0}
    for part in equation.parts:
        if system.is_hidden(part):
            for inner in parts_of.get(part, []):
                found |= _visible_within(system, inner, parts_of)
    return found


def _unless_nothing_is_shown(system: System) -> Vector:
    """A free direction when all is hidden that could be: what it doesn't move, nothing could protect.

    Its owner has published it, or what it follows from; hiding other figures for its sake would be in vain.
    """
    people = np.array([cell.persons for cell in system.cells])
    return free_direction(system, system.hideable() & (people > 0))


def _exposed_by_attack(system: System, min_cell: int, helpless: Callable[[], Vector]) -> list[set[int]]:
    """For each small hidden cell, or two together, that all sums determine: the cells that could cover it."""
    people = np.array([cell.persons for cell in system.cells])
    hidden = system.hidden() & (people > 0)
    direction = free_direction(system, hidden)
    small = hidden & (people < min_cell)
    still = hidden & (np.abs(direction) < TOLERANCE)
    pairs = _determined_pairs(np.flatnonzero(small & ~still).tolist(), people, direction, min_cell)
    if not still.any() and not pairs:
        return []
    stuck = set(np.flatnonzero(still & (np.abs(helpless()) >= TOLERANCE)).tolist())
    exposed = [[cell] for cell in np.flatnonzero(small).tolist() if cell in stuck]
    exposed += [pair for pair in pairs if abs(helpless()[pair].sum()) >= TOLERANCE]
    equations_of = _equations_by_cell(system)
    return [found for cells in exposed if (found := _neighbours(system, stuck.union(cells), equations_of))]


def _determined_pairs(cells: list[int], people: Vector, direction: Vector, min_cell: int) -> list[list[int]]:
    """Pairs of cells that only move against one another, and rest on fewer than min_cell persons together."""
    if not cells:
        return []
    own, move = people[cells], direction[cells]
    few = own[:, np.newaxis] + own < min_cell
    against = np.abs(move[:, np.newaxis] + move) < TOLERANCE
    first, second = np.nonzero(np.triu(few & against, k=1))
    return [[cells[one], cells[other]] for one, other in zip(first, second, strict=True)]


def _equations_by_cell(system: System) -> dict[int, list[Equation]]:
    found: dict[int, list[Equation]] = {}
    for equation in system.equations:
        for cell in equation.cells:
            found.setdefault(cell, []).append(equation)
    return found


def _neighbours(system: System, cells: set[int], equations_of: dict[int, list[Equation]]) -> set[int]:
    """The nearest cells that may be hidden: in an equation with one of these, or with one of their neighbours."""
    seen, border = set(cells), set(cells)
    while border:
        equations = {id(equation): equation for cell in border for equation in equations_of.get(cell, [])}
        found = {neighbour for equation in equations.values() for neighbour in equation.cells}
        candidates = {cell for cell in found if system.can_hide(cell) and system.cells[cell].persons > 0}
        if candidates:
            return candidates
        border = {cell for cell in found - seen if system.is_hidden(cell)}
        seen |= border
    return set()


def _cheapest(system: System, cells: Iterable[int], *, last_resort: bool = True) -> int | None:
    """The unit of the cell that is lost most easily: by kind of loss, persons, how much it says, value.

    Who stayed as they were says less than who improved or worsened; a 0 hides nothing.
    """
    candidates = [
        cell
        for cell in cells
        if system.can_hide(cell) and (last_resort or _unit_of(system, cell).cost < COST_OF_ALL)
    ]
    if not candidates:
        return None

    def loss(cell: int) -> tuple[float, ...]:
        unit = _unit_of(system, cell)
        value = system.cells[cell].value
        says_much = not any(target.column in UNCHANGED for target in unit.targets)
        return (unit.cost, unit.persons, value == 0, says_much, value, cell)

    return system.cells[min(candidates, key=loss)].unit


def _unit_of(system: System, cell: int) -> Unit:
    return system.units[system.cells[cell].unit or 0]


def _hide_partners(system: System) -> None:
    """Hide a second cell wherever an equation has one hidden cell only, which it would give away."""
    alone = True
    while alone:
        alone = False
        for equation in system.equations:
            hidden = [cell for cell in equation.cells if system.is_hidden(cell)]
            if len(hidden) == 1 and _wants_cover(system, hidden[0]):
                unit = _cheapest(system, equation.cells)
                if unit is not None:
                    system.hide(unit, COMPLEMENTARY)
                    alone = True


def _wants_cover(system: System, cell: int) -> bool:
    found = system.cells[cell]
    return found.unit is not None and (found.width > 0 or (found.side > 0 and system.is_secret(cell)))


def _widen(system: System) -> bool:
    """Hide one more cell for each that the attack came too close to; False when it came close to none.

    A cell for which nothing is left to hide is given up: what is published of the whole says so much of it.
    """
    for cell in sorted(system.failed):
        unit = _cover(system, cell)
        if unit is None:
            system.given_up.add(cell)
        elif _is_detail(system.units[unit]) or not (
            _is_detail(_unit_of(system, cell)) and _hide_details(system)
        ):
            system.hide(unit, COMPLEMENTARY)
    return bool(system.failed)


def _cover(system: System, cell: int) -> int | None:
    """The unit that covers a cell best: of the equation with the fewest hidden cells."""
    secret = system.is_secret(cell)
    equations = [equation for equation in system.equations if cell in equation.cells]
    equations.sort(key=lambda e: (e.whole is None, sum(system.is_hidden(other) for other in e.cells)))
    choices = (_cheapest(system, equation.cells, last_resort=secret) for equation in equations)
    return next((unit for unit in choices if unit is not None), None)


def _is_detail(unit: Unit) -> bool:
    """Tell whether a unit is of a two-way breakdown, all of which is hidden before a margin is for its sake."""
    return unit.cost < 0


def _hide_details(system: System) -> bool:
    """Hide all that is shown of two-way breakdowns; tells whether there was any."""
    shown = [
        number
        for number, unit in enumerate(system.units)
        if _is_detail(unit) and not (unit.rule or unit.fixed)
    ]
    for number in shown:
        system.hide(number, COMPLEMENTARY)
    return bool(shown)
