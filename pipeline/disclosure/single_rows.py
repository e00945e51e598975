"""Figures without breakdowns: how good the measures are, and how far two respondents agree."""

from __future__ import annotations

from pipeline.disclosure.groups import ALL
from pipeline.disclosure.rules import RULES, SCALE, tables_of
from pipeline.disclosure.setting import SMALL_BASE, SMALL_COUNT, SMALL_DIFFERENCE, Key, Row, Setting, number
from pipeline.disclosure.system import System, Target

RELIABILITY = "mart.reliability"
LEVEL = "mart.score_level"
ENDS = ("floor", "ceiling")


def hide_single_rows(setting: Setting, hidden_ends: set[Key]) -> list[System]:
    """Return a block with the hidden rows and shares of the tables on the measures themselves.

    hidden_ends: evaluation, instrument, respondent, scale, wave and column of the shares at the ends of a
    scale that mart.score_level hides for `all`; mart.reliability shows the same shares and hides them too.
    """
    system = System()
    for table in tables_of("measure"):
        frame = setting.marts.get(table)
        for place, row in enumerate([] if frame is None else frame.iter_rows(named=True)):
            if setting.published(table, row["evaluation"], ALL):
                continue
            persons = number(row, RULES[table].base or "")
            if setting.small(persons):
                _hide(system, Target(table, place, None), persons, SMALL_BASE)
            elif _differs_by_few(setting, table, row):
                _hide(system, Target(table, place, None), persons, SMALL_DIFFERENCE)
            elif table == RELIABILITY:
                for column in _hidden_shares(setting, row, persons, hidden_ends):
                    _hide(system, Target(table, place, column), persons, SMALL_COUNT)
    return [system]


def _differs_by_few(setting: Setting, table: str, row: Row) -> bool:
    """Tell whether an earlier release showed the row, and a few persons' scores changed since."""
    if not setting.earlier:
        return False
    keys = tuple(row.get(name) for name in (*SCALE[1:], "wave"))
    return any(
        past.shown(table, row, RULES[table].figures[0]) is not None
        and setting.small(
            past.persons(table, row["evaluation"], keys, ALL)
            if None in keys
            else past.of_kind("level", row["evaluation"], keys, ALL)
        )
        for past in setting.earlier
    )


def _hidden_shares(setting: Setting, row: Row, persons: float, hidden_ends: set[Key]) -> list[str]:
    """The shares of a scale's ends that tell of a few persons, or are hidden elsewhere."""
    hidden = []
    for column in ENDS:
        if row[column] is not None:
            count = round(number(row, column) * persons)
            known = (*(row[name] for name in (*SCALE, "wave")), column) in hidden_ends
            if known or setting.small(count) or setting.small(persons - count):
                hidden.append(column)
    return hidden


def _hide(system: System, target: Target, persons: float, rule: str) -> None:
    unit = system.unit((target,), 0, persons)
    system.cell(0, unit, persons=persons)
    system.hide(unit, rule)


def hidden_ends(setting: Setting, systems: list[System]) -> set[Key]:
    """Return the shares at the ends of a scale that are hidden in mart.score_level for `all`."""
    hidden = {
        (target.row, target.column)
        for system in systems
        for unit in system.units
        if unit.rule is not None
        for target in unit.targets
        if target.table == LEVEL
    }
    return {
        (*block, column)
        for block, rows in setting.blocks(LEVEL).items()
        for place, group, _ in rows
        if group == ALL
        for column in ENDS
        if (place, column) in hidden
    }
