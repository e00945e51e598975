"""Column kinds that recur, so that a quantity has one type, range and unit wherever it stands."""

from __future__ import annotations

import dataframely as dy

PARTICIPANT = "Pseudonym of the person."
SUPPRESSED = (
    "True when disclosure control hides the figures of the row outside the restricted zone; "
    "single counts may be hidden where it is false."
)
POPULATION = "`all` or the breakdown: municipality, region, sex, age_band, …; two-way: region_by_sex, …"
GRP = "Value of the breakdown, of a two-way one both (kurzeme | f); `all` for all. A municipality by its ATVK code."
REASON = "Why a figure of this row is null; null when none is."


def key(description: str) -> dy.String:
    """Text that is part of a table's key."""
    return dy.String(primary_key=True, description=description)


def coded_key(description: str, values: tuple[str, ...]) -> dy.String:
    """Text that is part of a table's key and must be one of a few codes."""
    return dy.String(
        primary_key=True,
        check=lambda column: column.is_in(values),
        description=description,
        metadata={"values": values},
    )


def text(description: str, *, nullable: bool = False) -> dy.String:
    """Text that is not part of the key."""
    return dy.String(nullable=nullable, description=description)


def enumeration(description: str, *, primary_key: bool = True) -> dy.String:
    """Text of few values; an ENUM in the research database."""
    return dy.String(primary_key=primary_key, description=description, metadata={"enum": True})


def repeated(description: str, values: tuple[str, ...] = ()) -> dy.String:
    """Text of few values that millions of rows repeat, not part of the key: an ENUM in the warehouse.

    values: the codes it must be one of, where they are known. Never for a text that may name a person: an ENUM
    keeps its values when the rows are erased.
    """
    return dy.String(
        check=(lambda column: column.is_in(values)) if values else None,
        description=description,
        metadata={"values": values, "repeated": True} if values else {"repeated": True},
    )


def coded(description: str, values: tuple[str, ...], *, nullable: bool = False) -> dy.String:
    """Text that must be one of a few codes."""
    return dy.String(
        nullable=nullable,
        check=lambda column: column.is_in(values),
        description=description,
        metadata={"values": values},
    )


def count(description: str, *, unit: str = "persons", nullable: bool = False) -> dy.Int64:
    """A count, zero or more."""
    return dy.Int64(nullable=nullable, min=0, description=description, metadata={"unit": unit})


def figure(description: str, *, unit: str | None = None, minimum: float | None = None) -> dy.Float64:
    """A computed figure: a finite number or null."""
    return dy.Float64(
        nullable=True, min=minimum, description=description, metadata={"unit": unit} if unit else None
    )


def share(description: str) -> dy.Float64:
    """A share, 0 to 1, or null."""
    return dy.Float64(nullable=True, min=0, max=1, description=description, metadata={"unit": "share 0-1"})


def probability(description: str) -> dy.Float64:
    """A p-value, 0 to 1, or null."""
    return dy.Float64(nullable=True, min=0, max=1, description=description, metadata={"unit": "probability"})


def euro(description: str, *, nullable: bool = False, digits: int = 2) -> dy.Decimal:
    """An exact amount of money."""
    return dy.Decimal(18, digits, nullable=nullable, description=description, metadata={"unit": "EUR"})


def flag(description: str) -> dy.Bool:
    """True or false."""
    return dy.Bool(description=description)


def date(description: str, *, nullable: bool = True) -> dy.Date:
    """A day in the calendar."""
    return dy.Date(nullable=nullable, description=description)
