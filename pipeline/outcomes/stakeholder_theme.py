"""Table analyst.stakeholder_theme: which terms come up in the remarks; counted, never quoted."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pipeline import schemas

TABLE = "analyst.stakeholder_theme"
SHORTEST = 4
"""Letters of the shortest word that counts; shorter ones are mostly function words in both languages."""
STEM = 6
"""Words that share their first letters are one term: cutting words off finds inflected forms about as well as
stemmers do in languages with many endings (McNamee & Mayfield 2004)."""
FUNCTION_WORDS = (
    *("arī", "bija", "būtu", "caur", "esmu", "gan", "jābūt", "jums", "kāda", "kāds", "kopā", "kuri", "kurš"),
    *("lai", "ļoti", "mums", "nebija", "netika", "pašlaik", "pat", "priekš", "savu", "starp", "šajā", "tiek"),
    *("tika", "tikai", "tomēr", "vairāk", "varētu", "viņa", "viņi", "visi", "about", "also", "been", "could"),
    *(
        "from",
        "have",
        "into",
        "just",
        "more",
        "much",
        "only",
        "other",
        "should",
        "some",
        "than",
        "that",
        "their",
    ),
    *(
        "them",
        "then",
        "there",
        "they",
        "this",
        "very",
        "were",
        "what",
        "when",
        "which",
        "will",
        "with",
        "would",
    ),
)


def stakeholder_theme(
    answers: pl.DataFrame, min_cell: int, years: Iterable[int] | None = None
) -> pl.DataFrame:
    """Return the terms that at least `min_cell` respondents of a role used in their remarks of a year.

    answers: record.stakeholder_answer as it stands: respondent_id, year, role, item, free_text. years: those that
    are wanted, all by default. Text with digits (telephones, dates, addresses) gives no term. No remark as written
    and no term of few respondents is in the result.
    """
    remarks = answers.filter(pl.col("free_text").is_not_null())
    if years is not None:
        remarks = remarks.filter(pl.col("year").is_in(list(years)))
    by = ["year", "role", "item"]
    written = remarks.group_by(by).agg(remarks=pl.col("respondent_id").n_unique())
    words = _words(remarks)
    forms = words.group_by(*by, "stem", "word").len().sort("len", "word", descending=[True, False])
    commonest = forms.group_by(*by, "stem", maintain_order=True).agg(term=pl.col("word").first())
    counted = words.group_by(*by, "stem").agg(respondents=pl.col("respondent_id").n_unique())
    table = (
        counted.filter(pl.col("respondents") >= min_cell)
        .join(commonest, on=[*by, "stem"])
        .join(written, on=by)
    )
    schema = schemas.TABLES[TABLE]
    return schemas.checked(schema, table.select(schema.column_names()).sort(schema.primary_key()))


def _words(remarks: pl.DataFrame) -> pl.DataFrame:
    """A row a word of a remark, with the stem it is counted by."""
    words = (
        remarks.select(
            "respondent_id",
            "year",
            "role",
            "item",
            word=pl.col("free_text").str.to_lowercase().str.extract_all(r"[\w@.+-]+"),
        )
        .explode("word")
        .with_columns(pl.col("word").str.strip_chars(".-+@"))
        .filter(pl.col("word").str.contains(r"^\pL+$"))
    )
    counted = pl.col("word").str.len_chars() >= SHORTEST
    return words.filter(counted & ~pl.col("word").is_in(FUNCTION_WORDS)).with_columns(
        stem=pl.col("word").str.head(STEM)
    )
