"""Every row of every conversion table goes through the engine and comes out as the table says.

The tables in `tables/` are the tests' own copy of the published ones: what is shipped must equal them. Answers
that make a raw sum are put together here, and the table is read here, not by the program.
"""

import csv
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import polars as pl
import pytest

from instruments import Library, score_answers
from instruments.model import Instrument

GENERAL_HEALTH = {3: 1, 2: 2, 1: 4}  # what it counts -> a box that counts so
REVERSED = {
    "kidscreen52": ["emo", "sel3", "sel4", "sel5", "bul"],
    "kidscreen27": ["pwb4", "pwb5", "pwb6"],
    "kidscreen10": ["k3", "k4"],
}
DIMENSIONS = ["phy", "pwb", "emo", "sel", "aut", "par", "fin", "soc", "sch", "bul"]
ITEMS_27 = {"PHY": 5, "PWB": 7, "PAR": 7, "SOC": 4, "SCH": 4}
ITEMS_52 = dict(zip(DIMENSIONS, [5, 6, 7, 5, 5, 6, 3, 6, 6, 3], strict=True))


TABLES = Path(__file__).parent / "tables"


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((TABLES / name).read_text(encoding="utf-8").splitlines()))


def test_the_shipped_tables_are_the_published_ones() -> None:
    published = {path.name: path.read_bytes() for path in TABLES.iterdir()}
    shipped = {path.name: path.read_bytes() for path in (files("instruments") / "tables").iterdir()}
    assert shipped == published


def printed(instrument: str, item: str, counts: int) -> int:
    """The box to tick for the item to count so much."""
    if item == "phy1":
        return GENERAL_HEALTH[counts]
    is_reversed = any(item.startswith(start) for start in REVERSED[instrument])
    return 6 - counts if is_reversed else counts


def boxes_with_sum(instrument: str, items: list[str], raw: int) -> dict[str, int]:
    """Boxes that add up to the raw sum: every item at its least, then filled up one after the other."""
    left = raw - len(items)
    counts = {}
    for item in items:
        more = min(left, 2 if item == "phy1" else 4)
        counts[item] = 1 + more
        left -= more
    assert left == 0, f"no answers make the raw sum {raw}"
    return {item: printed(instrument, item, count) for item, count in counts.items()}


def scores_of(cases: list[tuple[str, dict[str, int]]], measure: Instrument, library: Library) -> pl.DataFrame:
    """The scored scales, person 0, 1, 2 … being the cases in their order."""
    rows = [
        (str(person), measure.id, respondent, "baseline", item, float(box))
        for person, (respondent, boxes) in enumerate(cases)
        for item, box in boxes.items()
    ]
    columns = ["participant_id", "instrument", "respondent", "wave", "item", "answer"]
    scored = score_answers(pl.DataFrame(rows, schema=columns, orient="row"), library).filter("scored")
    return scored.with_columns(pl.col("participant_id").cast(pl.Int64)).sort("participant_id")


def test_kidscreen52_both_forms(library: Library) -> None:
    rows = table("kidscreen52_raw_to_T.csv")
    cases = []
    for row in rows:
        items = [f"{row['dimension']}{n}" for n in range(1, ITEMS_52[row["dimension"]] + 1)]
        respondent = "parent" if row["form"] == "proxy" else "self"
        cases.append((respondent, boxes_with_sum("kidscreen52", items, int(row["raw_sum"]))))
    scored = scores_of(cases, library["kidscreen52"], library)
    assert len(rows) == 432
    assert scored["score"].to_list() == [float(row["T"]) for row in rows]
    assert scored["raw"].to_list() == [float(row["raw_sum"]) for row in rows]
    scales = [scale.id for scale in library["kidscreen52"].scales]
    assert scored["scale"].to_list() == [scales[DIMENSIONS.index(row["dimension"])] for row in rows]


def test_kidscreen27_self_report(library: Library) -> None:
    rows = table("kidscreen27_self_raw_to_rasch_T.csv")
    cases = []
    for row in rows:
        items = [f"{row['dimension'].lower()}{n}" for n in range(1, ITEMS_27[row["dimension"]] + 1)]
        cases.append(("self", boxes_with_sum("kidscreen27", items, int(row["raw_sum"]))))
    scored = scores_of(cases, library["kidscreen27"], library)
    assert len(rows) == 111
    assert scored["score"].to_list() == [float(row["T"]) for row in rows]


def test_kidscreen10_self_report(library: Library) -> None:
    rows = table("kidscreen10_self_raw_to_rasch_T.csv")
    items = [f"k{n}" for n in range(1, 11)]
    cases = [("self", boxes_with_sum("kidscreen10", items, int(row["raw_sum"]))) for row in rows]
    scored = scores_of(cases, library["kidscreen10"], library)
    assert len(rows) == 41
    assert scored["score"].to_list() == [float(row["T"]) for row in rows]


def one_missing_cases(
    instrument: str, dimensions: list[str]
) -> tuple[list[dict[str, str]], list[dict[str, int]]]:
    """The rows of the one-missing table, and the answers to the other items."""
    rows = [
        row for row in table("kidscreen27_self_one_missing_to_rasch.csv") if row["dimension"] in dimensions
    ]
    answers = []
    for row in rows:
        items = [f"{row['dimension'].lower()}{n}" for n in range(1, ITEMS_27[row["dimension"]] + 1)]
        others = [item for item in items if item != row["missing_item"].lower()]
        answers.append(boxes_with_sum(instrument, others, int(row["raw_sum_of_remaining"])))
    return rows, answers


@pytest.mark.parametrize(
    ("instrument", "dimensions", "expected_rows"),
    [("kidscreen27", list(ITEMS_27), 531), ("kidscreen52", ["PHY"], 77)],
)
def test_one_missing_item(
    library: Library, instrument: str, dimensions: list[str], expected_rows: int
) -> None:
    # T = 50 + 10 (person parameter - mean) / SD of the reference population, read off the raw-sum table
    raw_table = table("kidscreen27_self_raw_to_rasch_T.csv")
    reference = {
        dimension: next((float(row["ref_mean"]), float(row["ref_sd"])) for row in group)
        for dimension, group in groupby(raw_table, key=lambda row: row["dimension"])
    }
    rows, answers = one_missing_cases(instrument, dimensions)
    scored = scores_of([("self", boxes) for boxes in answers], library[instrument], library)
    expected = []
    for row in rows:
        mean, sd = reference[row["dimension"]]
        expected.append(50 + 10 * (float(row["rasch_person_parameter"]) - mean) / sd)
    assert len(rows) == expected_rows
    assert scored["score"].to_list() == pytest.approx(expected, abs=1e-9)
    assert not scored["prorated"].any()
