"""Goals by domain and money by service: tables that add up over groups of people and over lines.

A person may have goals in several domains and several services: amounts add up over the lines, persons
don't. The amounts of a row and what is computed from them go together, its persons by themselves: where a
large row only covers a small one, its persons stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.breakdowns import BY
from pipeline.disclosure.complement import protect_sums
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import ALL, Group, Rest
from pipeline.disclosure.lines import (
    AMOUNTS,
    SERVICES,
    TOTAL,
    Entries,
    Entry,
    Line,
    blocks_of_lines,
    is_restricted,
    wholes_of,
)
from pipeline.disclosure.past import by_breakdown
from pipeline.disclosure.past_lines import (
    LineCells,
    differs_by_few,
    settle_lines,
    sum_lines,
    tie_past_lines,
    without_values,
)
from pipeline.disclosure.rules import RULES, tables_of
from pipeline.disclosure.setting import (
    DETAIL,
    DOMINANCE,
    SMALL_BASE,
    SMALL_COUNT,
    SMALL_DIFFERENCE,
    Key,
    Setting,
    cost_of,
)
from pipeline.disclosure.system import COMPLEMENTARY, UNBOUNDED, System, Target

MONEY_SIDE = 0.15


@dataclass(frozen=True, slots=True)
class _Cells:
    """The two cells of an entry."""

    amount: int
    persons: int


def hide_two_way(setting: Setting) -> list[System]:
    """Return the blocks of goals and money, small bases and the rows that sums need hidden."""
    systems = []
    for table in AMOUNTS:
        earlier = [
            (past, own := setting.of_past(past), blocks_of_lines(own, table)) for past in setting.earlier
        ]
        for block, entries in blocks_of_lines(setting, table).items():
            system, lines = _system(setting, table, block, entries)
            known = [(past, own, blocks[block]) for past, own, blocks in earlier if block in blocks]
            if not (known and settle_lines(system, *known[-1], (table, block[0]), entries, lines)):
                sums = without_values(system) if known else system
                for past, own, before in known:
                    tie_past_lines(sums, own, past, (table, block[0]), before, lines)
                protect_sums(sums, setting.plan.min_cell)
            systems.append(system)
        systems.append(_restricted_rows(setting, table))
    return systems


def _restricted_rows(setting: Setting, table: str) -> System:
    """Return a block with the rows that are never shown."""
    system = System()
    for block, rows in setting.blocks(table).items():
        for place, group, _ in rows:
            if is_restricted(setting, table, block[0], group):
                system.hide_alone(Target(table, place, None), DETAIL)
    return system


def _is_detail(setting: Setting, table: str, evaluation: object, place: tuple[Group, Line]) -> bool:
    """Tell whether a row is a single service of a breakdown's group.

    Hardly any rests on min_cell persons, and which service somebody had says much about them: single services
    are published for the programme as a whole, or where their owner has published them already.
    """
    group, line = place
    single = table == SERVICES and line[1] != "all"
    return single and group != ALL and not setting.published(table, evaluation, group)


def unlisted(marts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the public tables without the suppressed rows of single services, and of two-way breakdowns' lines.

    That a service is listed for a small group would already say that somebody there had it.
    """
    crossed = pl.col("population").str.contains(BY, literal=True)
    single = (pl.col("population") != "all") & (pl.col("service") != "all")
    never = dict.fromkeys((*AMOUNTS, *tables_of("money")), crossed) | {SERVICES: crossed | single}
    return {
        table: frame.filter(~(never[table] & pl.col("suppressed"))) if table in never else frame
        for table, frame in marts.items()
    }


def _system(
    setting: Setting, table: str, block: Key, entries: Entries
) -> tuple[System, dict[Line, LineCells]]:
    """Build the block of one evaluation; also where the amounts of each line stand in it."""
    system = System()
    units = {
        (group, line): _units(system, setting, (block[0], table, group, line), lines[line])
        for group, lines in entries.items()
        for line in lines
    }
    if table == SERVICES:
        _hide_whole_lines(system, units)
    by_line: dict[Line, dict[Group, _Cells]] = {}
    for group, lines in entries.items():
        own = {line: _cells(system, setting, entries, (group, line), units[group, line]) for line in lines}
        for line, cells in own.items():
            by_line.setdefault(line, {})[group] = cells
        _tie_lines(system, own)
    placed = {line: _sum_line(system, setting, entries, line, found) for line, found in by_line.items()}
    _tie_lines_of_rests(system, placed)
    return system, placed


def _sum_line(
    system: System, setting: Setting, entries: Entries, line: Line, of_groups: Mapping[Group, _Cells]
) -> LineCells:
    """State that a line's amounts and persons add up over the groups."""
    people = {group: entries[group][line].persons for group in of_groups}
    amounts = {group: found.amount for group, found in of_groups.items()}
    persons = {group: c.persons for group, c in of_groups.items() if not _is_left_out(system, c)}
    rests = sum_over_groups(system, amounts, people, setting.nesting)
    sum_over_groups(system, persons, people, setting.nesting)
    every = {group: found.persons for group, found in of_groups.items()}
    return LineCells(amounts, every, by_breakdown(rests))


def _is_left_out(system: System, cells: _Cells) -> bool:
    """Tell whether a row's persons say nothing more: those of a single service of a breakdown's group.

    A group of services has no fewer persons than each of its services, in every group of people; as the former
    add up to their total, which is no less than the latter's, no bound follows that the totals don't give.
    """
    unit = system.cells[cells.persons].unit
    return unit is not None and system.units[unit].rule == DETAIL


def _hide_whole_lines(system: System, units: Mapping[tuple[Group, Line], tuple[int, int]]) -> None:
    """Show the money of a line in all groups of a breakdown or in none, and so with its persons.

    Simple to say, and it leaves little to work out: a breakdown with a gap invites to fill it.
    """
    together: dict[tuple[str, Line, int], list[int]] = {}
    for ((population, _), line), pair in units.items():
        for place, unit in enumerate(pair):
            together.setdefault((population, line, place), []).append(unit)
    for of_line in together.values():
        if any(system.units[unit].rule for unit in of_line):
            for unit in of_line:
                if not system.units[unit].fixed:
                    system.hide(unit, COMPLEMENTARY)


def _units(
    system: System, setting: Setting, place: tuple[object, str, Group, Line], entry: Entry
) -> tuple[int, int]:
    """Add the unit of the amount and that of the persons, and hide what is secret of its own account."""
    evaluation, table, group, line = place
    fixed = setting.published(table, evaluation, group)
    counted = tuple(target._replace(column=RULES[table].base) for target in entry.targets)
    amount = system.unit(entry.targets, cost_of(group), entry.persons, fixed=fixed)
    persons = system.unit(counted, cost_of(group), entry.persons, fixed=fixed)
    if _is_detail(setting, table, evaluation, (group, line)):
        system.hide(amount, DETAIL)
        system.hide(persons, DETAIL)
    if setting.small(entry.persons) and not fixed:
        system.hide(amount, SMALL_BASE)
        system.hide(persons, SMALL_COUNT)
    if table == SERVICES and (evaluation, *group, *line) in setting.dominated and not fixed:
        system.hide(amount, DOMINANCE)
    if not fixed and differs_by_few(setting, place):
        system.hide(amount, SMALL_DIFFERENCE)
        system.hide(persons, SMALL_DIFFERENCE)
    return amount, persons


def _cells(
    system: System,
    setting: Setting,
    entries: Entries,
    place: tuple[Group, Line],
    units: tuple[int, int],
) -> _Cells:
    """Add the amount (whose sums are attacked) and the persons (whose interval is)."""
    group, line = place
    entry = entries[group][line]
    is_money = entry.targets[0].table == SERVICES
    side = MONEY_SIDE * abs(entry.amount) if is_money else 0
    # A row that is there has one person at least; the public doesn't see a small group's single services.
    least = 0 if line[1] != "all" and group != ALL else min(1, entry.persons)
    most = entries[group].get(TOTAL, entry).persons
    room = UNBOUNDED if line == TOTAL else min(most, entries.get(ALL, {}).get(line, entry).persons)
    width = max(0, min(setting.plan.protection, room - 1))
    if system.units[units[1]].rule == DETAIL:
        width = side = 0
    amount = system.cell(entry.amount, units[0], persons=entry.persons, side=side)
    return _Cells(amount, system.cell(entry.persons, units[1], lower=least, width=width))


def _tie_lines(system: System, own: Mapping[Line, _Cells]) -> None:
    """State that services add up to their group and groups to the total, as far as they do."""
    sum_lines(system, {line: cells.amount for line, cells in own.items()})
    for whole, parts in wholes_of(own).items():
        if whole in own and not any(_is_left_out(system, own[part]) for part in parts):
            _tie_persons(system, own[whole].persons, [own[part].persons for part in parts])


def _tie_lines_of_rests(system: System, lines: Mapping[Line, LineCells]) -> None:
    """State the same of those in no group of a breakdown, whom nothing is shown of, but much can be worked out."""
    rests: dict[Rest, dict[Line, int]] = {}
    for line, cells in lines.items():
        for rest, cell in cells.rests.items():
            rests.setdefault(rest, {})[line] = cell
    for own in rests.values():
        sum_lines(system, own)


def _tie_persons(system: System, whole: int, parts: list[int]) -> None:
    """State that the whole has no fewer persons than any part, and no more than all parts together."""
    people = system.cells[whole].value
    for part in parts:
        others = system.cell(people - system.cells[part].value, None)
        system.balance({whole: -1.0, part: 1.0, others: 1.0})
    twice = system.cell(sum(system.cells[part].value for part in parts) - people, None)
    system.balance({whole: -1.0, twice: -1.0, **dict.fromkeys(parts, 1.0)})
