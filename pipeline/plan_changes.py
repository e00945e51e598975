"""What was changed in the analysis plan after a release, so that the next report can say so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from pipeline import schemas
from pipeline.plan import Plan

Settings = dict[tuple[str, str], str]
"""Value as JSON by evaluation (empty: the whole plan) and setting."""


def content_of(plan: Plan) -> dict[str, Any]:
    """Return the plan as it stands in a release's manifest: without where the warehouse lies."""
    content: dict[str, Any] = plan.model_dump(mode="json", by_alias=True, exclude={"warehouse"})
    return content


def plan_changes(earlier: Sequence[tuple[str, Mapping[str, Any]]], plan: Plan) -> pl.DataFrame:
    """Table meta.plan_change: every setting changed since a release, the oldest change first.

    earlier: name and plan content of each release made from this home, the oldest first. Evaluations are
    told apart by their id, so that one more of them, or another order, changes nothing in the others.
    """
    plans = [*earlier, ("", content_of(plan))]
    rows = [
        {"since": release, **change}
        for (release, before), (_, after) in pairwise(plans)
        for change in _changes(_settings(before), _settings(after))
    ]
    schema = schemas.META["meta.plan_change"]
    return schemas.checked(schema, pl.DataFrame(rows, schema=schema.create_empty().schema))


def _changes(before: Settings, after: Settings) -> Iterator[dict[str, str | None]]:
    """Yield what differs between two plans."""
    for place in sorted({*before, *after}):
        old, new = before.get(place), after.get(place)
        if old != new:
            evaluation, setting = place
            yield {"evaluation": evaluation, "setting": setting, "before": old, "after": new}


def _settings(plan: Mapping[str, Any]) -> Settings:
    """Return the settings of a plan, one a leaf."""
    general = {name: value for name, value in plan.items() if name != "evaluations"}
    parts = [("", general), *((str(part.get("id")), part) for part in plan.get("evaluations", []))]
    return {
        (evaluation, setting): value for evaluation, part in parts for setting, value in _leaves(part, ())
    }


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the way to each single value and the value as JSON; a setting that isn't set has no leaf."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for place, inner in enumerate(value, start=1):
            yield from _leaves(inner, (*path, str(place)))
    elif value is not None:
        yield ".".join(path), json.dumps(value, ensure_ascii=False)
