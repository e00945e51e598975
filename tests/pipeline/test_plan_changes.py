"""What was changed in the plan since which release."""

from __future__ import annotations

from pipeline.plan import Plan, parse_plan
from pipeline.plan_changes import content_of, plan_changes

PLAN = """
disclosure: {min_cell: 5}
evaluations:
  - id: first
    title: {lv: Pirmais, en: First}
    waves: {before: {from: 2020-01-01, to: 2020-01-31}, after: {from: 2021-01-01, to: 2021-01-31}}
    pre: before
    post: after
    months: 12
    reporting_year: 2021
    outcomes:
      - {instrument: kidscreen10, respondent: self, scales: [general_hrqol], role: ROLE}
"""


def plan(role: str = "confirmatory", **replaced: str) -> Plan:
    text = PLAN.replace("ROLE", role)
    for old, new in replaced.items():
        text = text.replace(old, new)
    return parse_plan(text)


def test_the_same_plan_has_no_changes() -> None:
    assert plan_changes([("2021.1", content_of(plan()))], plan()).is_empty()
    assert plan_changes([], plan()).is_empty()


def test_a_changed_role_is_told_with_the_release_before_it() -> None:
    earlier = [("2021.1", content_of(plan())), ("2021.2", content_of(plan()))]
    [row] = plan_changes(earlier, plan("exploratory")).rows(named=True)
    assert row == {
        "since": "2021.2",
        "evaluation": "first",
        "setting": "outcomes.1.role",
        "before": '"confirmatory"',
        "after": '"exploratory"',
    }


def test_a_change_is_still_told_in_later_reports() -> None:
    earlier = [("2021.1", content_of(plan())), ("2021.2", content_of(plan("exploratory")))]
    found = plan_changes(earlier, plan("exploratory"))
    assert found.select("since", "setting").rows() == [("2021.1", "outcomes.1.role")]


def test_what_holds_for_all_has_no_evaluation() -> None:
    changed = plan(**{"min_cell: 5": "min_cell: 10"})
    [row] = plan_changes([("2021.1", content_of(plan()))], changed).rows(named=True)
    assert (row["evaluation"], row["setting"], row["before"], row["after"]) == (
        "",
        "disclosure.min_cell",
        "5",
        "10",
    )


def test_a_setting_that_came_or_went_is_null_on_one_side() -> None:
    changed = plan(**{"role: confirmatory}": "role: confirmatory, smallest_effect: 5}"})
    [row] = plan_changes([("2021.1", content_of(plan()))], changed).rows(named=True)
    assert (row["setting"], row["before"], row["after"]) == ("outcomes.1.smallest_effect", None, "5.0")
