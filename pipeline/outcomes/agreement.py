"""Table mart.agreement: how far two respondents agree about the same persons.

METHODS, "Measures' quality in this sample".
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from instruments import Library, Scale, form_of
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import everybody, members_of
from pipeline.outcomes.planned import planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics.agreement import agreement as agreement_of

RESPONDENTS = (("self", "parent"), ("self", "proxy"))
"""Who is compared with whom: a - b is what the person says less what the other says."""
OTHER_METRIC = "the two respondents' scores are in different metrics"
QUESTIONNAIRE = ["wave", "instrument", "scale"]


def agreement(
    scores: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation, library: Library
) -> pl.DataFrame:
    """Return mart.agreement of one evaluation: self and parent, self and proxy, at each wave and scale.

    scores: core.score. population_members: core.population_member of this evaluation. A row for each scale
    of the plan that both kinds of respondent were scored on at the wave, even if about different persons;
    the plan need not name both.
    """
    scales = {scale.key[::2]: scale.scale for scale in planned_scales(evaluation, library)}
    persons = everybody(members_of(population_members, evaluation)).select("participant_id")
    scored = scores.filter(pl.col("scored") & pl.col("wave").is_in(list(evaluation.waves)))
    by_scale = (
        scored.join(persons, on="participant_id", how="semi")
        .sort("participant_id")
        .partition_by(QUESTIONNAIRE, as_dict=True)
    )
    rows = [
        {"evaluation": evaluation.id, "wave": wave, "instrument": instrument, "scale": name, **row}
        for (wave, instrument, name), answers in by_scale.items()
        if (instrument, name) in scales
        for row in _rows(answers, scales[instrument, name])
    ]
    return mart_frame("mart.agreement", rows)


def _rows(answers: pl.DataFrame, scale: Scale) -> Iterator[dict[str, object]]:
    """Yield a row for each two kinds of respondent who answered about one scale at one wave."""
    by_respondent = answers.partition_by("respondent", as_dict=True)
    for one, other in RESPONDENTS:
        first, second = by_respondent.get((one,)), by_respondent.get((other,))
        if first is not None and second is not None:
            same_metric = scale.metric_of(form_of(one)) == scale.metric_of(form_of(other))
            yield {"respondent_a": one, "respondent_b": other, **_figures(first, second, same_metric)}


def _figures(first: pl.DataFrame, second: pl.DataFrame, same_metric: bool) -> dict[str, object]:
    """Return the figures of two respondents, paired by person."""
    score = ["participant_id", "score"]
    both = first.select(score).join(
        second.select(score), on="participant_id", suffix="_other", maintain_order="left"
    )
    if not same_metric:
        return {"n": both.height, "reason": OTHER_METRIC}
    found = agreement_of(both["score"].to_numpy(), both["score_other"].to_numpy())
    columns = ("n", "icc_a1", "ci_low", "ci_high", "mean_difference", "loa_low", "loa_high", "reason")
    return {name: getattr(found, name) for name in columns}
