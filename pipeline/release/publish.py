"""Putting a finished release in its place: a rename, then the link `latest`."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipeline.database import open_database
from pipeline.home import Home
from pipeline.plan import Plan
from pipeline.private_file import open_to_everybody

BUILDING = ".building"
MANIFEST = "manifest.json"
RESEARCH = "research.duckdb"
RESTRICTED = "reports/restricted"


def next_name(home: Home, plan: Plan) -> str:
    """The next release's name: the latest reporting year, and a number counting up."""
    year = max(evaluation.reporting_year for evaluation in plan.evaluations)
    numbers = [
        int(folder.name.split(".")[1]) for folder in released(home) if folder.name.split(".")[0] == str(year)
    ]
    return f"{year}.{max(numbers, default=0) + 1}"


def released(home: Home) -> list[Path]:
    """The folders of all releases, the oldest first."""
    if not home.releases.is_dir():
        return []
    folders = [path for path in home.releases.iterdir() if _is_release(path)]
    return sorted(folders, key=lambda path: [int(part) for part in path.name.split(".")])


def _is_release(path: Path) -> bool:
    parts = path.name.split(".")
    return path.is_dir() and not path.is_symlink() and len(parts) == 2 and all(p.isdigit() for p in parts)


def building_folder(home: Home) -> Path:
    """The folder beside the releases in which the next one is built."""
    return home.releases / BUILDING


def start_building(home: Home) -> Path:
    """Make the folder for the next release, empty; what a broken run left there goes."""
    finish_publishing(home)
    folder = building_folder(home)
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    return folder


class ReleaseError(Exception):
    """A release can't be finished: says why, and what to do."""


def resume_building(home: Home, fingerprint: dict[str, str]) -> Path:
    """The folder that a broken run left behind, when it was made from exactly this.

    Raises ReleaseError when it is gone or the inputs have changed since.
    """
    folder = building_folder(home)
    if read_manifest(folder).get("fingerprint") != fingerprint:
        raise ReleaseError(
            "the broken run left no release to go on with, or the inputs have changed since; run everything"
        )
    return folder


def publish(home: Home, name: str) -> Path:
    """Rename the built folder to its name and point `latest` to it, each in one step. Gives the folder.

    What is restricted can be opened by its owner alone; a researcher is given the database, not the account.
    The new link is there before the folder has its name: one that is left tells that the run broke off between.
    """
    building, target = building_folder(home), home.releases / name
    open_to_everybody(building, [building / RESEARCH, building / RESTRICTED])
    link = _next_link(home)
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    building.rename(target)
    _point_latest(home)
    return target


def finish_publishing(home: Home) -> None:
    """Point `latest` to a release that had got its name when its run broke off."""
    link = _next_link(home)
    if link.exists():
        _point_latest(home)
    else:
        link.unlink(missing_ok=True)


def _next_link(home: Home) -> Path:
    """The link that becomes `latest`."""
    return home.releases / f"{BUILDING}-latest"


def _point_latest(home: Home) -> None:
    os.replace(_next_link(home), home.releases / "latest")  # noqa: PTH105 - replaces a link whatever it points to


def open_research(release: Path, key: str | None = None) -> duckdb.DuckDBPyConnection:
    """The research database of a release, read-only. Raises DatabaseError when it can't be opened."""
    return open_database(release / RESEARCH, key, read_only=True)


def write_json(path: Path, content: Any) -> None:
    """Write JSON that a person can read too."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_manifest(release: Path) -> dict[str, Any]:
    """The manifest of a release; empty where there is none."""
    path = release / MANIFEST
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def earlier_plans(home: Home) -> list[tuple[str, dict[str, Any]]]:
    """Name and plan of each release whose manifest holds its plan, in the order in which they were made.

    Each names the one before it: the clock may have been set back between them.
    """
    manifests = {folder.name: read_manifest(folder) for folder in released(home)}

    def place(release: tuple[str, dict[str, Any]]) -> tuple[int, str]:
        return len(_before(release[0], manifests)), str(release[1].get("created_at", ""))

    made = sorted(manifests.items(), key=place)
    return [(name, manifest["plan"]) for name, manifest in made if "plan" in manifest]


def _before(name: str, manifests: Mapping[str, dict[str, Any]]) -> list[str]:
    """The releases before one, by what each says of the one before it."""
    found: list[str] = []
    while True:
        name = (manifests.get(name, {}).get("previous") or {}).get("release", "")
        if not name or name in found:
            return found
        found.append(name)


def is_draft(folder: Path) -> bool:
    """Whether a release is marked as one that the municipalities have not seen yet."""
    return bool(read_manifest(folder).get("draft"))


def latest_with(home: Home, fingerprint: dict[str, str]) -> Path | None:
    """The latest release when it was made from exactly this, else None."""
    latest = home.latest_release()
    if latest is None or read_manifest(latest).get("fingerprint") != fingerprint:
        return None
    return latest
