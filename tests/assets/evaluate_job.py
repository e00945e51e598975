"""The job `evaluate` of the home that the environment names, as another process builds it anew."""

from __future__ import annotations

import dagster as dg

from assets import jobs
from assets.definitions import build_definitions
from pipeline.home import Settings


def evaluate() -> dg.JobDefinition:
    """Give the job."""
    return build_definitions(Settings.from_environment()).resolve_job_def(jobs.EVALUATE)
