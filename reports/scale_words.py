"""A scale in words: its formula, missing rule and range, and what is known of it, written out of the definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instruments import Instrument, Norm, Reliability, Scale, form_of
from reports.language import Words


@dataclass(frozen=True)
class ScaleWords:
    """The scales of a measure in the words of one language."""

    instrument: Instrument
    words: Words

    def formula(self, scale: Scale) -> str:
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

    def metrics(self, scale: Scale) -> str:
        """The metric; where the forms differ, that of each kind of respondent."""
        by_respondent = {name: scale.metric_for(name) for name in self.instrument.respondents}
        if len(set(by_respondent.values())) == 1:
            return self.words.name("metric", scale.metric_for(self.instrument.respondents[0]))
        return "; ".join(
            f"{self.words.name('respondent', name)}: {self.words.name('metric', metric)}"
            for name, metric in by_respondent.items()
        )

    def missing_rule(self, scale: Scale) -> str:
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
            "With one missing the authors' table for it is used: {forms}.", forms=self.respondents(by_table)
        )
        return f"{rule} {table} {prorated}" if others else f"{rule} {table}"

    def ranges(self, scale: Scale) -> str:
        """Lowest and highest score; where the forms differ, of each kind of respondent."""
        by_respondent = {
            name: self.range(self.instrument.score_range(scale.id, name))
            for name in self.instrument.respondents
        }
        if len(set(by_respondent.values())) == 1:
            return next(iter(by_respondent.values()))
        return "; ".join(
            f"{self.words.name('respondent', name)}: {limits}" for name, limits in by_respondent.items()
        )

    def norm(self, norm: Norm) -> str:
        """Mean and SD, for whom, and where they were read."""
        say = self.words.say
        figures = say("mean {mean}, SD {sd}", mean=self.plain(norm.mean), sd=self.plain(norm.sd))
        whom = [self.respondents(norm.respondents)] if norm.respondents else []
        whom += [say("ages {ages}", ages=self.ages(norm.ages))] if norm.ages else []
        whom += [self.words.name("sex", norm.sex)] if norm.sex else []
        return f"{figures} ({'; '.join([*whom, self.source(norm.status, norm.source)])})"

    def reliability(self, found: Reliability) -> str:
        """The coefficient, for whom, and where it was read."""
        kind = self.words.name("reliability_kind", found.kind)
        whom = [self.respondents(found.respondents)] if found.respondents else []
        about = "; ".join([*whom, self.source(found.status, found.source)])
        return f"{kind} {self.words.number(found.value, 2)} ({about})"

    def respondents(self, respondents: Sequence[str]) -> str:
        """Kinds of respondents, listed."""
        return ", ".join(self.words.name("respondent", respondent) for respondent in respondents)

    def ages(self, ages: tuple[int, int]) -> str:
        """A range of ages."""
        return f"{ages[0]}–{ages[1]}"

    def plain(self, value: float) -> str:
        """A number with as many decimals as it has, at most two."""
        decimals = next(digits for digits in (0, 1, 2) if digits == 2 or round(value, digits) == value)
        return self.words.number(value, decimals)

    def range(self, limits: tuple[float, float]) -> str:
        """Lowest and highest of something."""
        return self.words.say("{low} to {high}", low=self.plain(limits[0]), high=self.plain(limits[1]))

    def source(self, status: str, source: str) -> str:
        """How sure a fact is, and where it was read."""
        mark = self.words.name("status", status)
        return f"{mark}: {source}" if source else mark
