"""`ieguvumi releases` and `ieguvumi diff`: what was published, and what moved between two releases."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl

from pipeline import schemas
from pipeline.home import Home, HomeError
from pipeline.release.publish import MANIFEST, read_manifest, released
from pipeline.release.seal import edited_files, edited_manifests

TOLERANCE = 1e-9
SHOWN = 40
SHOWN_FILES = 5


def print_releases(home: Home) -> int:
    """Print every release with its day, persons and submissions."""
    found = released(home)
    if not found:
        raise HomeError(f"{home.path}: has no release yet; `ieguvumi run {home.path}` makes one")
    latest, edited_records = home.latest_release(), edited_manifests(found)
    for folder in found:
        manifest = read_manifest(folder)
        persons = manifest.get("tables", {}).get("core.participant", {}).get("rows", "?")
        mark = "  latest" if latest and folder.name == latest.name else ""
        made = str(manifest.get("created_at", "?"))[:10]
        print(
            f"{folder.name}  {made}  {persons} persons  {len(manifest.get('inputs', {}))} submissions{mark}"
        )
        edited = [*edited_files(folder), *([MANIFEST] if folder.name in edited_records else [])]
        if edited:
            more = f" and {len(edited) - SHOWN_FILES} more" if len(edited) > SHOWN_FILES else ""
            print(f"  edited since it was published: {', '.join(edited[:SHOWN_FILES])}{more}")
            print(
                f"ieguvumi: {folder}: was edited since it was published; don't pass it on: build a new release "
                f"(`ieguvumi run {home.path} --force`)",
                file=sys.stderr,
            )
    return 0


def _folder(home: Home, name: str) -> Path:
    folder = home.releases / name
    if not (folder / "research.duckdb").is_file():
        known = ", ".join(path.name for path in released(home)) or "none"
        raise HomeError(f"{home.path}: no release `{name}`; there are: {known}")
    return folder.resolve()


def print_difference(home: Home, a: str, b: str) -> int:
    """Print which submissions came or went and which figures of the marts moved between two releases."""
    before, after = _folder(home, a), _folder(home, b)
    old, new = read_manifest(before), read_manifest(after)
    came = sorted(set(new["inputs"]) - set(old["inputs"]))
    print(f"{before.name} -> {after.name}")
    print(f"New submissions: {', '.join(came) if came else 'none'}")
    if old["plan_hash"] != new["plan_hash"]:
        print("The analysis plan changed.")
    if old["fingerprint"]["code"] != new["fingerprint"]["code"]:
        print("The code or the measures changed.")
    moved = [table for table in schemas.MART if _hash(old, table) != _hash(new, table)]
    if not moved:
        print("No figure moved.")
    for table in moved:
        _print_moves(table, before, after)
    return 0


def _hash(manifest: dict[str, dict[str, dict[str, str]]], table: str) -> str | None:
    return manifest["tables"].get(table, {}).get("sha256")


def _print_moves(table: str, before: Path, after: Path) -> None:
    """Print the figures of one mart that moved, the first of many."""
    moves = moved_figures(table, before, after)
    print(f"{table}: {moves.height} figures moved")
    for row in moves.head(SHOWN).iter_rows(named=True):
        print(f"  {row['cell']} {row['figure']}: {row['old']} -> {row['new']}")
    if moves.height > SHOWN:
        print(f"  … and {moves.height - SHOWN} more")


def moved_figures(table: str, before: Path, after: Path) -> pl.DataFrame:
    """Cell, figure, old and new value of what differs between two releases; an absent row counts as null."""
    schema = schemas.MART[table]
    old, new = _figures(table, before), _figures(table, after)
    key = ["cell", "figure"]
    both = old.join(new, on=key, how="full", coalesce=True, suffix="_new").rename(
        {"value": "old", "value_new": "new"}
    )
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in ("old", "new")]
    same_number = ((numbers[0] - numbers[1]).abs() <= TOLERANCE).fill_null(value=False)
    changed = both.filter(~pl.col("old").eq_missing(pl.col("new")) & ~same_number)
    order = {name: place for place, name in enumerate(schema.column_names())}
    return changed.sort("cell", pl.col("figure").replace_strict(order, default=0))


def _figures(table: str, release: Path) -> pl.DataFrame:
    """A mart in long form: cell (its key as text), figure, value as text."""
    schema = schemas.MART[table]
    key = schema.primary_key()
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as connection:
        frame = connection.execute(f"SELECT * FROM {table}").pl()
    cell = pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator=" · ").alias("cell")
    figures = [pl.col(name).cast(pl.String) for name in frame.columns if name not in key]
    return frame.select(cell, *figures).unpivot(index="cell", variable_name="figure", value_name="value")
