"""The marts on scales as one block a scale: changes of the paired, levels of everybody, the municipal model.

Everybody scored at a wave is the paired and the rest; where the level and the change of a group are both
shown, the rest's mean is a subtraction away. The rest is therefore a group of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.disclosure.complement import protect_sums
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import Group, Rest, rest_of
from pipeline.disclosure.past import Before, Past, by_breakdown, tie_difference, tie_earlier
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


@dataclass(slots=True)
class _Placed:
    """Where the cells of a scale stand in its block; rest: those in no group; others: scored but not paired."""

    change: dict[Group, int] = field(default_factory=dict)
    change_rest: dict[Rest, int] = field(default_factory=dict)
    levels: dict[str, tuple[dict[Group, int], dict[Rest, int]]] = field(default_factory=dict)
    others: dict[tuple[str, Group], int] = field(default_factory=dict)


def hide_small_scale_rows(setting: Setting) -> list[System]:
    """Return a block for each scale of an evaluation, its small bases and their complements hidden."""
    earlier = [(past, own := setting.of_past(past), _scales(own)) for past in setting.earlier]
    systems = []
    for block, scale in _scales(setting).items():
        system = System()
        placed = _place(system, setting, block[0], scale)
        known = [(past, own, scales[block]) for past, own, scales in earlier if block in scales]
        if not (known and _settle(system, *known[-1], block, scale, placed)):
            waves = [*dict.fromkeys((*scale.waves, *scale.levels))] if known else []
            parts = [_of_wave(system, setting, scale, placed, wave) for wave in waves]
            for wave, (part, now) in zip(waves, parts, strict=True):
                for past, own, before in known:
                    _tie_past(part, own, past, (block, wave), before, now)
                protect_sums(part, setting.plan.min_cell)
            if not known:
                protect_sums(system, setting.plan.min_cell)
        systems.append(system)
    return systems


def _settle(
    system: System, past: Past, own: Setting, before: _Scale, block: Key, scale: _Scale, placed: _Placed
) -> bool:
    """Show and hide what the latest release did when it showed the very same; tells whether it did."""
    keys = [
        ("change", block[1:]),
        *((kind, (*block[1:], w)) for kind in ("level", "unpaired") for w in scale.levels),
    ]
    same = scale.change.persons == before.change.persons and scale.levels.keys() == before.levels.keys()
    same = same and all(level.persons == before.levels[wave].persons for wave, level in scale.levels.items())
    if not same or not all(past.unchanged(kind, block[0], of_kind) for kind, of_kind in keys):
        return False
    system.settle(placed.change, _shown(own, before.change))
    for wave, (cells, _) in placed.levels.items():
        system.settle(cells, _shown(own, before.levels[wave]))
    return True


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


def _place(system: System, setting: Setting, evaluation: object, scale: _Scale) -> _Placed:
    """Build the block of one scale."""
    placed = _Placed()
    placed.change, placed.change_rest = _cells(system, setting, evaluation, scale.change, COST_OF_CHANGE)
    for wave, level in scale.levels.items():
        placed.levels[wave] = _cells(system, setting, evaluation, level, 0)
    _tie_levels(system, scale, placed)
    _tie_model(system, placed.change, scale.model)
    return placed


def _cells(
    system: System, setting: Setting, evaluation: object, figures: _Figures, cost: int
) -> tuple[dict[Group, int], dict[Rest, int]]:
    """Add a cell and a unit for each group of a figure, and the sums over groups.

    Returns the cells of the groups, and those of the people in no group of a breakdown.
    """
    cells = {}
    for group, persons in figures.persons.items():
        targets = tuple(figures.targets[group])
        fixed = any(setting.published(target.table, evaluation, group) for target in targets)
        unit = system.unit(targets, cost + cost_of(group), persons, fixed=fixed)
        cells[group] = system.cell(0, unit, persons=persons)
        if setting.small(persons) and not fixed:
            system.hide(unit, SMALL_BASE)
    return cells, by_breakdown(sum_over_groups(system, cells, figures.persons, setting.nesting))


def _tie_levels(system: System, scale: _Scale, placed: _Placed) -> None:
    """State for the waves of the change that everybody scored is the paired and the others."""
    for wave, (cells, rests) in placed.levels.items():
        if wave in scale.waves:
            for group, cell in cells.items():
                others = _tie_level(system, cell, placed.change.get(group))
                if others is not None:
                    placed.others[wave, group] = others
            for rest, cell in rests.items():
                others, unknown = _tie_level(system, cell, placed.change_rest.get(rest)), rest_of(rest)
                if others is not None and unknown is not None:
                    placed.others[wave, unknown] = others


def _of_wave(
    system: System, setting: Setting, scale: _Scale, placed: _Placed, wave: str
) -> tuple[System, _Placed]:
    """Return the sums of one wave's scores as a block of the same units.

    Beside another release the wave before and the wave after are two matters: a person's data may have changed in
    one of them.
    """
    part, own = System(units=[*system.units]), _Placed()

    def again(figures: _Figures, cells: dict[Group, int]) -> tuple[dict[Group, int], dict[Rest, int]]:
        copied = {
            g: part.cell(0, system.cells[c].unit, persons=system.cells[c].persons) for g, c in cells.items()
        }
        return copied, by_breakdown(sum_over_groups(part, copied, figures.persons, setting.nesting))

    if wave in scale.waves:
        own.change, own.change_rest = again(scale.change, placed.change)
        _tie_model(part, own.change, scale.model)
    if wave in scale.levels:
        own.levels[wave] = again(scale.levels[wave], placed.levels[wave][0])
    _tie_levels(part, scale, own)
    return part, own


def _tie_past(
    system: System, own: Setting, past: Past, place: tuple[Key, str], scale: _Scale, now: _Placed
) -> None:
    """Add what an earlier release showed of a wave's scores, and how far it is from now."""
    (evaluation, *scale_key), wave = place
    keys, placed = (*scale_key, wave), _Placed()

    def changed(kind: str) -> Callable[[Group], int]:
        return lambda group: past.of_kind(kind, evaluation, keys, group)

    if now.change:
        before = Before(scale.change.persons, _shown(own, scale.change), changed("paired"))
        placed.change, placed.change_rest = tie_earlier(
            system, now.change, now.change_rest, before, own.nesting
        )
        _tie_model(system, placed.change, scale.model)
    if wave in now.levels and wave in scale.levels:
        level = scale.levels[wave]
        before = Before(level.persons, _shown(own, level), changed("level"))
        placed.levels[wave] = tie_earlier(system, *now.levels[wave], before, own.nesting)
    _tie_levels(system, scale, placed)
    of_others = changed("unpaired")
    for (other_wave, group), cell in placed.others.items():
        if (other_wave, group) in now.others:
            tie_difference(system, now.others[other_wave, group], cell, of_others(group))


def _shown(own: Setting, figures: _Figures) -> frozenset[Group]:
    """The groups of which a row was shown."""
    return frozenset(
        group
        for group, targets in figures.targets.items()
        if any(not own.is_suppressed(target.table, target.row) for target in targets)
    )


def _tie_level(system: System, level: int, change: int | None) -> int | None:
    """State that everybody scored at the wave is the paired and the others; gives the others' cell."""
    paired = 0.0 if change is None else system.cells[change].persons
    others = system.cells[level].persons - paired
    if change is None or paired == 0 or others < 0:
        return None
    rest = system.cell(0, None, persons=others) if others else None
    system.sum_of(level, [change] if rest is None else [change, rest])
    return rest


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
