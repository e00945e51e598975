"""The scales whose change the plan evaluates, with what the plan decided about each."""

from __future__ import annotations

from dataclasses import dataclass

from instruments import Instrument, Library, Scale
from pipeline.plan import Evaluation, Outcome, PlanError

ScaleKey = tuple[str, str, str]
"""Measure, respondent and scale."""


@dataclass(frozen=True, slots=True)
class PlannedScale:
    """A scale of a measure, filled in by one kind of respondent, and the outcome of the plan naming it."""

    scale: Scale
    outcome: Outcome

    @property
    def key(self) -> ScaleKey:
        """Measure, respondent and scale by their codes."""
        return self.outcome.instrument, self.outcome.respondent, self.scale.id

    @property
    def confirmatory(self) -> bool:
        """Whether the plan set out to confirm a change on it."""
        return self.outcome.role == "confirmatory"

    @property
    def norm_mean(self) -> float | None:
        """Mean of the general norm in the metric of this respondent's score; None without one."""
        norm = self.scale.norm_for(self.outcome.respondent)
        return None if norm is None else norm.mean

    @property
    def norm_sd(self) -> float | None:
        """Standard deviation of that norm; None without one."""
        norm = self.scale.norm_for(self.outcome.respondent)
        return None if norm is None else norm.sd


def planned_scales(evaluation: Evaluation, library: Library) -> list[PlannedScale]:
    """Return the evaluation's scales, each once, confirmatory ones first.

    `scales: all` means every scale of the measure; a measure without scales (rated changes, goals) has none.
    A scale that two outcomes of the plan name belongs to the confirmatory one, else to the first.
    Raises PlanError when the plan names a measure or a scale that isn't there.
    """
    by_role = sorted(evaluation.outcomes, key=lambda outcome: outcome.role != "confirmatory")
    planned: dict[ScaleKey, PlannedScale] = {}
    for outcome in by_role:
        for scale in _scales_of(outcome, evaluation, library):
            found = PlannedScale(scale, outcome)
            planned.setdefault(found.key, found)
    return list(planned.values())


def _scales_of(outcome: Outcome, evaluation: Evaluation, library: Library) -> list[Scale]:
    """Return the scales of one outcome of the plan."""
    instrument = _instrument(outcome.instrument, evaluation, library)
    if outcome.scales == "all":
        return list(instrument.scales)
    unknown = [scale for scale in outcome.scales if scale not in instrument.scales_by_id]
    if unknown:
        known = ", ".join(instrument.scales_by_id) or "none"
        place = f"evaluation {evaluation.id}: outcomes"
        raise PlanError(f"{place}: {instrument.id} has no scale `{unknown[0]}`; write one of {known}")
    return [instrument.scale(scale) for scale in outcome.scales]


def _instrument(name: str, evaluation: Evaluation, library: Library) -> Instrument:
    """Return the measure of that id; PlanError when the library has none."""
    if name not in library:
        known = ", ".join(library)
        raise PlanError(
            f"evaluation {evaluation.id}: outcomes: no measure `{name}` is known; write one of {known}"
        )
    return library[name]
