import numpy as np
import pytest

from pipeline.demonstration.icf import spread


def test_every_chapter_gets_its_number_and_everybody_a_chapter() -> None:
    counts = {"d1": 5, "d2": 3, "d3": 2}
    persons = ["a", "b", "c", "d", "e", "f"]
    given = spread(counts, persons, {("a", "d3")}, np.random.default_rng(4))
    assert {chapter: sum(one == chapter for _, one in given) for chapter in counts} == counts
    assert {person for person, _ in given} == set(persons)
    assert ("a", "d3") not in given


def test_more_persons_than_places_are_refused() -> None:
    with pytest.raises(ValueError, match="can't be spread"):
        spread({"d1": 1}, ["a", "b"], set(), np.random.default_rng(4))
