"""The counts of persons in each mart, and how they hang together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from pipeline.disclosure.counts import Count, GroupCounts, Kind, Links, count_system
from pipeline.disclosure.groups import ALL, Group
from pipeline.disclosure.past_counts import Place, Recall, key_of, recall
from pipeline.disclosure.rows import EMPLOYMENT, Member, blocks_of, employed_persons
from pipeline.disclosure.rules import RULES, SCALE, WHO_CHANGED
from pipeline.disclosure.setting import Key, Row, Setting, number
from pipeline.disclosure.survey_changes import Favourable, favourable_of
from pipeline.disclosure.system import System, Target
from pipeline.schemas.codes import EMPLOYED_STATUSES

HiddenRows = Mapping[tuple[str, int], str]

CHANGE, RESPONDER, LEVEL = "mart.score_change", "mart.responder", "mart.score_level"
SURVEY = "mart.stakeholder_item"
SHARES = ("floor", "ceiling", "below_norm")
MOVES = ("before", "during", "gained", "lost")


def count_systems(setting: Setting, hidden_rows: HiddenRows) -> list[System]:
    """Return the blocks of counts of all marts; hidden_rows: the rule of each suppressed row."""
    return [
        *_split_tables(setting, hidden_rows),
        *_who_changed(setting, hidden_rows),
        *_shares(setting, hidden_rows),
        *_survey(setting, hidden_rows),
        *_employment(setting, hidden_rows),
    ]


def _split_tables(setting: Setting, hidden_rows: HiddenRows) -> Iterable[System]:
    for table, rules in RULES.items():
        if rules.way != "groups" or not rules.split:
            continue
        base, split, beside = rules.base or "", rules.split, rules.beside
        links = Links(splits=(tuple((column,) for column in split),))
        for block, rows in setting.blocks(table, *split, *beside).items():
            groups = {}
            for place, group, row in rows:
                found = _group(setting, hidden_rows, table, block, place, group, number(row, base))
                where = Place(table, block, group, key_of(rules.block, block, group))
                for column in (*split, *beside):
                    own, value = column in split, number(row, column)
                    known = recall(setting, where, column, value, split=own, base=None)
                    target = Target(table, place, column)
                    found.counts[(column,)] = Count(value, [target], own, within_base=own, recall=known)
                groups[group] = found
            yield count_system(setting, groups, links)


def _group(
    setting: Setting,
    hidden_rows: HiddenRows,
    table: str,
    block: Key,
    place: int,
    group: Group,
    persons: float,
) -> GroupCounts:
    return GroupCounts(
        persons, hidden_rows.get((table, place)), fixed=setting.published(table, block[0], group)
    )


def _who_changed(setting: Setting, hidden_rows: HiddenRows) -> Iterable[System]:
    """Improved, unchanged and worsened by every kind of threshold; score_change shows one of them again."""
    blocks: dict[Key, dict[Group, GroupCounts]] = {}
    limits: dict[Key, dict[str, float]] = {}
    for table in (CHANGE, RESPONDER):
        for block, rows in setting.blocks(table, "threshold_kind", "threshold", *WHO_CHANGED).items():
            groups = blocks.setdefault(block, {})
            for place, group, row in rows:
                if row["threshold_kind"] is None or row["n_improved"] is None:
                    continue
                kind = str(row["threshold_kind"])
                limits.setdefault(block, {})[kind] = number(row, "threshold")
                persons = sum(number(row, column) for column in WHO_CHANGED)
                found = _group(setting, hidden_rows, table, block, place, group, persons)
                more: Row = {"threshold_kind": kind} if table == RESPONDER else {}
                where = Place(table, block, group, key_of(SCALE, block, group, more))
                _add_row(setting, groups.setdefault(group, found), where, place, kind, row)
    for block, groups in blocks.items():
        yield count_system(setting, groups, _threshold_links(limits.get(block, {})))


def _add_row(setting: Setting, found: GroupCounts, where: Place, place: int, kind: str, row: Row) -> None:
    for column in WHO_CHANGED:
        value = number(row, column)
        count = found.counts.setdefault((kind, column), Count(value, []))
        count.targets.append(Target(where.table, place, column))
        # score_change may have shown another kind of threshold then.
        if where.table == RESPONDER or not setting.earlier:
            count.recall = recall(setting, where, column, value, split=True, base=None)


def _threshold_links(limits: Mapping[str, float]) -> Links:
    """Who passed a threshold passed every lower one."""
    kinds = sorted(limits, key=lambda kind: limits[kind])
    return Links(
        splits=tuple(tuple((kind, column) for column in WHO_CHANGED) for kind in kinds),
        at_most=tuple(
            ((higher, column), (lower, column))
            for lower, higher in itertools.pairwise(kinds)
            for column in ("n_improved", "n_worsened")
        ),
    )


def _shares(setting: Setting, hidden_rows: HiddenRows) -> Iterable[System]:
    """Persons at the ends of a scale and below the norm, published as shares of all scored."""
    for block, rows in setting.blocks(LEVEL, *SHARES).items():
        groups = {}
        for place, group, row in rows:
            persons = number(row, "n")
            found = _group(setting, hidden_rows, LEVEL, block, place, group, persons)
            for column in SHARES:
                if row[column] is not None:
                    value = round(number(row, column) * persons)
                    where = Place(LEVEL, block, group, key_of(RULES[LEVEL].block, block, group))
                    known = recall(setting, where, column, value, split=False, base="n")
                    target = Target(LEVEL, place, column)
                    found.counts[(column,)] = Count(value, [target], split=False, share=True, recall=known)
            groups[group] = found
        yield count_system(setting, groups, Links())


def _survey(setting: Setting, hidden_rows: HiddenRows) -> Iterable[System]:
    """Respondents by the category they chose; a block's row is a category.

    The favourable ones are a sum of categories, published for all municipalities together.
    """
    favourable = favourable_of(setting)
    for block, rows in setting.blocks(SURVEY, "category", "count").items():
        groups: dict[Group, GroupCounts] = {}
        for place, group, row in rows:
            found = _group(setting, hidden_rows, SURVEY, block, place, group, number(row, "n"))
            target, category = Target(SURVEY, place, "count"), str(row["category"])
            key = key_of(RULES[SURVEY].block, block, group, {"category": category})
            value = number(row, "count")
            known = recall(setting, Place(SURVEY, block, group, key), "count", value, split=True, base=None)
            groups.setdefault(group, found).counts[(category,)] = Count(value, [target], recall=known)
        categories = sorted({kind for found in groups.values() for kind in found.counts})
        sums = _add_favourable(setting, groups, favourable[block]) if block in favourable else ()
        yield count_system(setting, groups, Links(splits=(tuple(categories),), sums=sums))


def _add_favourable(
    setting: Setting, groups: Mapping[Group, GroupCounts], favourable: Favourable
) -> tuple[tuple[Kind, tuple[Kind, ...]], ...]:
    """Add the favourable to each group; where they are published nowhere they are hidden with their parts."""
    parts = tuple((category,) for category in favourable.categories)
    for group, found in groups.items():
        value = sum(found.counts[part].value for part in parts if part in found.counts)
        targets = list(favourable.targets) if group == ALL else []
        recalls = [found.counts[part].recall for part in parts if part in found.counts]
        known = _recall_of_sum(setting, recalls, targets)
        found.counts["favourable",] = Count(value, targets, share=True, recall=known)
    return ((("favourable",), parts),)


def _recall_of_sum(setting: Setting, parts: list[Recall], targets: list[Target]) -> Recall:
    """What earlier releases mean for a sum of counts: where these are the same, what was shown of it."""
    if Recall.CHANGED in parts or Recall.NEW in parts or not parts:
        return Recall.CHANGED if Recall.CHANGED in parts else Recall.NEW
    if not targets:
        return min(parts)
    rows = [(target, setting.marts[target.table].row(target.row, named=True)) for target in targets]
    shown = [setting.earlier[-1].shown(target.table, row, target.column or "") for target, row in rows]
    return Recall.HIDDEN if any(figure is None for figure in shown) else Recall.PUBLISHED


def _employment(setting: Setting, hidden_rows: HiddenRows) -> Iterable[System]:
    """Persons by status before and during, and who came and went; a block's row is a status."""
    for block, rows in blocks_of(setting, EMPLOYMENT).items():
        persons = employed_persons(rows)
        groups: dict[Group, GroupCounts] = {}
        for place, group, row in rows:
            found = _group(setting, hidden_rows, EMPLOYMENT, block, place, group, persons[group])
            own, status = groups.setdefault(group, found), str(row["status"])
            where = Place(EMPLOYMENT, block, group, key_of(("evaluation",), block, group, {"status": status}))
            for column in MOVES:
                target, value = Target(EMPLOYMENT, place, column), number(row, column)
                known = recall(setting, where, column, value, split=True, base=None)
                own.counts[(status, column)] = Count(value, [target], recall=known)
        yield count_system(setting, groups, _employment_links(rows))


def _employment_links(rows: list[Member]) -> Links:
    """Every person has one status before and one during; the employed are those of four statuses."""
    statuses = sorted({str(row["status"]) for _, _, row in rows})
    single = [status for status in statuses if status != "employed"]
    working = [status for status in single if status in EMPLOYED_STATUSES]
    sums: list[tuple[Kind, tuple[Kind, ...]]] = []
    for status in statuses:
        stayed = (status, "stayed")
        sums.append(((status, "before"), ((status, "lost"), stayed)))
        sums.append(((status, "during"), ((status, "gained"), stayed)))
    if "employed" in statuses:
        sums += [
            (("employed", column), tuple((status, column) for status in working))
            for column in ("before", "during")
        ]
        # Who moves between two statuses of work gains one and loses one, but stays employed.
        for column in ("gained", "lost"):
            sums.append((("any", column), tuple((status, column) for status in working)))
            sums.append((("any", column), (("employed", column), ("employed", "moved"))))
    splits = tuple(tuple((status, column) for status in single) for column in ("before", "during"))
    return Links(splits=splits, sums=tuple(sums))
