"""Table mart.programme_cost: what a programme would cost in the whole country, in exact decimals.

The inputs stand in `pipeline/programmes/*.yaml`, dated and sourced; nothing is solved backwards from a total.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Annotated

import polars as pl
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.outcomes.frames import mart_frame

MONTHS = 12
CENT = Decimal("0.01")
POST_DIGITS = Decimal("0.0001")


class ProgrammeError(Exception):
    """A programme's file can't be used: says which file, where in it, and what is expected."""


def _not_a_float(value: object) -> object:
    """Refuse a number that YAML has read as a float: it may have lost cents already."""
    if isinstance(value, float):
        raise ValueError('write the number in quotes, as "123.45": unquoted it is no exact decimal')  # noqa: TRY004
    return value


Exact = Annotated[Decimal, BeforeValidator(_not_a_float), Field(ge=0)]


class Part(BaseModel):
    """A part of a programme's file: never changed once read, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(Part):
    """A published line about some of the persons: what they need or take up."""

    line: str
    persons: int = Field(gt=0)
    eur_year: Exact | None = None


class Variant(Part):
    """The published inputs of one variant of the calculation; amounts in euro a year."""

    variant: str
    persons: int = Field(gt=0)
    persons_per_post: int = Field(gt=0)
    services_year: Exact
    staff_year: Exact
    administration_share: Exact
    groups: tuple[Group, ...] = ()


class Programme(Part):
    """A programme's cost inputs, as published on a day; lines are rounded to `rounded_to` euro."""

    programme: str
    date: dt.date
    source: str
    rounded_to: Annotated[Decimal, BeforeValidator(_not_a_float), Field(gt=0)]
    variants: tuple[Variant, ...] = Field(min_length=1)


def load_programmes() -> tuple[Programme, ...]:
    """Read the shipped programmes, in the order of their file names."""
    found = sorted((files("pipeline") / "programmes").iterdir(), key=lambda path: path.name)
    return tuple(
        parse_programme(path.read_text(encoding="utf-8"), path.name)
        for path in found
        if path.name.endswith(".yaml")
    )


def parse_programme(content: str, name: str) -> Programme:
    """Read a programme from YAML text. Raises ProgrammeError naming the file, the place and the mend."""
    try:
        return Programme.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise ProgrammeError(f"{name}: not readable as YAML; check indentation and quotes") from error
    except ValidationError as error:
        problem = error.errors()[0]
        place = " > ".join(str(part) for part in problem["loc"]) or "the file"
        message = problem["msg"].removeprefix("Value error, ")
        raise ProgrammeError(f"{name}: {place}: {message}") from error


def programme_cost(programmes: tuple[Programme, ...]) -> pl.DataFrame:
    """Return mart.programme_cost: the lines of every variant of every programme.

    `input` lines hold published figures; only the month of `services` and `staff`, a twelfth of the year, is
    ours. `computed` lines follow: posts, administration, total, the halves of municipality and state.
    """
    rows = [
        {"programme": programme.programme, "variant": variant.variant, **line}
        for programme in programmes
        for variant in programme.variants
        for line in (*_input_lines(variant, programme.rounded_to), *_results(variant, programme.rounded_to))
    ]
    return mart_frame("mart.programme_cost", rows)


def _input_lines(variant: Variant, unit: Decimal) -> Iterator[dict[str, object]]:
    """Give the published lines: persons, groups of persons, services, staff."""
    yield _line("persons", "input", persons=Decimal(variant.persons))
    for group in variant.groups:
        yield _line(group.line, "input", Decimal(group.persons), group.eur_year)
    for name, year in (("services", variant.services_year), ("staff", variant.staff_year)):
        yield _line(name, "input", eur_year=year, eur_month=_month(year, unit))


def _results(variant: Variant, unit: Decimal) -> Iterator[dict[str, object]]:
    """Give the computed lines.

    Every line is rounded half up to the programme's unit before it is added. A month's total is the sum of
    its rounded lines, not a twelfth of the year's. The year's halves are exact to the cent and add up to the
    total, an odd cent being the state's; the month's are the half, half up.
    """
    services, staff = variant.services_year, variant.staff_year
    administration = _half_up(variant.administration_share * (services + staff), unit)
    year = services + staff + administration
    month = sum((_month(part, unit) for part in (services, staff, administration)), Decimal(0))
    # Cut, not rounded, after four decimals: whoever prints two then rounds once, not twice.
    posts = (Decimal(variant.persons) / variant.persons_per_post).quantize(POST_DIGITS, ROUND_DOWN)
    municipality_year = (year / 2).quantize(CENT, ROUND_DOWN)
    half_month = _half_up(month / 2, CENT)
    yield _line("posts", "computed", persons=posts)
    yield _line("administration", "computed", eur_year=administration, eur_month=_month(administration, unit))
    yield _line("total", "computed", eur_year=year, eur_month=month)
    yield _line("municipality", "computed", eur_year=municipality_year, eur_month=half_month)
    yield _line("state", "computed", eur_year=year - municipality_year, eur_month=half_month)


def _line(
    name: str,
    source: str,
    persons: Decimal | None = None,
    eur_year: Decimal | None = None,
    eur_month: Decimal | None = None,
) -> dict[str, object]:
    return {
        "line": name,
        "source": source,
        "persons": persons,
        "eur_year": eur_year,
        "eur_month": eur_month,
    }


def _month(eur_year: Decimal, unit: Decimal) -> Decimal:
    return _half_up(eur_year / MONTHS, unit)


def _half_up(amount: Decimal, unit: Decimal) -> Decimal:
    """Round half up to a multiple of `unit`, which is a power of ten: 0.01, 1."""
    return amount.quantize(unit, ROUND_HALF_UP)
