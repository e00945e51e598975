"""The calculation against the published results, and on a made-up programme by hand."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipeline.programme_cost import programme_cost
from pipeline.programmes import Programme, load_programmes
from pipeline.schemas import MART
from pipeline.shipped_inputs import InputError, parse_input

PUBLISHED = Path(__file__).parents[1] / "golden" / "published.yaml"
RESULTS = {
    "posts": ("posts", "persons"),
    "administration_year": ("administration", "eur_year"),
    "total_year": ("total", "eur_year"),
    "services_month": ("services", "eur_month"),
    "staff_month": ("staff", "eur_month"),
    "administration_month": ("administration", "eur_month"),
    "total_month": ("total", "eur_month"),
}


def published() -> dict[tuple[str, str], dict[str, Any]]:
    """Give the published results by programme and variant; numbers as printed, not as floats."""

    class Exact(yaml.SafeLoader):
        pass

    Exact.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value.replace("_", "")))
    costs = yaml.load(PUBLISHED.read_text(encoding="utf-8"), Exact)["programme_costs"]  # noqa: S506
    variants = {("adults", name): variant for name, variant in costs["adults"].items()}
    return {("children", "variant_1"): costs["children"], **variants}


def met(ours: Decimal, theirs: int | Decimal) -> bool:
    """Tell whether ours, rounded half up to the decimals published, is the published figure."""
    printed = Decimal(theirs)
    return ours.quantize(printed, ROUND_HALF_UP) == printed


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    return MART["mart.programme_cost"].validate(programme_cost(load_programmes()))


def cell(lines: pl.DataFrame, programme: str, variant: str, line: str, column: str) -> Decimal:
    found = lines.filter(
        (pl.col("programme") == programme) & (pl.col("variant") == variant) & (pl.col("line") == line)
    )
    value = found[column].item()
    assert isinstance(value, Decimal)
    return value


@pytest.mark.parametrize(("programme", "variant"), published())
def test_published_results_come_out(lines: pl.DataFrame, programme: str, variant: str) -> None:
    results = published()[programme, variant]["results"]
    for name, (line, column) in RESULTS.items():
        assert met(cell(lines, programme, variant, line, column), results[name]), name
    for bearer in ("municipality", "state"):
        for period in ("year", "month"):
            ours = cell(lines, programme, variant, bearer, f"eur_{period}")
            assert met(ours, results[f"split_{period}"][bearer]), (bearer, period)


@pytest.mark.parametrize("variant", ["variant_1", "variant_2"])
def test_needs_add_up_to_the_services(lines: pl.DataFrame, variant: str) -> None:
    needs = lines.filter((pl.col("variant") == variant) & pl.col("line").str.starts_with("need_"))
    assert needs["eur_year"].sum() == cell(lines, "adults", variant, "services", "eur_year")
    groups = published()["adults", variant]["need_groups"].values()
    assert sorted(needs.select("persons", "eur_year").rows()) == sorted(
        (Decimal(persons), Decimal(eur)) for persons, eur in groups
    )


def test_inputs_are_told_from_what_is_computed(lines: pl.DataFrame) -> None:
    computed = lines.filter(pl.col("source") == "computed")["line"].unique().to_list()
    assert sorted(computed) == ["administration", "municipality", "posts", "state", "total"]


SMALL = """
programme: small
date: 2026-01-01
source: made up
rounded_to: "0.01"
variants:
  - {variant: a, persons: 10, persons_per_post: 3, services_year: "100.02", staff_year: "10.03",
     administration_share: "0.10"}
"""


def test_lines_are_rounded_before_they_are_added() -> None:
    lines = programme_cost((parse_input(Programme, SMALL, "small.yaml"),))
    values = {
        line: (year, month) for line, year, month in lines.select("line", "eur_year", "eur_month").rows()
    }
    # 10 % of 110.05 is 11.005: half up 11.01. A month: 8.34 + 0.84 + 0.92; a twelfth of 121.06 is 10.09
    assert values["administration"] == (Decimal("11.01"), Decimal("0.92"))
    assert values["total"] == (Decimal("121.06"), Decimal("10.10"))
    assert values["municipality"] == (Decimal("60.53"), Decimal("5.05"))
    assert values["state"] == (Decimal("60.53"), Decimal("5.05"))
    # 3.33333…, cut after four decimals
    assert cell(lines, "small", "a", "posts", "persons") == Decimal("3.3333")


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ('"100.02"', "100.02", "small.yaml: variants > 0 > services_year: write the number in quotes"),
        ("persons: 10", "persons: 0", "small.yaml: variants > 0 > persons: Input should be greater than 0"),
        ("source:", "sauce:", "small.yaml: source: Field required"),
        ("programme: small", "- [", "small.yaml: not readable as YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(written: str, instead: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_input(Programme, SMALL.replace(written, instead), "small.yaml")
