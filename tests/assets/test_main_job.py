"""The progress that a run shows, and what it says when it fails."""

from __future__ import annotations

from assets.main_job import Stages, mend_of


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


def test_a_full_disk_is_told_with_what_to_do() -> None:
    assert mend_of("IO Error: [Errno 28] No space left on device").endswith(
        "make room on the disk and run again"
    )
    assert mend_of("IO Error: Could not write file: No space left on device").startswith("; ")


def test_another_error_says_so_itself() -> None:
    assert mend_of("inbox/town/goals.csv: row 3: …") == ""
    assert mend_of(None) == ""
