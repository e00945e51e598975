"""The saved queries: each says which question it answers, and answers it on a release."""

from __future__ import annotations

import duckdb
import pytest

import sql

QUERIES = {query.name: query for query in sql.saved_queries()}


def test_there_are_enough_of_them() -> None:
    assert len(QUERIES) >= 15


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_asks_its_question_in_both_languages(name: str) -> None:
    query = QUERIES[name]
    assert query.question_lv.endswith((".", "?"))
    assert query.question_en.endswith((".", "?"))
    assert query.question_lv != query.question_en


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_answers(research: duckdb.DuckDBPyConnection, name: str) -> None:
    rows = research.execute(QUERIES[name].text).fetchall()
    assert rows


def test_a_researcher_finds_them_in_the_database(research: duckdb.DuckDBPyConnection) -> None:
    stored = research.execute(
        "SELECT query, question_en, sql FROM meta.saved_query ORDER BY query"
    ).fetchall()
    assert stored == [(query.name, query.question_en, query.text) for query in QUERIES.values()]
