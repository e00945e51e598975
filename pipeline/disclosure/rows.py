"""Rows whose base is too small, and the rows hidden with them so that no sum gives them away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.disclosure.complement import protect_sums
from pipeline.disclosure.contributions import ANYTHING, NO_EVALUATION
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import Group, Rest
from pipeline.disclosure.past import KINDS, Before, Past, by_breakdown, tie_earlier
from pipeline.disclosure.rules import RULES, tables_of
from pipeline.disclosure.setting import SMALL_BASE, Key, Row, Setting, cost_of, number
from pipeline.disclosure.system import System, Target

EMPLOYMENT = "mart.employment_change"
Member = tuple[int, Group, Row]


class Figures(NamedTuple):
    """The rows of each group, and the persons they rest on."""

    targets: Mapping[Group, list[Target]]
    persons: Mapping[Group, float]


def hide_small_bases(setting: Setting) -> list[System]:
    """Return the blocks of all tables with one figure a group, their small bases and complements hidden."""
    systems = []
    for table in (*tables_of("groups"), EMPLOYMENT):
        earlier = [(past, own := setting.of_past(past), blocks_of(own, table)) for past in setting.earlier]
        for block, rows in blocks_of(setting, table).items():
            system = System()
            cells, rests = _place(system, setting, table, block[0], _figures(table, rows))
            known = [
                (p, own, _figures(table, blocks[block])) for p, own, blocks in earlier if block in blocks
            ]
            if not (known and _settle(system, *known[-1], table, block, cells)):
                for past, own, figures in known:
                    tie_earlier(
                        system, cells, rests, _before(own, past, table, block, figures), setting.nesting
                    )
                protect_sums(system, setting.plan.min_cell)
            systems.append(system)
    return systems


def _settle(
    system: System,
    past: Past,
    own: Setting,
    before: Figures,
    table: str,
    block: Key,
    cells: Mapping[Group, int],
) -> bool:
    """Show and hide what the latest release did when it showed the very same; tells whether it did."""
    persons = {group: system.cells[cell].persons for group, cell in cells.items()}
    evaluation, keys = evaluation_and_keys(table, block)
    kind, of_kind = (KINDS[table], keys) if table in KINDS else (ANYTHING, ("",))
    if persons != before.persons or not past.unchanged(kind, evaluation, of_kind):
        return False
    system.settle(cells, _before(own, past, table, block, before).shown)
    return True


def blocks_of(setting: Setting, table: str) -> dict[Key, list[Member]]:
    """The rows of a mart by block, with the columns that its base is counted from."""
    more = ("status", "before", "during", "gained", "lost") if table == EMPLOYMENT else ()
    return setting.blocks(table, *more)


def _figures(table: str, rows: list[Member]) -> Figures:
    """The rows of each group, and the persons they rest on."""
    targets: dict[Group, list[Target]] = {}
    for place, group, _ in rows:
        targets.setdefault(group, []).append(Target(table, place, None))
    base = RULES[table].base
    persons = {group: number(row, base) for _, group, row in rows} if base else employed_persons(rows)
    return Figures(targets, persons)


def _before(own: Setting, past: Past, table: str, block: Key, figures: Figures) -> Before:
    """A figure of an earlier release. The survey of stakeholders belongs to no evaluation."""
    shown = frozenset(
        group for group, targets in figures.targets.items() if not own.is_suppressed(table, targets[0].row)
    )
    return Before(figures.persons, shown, past.change_of(table, *evaluation_and_keys(table, block)))


def evaluation_and_keys(table: str, block: Key) -> tuple[object, Key]:
    """The evaluation of a block and its other keys; a mart without evaluations has the empty one."""
    return (block[0], block[1:]) if RULES[table].block[0] == "evaluation" else (NO_EVALUATION, block)


def _place(
    system: System, setting: Setting, table: str, evaluation: object, figures: Figures
) -> tuple[dict[Group, int], dict[Rest, int]]:
    """Add a unit a group with all the group's rows, the small ones hidden, and the sums over groups."""
    cells = {}
    for group, people in figures.persons.items():
        fixed = setting.published(table, evaluation, group)
        unit = system.unit(tuple(figures.targets[group]), cost_of(group), people, fixed=fixed)
        cells[group] = system.cell(0, unit, persons=people)
        if setting.small(people) and not fixed:
            system.hide(unit, SMALL_BASE)
    return cells, by_breakdown(sum_over_groups(system, cells, figures.persons, setting.nesting))


def employed_persons(rows: list[Member]) -> dict[Group, float]:
    """The persons of each group: each has one status before (and one during)."""
    persons: dict[Group, float] = {}
    for _, group, row in rows:
        single = row["status"] != "employed"
        persons[group] = persons.get(group, 0) + (number(row, "before") if single else 0)
    return persons
