"""The house: imports point one way, and functions and modules stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("assets", "reports", "pipeline", "instruments")
LONGEST_MODULE = 330

MODULES = sorted(path for room in (*ROOMS, "sql") for path in (ROOT / room).rglob("*.py"))


def imported_rooms(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_downwards(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    if room == "sql":
        above: set[str] = set(ROOMS)
    else:
        above = set(ROOMS[: ROOMS.index(room)])
    assert not above & set(imported_rooms(path))


@pytest.mark.parametrize("path", [p for p in MODULES if p.parts[-2] != "assets"], ids=name)
def test_only_the_graph_knows_dagster(path: Path) -> None:
    if path.relative_to(ROOT).parts[0] != "assets":
        assert "dagster" not in set(imported_rooms(path))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
