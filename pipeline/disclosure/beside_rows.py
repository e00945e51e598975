"""Outcomes beside money: a figure made of two others is shown where both are."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.disclosure.lines import GOALS, SERVICES, TOTAL
from pipeline.disclosure.money_facts import OUTCOME, Unsafe
from pipeline.disclosure.money_rows import is_hidden
from pipeline.disclosure.setting import DETAIL, SMALL_BASE, Key, Row, Setting, number
from pipeline.disclosure.system import COMPLEMENTARY, System, Target

DOSE = "mart.dose_change"
CHANGE, RESPONDER = "mart.score_change", "mart.responder"
SCALE = ("instrument", "respondent", "scale")
GROUP = ("evaluation", "population", "grp")


def hide_beside(setting: Setting, unsafe: Unsafe | None, hidden: set[Target]) -> list[System]:
    """Return a block with the hidden rows of mart.outcome_cost and mart.dose_change.

    unsafe: the sums of money that can't be shown; None where nothing is known of who holds how much. hidden: what
    is hidden in other marts. An amount by outcome goes where the amount, or the outcome, is hidden or rests on
    too few; by person improved it is shown for the whole alone. The groups of mart.dose_change are shown where the
    change of all is, and none of them is too small.
    """
    system = System()
    shown = _Shown(setting, hidden)
    of_whole = {
        evaluation
        for table, evaluation, population, *_ in unsafe or ()
        if (table, population) == (OUTCOME, "all")
    }
    for place, row in setting.rows(OUTCOME):
        target, improved = Target(OUTCOME, place, None), row["outcome"] == "person_improved"
        if setting.small(number(row, "persons")) or setting.small(number(row, "participants")):
            system.hide_alone(target, SMALL_BASE)
        elif unsafe is None or (improved and (row["population"] != "all" or row["evaluation"] in of_whole)):
            system.hide_alone(target, DETAIL)
        elif not (shown.spent(row) and shown.reached(row)):
            system.hide_alone(target, COMPLEMENTARY)
    _hide_doses(system, setting, hidden)
    return [system]


class _Shown:
    """Which figures of other marts are shown."""

    def __init__(self, setting: Setting, hidden: set[Target]) -> None:
        self.hidden = hidden
        self.spend = _by(setting, SERVICES, (*GROUP, "service_group", "service"))
        self.goals = _by(setting, GOALS, (*GROUP, "domain"))
        self.improved = _by(setting, RESPONDER, (*GROUP, *SCALE, "threshold_kind"))

    def spent(self, row: Row) -> bool:
        """Tell whether what was spent in the row's group is shown."""
        return self._is_shown(SERVICES, self.spend.get((*_key(row, GROUP), *TOTAL)))

    def reached(self, row: Row) -> bool:
        """Tell whether what was attained, or how many improved, is shown."""
        if row["outcome"] == "goal_attained":
            return self._is_shown(GOALS, self.goals.get((*_key(row, GROUP), "total")))
        return self._is_shown(RESPONDER, self.improved.get(_key(row, (*GROUP, *SCALE, "threshold_kind"))))

    def _is_shown(self, table: str, place: int | None) -> bool:
        counts = ("participants", "persons", "n_improved")
        return place is not None and not is_hidden(self.hidden, table, place, counts)


def _hide_doses(system: System, setting: Setting, hidden: set[Target]) -> None:
    changes = _by(setting, CHANGE, (*GROUP, *SCALE))
    rows = setting.rows(DOSE)
    key = (*GROUP, *SCALE)
    small = {_key(row, key) for _, row in rows if setting.small(number(row, "n"))}
    for place, row in rows:
        change = changes.get(_key(row, key))
        if _key(row, key) in small:
            system.hide_alone(Target(DOSE, place, None), SMALL_BASE)
        elif change is None or is_hidden(hidden, CHANGE, change, ()):
            system.hide_alone(Target(DOSE, place, None), COMPLEMENTARY)


def _key(row: Row, names: tuple[str, ...]) -> Key:
    return tuple(row[name] for name in names)


def _by(setting: Setting, table: str, names: tuple[str, ...]) -> Mapping[Key, int]:
    """The place of each row by its key."""
    return {_key(row, names): place for place, row in setting.rows(table)}
