"""Marts of a lake, spread over processes and machines by Dagster's own executors and run launchers."""

from importlib import import_module

import dagster as dg

from pipeline.home import HomeError


def executor_of(name: str) -> dg.ExecutorDefinition:
    """The executor that a setting names, as `module.name`. Raises HomeError where there is none."""
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError):
        found = None
    if not isinstance(found, dg.ExecutorDefinition):
        raise HomeError(
            f"IEGUVUMI_EXECUTOR: `{name}` is no executor of Dagster that is installed here; give one such as "
            "dagster.multiprocess_executor, and install its package beside dagster"
        )
    return found


def run_by_report(mart: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """A mart of which a backfill makes each report in a run of its own, so that several run side by side."""
    if mart.partitions_def is None:
        return mart
    return mart.with_attributes(backfill_policy=dg.BackfillPolicy.multi_run())
