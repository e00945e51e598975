"""The themes of the remarks: counted by respondent, no remark as written, no term of few."""

from __future__ import annotations

import polars as pl

from pipeline.outcomes.stakeholder_theme import stakeholder_theme


def remarks(*texts: str, role: str = "staff", year: int = 2024) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"respondent_id": f"r{place}", "year": year, "role": role, "item": "t1", "free_text": text}
            for place, text in enumerate(texts)
        ]
    )


def terms(frame: pl.DataFrame, min_cell: int = 3) -> dict[str, int]:
    table = stakeholder_theme(frame, min_cell)
    return dict(table.select("term", "respondents").iter_rows())


def test_forms_of_a_word_are_one_term_counted_once_a_respondent() -> None:
    found = terms(
        remarks(
            "Gaidīšanas laiks, gaidīšana!",
            "garā gaidīšana",
            "Gaidīšanai nav gala",
            "tulkotājs slims",
            "tulkotājs",
        )
    )
    assert found == {"gaidīšana": 3}


def test_what_could_name_somebody_gives_no_term() -> None:
    same = "zvanīt 29123456 vai janis.berzins@example.lv, Brīvības 12-34"
    assert set(terms(remarks(same, same, same))) == {"zvanīt", "brīvības"}


def test_roles_years_and_function_words() -> None:
    frame = pl.concat(
        [
            remarks("should have transport", "this transport", "there transport"),
            remarks("transport", "transport", role="recipient"),
        ]
    )
    assert stakeholder_theme(frame, 3).select("role", "term", "remarks").rows() == [("staff", "transport", 3)]
    assert stakeholder_theme(frame, 3, years=[2023]).is_empty()


def test_nobody_wrote_anything() -> None:
    assert stakeholder_theme(remarks("x").clear(), 5).is_empty()
