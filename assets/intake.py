"""Submissions into the record: what is received, accepted and rejected."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets import clock, groups
from assets.tables import Replacement, asset_key, table_metadata
from assets.workshop import Workshop
from pipeline import schemas
from pipeline.record import merge
from pipeline.submissions import (
    IntakeContext,
    answer_texts,
    list_received,
    load_mappings,
    put_away,
    take_in,
    write_rejected,
)
from pipeline.table_parts import Part

ANSWERS = "record.answer"
"""A row for each answer: too many to be held at once, so what came takes its place within the warehouse."""


def _outputs() -> dict[str, dg.AssetOut]:
    return {
        table.replace(".", "_"): dg.AssetOut(
            key=asset_key(table),
            description=schemas.row_of(schema),
            group_name=groups.RECORD,
            kinds={"polars", "duckdb"},
            metadata=table_metadata(table),
            owners=["team:evaluation"],
            io_manager_key="warehouse_tables",
        )
        for table, schema in schemas.RECORD.items()
    }


@dg.multi_asset(
    outs=_outputs(), name="submissions", description="Reads, checks and records what was sent in."
)
def submissions(workshop: dg.ResourceParam[Workshop]) -> Iterator[dg.Output[Any]]:
    """Take in the inbox: accepted rows go into the record, the others to `rejected/`, to be sent back."""
    existing = {table: workshop.warehouse.read(table) for table in schemas.RECORD if table != ANSWERS}
    intake = take_in(
        list_received(workshop.home.inbox),
        IntakeContext(
            plan=workshop.plan,
            library=workshop.library,
            register=workshop.register,
            key=workshop.key,
            known=existing["record.participant"],
            earlier=existing["record.submission"],
            mappings=load_mappings(workshop.home.mappings),
            corrections=workshop.corrections,
            forgotten=workshop.forgotten,
            today=clock.today(workshop.plan.calendar),
        ),
    )
    write_rejected(workshop.home.rejected, intake)
    merged = merge(existing, {table: intake.table(table) for table in existing})
    came = intake.table("record.submission")
    part = Part("submission_id", came["submission_id"].to_list())
    answers = Replacement(
        part, lambda: intake.rows(ANSWERS), answer_texts(came, workshop.library, workshop.plan)
    )
    for table in schemas.RECORD:
        yield dg.Output(answers if table == ANSWERS else merged[table], output_name=table.replace(".", "_"))
    # Each table was written as it was given: now the record, not the inbox, holds the rows.
    put_away(intake.accepted, workshop.plan.received_files, workshop.home.received, workshop.key)
