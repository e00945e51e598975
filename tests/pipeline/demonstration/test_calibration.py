import numpy as np
import polars as pl
import pytest

from instruments import Library, load_library, score_wide
from pipeline.demonstration.answers import item_answers
from pipeline.demonstration.calibration import Aim, Ladder, calibrated_sums

# A scale of five sums whose steps grow towards its ends, as conversion tables do.
LADDER = Ladder.of({3: 20, 4: 38, 5: 41, 6: 44, 7: 47, 8: 50, 9: 53, 10: 71})


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_means_come_out_at_the_aim() -> None:
    rng = np.random.default_rng(1)
    n = 60
    before, after = np.ones(n, dtype=bool), np.ones(n, dtype=bool)
    before[:3], after[50:] = False, False
    aim = Aim(mean_post=46.3, mean_change=1.2, sd=4, sd_change=3)
    pre, post = calibrated_sums(LADDER, aim, rng.normal(size=n), rng.normal(size=n), (before, after))
    scores = dict(zip(LADDER.sums.tolist(), LADDER.scores.tolist(), strict=True))
    scored_pre = np.array([scores[total] for total in pre.tolist()])
    scored_post = np.array([scores[total] for total in post.tolist()])
    pairs = before & after
    # A step is worth 3 of 47 pairs, so a mean can be met to 0.03.
    assert scored_post[pairs].mean() == pytest.approx(46.3, abs=0.04)
    assert (scored_post - scored_pre)[pairs].mean() == pytest.approx(1.2, abs=0.08)
    assert scored_post[after].mean() == pytest.approx(46.3, abs=0.05)


def test_long_steps_at_the_ends_are_not_used() -> None:
    # From 20 up and from 71 down the steps are 18; from 53 up, too; the ordinary step is 3.
    rungs = np.array([0, 1, 6, 7])
    assert LADDER.gains(rungs, 1).tolist() == [0, 3, 0, 0]
    assert LADDER.gains(rungs, -1).tolist() == [0, 0, -3, 0]


@pytest.mark.parametrize("scale_id", ["physical_wellbeing", "moods_and_emotions", "social_acceptance"])
def test_answers_are_scored_as_the_sums_say(scale_id: str, library: Library) -> None:
    """Reversed and recoded items, and blanks that are made up for, still give the sum's score."""
    measure = library["kidscreen52"]
    scale = measure.scale(scale_id)
    ladder = Ladder.of(scale.conversion["proxy"].scores)
    sums = np.repeat(ladder.sums, 12)
    answers = item_answers(measure, scale, "proxy", sums, np.random.default_rng(3))
    printed = np.column_stack(list(answers.values()))
    assert ((printed >= 1) & (printed <= 5) | np.isnan(printed)).all()
    frame = pl.DataFrame(answers).fill_nan(None)
    scored = score_wide(frame, measure, "parent")[scale_id].struct.unnest()
    expected = np.repeat(ladder.scores, 12)
    assert scored["score"].to_list() == expected.tolist()
    assert scored["prorated"].any() == bool(scale.allowed_missing)
