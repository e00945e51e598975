"""Goals by domain and money by service as lines of groups: what a row's amount is, and on whom it rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.breakdowns import BY
from pipeline.disclosure.groups import Group
from pipeline.disclosure.rules import RULES
from pipeline.disclosure.setting import Key, Row, Setting, number
from pipeline.disclosure.system import Target

Line = tuple[str, str]
SERVICES, GOALS = "mart.service_spend", "mart.goal_attainment"
TOTAL: Line = ("total", "all")
WITH_COSTS: Line = ("total_with_costs", "all")

AMOUNTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    GOALS: (("domain",), "goals"),
    SERVICES: (("service_group", "service"), "eur"),
}
"""The columns that name a line, and the amount."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a group: where it stands, its amount and its persons."""

    targets: tuple[Target, ...]
    amount: float
    persons: float


Entries = dict[Group, dict[Line, Entry]]


def blocks_of_lines(setting: Setting, table: str) -> dict[Key, Entries]:
    """The entries of a mart by evaluation, without what is never shown."""
    names, amount = AMOUNTS[table]
    found = {
        block: [row for row in rows if not is_restricted(setting, table, block[0], row[1])]
        for block, rows in setting.blocks(table, *names, amount).items()
    }
    return {block: _entries(table, rows, names, amount) for block, rows in found.items()}


def is_restricted(setting: Setting, table: str, evaluation: object, group: Group) -> bool:
    """Tell whether a row of goals or money is of a two-way breakdown: those are for the evaluator alone.

    Their lines are of a few persons each; covering them would cost lines of the margins. What its owner has
    published is another matter.
    """
    return BY in group[0] and not setting.published(table, evaluation, group)


def _entries(table: str, rows: list[tuple[int, Group, Row]], names: tuple[str, ...], amount: str) -> Entries:
    """Gather the rows by group and line; the total with the programme's costs goes with the total."""
    base = RULES[table].base or ""
    entries: Entries = {}
    for place, group, row in rows:
        line = (str(row[names[0]]), str(row[names[1]]) if len(names) > 1 else "all")
        target = (Target(table, place, None),)
        entries.setdefault(group, {})[line] = Entry(target, number(row, amount), number(row, base))
    for lines in entries.values():
        with_costs = lines.pop(WITH_COSTS, None)
        if with_costs is not None:
            total = lines.get(TOTAL, with_costs)
            lines[TOTAL] = Entry((*total.targets, *with_costs.targets), total.amount, total.persons)
    return entries


def wholes_of(lines: Iterable[Line]) -> dict[Line, list[Line]]:
    """The parts of each line that is a sum of others: a group of services, and the total."""
    wholes: dict[Line, list[Line]] = {}
    for line in lines:
        if line != TOTAL:
            wholes.setdefault(TOTAL if line[1] == "all" else (line[0], "all"), []).append(line)
    return wholes
