"""The main job on the demonstration home, as a user runs it: real DuckDB, Dagster, pandoc, Typst."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from pipeline import schemas
from pipeline.release.seal import edited_files
from tests.conftest import Demonstration

CONTRACT_COLUMNS = {
    "core.participant": "participant_id target_group municipality_code municipality region sex age_band "
    "enrolled_on left_on left_reason care_level residence arm",
    "core.response": "participant_id instrument respondent wave answered_on item answer submission_id",
    "core.score": "participant_id instrument respondent wave scale raw score metric items_answered items "
    "prorated scored reason",
    "mart.score_change": "evaluation wave_pre wave_post population grp instrument respondent scale level "
    "n_pre n_post n_pairs mean_pre sd_pre median_pre mean_post sd_post median_post mean_change ci_low ci_high "
    "test statistic df p p_wilcoxon p_sign family p_adjusted d_z d_z_low d_z_high g_av rank_biserial "
    "smallest_effect p_equivalence verdict n_improved n_unchanged n_worsened threshold threshold_kind "
    "detectable_change suppressed reason",
    "mart.goal_attainment": "evaluation population grp domain goals open achieved partly not_achieved degree "
    "degree_pct ci_low ci_high persons suppressed",
    "mart.service_spend": "evaluation population grp service_group service eur units participants months "
    "eur_per_unit eur_per_participant eur_per_participant_month person_months eur_per_person_month share_eur "
    "share_participants suppressed",
    "mart.participant_flow": "evaluation population grp instrument respondent wave eligible asked answered "
    "scored paired",
    "meta.dictionary": "schema_name table_name column_name type description unit source unique_key",
}


# Nobody waits in the demonstration, and no release came before its first.
EMPTY = {"mart.arm_difference", "meta.plan_change", "meta.correction"}


def test_every_table_of_the_contract_has_rows(research: duckdb.DuckDBPyConnection) -> None:
    empty = [
        table
        for table in schemas.RELEASED
        if research.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    ]
    assert set(empty) == EMPTY


@pytest.mark.parametrize("table", CONTRACT_COLUMNS)
def test_tables_have_the_columns_of_the_contract(research: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = {row[0] for row in research.execute(f"DESCRIBE {table}").fetchall()}
    assert set(CONTRACT_COLUMNS[table].split()) <= columns


def test_every_table_and_column_has_a_comment(research: duckdb.DuckDBPyConnection) -> None:
    released = "schema_name IN ('core', 'mart', 'meta') AND coalesce(comment, '') = ''"
    tables = research.execute(f"SELECT table_name FROM duckdb_tables() WHERE {released}").fetchall()
    columns = research.execute(
        f"SELECT table_name, column_name FROM duckdb_columns() WHERE {released}"
    ).fetchall()
    assert (tables, columns) == ([], [])


def test_no_table_has_a_key_or_index_that_older_clients_refuse(research: duckdb.DuckDBPyConnection) -> None:
    kinds = research.execute(
        "SELECT DISTINCT constraint_type FROM duckdb_constraints() WHERE schema_name <> 'main'"
    ).fetchall()
    assert {kind for (kind,) in kinds} <= {"NOT NULL", "CHECK"}
    assert research.execute("SELECT count(*) FROM duckdb_indexes()").fetchone() == (0,)


def test_answers_are_kept_as_enums(research: duckdb.DuckDBPyConnection) -> None:
    types = {row[0]: row[1] for row in research.execute("DESCRIBE core.response").fetchall()}
    assert all(types[name].startswith("ENUM") for name in ("instrument", "respondent", "wave", "item"))


def test_no_figure_is_not_a_number(research: duckdb.DuckDBPyConnection) -> None:
    columns = research.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() "
        "WHERE data_type = 'DOUBLE' AND schema_name IN ('core', 'mart', 'meta')"
    ).fetchall()
    assert columns
    broken = [
        (table, column)
        for table, column in columns
        if research.execute(f'SELECT count(*) FROM {table} WHERE NOT isfinite("{column}")').fetchone() != (0,)
    ]
    assert broken == []


def test_what_was_received_was_accepted_or_rejected(research: duckdb.DuckDBPyConnection) -> None:
    totals = research.execute(
        "SELECT sum(rows_received), sum(rows_accepted), sum(rows_rejected) FROM meta.submission"
    ).fetchone()
    assert totals is not None
    received, accepted, rejected = totals
    assert received == accepted + rejected
    assert rejected > 0, "the demonstration has rows that must be rejected"


def test_rejected_rows_go_back_to_their_sender_with_reasons(demonstration: Demonstration) -> None:
    returned = list((demonstration.home / "rejected").rglob("*.csv"))
    assert returned
    rows = [row for path in returned for row in csv.DictReader(_text(path).splitlines())]
    assert rows
    assert all(row["problems_lv"] and row["problems_en"] for row in rows)


def test_no_identifier_of_a_sender_reaches_the_release(demonstration: Demonstration) -> None:
    sent = {
        row["participant_id"]
        for path in (demonstration.home / "inbox").rglob("participants*.csv")
        for row in csv.DictReader(_text(path).splitlines(), delimiter=_delimiter(path))
        if row.get("participant_id")
    }
    assert len(sent) > 50
    content = (demonstration.release / "research.duckdb").read_bytes()
    assert [identifier for identifier in sent if identifier.encode() in content] == []


def _text(path: Path) -> str:
    for encoding in ("utf-8-sig", "cp1257"):
        try:
            return path.read_text(encoding=encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _delimiter(path: Path) -> str:
    header = _text(path).splitlines()[0]
    return max(",;\t", key=header.count)


def test_the_release_is_whole(demonstration: Demonstration) -> None:
    release = demonstration.release
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["tables"]) == set(schemas.RELEASED)
    assert {"research.duckdb", "public/public.duckdb", "reports/index.html"} <= set(manifest["files"])
    assert edited_files(release) == []
    checks = json.loads((release / "checks.json").read_text(encoding="utf-8"))
    assert all(check["passed"] for check in checks if check["severity"] == "error")
    reports = release / "reports"
    for evaluation in ("children-2019", "adults-2020", "annual-2024"):
        for language in ("lv", "en"):
            html = (reports / f"{evaluation}.{language}.html").read_text(encoding="utf-8")
            assert f'lang="{language}"' in html
            assert (reports / f"{evaluation}.{language}.pdf").read_bytes().startswith(b"%PDF")
            assert (reports / "restricted" / f"{evaluation}.{language}.html").is_file()
    assert (reports / "index.html").is_file()
    assert (demonstration.home / "releases" / "latest").resolve() == release.resolve()


def test_public_tables_show_nothing_that_is_suppressed(demonstration: Demonstration) -> None:
    public = duckdb.connect(str(demonstration.release / "public" / "public.duckdb"), read_only=True)
    shown = public.execute(
        "SELECT count(*) FROM mart.score_change "
        "WHERE suppressed AND (mean_change IS NOT NULL OR p IS NOT NULL OR n_improved IS NOT NULL)"
    ).fetchone()
    hidden = public.execute("SELECT count(*) FROM mart.score_change WHERE suppressed").fetchone()
    public.close()
    assert shown == (0,)
    assert hidden is not None
    assert hidden[0] > 0


def test_a_second_run_says_that_nothing_changed(demonstration: Demonstration) -> None:
    again = demonstration.ieguvumi("run", demonstration.home)
    assert "Nothing changed" in again.stdout
    assert again.stdout.splitlines()[-1] == demonstration.printed.splitlines()[-1]


@pytest.mark.slow
def test_query_answers_in_every_format(demonstration: Demonstration) -> None:
    sql = (
        "SELECT domain, goals FROM mart.goal_attainment "
        "WHERE evaluation = 'children-2019' AND population = 'all'"
    )
    as_csv = demonstration.ieguvumi("query", demonstration.home, sql, "--format", "csv").stdout
    as_json = json.loads(demonstration.ieguvumi("query", demonstration.home, sql, "--format", "json").stdout)
    assert {row["domain"]: int(row["goals"]) for row in csv.DictReader(as_csv.splitlines())} == {
        row["domain"]: row["goals"] for row in as_json
    }
    wrong = demonstration.ieguvumi("query", demonstration.home, "SELECT nothing", check=False)
    assert wrong.returncode == 1
    assert len(wrong.stderr.strip().splitlines()) == 1
