"""Rows whose base is too small, and the rows hidden with them so that no sum gives them away."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.disclosure.complement import protect_sums
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import Group
from pipeline.disclosure.rules import RULES, tables_of
from pipeline.disclosure.setting import SMALL_BASE, Key, Row, Setting, cost_of, number
from pipeline.disclosure.system import System, Target

Member = tuple[int, Group, Row]


def hide_small_bases(setting: Setting) -> list[System]:
    """Return the blocks of all tables with one figure a group, their small bases and complements hidden."""
    systems = [
        _block(setting, table, block, rows)
        for table in tables_of("groups")
        for block, rows in setting.blocks(table).items()
    ]
    systems += [_employment(setting, block, rows) for block, rows in employment_blocks(setting).items()]
    for system in systems:
        protect_sums(system, setting.plan.min_cell)
    return systems


def _block(setting: Setting, table: str, block: Key, rows: list[Member]) -> System:
    """One block of a table: a unit a group, with all the group's rows."""
    targets: dict[Group, list[Target]] = {}
    persons: dict[Group, float] = {}
    for place, group, row in rows:
        targets.setdefault(group, []).append(Target(table, place, None))
        persons[group] = number(row, RULES[table].base or "")
    return groups_of(setting, table, block[0], targets, persons)


def groups_of(
    setting: Setting,
    table: str,
    evaluation: object,
    targets: Mapping[Group, list[Target]],
    persons: Mapping[Group, float],
) -> System:
    """Return a block with a unit a group, the small ones hidden, and the sums over groups."""
    system = System()
    cells = {}
    for group, people in persons.items():
        fixed = setting.published(table, evaluation, group)
        unit = system.unit(tuple(targets[group]), cost_of(group), people, fixed=fixed)
        cells[group] = system.cell(0, unit, persons=people)
        if setting.small(people) and not fixed:
            system.hide(unit, SMALL_BASE)
    sum_over_groups(system, cells, persons, setting.nesting)
    return system


def employment_blocks(setting: Setting) -> dict[Key, list[Member]]:
    """The rows of mart.employment_change by evaluation."""
    return setting.blocks("mart.employment_change", "status", "before", "during", "gained", "lost")


def employed_persons(rows: list[Member]) -> dict[Group, float]:
    """The persons of each group: each has one status before (and one during)."""
    persons: dict[Group, float] = {}
    for _, group, row in rows:
        single = row["status"] != "employed"
        persons[group] = persons.get(group, 0) + (number(row, "before") if single else 0)
    return persons


def _employment(setting: Setting, block: Key, rows: list[Member]) -> System:
    targets: dict[Group, list[Target]] = {}
    for place, group, _ in rows:
        targets.setdefault(group, []).append(Target("mart.employment_change", place, None))
    return groups_of(setting, "mart.employment_change", block[0], targets, employed_persons(rows))
