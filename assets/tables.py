"""Assets that are tables: a function from frames to a frame, and the warehouse around it.

A parameter named `core_score` is the table core.score. The warehouse is read and written here, by column name
and checked against the schema; an asset only says which frames it needs and which function makes the table.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
import polars as pl

from assets.groups import group_of
from assets.reporting import evaluations_of, part_of, years_of
from assets.shown import output_metadata
from assets.workshop import Workshop
from instruments import Library
from pipeline import schemas
from pipeline.corrections import TABLES as CORRECTABLE
from pipeline.corrections import corrected
from pipeline.plan import Evaluation, Plan
from pipeline.table_parts import Part
from pipeline.table_statements import column_type
from pipeline.warehouse import Texts

SCHEMA_NAMES = ("record", "core", "mart", "meta", "analyst", "disclosure")

LAZY = "lazy"

Frame = pl.DataFrame


@dataclass(frozen=True)
class Replacement:
    """Rows that take the place of a part of a table, made a frame at a time: they are not held at once.

    texts: as of `Warehouse.write_parts`.
    """

    part: Part
    frames: Callable[[], Iterable[pl.DataFrame]]
    texts: Texts


class WarehouseTables(dg.IOManager):
    """Reads and writes tables of the warehouse; a partition is the rows of one evaluation or survey year."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame | Replacement) -> None:
        """Write a table, or the rows of the evaluations, years or submissions that were computed."""
        table = ".".join(context.asset_key.path)
        if isinstance(obj, Replacement):
            rows = self.workshop.warehouse.write_parts(table, obj.frames(), obj.part, obj.texts)
            context.add_output_metadata({"dagster/row_count": rows})
        else:
            self.workshop.warehouse.write(table, obj, self._part(context, obj))
            context.add_output_metadata(output_metadata(table, obj))
        self.workshop.listener(table)

    @staticmethod
    def _part(context: dg.OutputContext, frame: Frame) -> Part | None:
        """What of the table is replaced; all of it when every partition was asked for."""
        if not context.has_asset_partitions:
            return None
        keys = context.asset_partition_keys
        everything = set(keys) == set(context.asset_partitions_def.get_partition_keys())
        return None if everything else part_of(frame.columns, keys)

    def load_input(self, context: dg.InputContext) -> pl.DataFrame | pl.LazyFrame:
        """Read a whole table; an asset that is computed by evaluation filters it itself.

        One that takes a lazy frame gets a table that is read when it is collected, as far as it is needed.
        """
        table = ".".join(context.asset_key.path)
        if context.definition_metadata.get(LAZY):
            return self.workshop.warehouse.scan(table)
        return read_corrected(self.workshop, table)


def read_corrected(workshop: Workshop, table: str) -> Frame:
    """A table of the warehouse, with the home's corrections applied to it."""
    rows = workshop.warehouse.read(table)
    if not is_corrected(workshop, table):
        return rows
    submissions = workshop.warehouse.read("record.submission")
    problems = workshop.warehouse.read("record.problem")
    return corrected(table, rows, submissions, workshop.corrections, workshop.key, problems)


def is_corrected(workshop: Workshop, table: str) -> bool:
    """Tell whether the home's corrections may concern a table."""
    return bool(workshop.corrections) and table in CORRECTABLE.values()


def table_metadata(table: str) -> dict[str, Any]:
    """What the graph knows of a table before it is written: its columns, from the schema."""
    schema = schemas.TABLES[table]
    columns = [
        dg.TableColumn(name, column_type(column), description=column.description)
        for name, column in schema.columns().items()
    ]
    return {"dagster/column_schema": dg.TableSchema(columns=columns), "dagster/table_name": table}


def asset_key(table: str) -> dg.AssetKey:
    """The key of a table's asset: its schema and name."""
    return dg.AssetKey(table.split("."))


def table_of(parameter: str) -> str | None:
    """The table that a parameter's name stands for, or None."""
    schema_name, _, name = parameter.partition("_")
    table = f"{schema_name}.{name}"
    return table if schema_name in SCHEMA_NAMES and table in schemas.TABLES else None


def inputs_of(function: Callable[..., Any]) -> dict[str, dg.AssetIn]:
    """The assets that a function's parameters name; a parameter that is a lazy frame says so."""
    parameters = inspect.signature(function).parameters
    tables = {name: table_of(name) for name in parameters}
    return {
        name: dg.AssetIn(asset_key(table), metadata={LAZY: parameters[name].annotation is pl.LazyFrame})
        for name, table in tables.items()
        if table
    }


@dataclass(frozen=True)
class Given:
    """What an asset gets beside frames."""

    plan: Plan
    library: Library
    workshop: Workshop


@dataclass(frozen=True)
class GivenYears(Given):
    """What an asset that is computed by survey year gets beside frames; None: all years."""

    years: list[int] | None


@dataclass(frozen=True)
class GivenEvaluation(Given):
    """What an asset that is computed by evaluation gets beside frames."""

    evaluation: Evaluation


def common(table: str, kinds: Iterable[str]) -> dict[str, Any]:
    """What all assets that are tables have in common, as options of Dagster's decorator."""
    return {
        "key": asset_key(table),
        "group_name": group_of(table),
        "description": schemas.row_of(schemas.TABLES[table]),
        "kinds": {*kinds, "duckdb"},
        "metadata": table_metadata(table),
        "owners": ["team:evaluation"],
        "io_manager_key": "warehouse_tables",
    }


def _by_report(partitions: dg.PartitionsDefinition[str]) -> dict[str, Any]:
    """Partitioned by report (evaluation or survey year); one run may compute several."""
    return {"partitions_def": partitions, "backfill_policy": dg.BackfillPolicy.single_run()}


def asset_of(function: Callable[..., Any], **options: Any) -> dg.AssetsDefinition:
    """The asset that Dagster makes of a function with these options."""
    made: dg.AssetsDefinition = dg.asset(**options)(function)
    return made


def table_asset(table: str) -> Callable[[Callable[..., Frame]], dg.AssetsDefinition]:
    """Make an asset of a function `(given, frames …) -> frame` that gives a whole table."""

    def make(function: Callable[..., Frame]) -> dg.AssetsDefinition:
        def computed(workshop: dg.ResourceParam[Workshop], **frames: Any) -> Frame:
            return call(function, Given(workshop.plan, workshop.library, workshop), frames)

        return asset_of(computed, **common(table, ["polars"]), ins=inputs_of(function))

    return make


def call(function: Callable[..., Frame], given: Given, frames: Mapping[str, Frame]) -> Frame:
    """Call an asset's function; one that needs nothing but frames has no parameter `given`."""
    needs = "given" in inspect.signature(function).parameters
    return function(given, **frames) if needs else function(**frames)


def evaluation_asset(
    table: str, partitions: dg.PartitionsDefinition[str], function: Callable[..., Frame]
) -> dg.AssetsDefinition:
    """Make an asset, partitioned by evaluation, of a function `(given, frames …) -> frame`.

    The function is called once for each evaluation, with those rows of each frame that belong to it.
    """

    def computed(
        context: dg.AssetExecutionContext, workshop: dg.ResourceParam[Workshop], **frames: Any
    ) -> Frame:
        keys = evaluations_of(context.partition_keys)
        return pl.concat(
            [
                schemas.TABLES[table].create_empty(),
                *(_of_evaluation(key, function, workshop, frames) for key in keys),
            ]
        )

    return asset_of(
        computed,
        **common(table, ["polars"]),
        **_by_report(partitions),
        ins=inputs_of(function),
    )


def survey_asset(
    table: str, partitions: dg.PartitionsDefinition[str], function: Callable[..., Frame]
) -> dg.AssetsDefinition:
    """Make an asset, partitioned by survey year, of a function `(given, frames …) -> frame`.

    The function is called once with whole frames: a year is compared with the one before.
    """

    def computed(
        context: dg.AssetExecutionContext, workshop: dg.ResourceParam[Workshop], **frames: Any
    ) -> Frame:
        years = None if _of_all(context) else years_of(context.partition_keys)
        return call(function, GivenYears(workshop.plan, workshop.library, workshop, years), frames)

    return asset_of(
        computed,
        **common(table, ["polars"]),
        **_by_report(partitions),
        ins=inputs_of(function),
    )


def _of_all(context: dg.AssetExecutionContext) -> bool:
    """Tell whether every partition was asked for."""
    return set(context.partition_keys) == set(context.assets_def.partitions_def.get_partition_keys())


def _of_evaluation(
    key: str, function: Callable[..., Frame], workshop: Workshop, frames: Mapping[str, Frame]
) -> Frame:
    given = GivenEvaluation(workshop.plan, workshop.library, workshop, workshop.plan.evaluation(key))
    own = {
        name: frame.filter(pl.col("evaluation") == key) if "evaluation" in frame.collect_schema() else frame
        for name, frame in frames.items()
    }
    return call(function, given, own)


def sql_asset(
    table: str, text: str, upstreams: Sequence[str], partitions: dg.PartitionsDefinition[str]
) -> dg.AssetsDefinition:
    """Make an asset of a SELECT; its upstreams are the tables that its own text names."""
    by_report = bool({"evaluation", "year"} & set(schemas.TABLES[table].column_names()))

    def computed(context: dg.AssetExecutionContext, workshop: dg.ResourceParam[Workshop]) -> Frame:
        rows = schemas.TABLES[table].cast(workshop.warehouse.query(text))
        part = None if not by_report or _of_all(context) else part_of(rows.columns, context.partition_keys)
        return rows.filter(pl.col(part.column).is_in(list(part.values))) if part else rows

    return asset_of(
        computed,
        **common(table, ["sql"]),
        **(_by_report(partitions) if by_report else {}),
        deps=[asset_key(upstream) for upstream in upstreams],
    )
