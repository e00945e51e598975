"""The progress that a run shows."""

from __future__ import annotations

from assets.main_job import Stages


def test_stages_are_entered_in_their_order_whatever_the_graph_makes_first() -> None:
    made = ["mart.programme_cost", "meta.instrument", "record.goal", "record.participant", "meta.wave"]
    made += ["core.goal", "mart.goal_attainment", "disclosure.goal_attainment", "children-2019.lv.pdf"]
    stages = Stages()
    entered = [stages.current for name in made if stages.enters(name)]
    assert entered == [
        "Reading submissions",
        "Facts and scores",
        "Outcomes",
        "Disclosure control",
        "Reports",
    ]
