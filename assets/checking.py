"""`ieguvumi check`: every problem of submissions, loading nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from instruments import load_library
from pipeline import schemas
from pipeline.home import Home, Settings
from pipeline.identity import load_or_make_key
from pipeline.municipalities import Register
from pipeline.submissions import IntakeContext, check_paths, load_mappings, propose_mappings
from pipeline.warehouse import Warehouse

CLEAN, PROBLEMS, UNUSABLE = 0, 1, 2


def check_and_print(paths: list[Path]) -> int:
    """Print every problem and warning; gives 1 when a row or file would be rejected."""
    home = _home_among(paths)
    key, known, earlier = _from_earlier_runs(home)
    context = IntakeContext(
        plan=home.plan() if home else None,
        library=load_library(home.instruments if home else None),
        register=Register.shipped(),
        key=key,
        known=known,
        earlier=earlier,
        mappings=load_mappings(home.mappings if home else None),
    )
    try:
        findings = check_paths(paths, context)
    except FileNotFoundError as error:
        print(f"ieguvumi: {error.args[0]}: no such file or folder", file=sys.stderr)
        return UNUSABLE
    for finding in findings:
        print(finding)
    for file, text in propose_mappings(paths, context).items():
        print(f"\n{file}: a mapping for it:\n\n{text}")
    errors = sum(finding.severity == "error" for finding in findings)
    print(f"{errors} problems, {len(findings) - errors} warnings")
    return PROBLEMS if errors else CLEAN


def _home_among(paths: list[Path]) -> Home | None:
    """The home that is checked, or in which the checked files lie; None outside a home."""
    for path in paths:
        for folder in (path.resolve(), *path.resolve().parents):
            if (folder / "evaluation.yaml").is_file():
                return Home(folder)
    return None


def _from_earlier_runs(home: Home | None) -> tuple[bytes, pl.DataFrame, pl.DataFrame]:
    """The pseudonym key, and the participants and submissions of earlier runs; a throw-away key without any."""
    tables = ("record.participant", "record.submission")
    if home is not None and home.warehouse.is_file():
        settings = Settings.for_home(home.path)
        with Warehouse.open(home.warehouse, settings.database_key, read_only=True) as warehouse:
            persons, submissions = (warehouse.read(table) for table in tables)
            return load_or_make_key(settings.key_file), persons, submissions
    persons, submissions = (schemas.RECORD[table].create_empty() for table in tables)
    return b"only for this check", persons, submissions
