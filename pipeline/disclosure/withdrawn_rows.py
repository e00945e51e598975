"""Evaluations that lost a person whom an earlier release still counts: what is new in them waits for others' data.

What the erased put in is not known any more, so it can't be reckoned what would follow from both releases. What
the earlier one showed already tells nothing new.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from pipeline.disclosure.contributions import NO_EVALUATION
from pipeline.disclosure.groups import Group
from pipeline.disclosure.past import KEYS, Past
from pipeline.disclosure.rules import RULES
from pipeline.disclosure.setting import SMALL_DIFFERENCE, Row, Setting
from pipeline.disclosure.system import System, Target
from pipeline.schemas import MART


def hide_new_beside_withdrawn(setting: Setting) -> list[System]:
    """Return a block with the rows of these evaluations that show anything else than the earlier release did.

    Those of groups in which min_cell other persons changed since are left to the other rules.
    """
    system = System()
    for past in (past for past in setting.earlier if past.withdrawn):
        for table in (table for table in MART if RULES[table].way != "no_cells"):
            for place in _new_places(setting, past, table):
                system.hide_alone(Target(table, place, None), SMALL_DIFFERENCE)
    return [system]


def _new_places(setting: Setting, past: Past, table: str) -> Iterator[int]:
    for place, row in setting.rows(table):
        evaluation = str(row.get("evaluation", NO_EVALUATION))
        if not past.has_withdrawn(evaluation):
            continue
        few = past.known_to_change(evaluation, _group(row)) < setting.plan.min_cell
        if few and not _as_shown(past, table, row):
            yield place


def _group(row: Row) -> Group:
    return str(row.get("population", "all")), str(row.get("grp", "all"))


def _as_shown(past: Past, table: str, row: Row) -> bool:
    """Tell whether every figure of the row stood in the earlier release as it is."""
    then = past.row(table, tuple(row[name] for name in KEYS[table])) or {}
    figures = [name for name in (RULES[table].base, *RULES[table].figures) if name]
    return all(_same(row.get(name), then.get(name)) for name in figures)


def _same(now: object, then: object) -> bool:
    if isinstance(now, float) and isinstance(then, float):
        return math.isclose(now, then, rel_tol=1e-9)
    return now is None or now == then
