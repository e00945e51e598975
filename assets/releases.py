"""`ieguvumi releases` and `ieguvumi diff`: what was published, and what moved between two releases."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from itertools import chain, groupby
from pathlib import Path

import duckdb
import polars as pl

from assets.tables import asset_key
from pipeline import schemas
from pipeline.home import Home, HomeError, Settings
from pipeline.release.moves import COMPARED, MEMBERS, moved_facts, moved_figures, submissions_behind
from pipeline.release.public import with_label
from pipeline.release.publish import MANIFEST, RESEARCH, open_research, read_manifest, released
from pipeline.release.seal import edited_files, edited_manifests

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
        mark = "  draft" if manifest.get("draft") else ""
        mark += "  latest" if latest and folder.name == latest.name else ""
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
    if not (folder / RESEARCH).is_file():
        known = ", ".join(path.name for path in released(home)) or "none"
        raise HomeError(f"{home.path}: no release `{name}`; there are: {known}")
    return folder.resolve()


def print_difference(settings: Settings, a: str, b: str) -> int:
    """Print what came or went, which figures of the marts moved, and which submissions moved each."""
    home = settings.home
    before, after = _folder(home, a), _folder(home, b)
    old, new = read_manifest(before), read_manifest(after)
    print(f"{before.name} -> {after.name}")
    with (
        open_research(before, settings.database_key) as first,
        open_research(after, settings.database_key) as last,
    ):
        earlier, later = _read(first, "meta.submission"), _read(last, "meta.submission")
        _print_submissions(earlier, later)
        if old["plan_hash"] != new["plan_hash"]:
            print("The analysis plan changed.")
        if old["fingerprint"]["code"] != new["fingerprint"]["code"]:
            print("The code or the measures changed.")
        moved = [table for table in schemas.MART if _hash(old, table) != _hash(new, table)]
        if not moved:
            print("No figure moved.")
            return 0
        needed = (*COMPARED, MEMBERS, "meta.submission")
        facts = moved_facts(*({table: _read(side, table) for table in needed} for side in (first, last)))
        _print_replaced(earlier, later, {row for rows in facts.values() for row in rows["submission_id"]})
        sources = fact_sources(settings)
        names = dict(_read(last, "meta.municipality").select("municipality_code", "name_lv").iter_rows())
        for table in moved:
            figures = moved_figures(table, _read(first, table), _read(last, table))
            behind = submissions_behind(figures, facts, sources[table])
            _print_moves(table, with_label(figures, names), behind)
    return 0


def fact_sources(settings: Settings) -> dict[str, list[str]]:
    """The tables of facts that each mart is computed from, directly or not: as the graph says."""
    from assets.definitions import build_definitions

    graph = build_definitions(settings).resolve_asset_graph()
    found = {}
    for table in schemas.MART:
        above = {".".join(key.path) for key in graph.get_ancestor_asset_keys(asset_key(table))}
        found[table] = [name for name in COMPARED if name in above]
    return found


def _read(connection: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    """A table of a release; empty where an older release lacks it."""
    try:
        return connection.execute(f"SELECT * FROM {table}").pl()
    except duckdb.CatalogException:
        return schemas.RELEASED[table].create_empty()


def _print_submissions(old: pl.DataFrame, new: pl.DataFrame) -> None:
    """Print the submissions that came and those that went."""
    for title, rows, others in (("New submissions", new, old), ("Submissions gone", old, new)):
        only = rows.join(others, on="submission_id", how="anti").sort("received_on", "kind", "submission_id")
        print(f"{title}: {only.height or 'none'}")
        _list_submissions(only)


def _print_replaced(old: pl.DataFrame, new: pl.DataFrame, behind: set[str]) -> None:
    """Print the submissions in both releases of which rows stood in one and not in the other."""
    both = old.join(new, on="submission_id", how="semi").filter(pl.col("submission_id").is_in(list(behind)))
    if both.height:
        print(f"Submissions some of whose rows another replaced, or counted again: {both.height}")
        _list_submissions(both.sort("received_on", "kind", "submission_id"))


def _list_submissions(rows: pl.DataFrame) -> None:
    for row in rows.iter_rows(named=True):
        accepted = f"{row['rows_accepted']} of {row['rows_received']} rows accepted"
        print(
            f"  {row['submission_id']}  {row['kind']}  {row['sender'] or '?'}  {row['received_on']}  {accepted}"
        )


def _hash(manifest: dict[str, dict[str, dict[str, str]]], table: str) -> str | None:
    return manifest["tables"].get(table, {}).get("sha256")


def _print_moves(table: str, figures: pl.DataFrame, behind: list[tuple[str, ...]]) -> None:
    """Print how many figures each submission moved, and the first of them by row, with what moved the row."""
    print(f"{table}: {figures.height} figures moved")
    for submission, moved in Counter(chain.from_iterable(behind)).most_common(SHOWN_FILES):
        print(f"  by {submission}: {moved}")
    unexplained = [name for name, found in zip(figures["figure"], behind, strict=True) if not found]
    hidden = unexplained.count("suppressed")
    if hidden:
        print(f"  by disclosure control alone (rows that are hidden now, or shown again): {hidden}")
    if len(unexplained) > hidden:
        print(f"  by no submission (plan, corrections, measures or code): {len(unexplained) - hidden}")
    shown = zip(figures.head(SHOWN).iter_rows(named=True), behind, strict=False)
    for (row, found), cells in groupby(shown, lambda cell: (_row_name(table, cell[0]), cell[1])):
        more = f" and {len(found) - SHOWN_FILES} more" if len(found) > SHOWN_FILES else ""
        print(f"  {row}" + (f"  [{', '.join(found[:SHOWN_FILES])}{more}]" if found else ""))
        for cell, _ in cells:
            print(f"    {cell['figure']}: {_change(cell['old'], cell['new'])}")
    if figures.height > SHOWN:
        print(f"  … and {figures.height - SHOWN} more")


def _row_name(table: str, cell: Mapping[str, object]) -> str:
    """The key of a figure's row, a municipality by its name."""
    key = schemas.MART[table].primary_key()
    return " · ".join(str(cell[schemas.LABEL if name == "grp" else name]) for name in key)


def _change(old: str | None, new: str | None) -> str:
    """Both values; with all their digits where six don't tell them apart."""
    short = _short(old), _short(new)
    return f"{old} -> {new}" if short[0] == short[1] else f"{short[0]} -> {short[1]}"


def _short(value: str | None) -> str:
    """A figure in at most six digits where it is no whole number; `-` where there is none."""
    if value is None:
        return "-"
    try:
        return f"{float(value):.6g}" if "." in value or "e-" in value else value
    except ValueError:
        return value
