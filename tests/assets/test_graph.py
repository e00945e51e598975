"""The whole graph: every table of the contract is an asset, wired by name, checked, and of one home."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from assets.definitions import build_definitions
from assets.jobs import EVALUATE, EVERYTHING, PUBLISH, TAKE_IN
from assets.tables import asset_key
from pipeline import schemas
from pipeline.home import HomeError, Settings

PLAN = """\
evaluations:
  - id: first
    title: {lv: Pirmais, en: First}
    waves: {before: {from: 2020-01-01, to: 2020-01-31}, after: {from: 2021-01-01, to: 2021-01-31}}
    pre: before
    post: after
    months: 12
    reporting_year: 2021
"""


@pytest.fixture
def definitions(tmp_path: Path) -> dg.Definitions:
    (tmp_path / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    return build_definitions(Settings.for_home(tmp_path, {}), today=dt.date(2023, 5, 1))


def test_every_table_is_an_asset_but_those_that_document_the_release(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    missing = {table for table in schemas.TABLES if asset_key(table) not in keys}
    assert missing == set(schemas.MADE_AT_RELEASE)


def test_upstreams_are_read_from_parameters_and_from_sql(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    of_score = {key.path[-1] for key in graph.get(asset_key("core.score")).parent_keys}
    of_spend = {".".join(key.path) for key in graph.get(asset_key("mart.service_spend")).parent_keys}
    assert of_score == {"response"}
    assert of_spend == {
        "core.service",
        "core.evaluation_member",
        "core.population_member",
        "core.cost",
        "meta.evaluation",
    }


def test_marts_are_partitioned_by_report(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for table in ("mart.score_change", "mart.stakeholder_item", "mart.stakeholder_change"):
        partitions = graph.get(asset_key(table)).partitions_def
        assert partitions is not None
        years = [f"stakeholders-{year}" for year in (2021, 2022, 2023)]
        assert partitions.get_partition_keys() == ["first", *years]
    assert graph.get(asset_key("mart.programme_cost")).partitions_def is None


def test_checks_that_block_are_asset_checks(definitions: dg.Definitions) -> None:
    checks = definitions.resolve_asset_graph().asset_check_keys
    assert dg.AssetCheckKey(asset_key("record.submission"), "rows_received_are_accepted_or_rejected") in set(
        checks
    )


def test_the_jobs_are_there(definitions: dg.Definitions) -> None:
    names = {job.name for job in definitions.resolve_all_job_defs()}
    assert {EVERYTHING, TAKE_IN, EVALUATE, PUBLISH} <= names


def test_a_folder_without_a_plan_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match=r"holds no evaluation\.yaml; `ieguvumi init"):
        build_definitions(Settings.for_home(tmp_path, {}))
