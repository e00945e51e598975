"""Each person before and after, a square a scale: in the evaluator's edition alone, which has their scores."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reports.context import Row, View
from reports.document import Figure, parts_told
from reports.figures import PersonMark, PersonPanel, Persons

TABLE = "analyst.person_change"
_OUTCOMES = {"improved": 0, "unchanged": 1, "worsened": 2, None: 1}
_COUNTS = ("n_improved", "n_unchanged", "n_worsened")


def person_figures(view: View, rows: list[Row]) -> Iterator[Figure]:
    """The persons of one respondent's scales, a figure for the scales that share a metric.

    rows: of mart.score_change, in the order in which the scales are drawn.
    """
    persons = _persons(view, rows[0])
    drawn = [row for row in rows if row["scale"] in persons]
    kinds = dict.fromkeys(view.metric(row) for row in drawn)
    for number, kind in enumerate(kinds, start=1):
        yield _figure(view, number, [row for row in drawn if view.metric(row) == kind], persons)


def _persons(view: View, row: Row) -> dict[str, tuple[PersonMark, ...]]:
    """The marks of each scale that a respondent's persons were scored on at both waves; none without the table."""
    frame = view.context.tables.get(TABLE)
    if frame is None:
        return {}
    wanted = {
        "evaluation": view.evaluation.id,
        "instrument": row["instrument"],
        "respondent": row["respondent"],
    }
    own = frame.filter([pl.col(column) == value for column, value in wanted.items()])
    alike = own.group_by("scale", "pre", "post", "outcome").len().sort("scale", "pre", "post", "outcome")
    return {
        str(scale): tuple(
            PersonMark(pre, post, persons, _OUTCOMES[outcome])
            for _, pre, post, outcome, persons in marks.iter_rows()
        )
        for (scale,), marks in alike.partition_by("scale", as_dict=True, maintain_order=True).items()
    }


def _figure(view: View, number: int, rows: list[Row], persons: dict[str, tuple[PersonMark, ...]]) -> Figure:
    words, first = view.words, rows[0]
    labels = [view.label(row["instrument"], row["scale"]) for row in rows]
    legend = (words.say("improved"), words.say("unchanged"), words.say("worsened"))
    panels = tuple(PersonPanel(label, persons[row["scale"]]) for label, row in zip(labels, rows, strict=True))
    before, after = view.wave(view.evaluation.pre), view.wave(view.evaluation.post)
    axes = (
        words.say("{wave}: score along", wave=before),
        words.say("{wave}: score up", wave=after),
    )
    counted = [tuple(words.number(row[count]) for count in _COUNTS) for row in rows]
    alt = words.say(
        "A mark a person, the score before along and the score after up; on the slanted line nothing has changed. "
        "{values}.",
        values=parts_told(labels, counted, legend),
    )
    caption = words.say("Each person before and after: {who}", who=view.who(first))
    name = f"{first['instrument']}-{first['respondent']}-persons-{number}".replace("_", "-")
    return Figure(name, caption, alt, Persons(panels, legend, axes, words.decimal_mark).svg())
