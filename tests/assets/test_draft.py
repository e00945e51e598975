"""A draft: every page says so, and the final release follows even if nothing else changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.release.publish import read_manifest
from reports.language import words_for
from reports.marks import edition_mark
from tests.assets.small_home import write_small_home
from tests.conftest import CommandLine
from tests.reports.example_marts import context
from tests.reports.reading import text_of

MARK = "Draft: the municipalities have not seen it yet"


def test_the_mark_of_a_draft_stands_beside_that_of_the_edition() -> None:
    english = words_for("en")
    assert edition_mark(context(), english) == ""
    assert edition_mark(context(draft=True), english) == MARK
    assert (
        edition_mark(context("restricted", draft=True), english)
        == f"{MARK} · Restricted: not to be passed on"
    )


@pytest.mark.slow
def test_a_draft_is_followed_by_the_final_release(tmp_path: Path, ieguvumi: CommandLine) -> None:
    home = tmp_path / "home"
    write_small_home(home)
    assert ieguvumi("run", str(home), "--draft").returncode == 0
    assert ieguvumi("run", str(home), "--draft").stdout.startswith("Nothing changed")
    draft = home / "releases" / "2024.1"
    pages = draft.glob("reports/**/*.html")
    marked = [page for page in pages if page.parent.name != "codebook"]
    assert marked
    assert all(MARK in text_of(page.read_bytes()) for page in marked)
    assert read_manifest(draft)["draft"] is True

    assert ieguvumi("run", str(home)).stdout.splitlines()[-1].endswith("2024.2")
    final = home / "releases" / "2024.2"
    assert not any(MARK in text_of(page.read_bytes()) for page in final.glob("reports/**/*.html"))
    assert read_manifest(final)["draft"] is False
    listed = ieguvumi("releases", str(home)).stdout.splitlines()
    assert ["draft" in line for line in listed] == [True, False]
    assert ieguvumi("run", str(home)).stdout.startswith("Nothing changed")
