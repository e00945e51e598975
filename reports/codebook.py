"""The codebook: a page for each measure, with its items, scoring, norms and citation, made from its definition.

What a page says of scoring is written out of the rule that scores, so the two can't differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instruments import Instrument, Item, Norm, Reliability, Scale, form_of
from reports.context import ReportContext
from reports.language import Words
from reports.marks import banner
from reports.render import fill_page

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
            (say("Who answers"), self._respondents(instrument.respondents)),
            (say("Ages"), self._ages(instrument.ages) if instrument.ages else say("not stated")),
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
                "value": self._plain(option.value),
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
                "formula": self._formula(scale),
                "metric": self._metrics(scale),
                "better": self.words.name("direction", scale.better_is),
                "missing": self._missing_rule(scale),
            }
            for scale in self.instrument.scales
        ]

    def properties(self) -> Rows:
        """A row a scale: what is known about its scores."""
        return [
            {
                "label": self._label(scale),
                "ranges": self._ranges(scale),
                "norms": [self._norm(norm) for norm in scale.norms],
                "reliability": [self._reliability(value) for value in scale.reliability],
                "important": [
                    f"{self._plain(found.value)} ({self._source(found.status, found.source)})"
                    for found in scale.important_difference
                ],
            }
            for scale in self.instrument.scales
        ]

    def tables(self) -> list[str]:
        """Each conversion table with its source."""
        return [
            f"{table.file}: {self._source(table.status, table.source)}"
            for table in self.instrument.tables.values()
        ]

    def levels(self) -> Rows:
        """A row a way of rating goals."""
        language = self.words.language
        return [
            {
                "label": scale.label.in_language(language),
                "levels": [f"{self._plain(o.value)}: {o.label.in_language(language)}" for o in scale.levels],
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
            (note.in_language(self.words.language), self._source(note.status, note.source))
            for note in self.instrument.notes
        ]

    def _label(self, scale: Scale) -> str:
        return scale.label.in_language(self.words.language)

    def _respondents(self, respondents: Sequence[str]) -> str:
        return ", ".join(self.words.name("respondent", respondent) for respondent in respondents)

    def _ages(self, ages: tuple[int, int]) -> str:
        return f"{ages[0]}–{ages[1]}"

    def _plain(self, value: float) -> str:
        """A number with as many decimals as it has, at most two."""
        decimals = next(digits for digits in (0, 1, 2) if digits == 2 or round(value, digits) == value)
        return self.words.number(value, decimals)

    def _answers(self, item: Item) -> str:
        if item.type == "text":
            return self.words.say("free text")
        if item.options:
            return item.answers or ", ".join(self._plain(option.value) for option in item.options)
        return self._range((item.minimum or 0.0, item.maximum or 0.0))

    def _range(self, limits: tuple[float, float]) -> str:
        return self.words.say("{low} to {high}", low=self._plain(limits[0]), high=self._plain(limits[1]))

    def _counted(self, item: Item) -> str:
        """How an answer counts: recoded, reversed, or as it is."""
        recoded = [self._recode(form, recode) for form, recode in item.recode.items()]
        if recoded:
            return "; ".join(recoded)
        return self.words.say("reversed") if item.reversed else ""

    def _recode(self, form: str, recode: Mapping[float, float]) -> str:
        pairs = ", ".join(
            f"{self._plain(answer)} → {self._plain(counts)}" for answer, counts in recode.items()
        )
        return pairs if form == "all" else f"{self.words.name('respondent', form)}: {pairs}"

    def _formula(self, scale: Scale) -> str:
        """The formula in words, from the method and the metric."""
        say = self.words.say
        if scale.method == "table":
            return say("Sum of the items as they count, converted by a table.")
        if scale.method == "single_item":
            raw = say("The answer itself, as it counts.")
        elif scale.parts:
            raw = say("Sum of the scales.") if scale.method == "sum" else say("Mean of the scales.")
        elif scale.method == "sum":
            raw = say("Sum of the items as they count.")
        else:
            raw = say("Mean of the items as they count.")
        behind = {
            "percent": say("Put on 0 to 100 of its range."),
            "z": say("Less the norm's mean, divided by its standard deviation."),
        }
        return f"{raw} {behind[scale.metric]}" if scale.metric in behind else raw

    def _metrics(self, scale: Scale) -> str:
        """The metric; where the forms differ, that of each kind of respondent."""
        by_respondent = {name: scale.metric_for(name) for name in self.instrument.respondents}
        if len(set(by_respondent.values())) == 1:
            return self.words.name("metric", scale.metric_for(self.instrument.respondents[0]))
        return "; ".join(
            f"{self.words.name('respondent', name)}: {self.words.name('metric', metric)}"
            for name, metric in by_respondent.items()
        )

    def _missing_rule(self, scale: Scale) -> str:
        """How many may be missing, what is then done, and whose rule that is."""
        say, allowed, of = self.words.say, scale.allowed_missing, len(scale.parts or scale.items)
        whose = (
            say("the authors' rule") if scale.missing.by_authors else say("our rule: the authors give none")
        )
        if not allowed:
            return say("None may be missing ({whose}).", whose=whose)
        rule = say("At most {allowed} of {of} may be missing ({whose}).", allowed=allowed, of=of, whose=whose)
        by_table = [form for form in scale.missing_item_table if form in scale.conversion]
        prorated = say("A missing one is put at the person's mean share of range.")
        if scale.method == "table":
            prorated = say(
                "A missing one is put at the person's mean share of range, the sum rounded half up."
            )
        if not by_table:
            return f"{rule} {prorated}"
        others = {form_of(name) for name in self.instrument.respondents} - set(by_table)
        table = say(
            "With one missing the authors' table for it is used: {forms}.", forms=self._respondents(by_table)
        )
        return f"{rule} {table} {prorated}" if others else f"{rule} {table}"

    def _ranges(self, scale: Scale) -> str:
        """Lowest and highest score; where the forms differ, of each kind of respondent."""
        by_respondent = {
            name: self._range(self.instrument.score_range(scale.id, name))
            for name in self.instrument.respondents
        }
        if len(set(by_respondent.values())) == 1:
            return next(iter(by_respondent.values()))
        return "; ".join(
            f"{self.words.name('respondent', name)}: {limits}" for name, limits in by_respondent.items()
        )

    def _norm(self, norm: Norm) -> str:
        say = self.words.say
        figures = say("mean {mean}, SD {sd}", mean=self._plain(norm.mean), sd=self._plain(norm.sd))
        whom = [self._respondents(norm.respondents)] if norm.respondents else []
        whom += [say("ages {ages}", ages=self._ages(norm.ages))] if norm.ages else []
        whom += [self.words.name("sex", norm.sex)] if norm.sex else []
        return f"{figures} ({'; '.join([*whom, self._source(norm.status, norm.source)])})"

    def _reliability(self, found: Reliability) -> str:
        kind = self.words.name("reliability_kind", found.kind)
        whom = [self._respondents(found.respondents)] if found.respondents else []
        about = "; ".join([*whom, self._source(found.status, found.source)])
        return f"{kind} {self.words.number(found.value, 2)} ({about})"

    def _source(self, status: str, source: str) -> str:
        """How sure a fact is, and where it was read."""
        mark = self.words.name("status", status)
        return f"{mark}: {source}" if source else mark

    def _goal_formula(self, *, t_score: bool) -> str:
        say = self.words.say
        if not t_score:
            return say("Degree of attainment: the sum of the attainments divided by the goals reviewed.")
        return say(
            "T = 50 + 10 Σwx / √((1 − ρ) Σw² + ρ (Σw)²), ρ = {rho}; x the attainment, w the weight "
            "(all weights 0, or none given: 1).",
            rho=self._plain(0.3),
        )
