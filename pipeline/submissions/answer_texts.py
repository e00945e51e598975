"""The texts that answers may have, known before their rows are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from instruments import Library
from pipeline.plan import Plan
from pipeline.schemas import codes


def answer_texts(submissions: pl.DataFrame, library: Library, plan: Plan) -> Mapping[str, Collection[str]]:
    """Return the texts by column of record.answer, for the rows of these submissions (record.submission)."""
    measures = [library[name] for name in submissions["instrument"].drop_nulls().unique()]
    return {
        "submission_id": submissions["submission_id"].to_list(),
        "instrument": [measure.id for measure in measures],
        "respondent": codes.RESPONDENTS,
        "wave": [wave for evaluation in plan.evaluations for wave in evaluation.waves],
        "item": [item.code for measure in measures for item in measure.items],
    }
