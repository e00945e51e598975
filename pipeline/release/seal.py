"""The seal of a release: the hash of every file in its manifest, by which an edit is found."""

from __future__ import annotations

import re
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from pipeline.release.fingerprint import file_hash
from pipeline.release.publish import MANIFEST, read_manifest, write_json


def seal(folder: Path, previous: Path | None) -> None:
    """Put the hash of every file, the versions of the packages and the previous manifest's hash into the manifest.

    The next release's manifest vouches for this one's, so that an edit of it is found as well.
    """
    sealed: dict[str, Any] = {
        **read_manifest(folder),
        "packages": package_versions(),
        "files": {name: file_hash(folder / name) for name in _names(folder)},
        "previous": _previous(previous),
    }
    write_json(folder / MANIFEST, sealed)


def package_versions() -> dict[str, str]:
    """The versions of the packages that the project names as its own needs."""
    names = (
        re.split(r"[^\w.-]", need, maxsplit=1)[0]
        for need in requires("ieguvumi") or ()
        if "extra" not in need
    )
    return {name: version(name) for name in sorted(names, key=str.lower)}


def edited_files(folder: Path) -> list[str]:
    """Name the files of a release that were changed, added or removed since then; none where it has no seal."""
    known: dict[str, str] = read_manifest(folder).get("files", {})
    if not known:
        return []
    present = _names(folder)
    changed = [name for name in present if known.get(name) != file_hash(folder / name)]
    return sorted({*changed, *(known.keys() - set(present))})


def edited_manifests(folders: list[Path]) -> set[str]:
    """Name the releases whose manifest is not the one that a later release vouches for."""
    found = set()
    by_name = {folder.name: folder for folder in folders}
    for folder in folders:
        previous = read_manifest(folder).get("previous") or {}
        earlier = by_name.get(previous.get("release", ""))
        if earlier is not None and file_hash(earlier / MANIFEST) != previous["manifest_sha256"]:
            found.add(earlier.name)
    return found


def _names(folder: Path) -> list[str]:
    """Every file of a release but its manifest, by its path within."""
    paths = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return [name for name in paths if name != MANIFEST]


def _previous(folder: Path | None) -> dict[str, str] | None:
    if folder is None or not (folder / MANIFEST).is_file():
        return None
    return {"release": folder.name, "manifest_sha256": file_hash(folder / MANIFEST)}
