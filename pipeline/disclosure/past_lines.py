"""Goals and money of an earlier release of the year, beside those of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.disclosure.groups import Group, Rest
from pipeline.disclosure.lines import AMOUNTS, Entries, Line, wholes_of
from pipeline.disclosure.past import KINDS, Before, Past, tie_earlier
from pipeline.disclosure.rules import RULES
from pipeline.disclosure.setting import Setting
from pipeline.disclosure.system import System

HALF_A_CENT = 0.005


@dataclass(frozen=True, slots=True)
class LineCells:
    """The amounts of a line and its persons by group, and the amounts of those in no group."""

    amounts: Mapping[Group, int]
    persons: Mapping[Group, int]
    rests: Mapping[Rest, int]


def without_values(system: System) -> System:
    """The block with the same units and sums, but no values: only who is in which sum counts for the attack."""
    cells = [cell._replace(value=0.0) for cell in system.cells]
    return System(units=[*system.units], cells=cells, equations=[*system.equations])


def tie_past_lines(
    system: System,
    own: Setting,
    past: Past,
    place: tuple[str, object],
    entries: Entries,
    lines: Mapping[Line, LineCells],
) -> None:
    """Add what an earlier release showed of each line, and how far it is from now."""
    table, evaluation = place
    of_groups: dict[Group | Rest, dict[Line, int]] = {}
    for line in {line for own_lines in entries.values() for line in own_lines}:
        of_line = {group: own_lines[line] for group, own_lines in entries.items() if line in own_lines}
        shown = {group for group, e in of_line.items() if not own.is_suppressed(table, e.targets[0].row)}
        persons = {group: entry.persons for group, entry in of_line.items()}
        before = Before(persons, frozenset(shown), past.change_of(table, evaluation, line))
        now = lines.get(line, LineCells({}, {}, {}))
        cells, rests = tie_earlier(system, now.amounts, now.rests, before, own.nesting)
        for group, cell in (cells | rests).items():
            of_groups.setdefault(group, {})[line] = cell
    for cells_of_group in of_groups.values():
        sum_lines(system, cells_of_group)


def sum_lines(system: System, cells: Mapping[Line, int]) -> None:
    """State that the amounts of services add up to their group, and groups to the total, as far as they do."""
    for whole, parts in wholes_of(cells).items():
        if whole not in cells:
            continue
        own = [cells[part] for part in parts]
        amounts = sum(system.cells[cell].value for cell in own)
        if abs(amounts - system.cells[cells[whole]].value) < HALF_A_CENT:
            system.sum_of(cells[whole], own, disjoint=False)


def settle_lines(
    system: System,
    past: Past,
    own: Setting,
    before: Entries,
    place: tuple[str, object],
    entries: Entries,
    lines: Mapping[Line, LineCells],
) -> bool:
    """Show and hide what the latest release did when it showed the very same; tells whether it did."""
    table, evaluation = place
    same = _numbers(entries) == _numbers(before)
    if not same or not past.unchanged_throughout(KINDS[table], evaluation):
        return False
    base = RULES[table].base or ""
    for line, cells in lines.items():
        of_line = {group: own_lines[line] for group, own_lines in before.items() if line in own_lines}
        shown = {g for g, e in of_line.items() if not own.is_suppressed(table, e.targets[0].row)}
        counted = {g for g in of_line if past.shown(table, _key(place, g, line), base) is not None}
        system.settle(cells.amounts, shown)
        system.settle(cells.persons, counted)
    return True


def _numbers(entries: Entries) -> dict[tuple[Group, Line], tuple[float, float]]:
    """The amount and the persons of each line of each group."""
    return {(g, line): (e.amount, e.persons) for g, lines in entries.items() for line, e in lines.items()}


def _key(place: tuple[str, object], group: Group, line: Line) -> dict[str, object]:
    """The key of a row of a line."""
    named = dict(zip(AMOUNTS[place[0]][0], line, strict=False))
    return {"evaluation": place[1], "population": group[0], "grp": group[1], **named}


def differs_by_few(setting: Setting, place: tuple[object, str, Group, Line]) -> bool:
    """Tell whether an earlier release showed any figure of the row, and a few persons' data changed since."""
    evaluation, table, group, line = place
    key = _key((table, evaluation), group, line)
    figures = (RULES[table].base or "", *RULES[table].figures)
    return any(
        setting.small(past.persons(table, evaluation, line, group))
        and any(past.shown(table, key, figure) is not None for figure in figures)
        for past in setting.earlier
    )
