"""What a report may know, and what a rendered report is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal

import polars as pl

from instruments import Instrument, Item, Library
from pipeline.breakdowns import values_of
from pipeline.plan import Evaluation, Language, Plan
from pipeline.schemas import MART
from pipeline.schemas.codes import HIDDEN_REASON, STAKEHOLDER_ROLES
from reports.cells import TableRow
from reports.collation import latvian_key
from reports.document import Column, Table
from reports.language import HIDDEN, NOT_AVAILABLE, Words, words_for

Row = dict[str, Any]
Edition = Literal["public", "restricted"]


@dataclass(frozen=True)
class ReportContext:
    """All that a release's reports are made from; the frames stand after disclosure control.

    tables: `mart.…` and `meta.…` frames by name; a table that is not there counts as empty.
    commentary: the evaluator's own words in Markdown by (evaluation, language). draft: whether every page says
    that the municipalities have not seen it yet.
    """

    plan: Plan
    library: Library
    tables: Mapping[str, pl.DataFrame]
    release: str
    version: str
    edition: Edition
    commentary: Mapping[tuple[str, str], str] = field(default_factory=dict)
    draft: bool = False

    def rows(self, table: str, **wanted: object) -> list[Row]:
        """Rows of a table whose columns have the wanted values, in the table's order; no table, no rows."""
        frame = self.tables.get(table)
        if frame is None:
            return []
        found = frame.lazy()
        if wanted:
            found = found.filter([pl.col(column) == value for column, value in wanted.items()])
        if table in MART:
            found = found.with_columns(suppressed=self._hides(table, frame.columns))
        return [TableRow(row, table) for row in found.collect().to_dicts()]

    @cached_property
    def municipality_names(self) -> Mapping[str, str]:
        """Name of each municipality of the register by its code."""
        return {row["municipality_code"]: row["name_lv"] for row in self.rows("meta.municipality")}

    def _hides(self, table: str, columns: Sequence[str]) -> pl.Expr:
        """Whether a row's nulls are hidden figures: flagged, said by its reason, or null where none can be.

        In the evaluator's edition nothing is hidden, whatever the flag says.
        """
        if self.edition == "restricted":
            return pl.lit(False)
        hides = pl.any_horizontal(pl.col(_never_null(table)).is_null())
        if "suppressed" in columns:
            hides |= pl.col("suppressed").fill_null(True)
        if "reason" in columns:
            hides |= pl.col("reason").str.contains(HIDDEN_REASON, literal=True).fill_null(False)
        return hides


@cache
def _never_null(table: str) -> list[str]:
    """The columns of a mart in which a null can only be a hidden figure."""
    return [name for name, column in MART[table].columns().items() if not column.nullable]


@dataclass(frozen=True)
class RenderedPage:
    """A page in the formats that people read; it is laid out for print when that is asked for."""

    html: bytes
    lay_out: Callable[[], bytes] = field(compare=False, repr=False)

    @cached_property
    def pdf(self) -> bytes:
        """The page as a tagged PDF."""
        return self.lay_out()


@dataclass(frozen=True)
class RenderedReport(RenderedPage):
    """A report: also in the format in which the evaluator edits on."""

    docx: bytes


class NotedTables:
    """Tables with the notes that their empty figures need."""

    words: Words

    def table(
        self,
        caption: str,
        columns: Sequence[Column],
        cells: Sequence[Sequence[str]],
        rows: Sequence[Row] = (),
        **more: Any,
    ) -> Table:
        """A table of these cells, with the notes that its empty figures need; `rows` are what it shows.

        more: `strong`, and `notes` of its own.
        """
        flat = {cell for line in cells for cell in line}
        notes = [*more.pop("notes", ())]
        if HIDDEN in flat:
            notes.append(self.words.say("–: not shown, to protect privacy."))
        if NOT_AVAILABLE in flat:
            notes.append(self._why_not_available(rows))
        return Table(caption, columns, cells, notes, **more, instead=self._instead(caption, columns, cells))

    def _instead(self, caption: str, columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> str:
        """What is said in place of a table of several rows without a figure that may be seen; else nothing."""
        figures = {
            cell
            for line in cells
            for column, cell in zip(columns, line, strict=True)
            if column.align == "right" and cell
        }
        if figures != {HIDDEN} or len(cells) == 1:
            return ""
        return self.words.say("{scale}: not shown, to protect privacy.", scale=caption)

    def _why_not_available(self, rows: Sequence[Row]) -> str:
        reasons = [part for row in rows for part in (row.get("reason") or "").split("; ") if part]
        known = [reason for reason in dict.fromkeys(reasons) if self.words.knows("reason", reason)]
        if not known:
            return self.words.say("…: could not be computed.")
        listed = "; ".join(self.words.name("reason", reason) for reason in known)
        return self.words.say("…: could not be computed ({reasons}).", reasons=listed)


@dataclass(frozen=True)
class YearView(NotedTables):
    """One year's stakeholder survey seen in one language."""

    context: ReportContext
    year: int
    words: Words
    survey: Instrument | None

    @classmethod
    def of(cls, context: ReportContext, year: int, language: Language) -> YearView:
        """The view of that year; the survey is the library's measure of that kind."""
        surveys = [instrument for instrument in context.library.values() if instrument.kind == "survey"]
        return cls(context, year, words_for(language), surveys[0] if surveys else None)

    def rows(self) -> list[Row]:
        """The year's rows of all municipalities together, by role in the order of the codes."""
        found = self.context.rows("mart.stakeholder_item", year=self.year, population="all")
        return sorted(found, key=lambda row: self.role_order(row["role"]))

    def role_order(self, role: str) -> tuple[int, str]:
        """Place of a role in the order of the codes."""
        known = STAKEHOLDER_ROLES.index(role) if role in STAKEHOLDER_ROLES else len(STAKEHOLDER_ROLES)
        return known, role

    def item(self, code: str) -> Item | None:
        """An item of the survey, or None when the survey has none of that code."""
        return self.survey.items_by_code.get(code) if self.survey else None

    def item_order(self, code: str) -> tuple[int, str]:
        """Place of an item in the survey."""
        items = [item.code for item in self.survey.items] if self.survey else []
        return items.index(code) if code in items else len(items), code

    def item_label(self, code: str) -> str:
        """Short label of an item; its code when the survey has none of it."""
        item = self.item(code)
        return item.label.in_language(self.words.language) if item else code

    def answer_labels(self, code: str, categories: Sequence[str]) -> list[str]:
        """Labels of some answers of an item, in the order of its options."""
        item = self.item(code)
        options = item.options if item else ()
        chosen = [option for option in options if f"{option.value:g}" in categories]
        return [option.label.in_language(self.words.language) for option in chosen]

    def municipality(self, code: str) -> str:
        """Name of a municipality; its code when the register lacks it."""
        return self.context.municipality_names.get(code, code)


@dataclass(frozen=True)
class View(NotedTables):
    """One evaluation seen in one language: its rows, and the names of its codes."""

    context: ReportContext
    evaluation: Evaluation
    words: Words

    @classmethod
    def of(cls, context: ReportContext, evaluation_id: str, language: Language) -> View:
        """The view of that evaluation. Raises PlanError when the plan has none of that id."""
        return cls(context, context.plan.evaluation(evaluation_id), words_for(language))

    def rows(self, table: str, population: str = "all", **wanted: object) -> list[Row]:
        """Rows of a mart about this evaluation and one kind of population."""
        return self.context.rows(table, **self.key(population, **wanted))

    def key(self, population: str = "all", **more: object) -> dict[str, object]:
        """What the rows of a mart about this evaluation and one kind of population share."""
        return {"evaluation": self.evaluation.id, "population": population, **more}

    def instrument(self, instrument_id: str) -> Instrument | None:
        """The measure, or None when the library lacks it."""
        return self.context.library.get(instrument_id)

    def measure(self, instrument_id: str) -> str:
        """Short title of a measure; its code when the library lacks it."""
        instrument = self.instrument(instrument_id)
        return instrument.short_title.in_language(self.words.language) if instrument else instrument_id

    def label(self, instrument_id: str, code: str) -> str:
        """Label of a measure's scale, item, group or goal domain; the code when it has none."""
        if code == "total" and self.words.knows("goal_domain", code) and instrument_id == "goal_attainment":
            return self.words.name("goal_domain", code)
        instrument = self.instrument(instrument_id)
        return _labels(instrument, self.words.language).get(code, code) if instrument else code

    def digits(self, instrument_id: str, scale_id: str, respondent: str) -> int:
        """Decimals that a score of this scale is shown with: two for means of answers, else one."""
        instrument = self.instrument(instrument_id)
        scale = instrument.scales_by_id.get(scale_id) if instrument else None
        return 2 if scale is None or scale.metric_for(respondent) == "mean" else 1

    def metric(self, row: Row) -> str:
        """Metric of a row's scale as its respondent is scored; a mean of answers when the library lacks it."""
        instrument = self.instrument(row["instrument"])
        scale = instrument.scales_by_id.get(row["scale"]) if instrument else None
        return scale.metric_for(row["respondent"]) if scale else "mean"

    def who(self, row: Row) -> str:
        """Measure and respondent of a row, for the brackets behind a scale's name."""
        return f"{self.measure(row['instrument'])}, {self.respondent(row['respondent'])}"

    def order(self, instrument_id: str) -> Mapping[str, int]:
        """Place of each scale, item, group and domain in its measure, by code."""
        instrument = self.instrument(instrument_id)
        codes = _labels(instrument, self.words.language) if instrument else {}
        return {code: place for place, code in enumerate(codes)}

    def respondent(self, code: str) -> str:
        """Who answered, in words."""
        return self.words.name("respondent", code)

    def wave(self, code: str) -> str:
        """Name of a wave; a wave of the plan's own naming stands as it is."""
        return self.words.name("wave", code)

    def group(self, population: str, grp: str) -> str:
        """Name of a breakdown's value: a municipality's name, a region, a sex, an age band; of two, both."""
        return ", ".join(self._value(name, value) for name, value in values_of(population, grp).items())

    def _value(self, attribute: str, value: str) -> str:
        if attribute == "municipality":
            return self.context.municipality_names.get(value, value)
        return self.words.name(attribute, value)

    def service(self, name: str) -> str:
        """Name of a service in the report's language; as sent when the catalogue lacks it."""
        if self.words.language == "lv":
            return name
        known = self.context.rows("meta.service", service=name)
        return str(known[0]["name_en"]) if known else name

    def alphabetical(self, rows: list[Row], population: str = "municipality") -> list[Row]:
        """Rows of a breakdown in the Latvian alphabetical order of the group's name."""
        return sorted(rows, key=lambda row: latvian_key(self.group(population, row["grp"])))


def _labels(instrument: Instrument, language: str) -> dict[str, str]:
    """Label by code of all that a measure names, in its own order."""
    labels = {group.id: group.label for group in instrument.groups}
    labels |= {domain.id: domain.label for domain in instrument.domains}
    labels |= {item.code: item.label for item in instrument.items}
    labels |= {scale.id: scale.label for scale in instrument.scales}
    return {code: label.in_language(language) for code, label in labels.items()}
