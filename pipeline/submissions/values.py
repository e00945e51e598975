"""The kinds of values that a cell may hold, and how a text becomes one: vectorised, null when it is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.submissions.problems import Finding, Words
from pipeline.submissions.wording import not_an_option, outside, unknown_code

Parse = Callable[[pl.Expr], pl.Expr]

_EURO = pl.Decimal(18, 2)
_UNITS = pl.Decimal(18, 4)
_WIDE = pl.Decimal(38, 12)
_ROUNDING_NOISE = 1e-6
_TIME_OF_DAY = r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?$"
# Spreadsheets count days from here (ECMA-376 part 1, 18.17.4.1); numbers from 1954 to 2064 are taken for days.
_SERIAL_ZERO = pl.lit(dt.date(1899, 12, 30))
_SERIAL_DAYS = (20_000, 60_000)


@dataclass(frozen=True)
class ValueType:
    """How a cell's text is read.

    parse: from a trimmed text to the typed value; null when the text is none.
    finding: the rule that is then broken.
    """

    parse: Parse
    finding: Finding


def _parse_date(text: pl.Expr) -> pl.Expr:
    """Return a day from ISO or dd.mm.yyyy, or from the number by which a spreadsheet keeps a day.

    A time of day behind it, as survey tools and spreadsheets write it, is dropped.
    """
    plain = text.str.replace(_TIME_OF_DAY, "").str.strip_suffix(".")
    iso = pl.when(plain.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$")).then(plain)
    local = pl.when(plain.str.contains(r"^\d{1,2}\.\d{1,2}\.\d{4}$")).then(plain)
    day = pl.coalesce(iso.str.to_date("%Y-%m-%d", strict=False), local.str.to_date("%d.%m.%Y", strict=False))
    serial = pl.when(plain.str.contains(r"^[1-6]\d{4}$")).then(plain).cast(pl.Int32, strict=False)
    kept = pl.when(serial.is_between(*_SERIAL_DAYS)).then(_SERIAL_ZERO + pl.duration(days=serial))
    return pl.coalesce(pl.when(day.dt.year().is_between(1900, 2100)).then(day), kept.cast(pl.Date))


def _parse_month(text: pl.Expr) -> pl.Expr:
    """Return the first day of a month from 2019-03 or 03.2019, or from that day itself."""
    iso = pl.when(text.str.contains(r"^\d{4}-\d{1,2}$")).then(text + "-01")
    local = pl.when(text.str.contains(r"^\d{1,2}\.\d{4}$")).then("01." + text)
    day = _parse_date(pl.coalesce(iso, local, text))
    return pl.when(day.dt.day() == 1).then(day)


def _parse_number(text: pl.Expr) -> pl.Expr:
    number = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _parse_integer(text: pl.Expr) -> pl.Expr:
    number = _parse_number(text)
    whole = (number == number.round(0)) & (number.abs() < 1e15)
    return pl.when(whole).then(number).cast(pl.Int64, strict=False)


def _parse_amount(places: int) -> Parse:
    """Return a parser of exact decimals; more decimals than `places` are refused unless mere float noise."""
    target = _EURO if places == 2 else _UNITS

    def parse(text: pl.Expr) -> pl.Expr:
        plain = text.str.replace_all(r"[\s\u00A0\u202F]|€|EUR", "")
        # Where both signs stand, the last one is the decimal sign: 1.234,50 and 1,234.50.
        grouped = (
            pl.when(plain.str.contains(r"^-?\d{1,3}(\.\d{3})+,\d+$"))
            .then(plain.str.replace_all(".", "", literal=True))
            .when(plain.str.contains(r"^-?\d{1,3}(,\d{3})+\.\d+$"))
            .then(plain.str.replace_all(",", "", literal=True))
            .otherwise(plain)
            .str.replace(",", ".", literal=True)
        )
        form = pl.when(grouped.str.contains(r"^[+-]?\d{1,12}(\.\d+)?$")).then(grouped.str.strip_prefix("+"))
        exact = form.cast(_WIDE, strict=False)
        rounded = exact.round(places)
        noise = (exact - rounded).cast(pl.Float64).abs()
        return pl.when(noise < _ROUNDING_NOISE).then(rounded).cast(target, strict=False)

    return parse


def _finding(rule: str, en: str, lv: str) -> Finding:
    return Finding(rule, Words(en, lv))


TEXT = ValueType(lambda text: text, _finding("not_text", "text", "teksts"))
DATE = ValueType(
    _parse_date,
    _finding(
        "not_a_date", "a day as 2019-03-31 or 31.03.2019", "datums, piemēram, 31.03.2019 vai 2019-03-31"
    ),
)
MONTH = ValueType(
    _parse_month, _finding("not_a_month", "a month as 2019-03", "mēnesis, piemēram, 2019-03 vai 03.2019")
)
NUMBER = ValueType(_parse_number, _finding("not_a_number", "a number", "skaitlis"))
EURO = ValueType(
    _parse_amount(2),
    _finding(
        "not_an_amount", "an amount in euro to the cent, as 12.50", "summa eiro ar centiem, piemēram, 12,50"
    ),
)
UNITS = ValueType(
    _parse_amount(4),
    _finding(
        "not_an_amount", "a number with at most 4 decimals", "skaitlis ar ne vairāk kā 4 zīmēm aiz komata"
    ),
)
CODE_WORD = ValueType(
    lambda text: pl.when(text.str.to_lowercase().str.contains(r"^[a-z][a-z0-9_]{0,39}$")).then(
        text.str.to_lowercase()
    ),
    _finding(
        "not_a_code",
        "a code of Latin letters, digits and underscores, as group_home",
        "kods no latīņu burtiem, cipariem un pasvītrām, piemēram, group_home",
    ),
)


def codes(values: Sequence[str], rule: str = "unknown_code") -> ValueType:
    """Return the type of a text that must be one of a few codes; case doesn't matter."""

    def parse(text: pl.Expr) -> pl.Expr:
        lower = text.str.to_lowercase()
        return pl.when(lower.is_in(list(values))).then(lower)

    return ValueType(parse, unknown_code(values, rule))


def integers(low: int, high: int) -> ValueType:
    """Return the type of a whole number in a range."""

    def parse(text: pl.Expr) -> pl.Expr:
        number = _parse_integer(text)
        return pl.when(number.is_between(low, high)).then(number)

    return ValueType(parse, outside(low, high))


def one_of_numbers(values: Sequence[int]) -> ValueType:
    """Return the type of a whole number that must be one of a few."""

    def parse(text: pl.Expr) -> pl.Expr:
        number = _parse_integer(text)
        return pl.when(number.is_in(list(values))).then(number)

    return ValueType(parse, not_an_option(values))


def _yes_or_no(also_yes: str = "") -> ValueType:
    """Return the type of a yes or no; another sign may stand for yes."""

    def parse(text: pl.Expr) -> pl.Expr:
        lower = text.str.to_lowercase()
        said = pl.when(lower == "yes").then(True).when(lower == "no").then(False)
        return pl.coalesce(pl.when(lower == also_yes).then(True), said) if also_yes else said

    return ValueType(parse, unknown_code(("yes", "no")))


YES_NO = _yes_or_no()
PLUS_OR_YES_NO = _yes_or_no("+")
