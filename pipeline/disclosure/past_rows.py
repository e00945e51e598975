"""Marts that other marts' rules don't reach: a breakdown goes when a few persons changed since it was shown."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.disclosure.contributions import NO_EVALUATION
from pipeline.disclosure.groups import ALL, Group, unknown_groups
from pipeline.disclosure.past import KEYS, Past
from pipeline.disclosure.past_counts import SPLIT_FROM
from pipeline.disclosure.rules import RULES, Way, tables_of
from pipeline.disclosure.setting import SMALL_DIFFERENCE, Row, Setting
from pipeline.disclosure.system import System, Target
from pipeline.schemas import MART

NOTES = ("suppressed", "reason")
WAYS: tuple[Way, ...] = ("money", "paths", "beside", "with_survey")


def hide_few_changed(setting: Setting) -> list[System]:
    """Return a block with the rows of breakdowns in one of whose groups anything of a few persons changed.

    Looked at are the marts of WAYS, where an earlier release of the year showed the row, and where anything of the
    evaluation moved in the mart: the same figures once more give whoever has both releases nothing to subtract.
    """
    system = System()
    for table in (table for way in WAYS for table in tables_of(way)) if setting.earlier else ():
        limit = setting.plan.min_cell * (SPLIT_FROM if RULES[table].way == "paths" else 1)
        rows = setting.rows(table)
        for past in setting.earlier:
            moved = _moved(past, table, [row for _, row in rows])
            few = {
                breakdown
                for _, row in rows
                for breakdown in [_breakdown(row)]
                if breakdown[0] in moved and 0 < _fewest(past, breakdown[0], _group(row)) < limit
            }
            for place, row in rows:
                if _breakdown(row) in few and _was_shown(past, table, row):
                    system.hide_alone(Target(table, place, None), SMALL_DIFFERENCE)
    return [system]


def _moved(past: Past, table: str, rows: Sequence[Row]) -> set[str]:
    """The evaluations in which a row of the mart came, went or has another value in any column but its notes.

    Also those that lost a person whom the public tables still count.
    """
    columns = [name for name in MART[table].column_names() if name not in NOTES]
    frame = past.marts.get(table)
    before = [] if frame is None else frame.iter_rows(named=True)
    now, then = ({(_breakdown(row)[0], *map(row.get, columns)) for row in side} for side in (rows, before))
    withdrawn = {evaluation for evaluation, _ in past.withdrawn}
    return {str(row[0]) for row in now ^ then} | withdrawn


def _breakdown(row: Row) -> tuple[str, str]:
    return str(row.get("evaluation", NO_EVALUATION)), str(row.get("population", "all"))


def _group(row: Row) -> Group:
    return (str(row["population"]), str(row["grp"])) if "grp" in row else ALL


def _fewest(past: Past, evaluation: str, group: Group) -> int:
    """The fewest persons (but some) who changed in a group, or among those in none of its breakdown."""
    found = [past.of_anything(evaluation, own) for own in (group, *unknown_groups(group))]
    return min(filter(None, found), default=0)


def _was_shown(past: Past, table: str, row: Row) -> bool:
    """Tell whether any figure of the row was shown."""
    then = past.row(table, tuple(row[name] for name in KEYS[table]))
    return then is not None and any(then.get(figure) is not None for figure in RULES[table].figures)
