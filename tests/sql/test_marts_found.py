"""Marts and macros are found by themselves, and what a mart reads is read from its text."""

import sql
from pipeline.schemas import MART, TABLES


def test_every_mart_is_a_table_and_reads_tables() -> None:
    marts = sql.marts()
    assert {"mart.service_spend", "mart.participant_flow"} <= set(marts)
    assert set(marts) <= set(MART)
    for text in marts.values():
        assert sql.upstreams(text) <= set(TABLES)
        assert not text.rstrip().endswith(";")


def test_ctes_and_macros_are_no_upstreams() -> None:
    text = """
        WITH given AS (SELECT * FROM core.service WHERE EXISTS (SELECT 1 FROM meta.wave))
        SELECT wilson_low(1, 2) FROM given JOIN core.cost USING (month)
    """
    assert sql.upstreams(text) == {"core.service", "core.cost", "meta.wave"}


def test_macros_replace_themselves() -> None:
    assert all("CREATE OR REPLACE MACRO" in macro for macro in sql.macros())
