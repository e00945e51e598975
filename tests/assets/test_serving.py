"""The pages of the releases: what is given out, and what is not."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assets.serving import served_pages

Get = Callable[..., tuple[int, bytes]]


@pytest.fixture
def get(tmp_path: Path) -> Iterator[Get]:
    """Ask for a path of a home's releases: status and content."""
    home = tmp_path / "home"
    release = home / "releases" / "2024.1"
    for name in ("reports/index.html", "reports/restricted/first.en.pdf", "public/score_change.csv"):
        (release / name).parent.mkdir(parents=True, exist_ok=True)
        (release / name).write_bytes(name.encode())
    (release / "research.duckdb").touch()
    (home / "warehouse.duckdb").touch()
    (home / "releases" / ".building" / "reports").mkdir(parents=True)
    (home / "releases" / ".building" / "reports" / "half.html").touch()
    (home / "releases" / "latest").symlink_to("2024.1")
    (release / "reports" / "way-out.html").symlink_to(home / "warehouse.duckdb")
    (home / "outside").mkdir()
    with served_pages(home / "releases", 0) as address:

        def ask(path: str, **headers: str) -> tuple[int, bytes]:
            request = urllib.request.Request(address + path, headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()

        yield ask


@pytest.mark.parametrize(
    "path",
    ["/", "/latest/reports/index.html", "/2024.1/reports/index.html", "/2024.1/reports/index.html?print"],
)
def test_the_newest_reports_and_each_releases_are_given_out(get: Get, path: str) -> None:
    assert get(path) == (200, b"reports/index.html")


def test_so_are_public_tables(get: Get) -> None:
    assert get("/latest/public/score_change.csv") == (200, b"public/score_change.csv")


@pytest.mark.parametrize(
    "path",
    [
        "/2024.1/research.duckdb",
        "/latest/research.duckdb",
        "/latest/reports/restricted/first.en.pdf",
        "/2024.1/reports/%72estricted/first.en.pdf",
        "/2024.1/reports/../research.duckdb",
        "/2024.1/reports/%2e%2e/research.duckdb",
        "/../warehouse.duckdb",
        "/2024.1/reports/way-out.html",
        "/.building/reports/half.html",
        "/latest/reports/",
        "/latest/reports",
        "/2024.1/",
        "/latest/reports/none.html",
    ],
)
def test_nothing_else_is(get: Get, path: str) -> None:
    status, content = get(path)
    assert status == 404
    assert b"restricted" not in content


def test_a_page_that_calls_this_machine_by_another_name_is_refused(get: Get) -> None:
    assert get("/latest/reports/index.html", Host="example.org:3001")[0] == 403
