"""Each person's scores before and after: who is compared, how each fared, and nothing that says who it is."""

from collections.abc import Callable

import polars as pl

from instruments import Library
from pipeline.outcomes.person_change import person_change
from pipeline.outcomes.score_change import score_change
from pipeline.plan import Evaluation
from pipeline.schemas import ANALYST

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# Half the norm's SD is 5; `z` is scored before only, and nobody enrolled `w`.
EASE = {"a": (60.0, 54.0), "b": (40.0, 45.0), "c": (40.0, 44.9), "z": (41.0, None), "w": (10.0, 90.0)}


def found(
    library: Library, scores: pl.DataFrame, members: pl.DataFrame, plan: Evaluation, alphas: pl.DataFrame
) -> pl.DataFrame:
    changes = score_change(scores, members, plan, library, alphas)
    table = person_change(scores, members, plan, library, changes)
    return ANALYST["analyst.person_change"].validate(table)


def test_persons_stand_by_their_scores_and_fare_by_the_threshold(
    library: Library,
    no_reliability: pl.DataFrame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
) -> None:
    plan = make_evaluation({"scales": ["ease"], "threshold": "half_sd"})
    table = found(library, score_rows("ease", EASE), members_of("a b c z"), plan, no_reliability)
    assert table.select("place", "pre", "post", "change", "outcome").rows() == [
        (1, 40.0, 44.9, 4.9, "unchanged"),
        (2, 40.0, 45.0, 5.0, "improved"),
        (3, 60.0, 54.0, -6.0, "worsened"),
    ]


def test_a_lower_score_is_better_where_the_scale_says_so(
    library: Library,
    no_reliability: pl.DataFrame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
) -> None:
    plan = make_evaluation({"scales": ["worry"], "threshold": "mid"})
    scores = score_rows("worry", {"a": (10.0, 8.0), "b": (9.0, 12.0)})
    table = found(library, scores, members_of("a b"), plan, no_reliability)
    assert table.select("pre", "change", "outcome").rows() == [
        (9.0, -3.0, "worsened"),
        (10.0, 2.0, "improved"),
    ]


def test_no_threshold_no_outcome_and_a_group_counts_nobody_twice(
    library: Library,
    no_reliability: pl.DataFrame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
) -> None:
    plan = make_evaluation({"scales": ["rank"]})
    scores = score_rows("rank", {"a": (3.0, 4.0)})
    table = found(library, scores, members_of("a", sex={"f": "a"}), plan, no_reliability)
    assert table["outcome"].to_list() == [None]


def test_the_table_names_nobody(
    library: Library,
    no_reliability: pl.DataFrame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
) -> None:
    """The same persons under other names give the same table: no name, and no order by name, is in it."""
    plan = make_evaluation({"scales": ["ease", "calm"]})
    renamed = {"a": "d", "b": "c", "c": "b", "z": "a"}

    def of(names: dict[str, str]) -> pl.DataFrame:
        persons = {names[name]: waves for name, waves in EASE.items() if name in names}
        turned = {name: tuple(reversed(waves)) for name, waves in persons.items() if None not in waves}
        scores = pl.concat([score_rows("ease", persons), score_rows("calm", turned)])
        return found(library, scores, members_of(" ".join(names.values())), plan, no_reliability)

    assert of({name: name for name in renamed}).equals(of(renamed))
