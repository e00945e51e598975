"""Money by month, elsewhere and of budgets: a breakdown is shown whole or not at all.

A breakdown of which one sum would have to be hidden is not shown, so that there is no gap to fill; what is shown
then is safe by itself, and so is every sum and difference of it. Where nothing is known of who holds how much,
nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pipeline.disclosure.groups import ALL, Group
from pipeline.disclosure.lines import SERVICES, TOTAL, is_restricted
from pipeline.disclosure.money_facts import BUDGET, ELSEWHERE, MONTH, PersonalFacts, Unsafe, hidden_months
from pipeline.disclosure.setting import DETAIL, SMALL_BASE, SMALL_COUNT, Row, Setting, number
from pipeline.disclosure.system import COMPLEMENTARY, System, Target

RULE_PARTS = ("rule", "no_rule")
RULE_COLUMNS = ("rule_persons", "rule_most_eur", "rule_agreed_eur", "persons_above_rule")
COUNTS = ("persons_over", "persons_above_rule")
Breakdown = tuple[object, str]


def hide_money(
    setting: Setting, facts: PersonalFacts | None, unsafe: Unsafe, hidden: set[Target]
) -> list[System]:
    """Return a block with what is hidden of the three tables.

    unsafe: the sums that can't be shown; hidden: what is hidden in other marts already: what was spent of budgets
    is not shown where mart.service_spend hides the total.
    """
    system = System()
    if facts is None:
        for table in (MONTH, ELSEWHERE, BUDGET):
            _hide_all(system, setting, table, setting.rows(table))
        return [system]
    _hide_months(system, setting, facts, unsafe)
    _hide_elsewhere(system, setting, unsafe)
    _hide_budgets(system, setting, unsafe, _without_total(setting, hidden))
    return [system]


def _group(row: Row) -> Group:
    return str(row["population"]), str(row["grp"])


def _hide_all(system: System, setting: Setting, table: str, rows: Iterable[tuple[int, Row]]) -> None:
    for place, row in rows:
        _hide(system, setting, Target(table, place, None), row, SMALL_BASE)


def _hide(system: System, setting: Setting, target: Target, row: Row, rule: str) -> None:
    """Hide a row or a column of it, unless its owner has published it."""
    if setting.published(target.table, row["evaluation"], _group(row)):
        return
    system.hide_alone(target, rule)


def _hide_months(system: System, setting: Setting, facts: PersonalFacts, unsafe: Unsafe) -> None:
    """Hide months of groups of people, groups of services where one can't be shown, and totals."""
    bad: dict[tuple[object, str], set[str]] = {}
    for table, evaluation, population, _, line, month, _ in unsafe:
        if table == MONTH and population == "all":
            bad.setdefault((evaluation, line), set()).add(month)
    rows = setting.rows(MONTH)
    evaluations = {str(row["evaluation"]) for _, row in rows}
    split = {evaluation for evaluation, line in bad if line != "total"}
    totals = {
        evaluation: hidden_months(
            facts, evaluation, bad.get((evaluation, "total"), set()), setting.plan.min_cell
        )
        for evaluation in evaluations
    }
    for place, row in rows:
        evaluation, line, month = str(row["evaluation"]), str(row["service_group"]), str(row["month"])
        months = totals[evaluation]
        covered = month in months if line == "total" and months is not None else bool(months)
        if _group(row) != ALL:
            _hide(system, setting, Target(MONTH, place, None), row, DETAIL)
        elif months is None or covered or (line != "total" and evaluation in split):
            rule = unsafe.get((MONTH, evaluation, *ALL, line, month, "eur"), COMPLEMENTARY)
            _hide(system, setting, Target(MONTH, place, None), row, rule)


def _hide_elsewhere(system: System, setting: Setting, unsafe: Unsafe) -> None:
    """Hide the breakdowns with an unsafe total, and the groups of services of those with an unsafe group."""
    totals, lines = set[Breakdown](), set[Breakdown]()
    for table, evaluation, population, _, line, _, _ in unsafe:
        if table == ELSEWHERE:
            (totals if line == "total" else lines).add((evaluation, population))
    for place, row in setting.rows(ELSEWHERE):
        breakdown, line = (row["evaluation"], str(row["population"])), str(row["service_group"])
        if is_restricted(setting, ELSEWHERE, row["evaluation"], _group(row)):
            system.hide_alone(Target(ELSEWHERE, place, None), DETAIL)
        elif breakdown in totals or (line != "total" and breakdown in lines):
            rule = _rule(unsafe, ELSEWHERE, row, line, ("elsewhere", "home", "unknown"))
            _hide(system, setting, Target(ELSEWHERE, place, None), row, rule)


def _rule(unsafe: Unsafe, table: str, row: Row, line: str, parts: Iterable[str]) -> str:
    """The rule by which a row is hidden of its own account, else that it covers others."""
    key = (table, str(row["evaluation"]), *_group(row), line, "")
    return next((rule for part in parts if (rule := unsafe.get((*key, part)))), COMPLEMENTARY)


def _hide_budgets(system: System, setting: Setting, unsafe: Unsafe, without_total: set[Breakdown]) -> None:
    """Hide the breakdowns with an unsafe amount; the rule's columns and small counts by themselves."""
    amounts, ruled = set(without_total), set[Breakdown]()
    for table, evaluation, population, _, _, _, part in unsafe:
        if table == BUDGET:
            (ruled if part in RULE_PARTS else amounts).add((evaluation, population))
    rows = setting.rows(BUDGET)
    small = {
        (column, *_breakdown(row)) for _, row in rows for column in COUNTS if _is_small(setting, row, column)
    }
    for place, row in rows:
        breakdown = _breakdown(row)
        if is_restricted(setting, BUDGET, row["evaluation"], _group(row)):
            system.hide_alone(Target(BUDGET, place, None), DETAIL)
            continue
        if breakdown in amounts:
            rule = _rule(unsafe, BUDGET, row, "", ("indicative", "agreed", "spent", "outside"))
            _hide(system, setting, Target(BUDGET, place, None), row, rule)
            continue
        columns = set(RULE_COLUMNS) if breakdown in ruled else set()
        columns |= {column for column in COUNTS if (column, *breakdown) in small}
        for column in sorted(columns):
            _hide(system, setting, Target(BUDGET, place, column), row, SMALL_COUNT)


def _breakdown(row: Row) -> Breakdown:
    return row["evaluation"], str(row["population"])


def _is_small(setting: Setting, row: Row, column: str) -> bool:
    """Tell whether so few persons are in a count, or outside it."""
    whole = number(row, "persons" if column == "persons_over" else "rule_persons")
    return setting.small(number(row, column)) or setting.small(whole - number(row, column))


def _without_total(setting: Setting, hidden: set[Target]) -> set[Breakdown]:
    """The breakdowns in which mart.service_spend hides a total."""
    return {
        _breakdown(row)
        for place, row in setting.rows(SERVICES)
        if (row["service_group"], row["service"]) == TOTAL and is_hidden(hidden, SERVICES, place)
    }


def is_hidden(
    hidden: set[Target], table: str, place: int, columns: Iterable[str] = ("participants",)
) -> bool:
    """Tell whether a row is hidden whole, or one of some columns of it."""
    return any(Target(table, place, column) in hidden for column in (None, *columns))


def unlisted_months(marts: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the public tables without the months of a breakdown's groups, which are never shown."""
    if MONTH not in marts:
        return marts
    return {**marts, MONTH: marts[MONTH].filter((pl.col("population") == "all") | ~pl.col("suppressed"))}
