"""Every kind of page in a real browser: axe-core finds no violation, and nothing runs off a telephone's screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import Demonstration

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
DESKTOP, TELEPHONE = 1400, 360
# A page of each kind, in either language, public and restricted.
PAGES = (
    "reports/index.html",
    "reports/children-2019.lv.html",
    "reports/annual-2024.en.html",
    "reports/stakeholders-2024.lv.html",
    "reports/restricted/index.html",
    "reports/restricted/adults-2020.en.html",
    "reports/municipalities/annual-2024/*.lv.html",
    "reports/plain/adults-2020.lv.html",
    "reports/codebook/kidscreen52.en.html",
    "public/*.html",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (make system-packages)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


def address(release: Path, pattern: str) -> str:
    return sorted(release.glob(pattern))[0].resolve().as_uri()


@pytest.mark.parametrize("pattern", PAGES)
@pytest.mark.parametrize("width", [DESKTOP, TELEPHONE])
def test_axe_finds_no_violation(
    demonstration: Demonstration, browser: Browser, pattern: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address(demonstration.release, pattern))
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("pattern", PAGES)
def test_a_telephone_scrolls_down_only(demonstration: Demonstration, browser: Browser, pattern: str) -> None:
    page = browser.new_page(viewport={"width": TELEPHONE, "height": 800})
    page.goto(address(demonstration.release, pattern))
    width = page.evaluate("document.scrollingElement.scrollWidth")
    page.close()
    assert width <= TELEPHONE
