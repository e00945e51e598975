"""How long the figures of mart.score_change take beside a pingouin loop over the same cells, with the same digits.

Usage: python bench/score_change.py [PERSONS] [MUNICIPALITIES] [LOOPED]

20 scales, 2 respondents, municipalities, 5 regions and everybody; made-up persons. Both are measured in one run,
in turn; the loop on a sample of LOOPED cells, as it would take minutes on all. The digits must agree to 1e-9, or it
stops. The loop does what an evaluator would write: pingouin's paired t test and signed-rank test, the sign test by
scipy, means and SDs by pandas; it has neither the interval of d_z, nor g_av, nor the detectable change.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from typing import Any

import numpy as np
import polars as pl

from instruments import Instrument, Library
from pipeline.outcomes.score_change import score_change
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART

DEFAULTS = (10_000, 119, 200)
SCALES, REGIONS, RESPONDENTS, ROUNDS = 20, 5, ("self", "parent"), 3


def library() -> Library:
    """A measure of 20 interval scales with a norm."""
    text = {"lv": "made up", "en": "made up"}
    items = [{"code": "a", "label": text, "minimum": 0, "maximum": 100}]
    norm = {"metric": "sum", "mean": 50, "sd": 10, "status": "V"}
    scale = {"label": text, "items": ["a"], "method": "sum", "metric": "sum", "better_is": "higher"}
    scale |= {"level": "interval", "missing": {"at_most": 0, "by_authors": True}, "norms": [norm]}
    measure = {"id": "measure", "version": "1", "kind": "questionnaire", "title": text, "short_title": text}
    measure |= {"citation": "made up", "level": "interval", "terms": text, "respondents": list(RESPONDENTS)}
    measure |= {"items": items, "scales": [scale | {"id": f"scale{n:02}"} for n in range(SCALES)]}
    return Library({"measure": Instrument.model_validate(measure)})


def evaluation() -> Evaluation:
    """Its plan: every scale of both respondents."""
    day = {"from": "2020-01-01", "to": "2020-01-31"}
    outcomes = [{"instrument": "measure", "respondent": respondent} for respondent in RESPONDENTS]
    plan = {"id": "bench", "title": {"lv": "bench", "en": "bench"}, "pre": "before", "post": "after"}
    plan |= {"waves": {"before": day, "after": {"after_months": 12, "window_days": 30}}, "months": 12}
    return Evaluation.model_validate(plan | {"reporting_year": 2020, "outcomes": outcomes})


def people(
    persons: int, municipalities: int, random: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """core.score, T scores with two decimals, and core.population_member of made-up persons."""
    names = np.array([f"person{n:05}" for n in range(persons)])
    place = random.integers(0, municipalities, persons)
    groups = {"all": np.full(persons, "all"), "municipality": place.astype(str)}
    groups["region"] = (place % REGIONS).astype(str)
    members = pl.concat(
        pl.DataFrame(
            {"evaluation": "bench", "population": population, "grp": grp, "participant_id": names},
            schema=CORE["core.population_member"].create_empty().schema,
        )
        for population, grp in groups.items()
    )
    parts = []
    for respondent in RESPONDENTS:
        for scale in range(SCALES):
            before = random.normal(45, 10, persons)
            after = 50 + 0.6 * (before - 50) + random.normal(2, 8, persons)
            for wave, score in (("before", before), ("after", after)):
                parts.append(rows(names, respondent, f"scale{scale:02}", wave, np.round(score, 1)))
    return pl.concat(parts), members


def rows(names: np.ndarray, respondent: str, scale: str, wave: str, score: np.ndarray) -> pl.DataFrame:
    """Rows of core.score of one scale and wave."""
    return pl.DataFrame(
        {
            "participant_id": names,
            "instrument": "measure",
            "respondent": respondent,
            "wave": wave,
            "scale": scale,
            "raw": score,
            "score": score,
            "metric": "sum",
            "items_answered": 1,
            "items": 1,
            "prorated": False,
            "scored": True,
            "reason": None,
        },
        schema=CORE["core.score"].create_empty().schema,
    )


def loop(cells: list[tuple[dict[str, Any], np.ndarray, np.ndarray]]) -> list[dict[str, float]]:
    """The same tests, a cell at a time."""
    import pandas as pd
    import pingouin
    from scipy import stats

    found = []
    for _, before, after in cells:
        frame = pd.DataFrame({"before": before, "after": after})
        described = frame.agg(["mean", "std", "median"])
        t = pingouin.ttest(frame["after"], frame["before"], paired=True)
        difference = np.round(frame["after"] - frame["before"], 10)
        kept = difference[difference != 0]
        tied = len(kept) < len(difference) or kept.abs().duplicated().any() or len(kept) >= 50
        ranked = pingouin.wilcoxon(kept, correction=True, method="approx" if tied else "exact")
        up = int((difference > 0).sum())
        found.append(
            {
                "mean_change": float(described.loc["mean", "after"] - described.loc["mean", "before"]),
                "statistic": float(t["T"].iloc[0]),
                "p": float(t.filter(regex="^p[-_]val").iloc[0, 0]),
                "p_wilcoxon": float(ranked.filter(regex="^p[-_]val").iloc[0, 0]),
                "p_sign": float(stats.binomtest(up, len(kept)).pvalue),
            }
        )
    return found


def sample(
    scores: pl.DataFrame, members: pl.DataFrame, count: int, random: np.random.Generator
) -> list[tuple[dict[str, Any], np.ndarray, np.ndarray]]:
    """Cells drawn from all: their key, and the scores before and after."""
    groups = members.select("population", "grp").unique().sort("population", "grp").rows()
    drawn = []
    for _ in range(count):
        population, grp = groups[int(random.integers(len(groups)))]
        respondent, scale = RESPONDENTS[int(random.integers(2))], f"scale{int(random.integers(SCALES)):02}"
        persons = members.filter(population=population, grp=grp).select("participant_id")
        own = scores.filter(respondent=respondent, scale=scale).join(persons, on="participant_id")
        wide = own.pivot("wave", index="participant_id", values="score").sort("participant_id")
        key = {"population": population, "grp": grp, "respondent": respondent, "scale": scale}
        drawn.append((key, wide["before"].to_numpy(), wide["after"].to_numpy()))
    return drawn


def disagreement(
    table: pl.DataFrame,
    cells: list[tuple[dict[str, Any], np.ndarray, np.ndarray]],
    looped: list[dict[str, float]],
) -> float:
    """The largest difference of any figure."""
    return max(
        abs(float(table.filter(**key)[name].item()) - value)
        for (key, _, _), figures in zip(cells, looped, strict=True)
        for name, value in figures.items()
    )


def main() -> None:
    """Measure and print a table."""
    persons, municipalities, count = [int(text) for text in sys.argv[1:]] + [10_000, 119, 200][
        len(sys.argv) - 1 :
    ]
    random = np.random.default_rng(2019)
    scores, members = people(persons, municipalities, random)
    measures, plan, cells = library(), evaluation(), sample(scores, members, count, random)
    reliability = pl.DataFrame(schema=MART["mart.reliability"].create_empty().schema)
    warnings.filterwarnings("ignore")
    loop(cells[:2])
    ours, theirs = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        table = score_change(scores, members, plan, measures, reliability)
        ours.append((time.perf_counter() - started) / table.height)
        started = time.perf_counter()
        looped = loop(cells)
        theirs.append((time.perf_counter() - started) / len(cells))
    apart = disagreement(table, cells, looped)
    if apart > 1e-9:
        raise SystemExit(f"the two differ by {apart:.2g}")
    mine, loops = statistics.median(ours), statistics.median(theirs)
    print(f"{persons} persons, {table.height} cells, medians of {ROUNDS}; largest difference {apart:.1g}\n")
    print("| what | ms a cell | s for all cells | times |")
    print("| --- | ---: | ---: | ---: |")
    print(
        f"| pingouin loop ({len(cells)} cells drawn) | {1e3 * loops:.2f} | {loops * table.height:.1f} | 1 |"
    )
    print(
        f"| all figures of mart.score_change | {1e3 * mine:.3f} | {mine * table.height:.2f} | {loops / mine:.0f} |"
    )


if __name__ == "__main__":
    main()
