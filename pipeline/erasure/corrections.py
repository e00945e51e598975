"""Corrections of erased persons: taken out of corrections.yaml, the others left as they are written."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import yaml

from pipeline.corrections import PERSONS, load_corrections
from pipeline.erasure.persons import Persons
from pipeline.identity import is_pseudonym


def corrections_naming(path: Path, persons: Persons) -> list[int]:
    """Return the places, from 0, of the corrections that are about one of the persons. Raises CorrectionError."""
    return [
        place
        for place, correction in enumerate(load_corrections(path))
        if any(
            _is_one(str(value), persons)
            for name, value in correction.where.items()
            if name in ("participant", *PERSONS)
        )
    ]


def without_corrections(path: Path, places: list[int]) -> str:
    """Return the file's text without the corrections at some places, each with what stands below it.

    places: from 0, at least one.
    """
    text = path.read_text(encoding="utf-8")
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    listed = document.value if document is not None else []
    lines = text.splitlines(keepends=True)
    starts = [item.start_mark.line for item in listed] + [len(lines)]
    parts = [lines[start:end] for start, end in pairwise(starts)]
    kept = [part for place, part in enumerate(parts) if place not in places]
    left = "".join(line for part in (lines[: starts[0]], *kept) for line in part)
    return left if kept else left + "[]\n"


def _is_one(name: str, persons: Persons) -> bool:
    return name in persons.pseudonyms if is_pseudonym(name) else bool(persons.are(pl.Series([name])).any())
