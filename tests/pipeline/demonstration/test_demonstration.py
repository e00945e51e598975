import hashlib
from pathlib import Path

import pytest

from pipeline.demonstration import DemonstrationError, write_demonstration
from pipeline.home import Home


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("homes") / "demo"
    write_demonstration(path, seed=7)
    return path


@pytest.mark.slow
def test_same_seed_same_bytes(demonstration: Path, tmp_path: Path) -> None:
    write_demonstration(tmp_path / "again", seed=7)
    assert digests(tmp_path / "again") == digests(demonstration)


@pytest.mark.slow
def test_another_seed_gives_other_people(demonstration: Path, tmp_path: Path) -> None:
    write_demonstration(tmp_path / "other", seed=8)
    ours, theirs = digests(demonstration), digests(tmp_path / "other")
    assert (
        ours["inbox/tukuma-novads/participants-2018.csv"]
        != theirs["inbox/tukuma-novads/participants-2018.csv"]
    )


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(DemonstrationError, match="not an empty folder"):
        write_demonstration(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(DemonstrationError):
        write_demonstration(tmp_path / "demo")


def test_the_plan_is_read_and_says_synthetic(demonstration: Path) -> None:
    plan = Home(demonstration).plan()
    assert plan.synthetic
    assert [evaluation.id for evaluation in plan.evaluations] == [
        "children-2019",
        "adults-2020",
        "annual-2024",
    ]
    assert {"goal_attainment", "service_spend", "employment_change"} == {
        exception.table for exception in plan.disclosure.exceptions
    }
