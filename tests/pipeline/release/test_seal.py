"""A release that somebody edited is found out, its manifest too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.release.publish import MANIFEST, write_json
from pipeline.release.seal import edited_files, edited_manifests, package_versions, seal


@pytest.fixture
def releases(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / "2024.1", tmp_path / "2024.2"]
    for folder, previous in zip(folders, (None, folders[0]), strict=True):
        (folder / "public").mkdir(parents=True)
        (folder / "public" / "goals.csv").write_text("domain,goals\ntotal,20\n", encoding="utf-8")
        write_json(folder / MANIFEST, {"release": folder.name})
        seal(folder, previous)
    return folders


def test_nothing_was_edited(releases: list[Path]) -> None:
    assert [edited_files(folder) for folder in releases] == [[], []]
    assert edited_manifests(releases) == set()


def test_a_changed_an_added_and_a_removed_file_are_named(releases: list[Path]) -> None:
    table = releases[0] / "public" / "goals.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("20", "21"), encoding="utf-8")
    (releases[0] / "notes.txt").write_text("mine", encoding="utf-8")
    (releases[1] / "public" / "goals.csv").unlink()
    assert edited_files(releases[0]) == ["notes.txt", "public/goals.csv"]
    assert edited_files(releases[1]) == ["public/goals.csv"]


def test_a_manifest_made_to_fit_the_edit_is_found_by_the_next_release(releases: list[Path]) -> None:
    (releases[0] / "public" / "goals.csv").write_text("domain,goals\ntotal,99\n", encoding="utf-8")
    seal(releases[0], None)
    assert edited_files(releases[0]) == []
    assert edited_manifests(releases) == {"2024.1"}


def test_the_manifest_names_the_versions_of_the_packages(releases: list[Path]) -> None:
    manifest = json.loads((releases[0] / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["packages"]["duckdb"] == "1.5.5"
    assert manifest["packages"] == package_versions()
