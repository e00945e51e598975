"""The way from two waves of a questionnaire to tested changes as people go it by hand: pandas and a pingouin loop.

Nothing of this project is used but what the measure's file says (by `scoring.row_scorer`) and the register's names.
It keeps no record, no rejected rows, no pseudonyms, no history; it checks answers' range and duplicates.
"""

from __future__ import annotations

import itertools
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from made_up_programme import municipalities
from score_change import loop
from scoring import by_row

from instruments import load_library

Cell = tuple[str, str, str]
BANDS = {"0-11": (0, 11), "12-17": (12, 17), "18-39": (18, 39), "40-99": (40, 99)}


def changes(home: Path, name: str, waves: int) -> dict[Cell, dict[str, float]]:
    """Figures of each change by population, group and scale.

    home: of `made_up_programme.write_programme` with one measure, answered by the persons themselves.
    """
    import pandas as pd

    inbox, measure = home / "inbox" / "evaluators", load_library()[name]
    people = _people(pd.read_csv(inbox / "participants.csv"))
    scored = {}
    for wave in (1, waves):
        sheet = _clean(pd.read_csv(inbox / f"{name}-{wave}.csv"), list(measure.items_by_code))
        scales = [scale.id for scale in measure.scales]
        scored[wave] = pd.DataFrame(by_row({"self": sheet}, measure), index=sheet.index, columns=scales)
    both = people.join(scored[1]).join(scored[waves], rsuffix="_post")
    keys, cells = [], []
    for population in ("all", "municipality", "region", "sex", "age_band"):
        for (group, rows), scale in itertools.product(both.groupby(population), scored[1].columns):
            pairs = rows[[scale, f"{scale}_post"]].dropna()
            keys.append((population, str(group), scale))
            cells.append(({}, pairs[scale].to_numpy(float), pairs[f"{scale}_post"].to_numpy(float)))
    kept = [place for place, cell in enumerate(cells) if len(cell[1]) > 2 and np.ptp(cell[2] - cell[1]) > 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figures = loop([cells[place] for place in kept])
    return {keys[place]: found for place, found in zip(kept, figures, strict=True)}


def _people(people: Any) -> Any:
    """The persons with the groups they belong to."""
    now = municipalities().to_pandas().set_index("name_lv")
    age = 2023 - people["birth_year"]
    return people.assign(
        all="all",
        region=people["municipality"].map(now["planning_region"]),
        municipality=people["municipality"].map(now["municipality_code"]),
        age_band=age.map(
            lambda years: next(band for band, (low, high) in BANDS.items() if low <= years <= high)
        ),
    ).set_index("participant_id")


def _clean(sheet: Any, items: list[str]) -> Any:
    """A sheet whose answers are in range, each once: by the long table, as one checks it."""
    long = sheet.melt(["participant_id", "wave", "respondent"], items, "item", "answer").dropna()
    long = long[long["answer"].between(1, 5)].drop_duplicates(
        ["participant_id", "wave", "respondent", "item"]
    )
    return long.pivot(index="participant_id", columns="item", values="answer").reindex(columns=items)
