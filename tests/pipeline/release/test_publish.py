"""Putting a release in its place: who can open what of it."""

from __future__ import annotations

from pathlib import Path

from pipeline.home import Home
from pipeline.release.publish import RESEARCH, publish, start_building


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_restricted_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    building = start_building(home)
    # Nobody else looks into a release that is being built.
    assert mode(building) == 0o700
    (building / "reports" / "restricted").mkdir(parents=True)
    (building / RESEARCH).touch()
    release = publish(home, "2024.1")
    assert mode(release / RESEARCH) == 0o600
    assert mode(release / "reports" / "restricted") == 0o700
    assert mode(release) == 0o755
    assert (home.releases / "latest" / RESEARCH).exists()
