"""The house: imports point one way, only the graph knows Dagster, modules stay readable."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("assets", "reports", "pipeline", "instruments")
LONGEST_MODULE = 300

MODULES = sorted(path for room in (*ROOMS, "sql") for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top packages that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def in_room(room: str) -> list[Path]:
    return [path for path in MODULES if path.relative_to(ROOT).parts[0] == room]


@pytest.mark.parametrize("room", [*ROOMS, "sql"])
def test_imports_point_downwards(room: str) -> None:
    above = set(ROOMS) if room == "sql" else set(ROOMS[: ROOMS.index(room)])
    assert in_room(room)
    assert {path.name: found for path in in_room(room) if (found := above & imported(path))} == {}


@pytest.mark.parametrize("room", ["reports", "pipeline", "instruments", "sql"])
def test_only_the_graph_knows_dagster(room: str) -> None:
    assert [path.name for path in in_room(room) if "dagster" in imported(path)] == []


def test_modules_stay_readable() -> None:
    long = {
        path.name: n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}
