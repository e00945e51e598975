"""Waves: which wave an answer belongs to, and the days between which a person's rows count."""

from __future__ import annotations

import polars as pl

from pipeline.municipalities import Register
from pipeline.plan import Evaluation, Members, Plan, Wave

WINDOW_SCHEMA = pl.Schema(
    {
        "evaluation": pl.String,
        "participant_id": pl.String,
        "wave": pl.String,
        "opens": pl.Date,
        "closes": pl.Date,
    }
)


def wave_windows(participants: pl.DataFrame, plan: Plan, register: Register) -> pl.DataFrame:
    """Return each person's windows: one row a person, evaluation and wave; first and last day inclusive.

    `participants` has participant_id, target_group, municipality_code and enrolled_on, one row a person. A
    window counted from enrolment runs from `window_days` before to `window_days` after `after_months` months;
    a day that the month lacks is its last day (31 January and one month: 28 February).
    """
    parts = [
        members.select(
            pl.lit(evaluation.id).alias("evaluation"),
            "participant_id",
            pl.lit(name).alias("wave"),
            *_window(wave),
        )
        for evaluation in plan.evaluations
        for members in [participants.filter(_belongs(evaluation.members, register))]
        for name, wave in evaluation.waves.items()
    ]
    return pl.concat([WINDOW_SCHEMA.to_frame(), *parts])


def evaluation_members(participants: pl.DataFrame, plan: Plan, register: Register) -> pl.DataFrame:
    """Return who is in which evaluation, from the first day of the first wave to the last of the last.

    The columns of core.evaluation_member; `participants` as for `wave_windows`.
    """
    windows = wave_windows(participants, plan, register)
    return (
        windows.group_by("evaluation", "participant_id")
        .agg(pl.col("opens").min().alias("first_day"), pl.col("closes").max().alias("last_day"))
        .sort("evaluation", "participant_id")
    )


def assign_wave(rows: pl.DataFrame, windows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the rows with the wave they belong to, in the same order.

    `rows` has participant_id, wave (as sent, or null) and answered_on (or null); `windows` comes from
    `wave_windows`. A wave as sent stands when it is one of the person's (of the plan's, for somebody in no
    evaluation); else the one wave whose window holds the day. Adds `wave_problem`: null, `unknown_wave`,
    `in_no_window` or `in_two_windows` (wave is then null), or `outside_window` (a wave as sent that is kept
    although the day lies outside its window).
    """
    numbered = rows.with_row_index("_position")
    found = _windows_of_rows(numbered, windows)
    joined = numbered.join(found, on="_position", how="left", maintain_order="left")
    known = pl.col("_own").fill_null(pl.col("wave").is_in(_all_waves(plan)))
    sent = pl.col("wave").is_not_null()
    dated = pl.col("answered_on").is_not_null()
    problem = (
        pl.when(sent & ~known)
        .then(pl.lit("unknown_wave"))
        .when(sent & dated & ~pl.col("_inside"))
        .then(pl.lit("outside_window"))
        .when(sent)
        .then(None)
        .when(pl.col("_first").is_null())
        .then(pl.lit("in_no_window"))
        .when(pl.col("_first") != pl.col("_last"))
        .then(pl.lit("in_two_windows"))
    )
    wave = (
        pl.when(sent & known)
        .then(pl.col("wave"))
        .when(~sent & (pl.col("_first") == pl.col("_last")))
        .then(pl.col("_first"))
    )
    return joined.with_columns(wave.alias("wave"), problem.alias("wave_problem")).select(
        *rows.columns, "wave_problem"
    )


def _windows_of_rows(numbered: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """Return, for rows of evaluations' members, what their windows say of the wave as sent and of the day.

    _own: whether the wave is one of the person's. _inside: whether its window holds the day. _first, _last: by
    name, of the waves whose window holds the day; alike where there is one, null where there is none.
    """
    own = pl.col("window_wave") == pl.col("wave")
    holds = pl.col("answered_on").is_between(pl.col("opens"), pl.col("closes"))
    return (
        numbered.join(windows.rename({"wave": "window_wave"}), on="participant_id")
        .select("_position", own=own, inside=own & holds, held=pl.when(holds).then("window_wave"))
        .group_by("_position")
        .agg(_own=pl.any("own"), _inside=pl.any("inside"), _first=pl.min("held"), _last=pl.max("held"))
    )


def _all_waves(plan: Plan) -> list[str]:
    return sorted({name for evaluation in plan.evaluations for name in evaluation.waves})


def _window(wave: Wave) -> tuple[pl.Expr, pl.Expr]:
    """Return the first and last day of a wave for a person of the frame."""
    if wave.after_months is None:
        return pl.lit(wave.opens).cast(pl.Date).alias("opens"), pl.lit(wave.closes).cast(pl.Date).alias(
            "closes"
        )
    middle = pl.col("enrolled_on").dt.offset_by(f"{wave.after_months}mo")
    return (
        middle.dt.offset_by(f"-{wave.window_days}d").alias("opens"),
        middle.dt.offset_by(f"{wave.window_days}d").alias("closes"),
    )


def _belongs(members: Members, register: Register) -> pl.Expr:
    """Return whether a participant belongs to an evaluation."""
    belongs = pl.lit(True)
    if members.target_group:
        belongs &= pl.col("target_group").is_in(members.target_group)
    if members.enrolled_from:
        belongs &= pl.col("enrolled_on") >= members.enrolled_from
    if members.enrolled_to:
        belongs &= pl.col("enrolled_on") <= members.enrolled_to
    if members.municipalities:
        codes = frozenset[str]().union(*(register.codes_of(text) for text in members.municipalities))
        belongs &= pl.col("municipality_code").is_in(sorted(codes))
    return belongs


def goal_scales(windows: pl.DataFrame, evaluations: tuple[Evaluation, ...]) -> pl.DataFrame:
    """Return on which scale each person's goals are rated: participant_id, goal_scale, one row a pair."""
    scales = pl.DataFrame(
        {"evaluation": [e.id for e in evaluations], "goal_scale": [e.goal_scale for e in evaluations]},
        schema={"evaluation": pl.String, "goal_scale": pl.String},
    )
    return windows.join(scales, on="evaluation").select("participant_id", "goal_scale").unique()
