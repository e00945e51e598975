"""Table mart.rated_change: how people rated the change in aspects of life, asked once, looking back."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.populations import cells
from pipeline.plan import Evaluation
from pipeline.schemas.codes import RESPONDENTS
from pipeline.statistics import rated_change as figures_of

RATED = {"instrument": pl.String, "item": pl.String, "answer": pl.Float64, "applicable": pl.Boolean}


def rated_change(
    responses: pl.DataFrame | pl.LazyFrame,
    population_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
) -> pl.DataFrame:
    """Return mart.rated_change of one evaluation: a row an item of every rated-change measure and population.

    responses: core.response; the answers at the evaluation's post wave are used. Where two respondents
    answered for one person, the person's own answer counts, before a parent's, a proxy's, an assessor's.
    """
    rated = pl.DataFrame(list(_options(library)), schema=RATED, orient="row")
    at_post = responses.lazy().filter(
        pl.col("wave") == evaluation.post, pl.col("instrument").is_in(rated["instrument"].unique().to_list())
    )
    given = at_post.collect().with_columns(pl.col("instrument", "item", "respondent").cast(pl.String))
    answers = _one_a_person(given.join(rated, on=["instrument", "item", "answer"]))
    by = ("instrument", "item")
    return mart_frame(
        "mart.rated_change",
        [{**key, **_figures(cell)} for key, cell in cells(answers, population_members, evaluation.id, by)],
    )


def _options(library: Library) -> Iterator[tuple[str, str, float, bool]]:
    """Give measure, item, answer and whether it is a rating (or a code for `not applicable`)."""
    for instrument in library.values():
        if instrument.kind == "rated_change":
            for item in instrument.items:
                yield from ((instrument.id, item.code, option.value, True) for option in item.options)
                yield from ((instrument.id, item.code, code.value, False) for code in item.missing_codes)


def _one_a_person(answers: pl.DataFrame) -> pl.DataFrame:
    """Keep one answer a person and item: that of the respondent nearest to the person."""
    nearness = pl.col("respondent").replace_strict(RESPONDENTS, range(len(RESPONDENTS)), default=None)
    return answers.sort(nearness, nulls_last=True, maintain_order=True).unique(
        ["participant_id", "instrument", "item"], keep="first", maintain_order=True
    )


def _figures(cell: pl.DataFrame) -> dict[str, object]:
    """Return the figures of one item in one group; a positive answer is better, a negative one worse."""
    answer = cell.filter(pl.col("applicable"))["answer"]
    better, worse = int((answer > 0).sum()), int((answer < 0).sum())
    figures = figures_of(better=better, same=len(answer) - better - worse, worse=worse)
    return {
        "n": figures.n,
        "better": figures.better,
        "same": figures.same,
        "worse": figures.worse,
        "not_applicable": cell.height - figures.n,
        "share_better": figures.share_better,
        "ci_low": figures.ci_low,
        "ci_high": figures.ci_high,
        "net_balance": figures.net_balance,
        "p_sign": figures.p_sign,
        "p_half": figures.p_half,
        "reason": figures.reason,
    }
