"""Counts of persons by how they fared: hidden when small, with what would give them away."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.breakdowns import BY, attributes_of
from pipeline.disclosure.families import sum_over_groups
from pipeline.disclosure.groups import ALL, Family, Group, Nesting, add_up, margins_of
from pipeline.disclosure.past_counts import SPLIT_FROM, Recall
from pipeline.disclosure.setting import SMALL_COUNT, SMALL_DIFFERENCE, SMALL_GROUP_SPLIT, Setting, cost_of
from pipeline.disclosure.system import COMPLEMENTARY, UNBOUNDED, People, System, Target

Kind = tuple[str, ...]


@dataclass(slots=True)
class Count:
    """A count of persons and the columns it stands in.

    split: part of a split of its base by how people fared; share: published as a share of its base, so that
    the others are known as well; within_base: no more than the base; recall: what earlier releases of the year
    mean for it.
    """

    value: float
    targets: list[Target]
    split: bool = True
    share: bool = False
    within_base: bool = True
    recall: Recall = Recall.NEW


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

    def kinds(self) -> set[Kind]:
        """All kinds that are linked with another."""
        of_sums = ((whole, *parts) for whole, parts in self.sums)
        return set(itertools.chain(*self.splits, *of_sums, *self.at_most))


def count_system(setting: Setting, groups: Mapping[Group, GroupCounts], links: Links) -> System:
    """Return the block of some groups' counts, those that are too small by themselves hidden.

    In a group the linked kinds are shown or hidden together: who worsened is always shown beside who
    improved. In `all` each kind stands for itself, so that as little as possible of the headline is lost. A
    breakdown shows a kind in all its groups or in none: simple to say, and it leaves little to work out.
    """
    system = System(settled=bool(setting.earlier) and _all_known(groups))
    units: dict[tuple[str, Kind], set[int]] = {}
    linked = links.kinds()
    cells: dict[Kind, dict[Group, int]] = {}
    for group, found in groups.items():
        of_group: dict[Kind, int] = {}
        together = [kind for kind in found.counts if kind in linked and group != ALL]
        for some in (together, *([kind] for kind in found.counts if kind not in together)):
            unit = _unit(system, setting, group, found, some)
            of_group |= {kind: _cell(system, setting, groups, group, kind, unit) for kind in some}
            for kind in some:
                units.setdefault((group[0], kind), set()).add(unit)
        for kind, cell in of_group.items():
            cells.setdefault(kind, {})[group] = cell
        _tie_kinds(system, found, of_group, links)
    for of_breakdown in units.values():
        _hide_together(system, of_breakdown)
    persons = {group: found.persons for group, found in groups.items()}
    rests = {kind: sum_over_groups(system, own, persons, setting.nesting) for kind, own in cells.items()}
    kinds = [linked, *({kind} for kind in cells if kind not in linked)]
    for own_kinds in kinds:
        of_kinds = {kind: of_groups for kind, of_groups in cells.items() if kind in own_kinds}
        system.people.append(_people(setting.nesting, persons, of_kinds, rests))
    return system


def _all_known(groups: Mapping[Group, GroupCounts]) -> bool:
    """Tell whether an earlier release showed or hid every count, and nothing changed since."""
    known = (Recall.PUBLISHED, Recall.HIDDEN)
    return all(count.recall in known for found in groups.values() for count in found.counts.values())


def _hide_together(system: System, units: set[int]) -> None:
    """Hide all of some units when one of them is hidden; what its owner has published stays."""
    if any(system.units[unit].rule for unit in units):
        for unit in units:
            if not system.units[unit].fixed:
                system.hide(unit, COMPLEMENTARY)


def _people(
    nesting: Nesting,
    persons: Mapping[Group, float],
    cells: Mapping[Kind, Mapping[Group, int]],
    rests: Mapping[Kind, Mapping[Family, int]],
) -> list[People]:
    """The groups of a block as nested groups of people, those in no group among them.

    Groups of a two-way breakdown, and of its margins, are part of nothing here: whoever changed places in one of
    them would be missed in another.
    """
    complete = [group for group in persons if all(group in of_groups for of_groups in cells.values())]
    families = [family for family in nesting.families(complete) if add_up(persons, family)]
    crossed = {name for group in complete if BY in group[0] for name in (group[0], *attributes_of(group[0]))}
    families = [family for family in families if family.breakdown not in crossed]
    whole_of = {part: family.whole for family in families for part in family.parts}
    place = {group: number for number, group in enumerate(complete)}
    found = [
        People(
            tuple(of_groups[group] for of_groups in cells.values()),
            persons[group],
            place[whole_of[group]] if group in whole_of else None,
            group[0],
        )
        for group in complete
    ]
    for family in families:
        rest = tuple(rests[kind][family] for kind in cells if family in rests[kind])
        if rest and len(rest) == len(cells):
            others = persons[family.whole] - sum(persons[part] for part in family.parts)
            found.append(People(rest, others, place[family.whole], family.breakdown))
    return found


def _unit(system: System, setting: Setting, group: Group, found: GroupCounts, kinds: list[Kind]) -> int:
    """Add the unit of some kinds in one group, and hide it when one of them is too small or the group is."""
    targets = tuple(target for kind in kinds for target in found.counts[kind].targets)
    fixed = found.fixed or all(found.counts[kind].recall == Recall.PUBLISHED for kind in kinds)
    unit = system.unit(targets, cost_of(group), found.persons, fixed=fixed)
    for kind in kinds:
        rule = None if fixed else _rule(setting, found, found.counts[kind])
        if rule:
            system.hide(unit, rule)
    return unit


def _cell(
    system: System,
    setting: Setting,
    groups: Mapping[Group, GroupCounts],
    group: Group,
    kind: Kind,
    unit: int,
) -> int:
    """Add one count."""
    found, count = groups[group], groups[group].counts[kind]
    width = min(setting.plan.protection, _attainable(setting, groups, group, kind))
    upper = found.persons if count.within_base else UNBOUNDED
    return system.cell(count.value, unit, upper=upper, width=width, targets=tuple(count.targets))


def _rule(setting: Setting, group: GroupCounts, count: Count) -> str | None:
    """The rule by which a count is hidden on its own account."""
    if group.hidden:
        return group.hidden
    if count.split and 0 < group.persons < SPLIT_FROM * setting.plan.min_cell:
        return SMALL_GROUP_SPLIT
    others = count.share and setting.small(group.persons - count.value)
    if setting.small(count.value) or others:
        return SMALL_COUNT
    return {Recall.CHANGED: SMALL_DIFFERENCE, Recall.HIDDEN: COMPLEMENTARY}.get(count.recall)


def _attainable(setting: Setting, groups: Mapping[Group, GroupCounts], group: Group, kind: Kind) -> float:
    """How wide a count's interval would be if no group but `all`, and of a two-way one its margins, were shown.

    With N persons of whom t are of the kind, a group of n has between t - (N - n) and t of them; of those who are
    in both margins, no fewer than the two have more than all together.
    """
    within_base = groups[group].counts[kind].within_base
    n = groups[group].persons if within_base else UNBOUNDED
    if group == ALL:
        return n
    shown = {
        whole: groups[whole]
        for whole in (ALL, *margins_of(group))
        if whole in groups and _is_shown(setting, groups[whole], kind)
    }
    values = {whole: found.counts[kind].value for whole, found in shown.items()}
    most = min([n, *values.values()])
    if not within_base:
        return most
    least = max([0.0, *(value - (shown[whole].persons - n) for whole, value in values.items())])
    if len(values) > 2:
        least = max(least, sum(values.values()) - 2 * values[ALL])
    return max(0.0, most - least)


def _is_shown(setting: Setting, whole: GroupCounts, kind: Kind) -> bool:
    """Tell whether a count is not hidden on its own account."""
    return kind in whole.counts and (whole.fixed or not _rule(setting, whole, whole.counts[kind]))


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
