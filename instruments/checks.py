"""What a measure's file may get wrong across fields: each mistake with its path and its mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from instruments.items import Item, form_of
from instruments.model import Instrument
from instruments.scales import MissingItemTable, Norm, Scale

Found = tuple[str, str]  # path inside the file, what is wrong and how to mend it


def problems_of(instrument: Instrument) -> list[Found]:
    """Return all mistakes across fields; an empty list when the measure can be used."""
    found = [*_repeats(instrument), *_kind_problems(instrument)]
    for item in instrument.items:
        found.extend((f"items.{item.code}", message) for message in _item_problems(item, instrument))
    for scale in instrument.scales:
        messages = list(_reference_problems(scale, instrument)) or list(_scale_problems(scale, instrument))
        found.extend((f"scales.{scale.id}", message) for message in messages)
    return found


def _repeats(instrument: Instrument) -> Iterator[Found]:
    """Yield item codes and scale ids that stand twice."""
    for code, count in Counter(item.code for item in instrument.items).items():
        if count > 1:
            yield f"items.{code}", f"the item {code} stands {count} times: keep one"
    for name, count in Counter(scale.id for scale in instrument.scales).items():
        if count > 1:
            yield f"scales.{name}", f"the scale {name} stands {count} times: keep one"


def _kind_problems(instrument: Instrument) -> Iterator[Found]:
    """Yield what a measure of this kind must have and hasn't."""
    if instrument.kind == "goals":
        if not (instrument.domains and instrument.attainment_scales):
            yield "", "a measure of kind goals needs `domains` and `attainment_scales`: add them"
    elif not instrument.items:
        yield "items", "a measure needs items: add them"
    if instrument.scales and instrument.kind != "questionnaire":
        yield "scales", f"only a questionnaire is scored, this is a {instrument.kind}: leave the scales out"
    if instrument.kind == "questionnaire" and not instrument.scales:
        yield "scales", "a questionnaire needs at least one scale: add it"


def _item_problems(item: Item, instrument: Instrument) -> Iterator[str]:
    if item.answers is not None and item.answers not in instrument.answer_sets:
        yield f"the answer set {item.answers!r} isn't under `answer_sets`: add it or mend the name"
    groups = {group.id for group in instrument.groups}
    if item.group is not None and item.group not in groups:
        yield f"the group {item.group!r} isn't under `groups`: add it or mend the name"
    if item.type == "text":
        return
    yield from _range_problems(item)
    for form, recode in item.recode.items():
        lost = [f"{option.value:g}" for option in item.options if option.value not in recode]
        if lost:
            yield f"recode.{form} says nothing of the answer {lost[0]}: add it"


def _range_problems(item: Item) -> Iterator[str]:
    """Yield options and missing codes that contradict the item's range."""
    if item.minimum is None or item.maximum is None:
        if item.type == "rated":
            yield "a rated item needs `minimum` and `maximum` (or an answer set that has them)"
        return
    if item.minimum >= item.maximum:
        yield f"minimum {item.minimum:g} isn't below maximum {item.maximum:g}: mend them"
    for option in item.options:
        if not item.minimum <= option.value <= item.maximum:
            yield f"the option {option.value:g} is outside {item.minimum:g} to {item.maximum:g}: mend either"
    for code in item.missing_codes:
        in_range = item.minimum <= code.value <= item.maximum
        if (not item.options and in_range) or code.value in {option.value for option in item.options}:
            yield f"the missing code {code.value:g} is an answer too: choose a number outside the answers"


def _reference_problems(scale: Scale, instrument: Instrument) -> Iterator[str]:
    """Yield items and respondents that the scale names and the measure hasn't."""
    for code in scale.items:
        if code not in instrument.items_by_code:
            yield f"names the item {code}, which the measure doesn't have: add the item or mend the code"
        elif instrument.item(code).type == "text":
            yield f"item {code} is free text and can't be scored: take it out of the scale"
    forms = {form_of(respondent) for respondent in instrument.respondents}
    for form in (*scale.conversion, *scale.missing_item_table):
        if form not in forms:
            yield f"has a table for the form {form}, which no respondent uses: mend `respondents`"


def _scale_problems(scale: Scale, instrument: Instrument) -> Iterator[str]:
    if len(set(scale.items)) < len(scale.items):
        yield "names an item twice: keep one"
    if scale.method == "single_item" and len(scale.items) != 1:
        yield f"is a single item, but names {len(scale.items)} items: leave one or choose another method"
    if scale.method == "table" and not scale.conversion:
        yield "is scored by a table, but has no `conversion`: add one"
    if scale.method != "table" and (scale.conversion or scale.missing_item_table):
        yield f"has a conversion table, but its method is {scale.method}: write `method: table`"
    if scale.metric == "t" and scale.method != "table":
        yield "a T-value comes from a table: write `method: table` or choose another metric"
    yield from _table_problems(scale, instrument)
    yield from _overlapping_norms(scale.norms)


def _table_problems(scale: Scale, instrument: Instrument) -> Iterator[str]:
    """Yield conversion tables that don't cover every sum the items can make, or run out of order."""
    items = [instrument.item(code) for code in scale.items]
    for form, table in scale.conversion.items():
        ranges = [item.scored_range(form) for item in items]
        yield from _points_problems(f"conversion.{form}", table.scores, ranges)
    for form, by_item in scale.missing_item_table.items():
        yield from _missing_item_problems(form, by_item, items)


def _missing_item_problems(form: str, table: MissingItemTable, items: Sequence[Item]) -> Iterator[str]:
    for missing in items:
        if missing.code not in table.points:
            yield f"missing_item_table.{form} has no rows for the item {missing.code}: add them"
            continue
        ranges = [item.scored_range(form_of(form)) for item in items if item is not missing]
        yield from _points_problems(f"missing_item_table.{form}", table.scores(missing.code), ranges)


def _points_problems(
    where: str, points: Mapping[float, float], ranges: Iterable[tuple[float, float]]
) -> Iterator[str]:
    limits = list(ranges)
    lowest, highest = sum(low for low, _ in limits), sum(high for _, high in limits)
    absent = [raw for raw in range(int(lowest), int(highest) + 1) if raw not in points]
    if absent:
        yield f"{where} has no row for the raw sum {absent[0]}, which the items can make: add it"
    beyond = [raw for raw in points if not lowest <= raw <= highest]
    if beyond:
        yield f"{where} has a row for the raw sum {beyond[0]:g}, which the items can't make: take it out"
    if any(later <= earlier for earlier, later in pairwise(points)):
        yield f"{where} isn't in the order of the raw sum: sort it"
    scores = list(points.values())
    if any(later <= earlier for earlier, later in pairwise(scores)):
        yield f"{where} has a score that doesn't rise with the raw sum: compare it with its source"


def _overlapping_norms(norms: Sequence[Norm]) -> Iterator[str]:
    """Yield pairs of norms that both hold for one person."""
    for first, second in combinations(norms, 2):
        same_people = not (set(first.respondents) and set(second.respondents)) or bool(
            set(first.respondents) & set(second.respondents)
        )
        both_restricted = (first.ages is None) == (second.ages is None)
        if (
            first.metric == second.metric
            and same_people
            and both_restricted
            and _ages_and_sex_meet(first, second)
        ):
            yield "two norms hold for the same respondent, age and sex: restrict one of them"


def _ages_and_sex_meet(first: Norm, second: Norm) -> bool:
    ages_meet = (
        first.ages is None
        or second.ages is None
        or (first.ages[0] <= second.ages[1] and second.ages[0] <= first.ages[1])
    )
    sex_meets = first.sex == second.sex
    return ages_meet and sex_meets
