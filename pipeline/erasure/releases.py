"""Releases without the persons: put in the old ones' place whole, with a manifest that says so."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.home import Home
from pipeline.private_file import open_to_everybody, write_private
from pipeline.release.fingerprint import file_hash
from pipeline.release.publish import MANIFEST, RESEARCH, RESTRICTED, read_manifest, released

WITHDRAWALS = "withdrawals"
_MAKING, _OLD = ".withdrawing-", ".withdrawn-"
Hashes = Mapping[str, Mapping[str, Any]]
"""Rows and hash of a table, by its name, as a manifest tells them."""


def start_withdrawing(release: Path) -> Path:
    """Make the folder in which a release is made anew: all that stays as it is, and nothing restricted.

    Files that stay are the same ones under a second name.
    """
    folder = release.with_name(f"{_MAKING}{release.name}")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    for path in sorted(release.rglob("*")):
        relative = path.relative_to(release)
        if relative.as_posix() in (RESEARCH, MANIFEST) or relative.is_relative_to(RESTRICTED):
            continue
        if path.is_dir():
            (folder / relative).mkdir(exist_ok=True)
        else:
            os.link(path, folder / relative)
    return folder


def write_manifest(folder: Path, release: Path, tables: Hashes, persons: int, day: str, note: str) -> None:
    """Write the manifest of a release made anew: what it was, and old and new hash of all that is not the same.

    A file that somebody edited before keeps the hash it should have, so that the edit still shows.
    note: what else is to be known.
    """
    manifest = read_manifest(release)
    files = {**manifest.get("files", {})}
    before = {name: files.pop(name) for name in list(files) if _is_made_anew(name)}
    after = {name: file_hash(folder / name) for name in _names(folder) if _is_made_anew(name)}
    old_tables = manifest.get("tables", {})
    moved = {name: new for name, new in tables.items() if old_tables.get(name) != new}
    entry = {
        "on": day,
        "persons": persons,
        "note": note,
        "manifest_sha256_before": file_hash(release / MANIFEST),
        "tables": {name: {"old": old_tables.get(name), "new": new} for name, new in moved.items()},
        "files": {
            name: {"old": before.get(name), "new": after.get(name)}
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        },
    }
    changed = {
        **manifest,
        "tables": {**old_tables, **tables},
        "files": dict(sorted({**files, **after}.items())),
        WITHDRAWALS: [*manifest.get(WITHDRAWALS, []), entry],
    }
    _write_json(folder / MANIFEST, changed)


def put_in_place(release: Path, folder: Path) -> None:
    """Put a release made anew in the old one's place, and remove the old one."""
    open_to_everybody(folder, [folder / RESEARCH, folder / RESTRICTED])
    old = release.with_name(f"{_OLD}{release.name}")
    release.rename(old)
    folder.rename(release)
    shutil.rmtree(old)


def finish_withdrawals(home: Home) -> None:
    """Finish or undo what was broken off: each release then stands whole under its name, alone."""
    if not home.releases.is_dir():
        return
    for old in home.releases.glob(f"{_OLD}*"):
        release = old.with_name(old.name.removeprefix(_OLD))
        making = old.with_name(f"{_MAKING}{release.name}")
        # The old one steps aside only when the new one is whole.
        if not release.exists():
            (making if making.exists() else old).rename(release)
        if old.exists():
            shutil.rmtree(old)
    for making in home.releases.glob(f"{_MAKING}*"):
        shutil.rmtree(making)


def renew_chain(home: Home, day: str) -> None:
    """Let each release vouch again for the one before it, where that one's manifest was changed by a withdrawal."""
    folders = {folder.name: folder for folder in released(home)}
    for _ in folders:
        renewed = [_renewed(folder, folders, day) for folder in folders.values()]
        if not any(renewed):
            return


def _renewed(folder: Path, folders: Mapping[str, Path], day: str) -> bool:
    """Put the hash that the earlier release's manifest has now into a manifest; tell whether it was another."""
    manifest = read_manifest(folder)
    previous = manifest.get("previous") or {}
    earlier = folders.get(previous.get("release", ""))
    if earlier is None:
        return False
    known = {entry["manifest_sha256_before"] for entry in read_manifest(earlier).get(WITHDRAWALS, [])}
    was, now = previous["manifest_sha256"], file_hash(earlier / MANIFEST)
    if was == now or was not in known:
        return False
    entry = {
        "on": day,
        "note": f"release {earlier.name} was made anew without erased persons",
        "manifest_sha256_before": file_hash(folder / MANIFEST),
        "previous": {"old": was, "new": now},
    }
    changed = {
        **manifest,
        "previous": {**previous, "manifest_sha256": now},
        WITHDRAWALS: [*manifest.get(WITHDRAWALS, []), entry],
    }
    _write_json(folder / MANIFEST, changed)
    return True


def _write_json(path: Path, content: Any) -> None:
    write_private(path, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    path.chmod(0o644)


def _is_made_anew(name: str) -> bool:
    return name == RESEARCH or name.startswith(f"{RESTRICTED}/")


def _names(folder: Path) -> list[str]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.relative_to(folder).as_posix() for path in paths]
