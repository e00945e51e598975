"""The codebook: a page for each measure, with its items, scoring, norms and citation, made from its definition.

What a page says of scoring is written out of the rule that scores, so the two can't differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from instruments import Instrument, Item, Scale
from reports.context import ReportContext
from reports.language import Words
from reports.marks import banner
from reports.render import fill_page
from reports.scale_words import ScaleWords

FOLDER = "codebook"
Rows = list[dict[str, Any]]


def codebook_page(context: ReportContext, instrument: Instrument, words: Words) -> bytes:
    """The page of one measure in one language, as HTML."""
    page = MeasurePage(instrument, words)
    return fill_page(
        "codebook.html.jinja",
        say=words.say,
        name=words.name,
        language=words.language,
        instrument=instrument,
        page=page,
        banner=banner(context, words),
        release=context.release,
        version=context.version,
    )


def codebook_file(instrument_id: str, language: str) -> str:
    """The page's place in the folder of a release's reports."""
    return f"{FOLDER}/{instrument_id}.{language}.html"


@dataclass(frozen=True)
class MeasurePage:
    """A measure's definition in the words of one language."""

    instrument: Instrument
    words: Words

    @cached_property
    def scale(self) -> ScaleWords:
        """What is said of a scale."""
        return ScaleWords(self.instrument, self.words)

    @property
    def title(self) -> str:
        """Full name."""
        return self.instrument.title.in_language(self.words.language)

    def facts(self) -> list[tuple[str, str]]:
        """What stands at the head: name and value."""
        say, instrument = self.words.say, self.instrument
        recall = (
            instrument.recall.in_language(self.words.language) if instrument.recall else say("not stated")
        )
        return [
            (say("Code"), instrument.id),
            (say("Version"), instrument.version),
            (say("Kind"), self.words.name("measure_kind", instrument.kind)),
            (say("Who answers"), self.scale.respondents(instrument.respondents)),
            (say("Ages"), self.scale.ages(instrument.ages) if instrument.ages else say("not stated")),
            (say("Time asked about"), recall),
        ]

    def missing(self) -> list[str]:
        """The facts that were looked for and not found."""
        return [self.words.name("missing_fact", fact) for fact in self.instrument.not_found]

    def items(self) -> Rows:
        """A row an item."""
        return [
            {
                "code": item.code,
                "label": item.label.in_language(self.words.language),
                "answers": self._answers(item),
                "counted": self._counted(item),
                "scales": ", ".join(self._label(scale) for scale in self.instrument.scales_of(item.code)),
            }
            for item in self.instrument.items
        ]

    def answer_sets(self) -> Rows:
        """A row an answer that can be ticked, with the set it belongs to."""
        return [
            {
                "set": name,
                "value": self.scale.plain(option.value),
                "label": option.label.in_language(self.words.language),
                "band": option.band or "",
                "missing": option in answers.missing_codes,
            }
            for name, answers in self._sets()
            for option in (*answers.options, *answers.missing_codes)
        ]

    def _sets(self) -> Iterator[tuple[str, Any]]:
        """Shared answer sets, and the items with answers of their own."""
        yield from self.instrument.answer_sets.items()
        yield from ((item.code, item) for item in self.instrument.items if item.options and not item.answers)

    def scales(self) -> Rows:
        """A row a scale: what it is made of and how."""
        return [
            {
                "code": scale.id,
                "label": self._label(scale),
                "items": ", ".join(scale.parts or scale.items),
                "formula": self.scale.formula(scale),
                "metric": self.scale.metrics(scale),
                "better": self.words.name("direction", scale.better_is),
                "missing": self.scale.missing_rule(scale),
            }
            for scale in self.instrument.scales
        ]

    def properties(self) -> Rows:
        """A row a scale: what is known about its scores."""
        return [
            {
                "label": self._label(scale),
                "ranges": self.scale.ranges(scale),
                "norms": [self.scale.norm(norm) for norm in scale.norms],
                "reliability": [self.scale.reliability(value) for value in scale.reliability],
                "important": [
                    f"{self.scale.plain(found.value)} ({self.scale.source(found.status, found.source)})"
                    for found in scale.important_difference
                ],
            }
            for scale in self.instrument.scales
        ]

    def tables(self) -> list[str]:
        """Each conversion table with its source."""
        return [
            f"{table.file}: {self.scale.source(table.status, table.source)}"
            for table in self.instrument.tables.values()
        ]

    def levels(self) -> Rows:
        """A row a way of rating goals."""
        language = self.words.language
        return [
            {
                "label": scale.label.in_language(language),
                "levels": [
                    f"{self.scale.plain(o.value)}: {o.label.in_language(language)}" for o in scale.levels
                ],
                "formula": self._goal_formula(t_score=scale.t_score),
            }
            for scale in self.instrument.attainment_scales
        ]

    def listed(self) -> list[tuple[str, list[str]]]:
        """Groups of items, domains of goals and roles, where the measure has them."""
        say, language = self.words.say, self.words.language
        parts: Sequence[tuple[str, Sequence[Any]]] = (
            (say("Groups of items"), self.instrument.groups),
            (say("Domains of goals"), self.instrument.domains),
            (say("Roles"), self.instrument.roles),
        )
        return [
            (heading, [f"{part.label.in_language(language)} ({part.id})" for part in found])
            for heading, found in parts
            if found
        ]

    def notes(self) -> list[tuple[str, str]]:
        """Facts that no computation uses, with their source."""
        return [
            (note.in_language(self.words.language), self.scale.source(note.status, note.source))
            for note in self.instrument.notes
        ]

    def _label(self, scale: Scale) -> str:
        return scale.label.in_language(self.words.language)

    def _answers(self, item: Item) -> str:
        if item.type == "text":
            return self.words.say("free text")
        if item.options:
            return item.answers or ", ".join(self.scale.plain(option.value) for option in item.options)
        return self.scale.range((item.minimum or 0.0, item.maximum or 0.0))

    def _counted(self, item: Item) -> str:
        """How an answer counts: recoded, reversed, or as it is."""
        recoded = [self._recode(form, recode) for form, recode in item.recode.items()]
        if recoded:
            return "; ".join(recoded)
        return self.words.say("reversed") if item.reversed else ""

    def _recode(self, form: str, recode: Mapping[float, float]) -> str:
        pairs = ", ".join(
            f"{self.scale.plain(answer)} → {self.scale.plain(counts)}" for answer, counts in recode.items()
        )
        return pairs if form == "all" else f"{self.words.name('respondent', form)}: {pairs}"

    def _goal_formula(self, *, t_score: bool) -> str:
        say = self.words.say
        if not t_score:
            return say("Degree of attainment: the sum of the attainments divided by the goals reviewed.")
        return say(
            "T = 50 + 10 Σwx / √((1 − ρ) Σw² + ρ (Σw)²), ρ = {rho}; x the attainment, w the weight "
            "(all weights 0, or none given: 1).",
            rho=self.scale.plain(0.3),
        )
