"""What a measure's file may get wrong across fields: each mistake with its path and its mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from instruments.items import Form, Item, form_of
from instruments.model import Instrument
from instruments.scales import MissingItemTable, Norm, Scale

Found = tuple[str, str]  # path inside the file (or behind a scale's), what is wrong and how to mend it


def problems_of(instrument: Instrument) -> list[Found]:
    """Return all mistakes across fields; an empty list when the measure can be used."""
    found = [*_repeats(instrument), *_kind_problems(instrument)]
    for item in instrument.items:
        found.extend(
            (f"items.{item.code}{path}", message) for path, message in _item_problems(item, instrument)
        )
    for scale in instrument.scales:
        of_scale = list(_reference_problems(scale, instrument)) or list(_scale_problems(scale, instrument))
        found.extend((f"scales.{scale.id}{path}", message) for path, message in of_scale)
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


def _item_problems(item: Item, instrument: Instrument) -> Iterator[Found]:
    if item.answers is not None and item.answers not in instrument.answer_sets:
        yield (
            ".answers",
            f"the answer set {item.answers!r} isn't under `answer_sets`: add it or mend the name",
        )
    groups = {group.id for group in instrument.groups}
    if item.group is not None and item.group not in groups:
        yield ".group", f"the group {item.group!r} isn't under `groups`: add it or mend the name"
    if item.type == "text":
        return
    yield from _range_problems(item)
    for form, recode in item.recode.items():
        lost = [f"{option.value:g}" for option in item.options if option.value not in recode]
        if lost:
            yield f".recode.{form}", f"says nothing of the answer {lost[0]}: add it"


def _range_problems(item: Item) -> Iterator[Found]:
    """Yield options and missing codes that contradict the item's range."""
    if item.minimum is None or item.maximum is None:
        if item.type == "rated":
            yield "", "a rated item needs `minimum` and `maximum` (or an answer set that has them): add them"
        return
    if item.minimum >= item.maximum:
        yield ".minimum", f"minimum {item.minimum:g} isn't below maximum {item.maximum:g}: mend them"
    for option in item.options:
        if not item.minimum <= option.value <= item.maximum:
            limits = f"{item.minimum:g} to {item.maximum:g}"
            yield ".options", f"the option {option.value:g} is outside {limits}: mend either"
    for value, count in Counter(option.value for option in item.options).items():
        if count > 1:
            yield ".options", f"the option {value:g} stands {count} times: keep one"
    for code in item.missing_codes:
        in_range = item.minimum <= code.value <= item.maximum
        if (not item.options and in_range) or code.value in {option.value for option in item.options}:
            message = f"the missing code {code.value:g} is an answer too: choose a number outside the answers"
            yield ".missing_codes", message


def _reference_problems(scale: Scale, instrument: Instrument) -> Iterator[Found]:
    """Yield items, scales and respondents that the scale names and the measure hasn't."""
    yield from _part_problems(scale, instrument)
    for code in scale.items:
        if code not in instrument.items_by_code:
            message = f"names the item {code}, which the measure doesn't have: add the item or mend the code"
            yield ".items", message
        elif instrument.item(code).type == "text":
            yield ".items", f"item {code} is free text and can't be scored: take it out of the scale"
    forms = {form_of(respondent) for respondent in instrument.respondents}
    for key, tables in (
        ("conversion", scale.conversion),
        ("missing_item_table", scale.missing_item_table),
    ):
        for form in tables:
            if form not in forms:
                message = f"is a table for the form {form}, which no respondent uses: mend `respondents`"
                yield f".{key}.{form}", message


def _part_problems(scale: Scale, instrument: Instrument) -> Iterator[Found]:
    """Yield what is wrong with a scale made of scales."""
    for part in scale.parts:
        if part not in instrument.scales_by_id:
            message = (
                f"names the scale {part}, which the measure doesn't have: add the scale or mend the name"
            )
            yield ".parts", message
        elif instrument.scale(part).parts:
            yield ".parts", f"the scale {part} is itself made of scales: name those it is made of"
    if scale.parts and scale.method not in ("sum", "mean"):
        yield (
            ".method",
            f"a scale made of scales is their sum or mean, not {scale.method}: write one of these",
        )


def _scale_problems(scale: Scale, instrument: Instrument) -> Iterator[Found]:
    if len(set(scale.items)) < len(scale.items):
        yield ".items", "names an item twice: keep one"
    if scale.method == "single_item" and len(scale.items) != 1:
        yield (
            ".items",
            f"is a single item, but names {len(scale.items)} items: leave one or choose another method",
        )
    if scale.method == "table" and not scale.conversion:
        yield ".method", "is scored by a table, but has no `conversion`: add one"
    if scale.method != "table" and (scale.conversion or scale.missing_item_table):
        yield ".method", f"has a conversion table, but its method is {scale.method}: write `method: table`"
    if scale.metric == "t" and scale.method != "table":
        yield ".metric", "a T-value comes from a table: write `method: table` or choose another metric"
    if scale.metric == "z" and not any(norm.metric in ("sum", "mean") for norm in scale.norms):
        yield ".metric", "a z needs the mean and SD of the raw score: add a norm with metric `sum` or `mean`"
    if scale.metric == "z" and scale.method == "table":
        yield ".metric", "a z is of a sum or a mean: write `method: sum` or `mean`, or choose another metric"
    yield from _table_problems(scale, instrument)
    yield from _overlapping_norms(scale.norms)


def _table_problems(scale: Scale, instrument: Instrument) -> Iterator[Found]:
    """Yield conversion tables that don't cover every sum the items can make, or run out of order."""
    items = [instrument.item(code) for code in scale.items]
    for form, table in scale.conversion.items():
        ranges = [item.scored_range(form) for item in items]
        for message in _points_problems(table.points, ranges):
            yield f".conversion.{form}", message
    for form, by_item in scale.missing_item_table.items():
        for message in _missing_item_problems(form, by_item, items):
            yield f".missing_item_table.{form}", message


def _missing_item_problems(form: Form, table: MissingItemTable, items: Sequence[Item]) -> Iterator[str]:
    for missing in items:
        if missing.code not in table.points:
            yield f"has no rows for the missing item {missing.code}: add them to the CSV"
            continue
        ranges = [item.scored_range(form) for item in items if item is not missing]
        for message in _points_problems(table.points[missing.code], ranges):
            yield f"{missing.code} missing: {message}"


def _points_problems(
    points: Sequence[tuple[float, float]], ranges: Iterable[tuple[float, float]]
) -> Iterator[str]:
    limits = list(ranges)
    lowest, highest = sum(low for low, _ in limits), sum(high for _, high in limits)
    sums = [raw for raw, _ in points]
    absent = [raw for raw in range(int(lowest), int(highest) + 1) if raw not in sums]
    if absent:
        yield f"the table has no row for the raw sum {absent[0]}, which the items can make: add it"
    beyond = [raw for raw in sums if not lowest <= raw <= highest]
    if beyond:
        yield f"the table has a row for the raw sum {beyond[0]:g}, which the items can't make: take it out"
    repeated = [raw for raw, count in Counter(sums).items() if count > 1]
    if repeated:
        yield f"the table has the raw sum {repeated[0]:g} more than once: keep one row"
    elif any(later <= earlier for earlier, later in pairwise(sums)):
        yield "the table isn't in the order of the raw sum: sort it"
    elif any(later <= earlier for earlier, later in pairwise(score for _, score in points)):
        yield "the table has a score that doesn't rise with the raw sum: compare it with its source"


def _overlapping_norms(norms: Sequence[Norm]) -> Iterator[Found]:
    """Yield pairs of norms that both hold for one person, neither being the closer one.

    A norm by age stands before one by sex, both before a general one (`Scale.norms_of_raw`).
    """
    for (_, first), (place, second) in combinations(enumerate(norms), 2):
        same_people = not (first.respondents and second.respondents) or bool(
            set(first.respondents) & set(second.respondents)
        )
        equally_close = first.columns == second.columns
        if first.metric == second.metric and same_people and equally_close and _meet(first, second):
            yield (
                f".norms.{place}",
                "two norms hold for the same respondent, age and sex: restrict one of them",
            )


def _meet(first: Norm, second: Norm) -> bool:
    """Tell whether two norms restricted alike hold for one age and sex."""
    ages_meet = (
        first.ages is None
        or second.ages is None
        or (first.ages[0] <= second.ages[1] and second.ages[0] <= first.ages[1])
    )
    return ages_meet and first.sex == second.sex
