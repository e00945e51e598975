"""No CSV that is written out lets a cell become a formula."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.formulas import harmless


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('=HYPERLINK("http://example.org")', '\'=HYPERLINK("http://example.org")'),
        ("+371 abc", "'+371 abc"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-1.5", "-1.5"),
        ("+2,5", "+2,5"),
        ("a=b", "a=b"),
        ("", ""),
        (None, None),
    ],
)
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(
    text: str | None, written: str | None
) -> None:
    texts = pl.Series("text", [text], dtype=pl.String)
    for frame in (texts.to_frame(), texts.cast(pl.Categorical).to_frame()):
        assert harmless(frame)["text"].to_list() == [written]


def test_numbers_stay_numbers() -> None:
    frame = pl.DataFrame({"number": [-1.5, None]})
    assert harmless(frame).equals(frame)
