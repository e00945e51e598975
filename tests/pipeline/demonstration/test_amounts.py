import pytest

from pipeline.demonstration.amounts import apportion, euro_text


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        # Shares 2.5, 5, 2.5: whole parts 2, 5, 2; of the equal remainders the first gets the one left over.
        (10, [1, 2, 1], [3, 5, 2]),
        # Shares 0.7, 0.7, 5.6: whole parts 0, 0, 5; the remainders .7 and .7 come before .6.
        (7, [1, 1, 8], [1, 1, 5]),
        (0, [1, 1], [0, 0]),
    ],
)
def test_largest_remainder(total: int, weights: list[float], expected: list[int]) -> None:
    assert apportion(total, weights).tolist() == expected


def test_everybody_gets_the_minimum() -> None:
    # One each; the other 3 go to the only one with weight.
    assert apportion(6, [0, 0, 1], minimum=1).tolist() == [1, 1, 4]


def test_too_small_a_total_is_refused() -> None:
    with pytest.raises(ValueError, match="2 can't be split into 3"):
        apportion(2, [1, 1, 1], minimum=1)


def test_cents_as_text() -> None:
    assert [euro_text(cents) for cents in (1205, 7, -40)] == ["12.05", "0.07", "-0.40"]
