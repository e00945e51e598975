"""Putting a release in its place: who can open what of it."""

from __future__ import annotations

from pathlib import Path

from pipeline.home import Home
from pipeline.release.publish import MANIFEST, RESEARCH, earlier_plans, publish, start_building, write_json


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


def test_releases_are_in_the_order_in_which_they_were_made_whatever_the_clock_said(tmp_path: Path) -> None:
    home = Home(tmp_path)
    made = [
        ("2024.1", "2024-05-01", None),
        ("2023.1", "2011-01-01", "2024.1"),
        ("2024.2", "2030-01-01", "2023.1"),
    ]
    for name, day, before in made:
        (home.releases / name).mkdir(parents=True)
        previous = {"release": before} if before else None
        write_json(home.releases / name / MANIFEST, {"created_at": day, "previous": previous, "plan": {}})
    assert [name for name, _ in earlier_plans(home)] == ["2024.1", "2023.1", "2024.2"]
