"""The yearly survey of municipal staff, providers and recipients, with the lists of those invited."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.demonstration.pilots import generator
from pipeline.demonstration.sheets import EVALUATORS, PLAIN, SPREADSHEET_CSV, WORKBOOK, Sheet, texts
from pipeline.demonstration.targets import Annual, Stakeholders

ITEMS = tuple(f"q{number}" for number in range(1, 9))
# How each question and role lies off the year's level: choice and timeliness are rated lower than quality.
ITEM_SHIFT = (0.1, 0.0, 0.15, -0.3, -0.45, 0.3, -0.1, 0.1)
ROLE_SHIFT = {"staff": -0.1, "provider": 0.05, "recipient": 0.15}
FIRST_WISHES = (1, 2, 3, 4, 5)
WISH_ODDS = {
    "staff": (0.1, 0.25, 0.1, 0.45, 0.1),
    "provider": (0.15, 0.25, 0.15, 0.35, 0.1),
    "recipient": (0.25, 0.4, 0.15, 0.1, 0.1),
}
REMARKS = ("paraugs: gaidīšanas laiks", "paraugs: vairāk speciālistu", "sample remark: thank you")
SHARE_BLANK = 0.03
LAYOUTS = {2022: PLAIN, 2023: SPREADSHEET_CSV, 2024: WORKBOOK}


def stakeholder_sheets(annual: Annual, seed: int) -> list[Sheet]:
    """A survey and a list of invitations for each year."""
    sheets = []
    for year, level in annual.stakeholders.years.items():
        rng = generator(seed, f"stakeholders {year}")
        invited = _invited(year, annual, rng)
        answers = _answers(invited, level, rng)
        sheets += [
            Sheet(EVALUATORS, f"stakeholders-{year}", answers, LAYOUTS[year]),
            Sheet(EVALUATORS, f"invitations-stakeholders-{year}", invited),
        ]
    return sheets


def _invited(year: int, annual: Annual, rng: np.random.Generator) -> pl.DataFrame:
    """Who was asked in each municipality, and what came of it."""
    survey: Stakeholders = annual.stakeholders
    rows: list[tuple[object, ...]] = []
    for home in annual.municipalities:
        for role, number in survey.invited.items():
            for _ in range(number):
                answers = rng.random() < survey.answering[role]
                outcome = "answered" if answers else rng.choice(["refused", "not_reached"], p=[0.3, 0.7])
                name = f"S{year % 100}-{len(rows) + 1:03d}"
                rows.append((year, name, role, home, f"{year}-10-03", outcome))
    return texts(rows, ("year", "respondent_id", "role", "municipality", "invited_on", "outcome"))


def _answers(invited: pl.DataFrame, level: float, rng: np.random.Generator) -> pl.DataFrame:
    """One questionnaire for everybody who answered; a question is left blank now and then."""
    rows: list[tuple[object, ...]] = []
    answered = invited.filter(pl.col("outcome") == "answered")
    for name, year, role, home in answered.select(
        "respondent_id", "year", "role", "municipality"
    ).iter_rows():
        own = rng.normal(level + ROLE_SHIFT[role], 0.6)
        ratings = [_rating(own + shift, rng) for shift in ITEM_SHIFT]
        wish = rng.choice(FIRST_WISHES, p=WISH_ODDS[role])
        remark = rng.choice(REMARKS) if rng.random() < 0.1 else None
        rows.append((name, year, role, home, *ratings, wish, remark))
    return texts(rows, ("respondent_id", "year", "role", "municipality", *ITEMS, "c1", "t1"))


def _rating(latent: float, rng: np.random.Generator) -> int | None:
    if rng.random() < SHARE_BLANK:
        return None
    return int(np.clip(round(rng.normal(latent, 0.7)), 1, 5))
