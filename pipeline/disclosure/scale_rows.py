"""The marts on scales as one block a scale: changes of the paired, levels of everybody, the municipal model.

Everybody scored at a wave is the paired and the rest; where the level and the change of a group are both
shown, the rest's mean is a subtraction away. The rest is therefore a group of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.disclosure.complement import protect_sums
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import Group
from pipeline.disclosure.rules import RULES, WHO_CHANGED, tables_of
from pipeline.disclosure.setting import SMALL_BASE, Key, Row, Setting, cost_of, number
from pipeline.disclosure.system import System, Target

CHANGE = "mart.score_change"
LEVEL = "mart.score_level"
MODEL = "mart.municipality_change"
COST_OF_CHANGE = 1


@dataclass(slots=True)
class _Figures:
    """One figure of each group: the persons it rests on and the rows it stands in."""

    persons: dict[Group, float] = field(default_factory=dict)
    targets: dict[Group, list[Target]] = field(default_factory=dict)


@dataclass(slots=True)
class _Scale:
    """All that is published on one scale of an evaluation."""

    change: _Figures = field(default_factory=_Figures)
    levels: dict[str, _Figures] = field(default_factory=dict)
    waves: tuple[str, ...] = ()
    model: dict[Group, Row] = field(default_factory=dict)


def hide_small_scale_rows(setting: Setting) -> list[System]:
    """Return a block for each scale of an evaluation, its small bases and their complements hidden."""
    systems = [_system(setting, block[0], scale) for block, scale in _scales(setting).items()]
    for system in systems:
        protect_sums(system, setting.plan.min_cell)
    return systems


def _scales(setting: Setting) -> dict[Key, _Scale]:
    """Gather the rows of all marts by scale."""
    scales: dict[Key, _Scale] = {}
    for block, rows in setting.blocks(CHANGE, "wave_pre", "wave_post").items():
        scale = scales.setdefault(block, _Scale())
        for place, group, row in rows:
            scale.waves = (str(row["wave_pre"]), str(row["wave_post"]))
            _add(scale.change, CHANGE, place, group, number(row, "n_pairs"))
    for block, rows in setting.blocks(LEVEL).items():
        scale = scales.setdefault(block[:-1], _Scale())
        for place, group, row in rows:
            _add(scale.levels.setdefault(str(block[-1]), _Figures()), LEVEL, place, group, number(row, "n"))
    for table in tables_of("with_change"):
        _add_rows_of_change(setting, table, scales)
    return scales


def _add(figures: _Figures, table: str, place: int, group: Group, persons: float) -> None:
    figures.persons[group] = persons
    figures.targets.setdefault(group, []).append(Target(table, place, None))


def _add_rows_of_change(setting: Setting, table: str, scales: dict[Key, _Scale]) -> None:
    """Add the rows that show the same change, or are made from it, to the change of their group.

    A row whose change is in no other table, and that doesn't say on how many it rests, is taken for one person's.
    """
    more = ("tau2", "sigma2") if table == MODEL else ()
    base, counts = RULES[table].base, WHO_CHANGED if table == "mart.responder" else ()
    for block, rows in setting.blocks(table, *more, *counts).items():
        scale = scales.setdefault(block, _Scale())
        for place, group, row in rows:
            scale.change.targets.setdefault(group, []).append(Target(table, place, None))
            if table == MODEL:
                scale.model[group] = row
            persons = number(row, base) if base else sum(number(row, count) for count in counts) or 1
            scale.change.persons.setdefault(group, persons)


def _system(setting: Setting, evaluation: object, scale: _Scale) -> System:
    """Build the block of one scale."""
    system = System()
    change, unknown_of_change = _cells(system, setting, evaluation, scale.change, COST_OF_CHANGE)
    for wave, level in scale.levels.items():
        cells, unknown = _cells(system, setting, evaluation, level, 0)
        if wave in scale.waves:
            for group, cell in cells.items():
                _tie_level(system, cell, change.get(group))
            for place, cell in unknown.items():
                _tie_level(system, cell, unknown_of_change.get(place))
    _tie_model(system, change, scale.model)
    return system


def _cells(
    system: System, setting: Setting, evaluation: object, figures: _Figures, cost: int
) -> tuple[dict[Group, int], dict[tuple[Group, str], int]]:
    """Add a cell and a unit for each group of a figure, and the sums over groups.

    Returns the cells of the groups, and those of the people in no group of a breakdown, by whole and breakdown.
    """
    cells = {}
    for group, persons in figures.persons.items():
        targets = tuple(figures.targets[group])
        fixed = any(setting.published(target.table, evaluation, group) for target in targets)
        unit = system.unit(targets, cost + cost_of(group), persons, fixed=fixed)
        cells[group] = system.cell(0, unit, persons=persons)
        if setting.small(persons) and not fixed:
            system.hide(unit, SMALL_BASE)
    rests = sum_over_groups(system, cells, figures.persons, setting.nesting)
    return cells, {(family.whole, family.parts[0][0]): rest for family, rest in rests.items()}


def _tie_level(system: System, level: int, change: int | None) -> None:
    """State that everybody scored at the wave is the paired and the others."""
    paired = 0.0 if change is None else system.cells[change].persons
    others = system.cells[level].persons - paired
    if change is None or paired == 0 or others < 0:
        return
    parts = [change] if others == 0 else [change, system.cell(0, None, persons=others)]
    system.sum_of(level, parts)


def _tie_model(system: System, change: dict[Group, int], model: dict[Group, Row]) -> None:
    """State that the model's mean, shown with tau2 and sigma2, is a weighted mean of the municipalities' own.

    Its weights are 1 / (tau2 + sigma2 / n); the cells are n times the mean.
    """
    weights = {}
    for group, row in model.items():
        tau2, sigma2, n = (number(row, name) for name in ("tau2", "sigma2", "n_pairs"))
        if n > 0 and sigma2 > 0 and tau2 > 0 and group in change:
            weights[change[group]] = sigma2 / (tau2 * n + sigma2)
    if weights:
        system.balance(weights)
