"""Employment by wave and by way: counts of persons, all of the programme as a whole.

Everybody is taken to know how many had each status before and during: mart.employment_change shows it, or it was
published already.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.disclosure.groups import ALL
from pipeline.disclosure.setting import SMALL_BASE, SMALL_COUNT, Row, Setting, number
from pipeline.disclosure.system import System, Target
from pipeline.schemas.codes import EMPLOYED_STATUSES

STATUS, FLOW, CHANGE = "mart.employment_status", "mart.employment_flow", "mart.employment_change"
EMPLOYED = "employed"
Placed = tuple[int, Row]


def path_systems(setting: Setting) -> list[System]:
    """Return a block for the ways between statuses of each evaluation, and one for each wave between the ends."""
    flows = [_flows(setting, rows) for rows in _by_evaluation(setting, FLOW).values()]
    waves = [
        _wave(setting, of_wave)
        for rows in _by_evaluation(setting, STATUS).values()
        for of_wave in _waves(rows)
    ]
    return [*flows, *waves]


def _by_evaluation(setting: Setting, table: str) -> dict[object, list[Placed]]:
    found: dict[object, list[Placed]] = {}
    for place, row in setting.rows(table):
        found.setdefault(row["evaluation"], []).append((place, row))
    return found


def _flows(setting: Setting, rows: list[Placed]) -> System:
    """The ways as a table whose margins everybody knows."""
    system = System()
    cells: dict[tuple[str, str], int] = {}
    margins: dict[tuple[str, str], float] = {}
    for _, row in rows:
        for end in ("before", "during"):
            key = (end, str(row[end]))
            margins[key] = margins.get(key, 0) + number(row, "persons")
    for place, row in rows:
        before, during = str(row["before"]), str(row["during"])
        known = margins["before", before], margins["during", during]
        room = min(known) - max(0.0, sum(known) - number(row, "n"))
        cells[before, during] = _cell(system, setting, Target(FLOW, place, None), row, room)
    for (end, status), total in margins.items():
        position = 0 if end == "before" else 1
        parts = [cell for ways, cell in cells.items() if ways[position] == status]
        system.sum_of(system.known(total), parts)
    return system


def _cell(system: System, setting: Setting, target: Target, row: Row, room: float) -> int:
    """Add a count of persons, hidden when it or its base is small."""
    persons, base = number(row, "persons"), number(row, "n")
    fixed = setting.published(target.table, row["evaluation"], ALL)
    unit = system.unit((target,), 0, persons, fixed=fixed)
    if not fixed and (setting.small(persons) or setting.small(base)):
        system.hide(unit, SMALL_BASE if setting.small(base) else SMALL_COUNT)
    return system.cell(persons, unit, upper=base, width=min(setting.plan.protection, room))


def _waves(rows: list[Placed]) -> Iterable[list[Placed]]:
    """The rows of each wave that is neither the first nor the last: these are `before` and `during`."""
    waves: dict[object, list[Placed]] = {}
    for place, row in rows:
        if row["time"] == "between":
            waves.setdefault(row["wave"], []).append((place, row))
    return waves.values()


def _wave(setting: Setting, rows: list[Placed]) -> System:
    """The statuses of one wave: they add up to everybody, four of them to the employed."""
    system = System()
    cells = {
        str(row["status"]): _cell(system, setting, Target(STATUS, place, None), row, number(row, "n"))
        for place, row in rows
    }
    single = [cell for status, cell in cells.items() if status != EMPLOYED]
    system.sum_of(system.known(number(rows[0][1], "n")), single)
    if EMPLOYED in cells:
        system.sum_of(
            cells[EMPLOYED], [cell for status, cell in cells.items() if status in EMPLOYED_STATUSES]
        )
    return system


def hide_ends(setting: Setting, hidden: set[Target]) -> list[System]:
    """Return a block with the counts at the first and last wave that mart.employment_change hides."""
    system = System()
    hidden_counts = {
        (row["evaluation"], row["status"], end)
        for place, row in setting.rows(CHANGE)
        for end in ("before", "during")
        if (row["population"], row["grp"]) == ALL
        and (Target(CHANGE, place, end) in hidden or Target(CHANGE, place, None) in hidden)
    }
    for place, row in setting.rows(STATUS):
        if (row["evaluation"], row["status"], row["time"]) in hidden_counts:
            system.hide_alone(Target(STATUS, place, None), SMALL_COUNT)
    return [system]
