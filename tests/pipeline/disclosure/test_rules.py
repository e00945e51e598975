"""No mart, and no column of one, leaves the restricted zone without a rule that says so."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline import schemas
from pipeline.disclosure import DisclosureRuleError, control
from pipeline.disclosure.rules import RULES, require_rules
from tests.pipeline.disclosure.programme import plan, register


@pytest.mark.parametrize("table", schemas.MART)
def test_every_column_of_every_mart_has_a_rule(table: str) -> None:
    schema = schemas.MART[table]
    require_rules(table, schema.column_names(), schema.primary_key())


@pytest.mark.parametrize("table", RULES)
def test_no_rule_is_of_a_column_that_is_not_there(table: str) -> None:
    rules, columns = RULES[table], set(schemas.MART[table].column_names())
    named = {*rules.block, *rules.figures, *rules.shown, *rules.split, *rules.beside, *rules.with_count}
    assert named | {column for columns in rules.with_count.values() for column in columns} <= columns


@pytest.mark.parametrize("table", [t for t in schemas.MART if RULES[t].way != "no_cells"])
def test_a_row_that_is_hidden_leaves_no_figure(table: str) -> None:
    """What stays of a hidden row are keys, bases, and what `shown` lists: all numbers of these are counts of
    who was asked or paired, a constant of the plan or of the measure.
    """
    rules, schema = RULES[table], schemas.MART[table]
    numbers = {name for name, column in schema.columns().items() if column.dtype.is_numeric()}
    left = numbers - set(rules.figures) - set(schema.primary_key()) - {rules.base}
    with_persons = {column for columns in rules.with_count.values() for column in columns}
    constants = {"n", "n_pre", "n_post", "smallest_effect", "threshold", "months", "invited", "items"}
    constants |= {"year_before", "n_before", "municipalities"}
    constants |= {"observations", "municipalities", "n_completers", "n_programme", "n_waiting", "eligible"}
    constants |= {"asked", "norm_mean", "norm_sd"}
    assert left - with_persons <= constants


def test_a_mart_without_a_rule_is_refused() -> None:
    with pytest.raises(DisclosureRuleError, match=r"mart\.novelty: has no disclosure rule"):
        control({"mart.novelty": pl.DataFrame({"mean": [1.0]})}, plan(), register({}))


def test_a_column_without_a_rule_is_refused() -> None:
    frame = pl.DataFrame({"evaluation": ["trial"], "n_pairs": [3], "skewness": [0.1]})
    with pytest.raises(DisclosureRuleError, match="whether skewness may be shown"):
        control({"mart.score_change": frame}, plan(), register({}))
