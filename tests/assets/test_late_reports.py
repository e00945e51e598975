"""Monthly reports of services that are overdue or returned: a warning in the graph names who, and nothing stops."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from assets import clock, jobs
from assets.definitions import build_definitions
from assets.running import QUIET
from assets.yearly_round import IN_TIME
from pipeline.home import Settings
from tests.assets.yearly_home import send

PLAN = """\
calendar: {services_report: {due_day: 15, months_back: 1}}
evaluations:
  - id: first
    title: {lv: Pirmais, en: First}
    waves: {before: {from: 2024-01-01, to: 2024-01-31}, after: {from: 2024-12-01, to: 2024-12-31}}
    pre: before
    post: after
    months: 12
    reporting_year: 2024
"""
pytestmark = pytest.mark.slow

PARTICIPANTS = "participant_id,target_group,municipality,enrolled_on\n"
SERVICES = "participant_id,service,service_group,month,units,eur\n"
LESSON = "Fizioterapeita nodarbība,health"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    for name, place in (("ogre", "Ogres novads"), ("liepaja", "Liepāja"), ("cesis", "Cēsu novads")):
        send(home, f"{name}/participants.csv", PARTICIPANTS + f"{name}-1,children,{place},2024-01-05\n")
    send(home, "ogre/services.csv", SERVICES + f"ogre-1,{LESSON},2024-03,4,80.00\n")
    # In February all was well; the report of March came back.
    send(home, "cesis/services-02.csv", SERVICES + f"cesis-1,{LESSON},2024-02,4,80.00\n")
    bad = send(home, "cesis/services-03.csv", SERVICES + f"cesis-1,{LESSON},2024-03,4,much\n")
    assert bad.is_file()
    return Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(tmp_path / "key")})


def looked(settings: Settings, today: dt.date, monkeypatch: pytest.MonkeyPatch) -> dg.AssetCheckEvaluation:
    monkeypatch.setattr(clock, "today", lambda _calendar: today)
    with dg.instance_for_test() as instance:
        job = build_definitions(settings).resolve_job_def(jobs.SERVICES_REPORTS)
        result = job.execute_in_process(instance=instance, run_config=QUIET)
        assert result.success
        [found] = [check for check in result.get_asset_check_evaluations() if check.check_name == IN_TIME]
    return found


def test_the_day_after_they_are_due_a_warning_names_who_is_late(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = looked(settings, dt.date(2024, 4, 16), monkeypatch)
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert not found.blocking
    assert found.description is not None
    assert set(found.description.split("; ")) == {
        "Cēsu novads: 2024-03 returned",
        "Liepājas valstspilsēta: 2024-03 overdue",
    }


def test_on_the_day_they_are_due_nobody_is_overdue(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.home.inbox / "cesis" / "services-03.csv").unlink()
    found = looked(settings, dt.date(2024, 4, 15), monkeypatch)
    assert found.passed
    assert found.description == "All reports that are due have come."
