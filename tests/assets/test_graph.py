"""The whole graph: every table of the contract is an asset, wired by name, checked, and of one home."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets.definitions import build_definitions
from assets.groups import GROUPS, MARTS
from assets.jobs import EVALUATE, EVERYTHING, PUBLISH, TAKE_IN
from assets.links import report_links
from assets.shown import output_metadata
from assets.tables import asset_key
from assets.yearly_round import SERVICES_REPORT
from pipeline import schemas
from pipeline.checks import CHECKS
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


def test_every_asset_says_what_it_is_whose_and_of_what(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    unsaid = [
        (".".join(node.key.path), what)
        for node in graph.asset_nodes
        for what, said in {
            "description": node.description,
            "group": node.group_name != "default",
            "owner": node.owners,
            "kind": node.kinds,
        }.items()
        if not said
    ]
    assert unsaid == []


def test_the_services_reports_are_due_by_a_day_of_the_month(definitions: dg.Definitions) -> None:
    policy = definitions.resolve_asset_graph().get(SERVICES_REPORT).freshness_policy
    due = dg.FreshnessPolicy.cron("0 12 16 * *", dt.timedelta(hours=12), "Europe/Riga")
    assert policy == due


def test_checks_warn_or_block_by_their_severity(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {
        check.name: graph.get_check_spec(dg.AssetCheckKey(asset_key(check.table), check.name)).blocking
        for check in CHECKS
    }
    assert blocking == {check.name: check.severity == "error" for check in CHECKS}
    assert len(set(blocking.values())) == 2


def test_a_restricted_table_shows_how_full_it_is_and_no_value() -> None:
    frame = pl.DataFrame({"participant_id": ["b1946ac9", "591785b7"], "sex": ["female", None]})
    shown = output_metadata("core.participant", frame)
    assert shown["filled"].value == "| column | filled, % |\n| --- | --- |\n| sex | 50 |"
    assert "b1946ac9" not in str(shown)


def test_a_mart_shows_what_tells_most_about_everybody_in_few_words() -> None:
    columns = schemas.TABLES["mart.score_change"].columns()
    rows = [
        {"population": population, "grp": population, "evaluation": "first", "scale": scale, "n_pairs": 12}
        | {"mean_change": 1.23456, "verdict": "improved", "instrument": "kidscreen52"}
        for population in ("age_band", "all")
        for scale in (f"scale_{number}" for number in range(40))
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in columns} for row in rows])
    shown = output_metadata("mart.score_change", frame)["preview"].value.splitlines()
    assert "evaluation first" in shown[0]
    assert "population all" in shown[0]
    assert shown[2:5] == [
        "| scale | n_pairs | mean_change | verdict |",
        "| --- | --- | --- | --- |",
        "| scale_0 | 12 | 1.23 | improved |",
    ]
    # Dagster hides longer Markdown behind a click.
    assert len("\n".join(shown)) < 1000


def test_what_came_in_is_counted_by_kind() -> None:
    frame = pl.DataFrame(
        {
            "kind": ["goals", "answers", "goals"],
            "rows_received": [3, 5, 4],
            "rows_accepted": [3, 5, 2],
            "rows_rejected": [0, 0, 2],
        }
    )
    shown = output_metadata("record.submission", frame)["by_kind"].value.splitlines()
    assert shown[2:] == ["| answers | 1 | 5 | 5 | 0 |", "| goals | 2 | 7 | 5 | 2 |"]


def test_groups_stand_in_the_order_of_the_data(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert {node.group_name for node in graph.asset_nodes} == set(GROUPS)
    assert sorted(GROUPS) == list(GROUPS)
    places = {node.key: GROUPS.index(str(node.group_name)) for node in graph.asset_nodes}
    marts = {GROUPS.index(name) for name in MARTS}
    against = [
        (parent.path, node.key.path)
        for node in graph.asset_nodes
        for parent in node.parent_keys
        if places[parent] > places[node.key] and not {places[parent], places[node.key]} <= marts
    ]
    assert against == []


def test_a_table_after_disclosure_control_comes_after_its_mart(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    parents = graph.get(asset_key("disclosure.responder")).parent_keys
    assert parents == {asset_key("mart.responder"), asset_key("meta.municipality")}
    # The evaluator's edition, begun by the same step, shows the persons behind the change.
    parents = graph.get(asset_key("disclosure.score_change")).parent_keys
    assert parents > {asset_key("mart.score_change"), asset_key("analyst.person_change")}


def test_marts_link_to_the_newest_reports(tmp_path: Path) -> None:
    (tmp_path / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    settings = Settings.for_home(tmp_path, {"IEGUVUMI_PAGES": "https://example.org/pages/"})
    graph = build_definitions(settings, today=dt.date(2023, 5, 1)).resolve_asset_graph()
    shown = graph.get(asset_key("mart.score_change")).metadata["newest_reports"]
    assert shown.value == "https://example.org/pages/latest/reports/index.html"


def test_links_lead_to_the_public_reports_and_the_restricted_folder_is_told(tmp_path: Path) -> None:
    building, release = tmp_path / ".building", tmp_path / "2024.1"
    names = ["first.lv.html", "first.lv.pdf", "restricted/first.lv.pdf", "index.html", "codebook/icf.lv.html"]
    written = [building / "reports" / name for name in names]
    shown = report_links(written, building, release, "http://127.0.0.1:3001")
    address = "http://127.0.0.1:3001/2024.1/reports"
    assert {
        name: value.value for name, value in shown.items() if isinstance(value, dg.MarkdownMetadataValue)
    } == {
        "first": f"[lv html]({address}/first.lv.html) · [lv pdf]({address}/first.lv.pdf)",
    }
    assert shown["restricted"].value == str(release / "reports" / "restricted")
    assert shown["index"].value == f"{address}/index.html"
    assert shown["files"] == 5
