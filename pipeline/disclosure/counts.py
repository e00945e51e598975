"""Counts of persons by how they fared: hidden when small, with what would give them away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import ALL, Group
from pipeline.disclosure.setting import SMALL_COUNT, SMALL_GROUP_SPLIT, Setting, cost_of
from pipeline.disclosure.system import UNBOUNDED, System, Target

Kind = tuple[str, ...]
SPLIT_FROM = 3
"""A group of fewer than this many times min_cell persons isn't split by how they fared."""


@dataclass(slots=True)
class Count:
    """A count of persons and the columns it stands in.

    split: part of a split of its base by how people fared; share: published as a share of its base, so that
    the others are known as well; within_base: no more than the base.
    """

    value: float
    targets: list[Target]
    split: bool = True
    share: bool = False
    within_base: bool = True


@dataclass(slots=True)
class GroupCounts:
    """The counts of one group.

    persons: the visible base; hidden: the rule by which its row is suppressed; fixed: published already.
    """

    persons: float
    hidden: str | None = None
    fixed: bool = False
    counts: dict[Kind, Count] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Links:
    """What everybody knows of the counts within any group.

    splits: kinds that add up to the base; sums: a kind and the kinds it is the sum of, where a kind that is
    no column counts persons who are published nowhere; at_most: pairs (fewer, more).
    """

    splits: tuple[tuple[Kind, ...], ...] = ()
    sums: tuple[tuple[Kind, tuple[Kind, ...]], ...] = ()
    at_most: tuple[tuple[Kind, Kind], ...] = ()


def count_system(setting: Setting, groups: Mapping[Group, GroupCounts], links: Links) -> System:
    """Return the block of some groups' counts, those that are too small by themselves hidden."""
    system = System()
    cells: dict[Kind, dict[Group, int]] = {}
    for group, found in groups.items():
        own = {kind: _cell(system, setting, groups, group, kind) for kind in found.counts}
        for kind, cell in own.items():
            cells.setdefault(kind, {})[group] = cell
        _tie_kinds(system, found, own, links)
    persons = {group: found.persons for group, found in groups.items()}
    for of_groups in cells.values():
        sum_over_groups(system, of_groups, persons, setting.nesting)
    return system


def _cell(
    system: System, setting: Setting, groups: Mapping[Group, GroupCounts], group: Group, kind: Kind
) -> int:
    """Add one count, and hide it when it is too small or its group is."""
    found, count = groups[group], groups[group].counts[kind]
    unit = system.unit(tuple(count.targets), cost_of(group), found.persons, fixed=found.fixed)
    rule = None if found.fixed else _rule(setting, found, count)
    if rule:
        system.hide(unit, rule)
    width = min(setting.plan.protection, _attainable(setting, groups, group, kind))
    upper = found.persons if count.within_base else UNBOUNDED
    return system.cell(count.value, unit, upper=upper, width=width, column=count.targets[0].column)


def _rule(setting: Setting, group: GroupCounts, count: Count) -> str | None:
    """The rule by which a count is hidden on its own account."""
    if group.hidden:
        return group.hidden
    if count.split and 0 < group.persons < SPLIT_FROM * setting.plan.min_cell:
        return SMALL_GROUP_SPLIT
    others = count.share and setting.small(group.persons - count.value)
    return SMALL_COUNT if setting.small(count.value) or others else None


def _attainable(setting: Setting, groups: Mapping[Group, GroupCounts], group: Group, kind: Kind) -> float:
    """How wide the interval of a count would be if no group but `all` were shown.

    With N persons of whom t are of the kind, a group of n has between t - (N - n) and t of them.
    """
    within_base = groups[group].counts[kind].within_base
    n = groups[group].persons if within_base else UNBOUNDED
    whole = groups.get(ALL)
    if group == ALL or whole is None or kind not in whole.counts:
        return n
    total = whole.counts[kind]
    if not whole.fixed and _rule(setting, whole, total):
        return n
    if not within_base:
        return total.value
    return max(0.0, min(n, total.value) - max(0.0, total.value - (whole.persons - n)))


def _tie_kinds(system: System, found: GroupCounts, own: dict[Kind, int], links: Links) -> None:
    """State what is known of the kinds within one group; a statement that isn't true of it is left out."""
    base = system.known(found.persons)
    for split in links.splits:
        cells = [own[kind] for kind in split if kind in own]
        if cells and sum(system.cells[cell].value for cell in cells) == found.persons:
            system.sum_of(base, cells)
    unpublished: dict[Kind, int] = {}
    for whole, parts in links.sums:
        _tie_sum(system, own, unpublished, whole, parts)
    for fewer, more in links.at_most:
        if fewer in own and more in own:
            gap = system.cells[own[more]].value - system.cells[own[fewer]].value
            if gap >= 0:
                system.balance({own[more]: -1.0, own[fewer]: 1.0, system.cell(gap, None): 1.0})


def _tie_sum(
    system: System, own: dict[Kind, int], unpublished: dict[Kind, int], whole: Kind, parts: tuple[Kind, ...]
) -> None:
    """State one sum. A kind that is no column is found from the first sum that holds it, for all others."""
    shown = {**unpublished, **own}
    missing = [kind for kind in (whole, *parts) if kind not in shown]
    if len(missing) > 1:
        return
    of_parts = sum(system.cells[shown[part]].value for part in parts if part in shown)
    if missing:
        value = of_parts if missing == [whole] else system.cells[shown[whole]].value - of_parts
        shown[missing[0]] = unpublished[missing[0]] = system.cell(value, None, lower=min(value, 0))
        of_parts += 0 if missing == [whole] else value
    if system.cells[shown[whole]].value == of_parts:
        system.sum_of(shown[whole], [shown[part] for part in parts])
