"""The example's reports, rendered once for all tests."""

from __future__ import annotations

import pytest

from reports import RenderedReport, evaluation_report
from tests.reports.example_marts import context


@pytest.fixture(scope="session")
def latvian() -> RenderedReport:
    """The Latvian report on the example."""
    return evaluation_report("children-2019", "lv", context())


@pytest.fixture(scope="session")
def english() -> RenderedReport:
    """The English report on the example."""
    return evaluation_report("children-2019", "en", context())
