"""Changes in the yearly survey: they rest on the categories of the same item and are hidden with them."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.disclosure.groups import ALL
from pipeline.disclosure.setting import SMALL_BASE, Key, Row, Setting, hidden_targets
from pipeline.disclosure.system import COMPLEMENTARY, System, Target

ITEM, CHANGE = "mart.stakeholder_item", "mart.stakeholder_change"
OF_YEAR = {"year": "share", "year_before": "share_before"}
"""The share favourable of a row's year, and of the year it is compared with."""


@dataclass(slots=True)
class Favourable:
    """The favourable answers to one item in one year: categories, and where their share stands."""

    categories: tuple[str, ...]
    targets: list[Target] = field(default_factory=list)


def favourable_of(setting: Setting) -> dict[Key, Favourable]:
    """Return the favourable answers by year, role and item; the next survey's row shows their share again."""
    found: dict[Key, Favourable] = {}
    frame = setting.marts.get(CHANGE)
    for place, row in enumerate([] if frame is None else frame.iter_rows(named=True)):
        categories = tuple(str(row["favourable"]).split(", "))
        for year, column in OF_YEAR.items():
            if row[year] is not None:
                own = found.setdefault((row[year], row["role"], row["item"]), Favourable(categories))
                own.targets.append(Target(CHANGE, place, column))
    return found


def hide_with_survey(setting: Setting, systems: list[System]) -> list[System]:
    """Return a block with what else is hidden of mart.stakeholder_change.

    systems: the blocks of mart.stakeholder_item, when all is decided there. A comparison of ranks rests on every
    category of both years, so it goes with any of them; a row goes with a small base of either year.
    """
    system, hidden = System(), _with_hidden_category(setting, systems)
    frame = setting.marts.get(CHANGE)
    for place, row in enumerate([] if frame is None else frame.iter_rows(named=True)):
        if any(setting.small(float(row[name] or 0)) for name in ("n", "n_before")):
            _hide(system, Target(CHANGE, place, None), row, SMALL_BASE)
        elif any((row[year], row["role"], row["item"]) in hidden for year in OF_YEAR):
            _hide(system, Target(CHANGE, place, "superiority"), row, COMPLEMENTARY)
    return [system]


def _hide(system: System, target: Target, row: Row, rule: str) -> None:
    persons = float(str(row["n"]))
    unit = system.unit((target,), 0, persons)
    system.cell(0, unit, persons=persons)
    system.hide(unit, rule)


def _with_hidden_category(setting: Setting, systems: list[System]) -> set[Key]:
    """The year, role and item of which a category is hidden in all municipalities together."""
    items = setting.marts.get(ITEM)
    if items is None:
        return set()
    places = {target.row for target, _ in hidden_targets(systems) if target.table == ITEM}
    return {
        (row["year"], row["role"], row["item"])
        for row in items[sorted(places)].iter_rows(named=True)
        if (row["population"], row["grp"]) == ALL
    }
