"""Files of answers: the columns that a measure's items make, in the wide and in the long layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from instruments import Instrument, Item
from pipeline.identity import mask_all
from pipeline.schemas import codes
from pipeline.submissions import rules
from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.coded import row_keys, slices
from pipeline.submissions.kinds import ANSWERS, STAKEHOLDERS, FileKind, Kind, LongSteps
from pipeline.submissions.problems import SUBMISSION, Finding
from pipeline.submissions.rules import Step
from pipeline.submissions.values import DATE, NUMBER, TEXT, ValueType, integers
from pipeline.submissions.values import codes as one_of
from pipeline.submissions.wording import STRAIGHT_LINE, not_an_option, outside, unknown_code

_LONG = frozenset({"item", "answer"})
# So many items all answered alike are remarkable; fewer may well be.
_FEWEST_IN_A_LINE = 8


def kind_of_answers(file_kind: FileKind, columns: Iterable[str]) -> Kind:
    """Return the kind of a file with these columns: long when it has `item` and `answer`, else wide."""
    instrument = file_kind.instrument
    if instrument is None:
        raise ValueError(f"{file_kind.name} has no measure")
    sent = set(columns)
    items = () if sent >= _LONG else tuple(item.code for item in instrument.items if item.code in sent)
    return _stakeholders(instrument, items) if file_kind.name == STAKEHOLDERS else _answers(instrument, items)


def known_columns(file_kind: FileKind) -> frozenset[str]:
    """Return all column names that a file of this kind may have, by which its header is recognised."""
    if file_kind.fixed is not None:
        return frozenset(file_kind.fixed.columns)
    long_layout = kind_of_answers(file_kind, _LONG).columns
    return item_codes(file_kind) | frozenset(long_layout)


def item_codes(file_kind: FileKind) -> frozenset[str]:
    """Return the codes of the items that a file of this kind may have; none where no measure is answered."""
    return (
        frozenset(item.code for item in file_kind.instrument.items) if file_kind.instrument else frozenset()
    )


def _answers(instrument: Instrument, items: tuple[str, ...]) -> Kind:
    """Return the kind of a questionnaire's answers; without items: the long layout."""
    key = ("participant_id", "respondent", "wave")
    who = (rules.pseudonyms("participant_id"), rules.known_person, rules.wave("answered_on"))
    long = None if items else _long_steps(instrument, key, who, _straight_lines(instrument, key))
    return Kind(
        name=ANSWERS,
        table="record.answer",
        columns={
            "participant_id": TEXT,
            "wave": TEXT,
            "answered_on": DATE,
            "respondent": one_of(instrument.respondents, "unknown_respondent"),
            "version": one_of([instrument.version.lower()], "unknown_version"),
            **_item_columns(instrument, items),
        },
        needed=(("participant_id",), ("wave", "answered_on"), ("respondent",), *_needed_items(items)),
        steps=long.all if long else (*who, _wide_answers(instrument, items), rules.no_duplicates(key)),
        may_be_empty=frozenset({"answer"}),
        instrument=instrument,
        items=items,
        long=long,
    )


def _stakeholders(instrument: Instrument, items: tuple[str, ...]) -> Kind:
    """Return the kind of the yearly survey; a respondent answers once a year."""
    key = ("respondent_id", "year")
    who = (rules.pseudonyms("respondent_id"), rules.municipality("municipality", *rules.year_ends("year")))
    long = None if items else _long_steps(instrument, key, who)
    return Kind(
        name=STAKEHOLDERS,
        table="record.stakeholder_answer",
        columns={
            "respondent_id": TEXT,
            "year": integers(2000, 2100),
            "role": one_of(codes.STAKEHOLDER_ROLES),
            "municipality": TEXT,
            "version": one_of([instrument.version.lower()], "unknown_version"),
            **_item_columns(instrument, items),
        },
        needed=(("respondent_id",), ("year",), ("role",), ("municipality",), *_needed_items(items)),
        steps=long.all if long else (*who, _wide_answers(instrument, items), rules.no_duplicates(key)),
        may_be_empty=frozenset({"answer"}),
        instrument=instrument,
        items=items,
        long=long,
    )


def _item_columns(instrument: Instrument, items: tuple[str, ...]) -> Mapping[str, ValueType]:
    """Return a column an item, or the two of the long layout."""
    if not items:
        return {"item": TEXT, "answer": TEXT}
    return {code: TEXT if instrument.item(code).type == "text" else NUMBER for code in items}


def _needed_items(items: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return () if items else (("item",), ("answer",))


def _long_steps(
    instrument: Instrument, key: tuple[str, ...], who: tuple[Step, ...], *of_file: Step
) -> LongSteps:
    answer = (_known_item(instrument), _long_answers(instrument))
    return LongSteps(who, answer, (rules.no_duplicates((*key, "item")), *of_file))


def _wide_answers(instrument: Instrument, items: tuple[str, ...]) -> Step:
    """Return a step that rejects rows with an answer that its item doesn't have."""

    def step(batch: Batch, _facts: Facts) -> None:
        rated = [item for code in items if (item := instrument.item(code)).type != "text"]
        batch.all_broken(
            [(~allowed(item, pl.col(item.code)), expectation(item), item.code) for item in rated]
        )
        if len(rated) >= _FEWEST_IN_A_LINE:
            answers = [pl.col(item.code) for item in rated]
            batch.broken(pl.all_horizontal(answer == answers[0] for answer in answers), STRAIGHT_LINE, "")
        for code in items:
            if instrument.item(code).type == "text":
                batch.set(**{code: mask_all(batch.typed[code])})

    return step


def _known_item(instrument: Instrument) -> Step:
    """Return a step that rejects items that the measure doesn't have."""
    known = [item.code for item in instrument.items]

    def step(batch: Batch, _facts: Facts) -> None:
        batch.set(item=pl.col("item").str.to_lowercase())
        batch.broken(~pl.col("item").is_in(known), unknown_code(known, "unknown_item"), "item")

    return step


def _long_answers(instrument: Instrument) -> Step:
    """Return a step that reads the answers by their items, and rejects those that an item doesn't have."""
    texts = [item.code for item in instrument.items if item.type == "text"]

    def step(batch: Batch, _facts: Facts) -> None:
        is_text = pl.col("item").is_in(texts)
        number = NUMBER.parse(pl.col("answer"))
        batch.set(
            free_text=mask_all(batch.typed.select(pl.when(is_text).then("answer").alias("_"))["_"]),
            answer=pl.when(~is_text).then(number),
        )
        batch.broken(
            ~is_text & pl.col("answer").is_null() & batch.raw["answer"].is_not_null(),
            NUMBER.finding,
            "answer",
        )
        batch.all_broken(
            [
                (
                    pl.col("item").is_in([item.code for item in alike])
                    & ~allowed(alike[0], pl.col("answer")),
                    expectation(alike[0]),
                    "answer",
                )
                for alike in _alike(instrument)
            ]
        )

    return step


def _straight_lines(instrument: Instrument, key: tuple[str, ...]) -> Step:
    """Return a step that warns about questionnaires of the long layout, at their first row, answered all alike.

    Questionnaires are told apart by a hash of their key: cheaper for many rows, and only a warning hangs on it.
    """
    rated = sum(item.type != "text" for item in instrument.items)

    def step(batch: Batch, _facts: Facts) -> None:
        if rated < _FEWEST_IN_A_LINE or batch.typed.height < _FEWEST_IN_A_LINE:
            return
        numbers, count = row_keys(batch.typed.select(SUBMISSION, *key))
        lines = _alike_throughout(numbers, count, batch.typed["answer"].to_numpy())
        batch.note(pl.Series(lines), STRAIGHT_LINE, "")

    return step


def _alike_throughout(numbers: np.ndarray, count: int, answers: np.ndarray) -> np.ndarray:
    """Tell which rows are the first of a questionnaire whose answers are many and all alike.

    numbers: of each row's questionnaire, from 0 to `count`. answers: NaN for none.
    """
    one, alike = np.full(count, np.nan), np.ones(count, dtype=bool)
    for rows in slices(len(numbers)):
        filled = ~np.isnan(answers[rows])
        one[numbers[rows][filled]] = answers[rows][filled]
    for rows in slices(len(numbers)):
        others = ~np.isnan(answers[rows]) & (answers[rows] != one[numbers[rows]])
        alike[numbers[rows][others]] = False
    places = np.flatnonzero(alike[numbers])
    places = places[~np.isnan(answers[places])]
    many = np.bincount(numbers[places], minlength=count) >= _FEWEST_IN_A_LINE
    places = places[many[numbers[places]]]
    first = np.zeros(len(numbers), dtype=bool)
    first[places[np.unique(numbers[places], return_index=True)[1]]] = True
    return first


def _alike(instrument: Instrument) -> list[list[Item]]:
    """Return the rated items, those together that allow the same answers."""
    groups: dict[tuple[bool, tuple[float, ...], tuple[float, float]], list[Item]] = {}
    for item in instrument.items:
        if item.type != "text":
            groups.setdefault((bool(item.options), tuple(_listed(item)), _range(item)), []).append(item)
    return list(groups.values())


def allowed(item: Item, answer: pl.Expr) -> pl.Expr:
    """Return whether an answer may stand in the data: an option, a number in range, or a missing code."""
    if item.options:
        return answer.is_in(_listed(item))
    low, high = _range(item)
    return answer.is_between(low, high) | answer.is_in([code.value for code in item.missing_codes])


def expectation(item: Item) -> Finding:
    """Return what an item expects."""
    return not_an_option(_listed(item)) if item.options else outside(*_range(item))


def _listed(item: Item) -> list[float]:
    return [option.value for option in (*item.options, *item.missing_codes)]


def _range(item: Item) -> tuple[float, float]:
    """Return the range of an item's answers; without one, any finite number."""
    low = float("-inf") if item.minimum is None else item.minimum
    high = float("inf") if item.maximum is None else item.maximum
    return low, high
