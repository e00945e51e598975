"""Numbers that know the cell of a table they stand in.

A row hands out its numbers with the cell they come from; what is computed of them knows the formula. As text a
source is an anchor, `table?key=value&…#column` with the row's whole key, percent-encoded, or a formula, which
joins anchors and numbers by `+`, `-`, `*`, `/` and brackets. In `count(…)` and `sum(…)` an anchor tells some
columns' values, an empty one for null, and means all rows that have them: how many there are, of which the
column fulfils the condition behind the anchor, and the column's sum. `fulfilled(…)` is how many of its cells
fulfil their conditions. `in_ten(place, parts…)` shares ten among the parts (Hare, Niemeyer) and means the part
at that place, from 0.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Self
from urllib.parse import quote

from pipeline.schemas import TABLES

Number = float | Decimal


class TableRow(dict[str, Any]):
    """A row of a table whose numbers know their cell; those of the key name the row and are plain."""

    def __init__(self, values: Mapping[str, Any], table: str) -> None:
        super().__init__(values)
        self.table = table

    def __getitem__(self, column: str) -> Any:
        value = super().__getitem__(column)
        sourced = _SOURCED.get(type(value))
        if sourced is None or column in _key(self.table):
            return value
        return sourced.of(value, Cell(self, column))

    def get(self, column: str, default: Any = None) -> Any:
        """The value of a column, or the default when the table has none of that name."""
        return self[column] if column in self else default  # noqa: SIM401 - it would call itself


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell of a table; as text, its anchor."""

    row: TableRow
    column: str

    def __str__(self) -> str:
        key = {name: dict.get(self.row, name) for name in _key(self.row.table)}
        return anchor(self.row.table, key, self.column)


@dataclass(frozen=True, eq=False)
class Formula:
    """Two numbers and what was done with them; as text, the formula."""

    left: Number
    sign: str
    right: Number

    def __str__(self) -> str:
        return f"{_operand(self.left)} {self.sign} {_operand(self.right)}"


@dataclass(frozen=True, eq=False)
class Aggregate:
    """A function of a column in all rows with some values; as text, with its anchor and what is asked of it."""

    function: str
    table: str
    wanted: Mapping[str, object]
    column: str
    condition: str = ""

    def __str__(self) -> str:
        return f"{self.function}({anchor(self.table, self.wanted, self.column)}{self.condition})"


@dataclass(frozen=True, eq=False)
class Fulfilled:
    """How many of some cells fulfil a condition."""

    cells: Sequence[Cell]
    condition: str

    def __str__(self) -> str:
        return f"fulfilled({', '.join(f'{cell}{self.condition}' for cell in self.cells)})"


@dataclass(frozen=True, eq=False)
class Tenths:
    """How many of ten fall to the part at a place, counted from 0, of all parts."""

    place: int
    parts: Sequence[int]

    def __str__(self) -> str:
        return f"in_ten({self.place}, {', '.join(map(_operand, self.parts))})"


Source = Cell | Formula | Aggregate | Fulfilled | Tenths


class _Sourced:
    """A number with its source; it counts, compares and hashes as the number does."""

    source: Source

    @classmethod
    def of(cls, value: Any, source: Source) -> Self:
        made = cls(value)  # type: ignore[call-arg]
        made.source = source
        return made


class SourcedInteger(_Sourced, int):
    """A count with its source."""


class SourcedFloat(_Sourced, float):
    """A figure with its source."""


class SourcedDecimal(_Sourced, Decimal):
    """An amount with its source."""


_SOURCED: Mapping[type, type[_Sourced]] = {int: SourcedInteger, float: SourcedFloat, Decimal: SourcedDecimal}
_NUMBERS = (int, float, Decimal)
_PLAIN: Mapping[type, type] = {sourced: plain for plain, sourced in _SOURCED.items()}


def plain(value: Any) -> Any:
    """The number without its source; anything else as it is."""
    as_plain = _PLAIN.get(type(value))
    return value if as_plain is None else as_plain(value)


def source_of(value: object) -> Source | None:
    """The source of a number; None for a plain one."""
    return getattr(value, "source", None)


def counted(
    number: int, table: str, wanted: Mapping[str, object], column: str = "", condition: str = ""
) -> int:
    """A number of rows of a table that have some values (None: null), and whose column fulfils a condition."""
    return SourcedInteger.of(number, Aggregate("count", table, wanted, column, condition))


def summed(number: int, table: str, wanted: Mapping[str, object], column: str) -> int:
    """The sum of a column over the rows of a table that have some values."""
    return SourcedInteger.of(number, Aggregate("sum", table, wanted, column))


def fulfilled(number: int, rows: Sequence[dict[str, Any]], column: str, condition: str = "") -> int:
    """A number of rows of those whose column fulfils a condition; rows without a table have no anchors."""
    cells = [Cell(row, column) for row in rows if isinstance(row, TableRow)]
    return SourcedInteger.of(number, Fulfilled(cells, condition)) if cells else number


def of_ten(number: int, place: int, parts: Sequence[int]) -> int:
    """How many of ten fall to the part at a place of all parts."""
    return SourcedInteger.of(number, Tenths(place, parts))


def ratio(part: Number, whole: Number) -> Decimal:
    """The part in a whole that isn't zero, exactly."""
    result = _exactly(part) / _exactly(whole)
    known = source_of(part) or source_of(whole)
    return SourcedDecimal.of(result, Formula(part, "/", whole)) if known else result


def _exactly(number: Number) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(plain(number))


def anchor(table: str, key: Mapping[str, object], column: str) -> str:
    """The anchor of a column in the rows with these values in their key."""
    query = "&".join(f"{name}={quote(_text(value), safe='')}" for name, value in key.items())
    return f"{table}?{query}#{column}"


@cache
def _key(table: str) -> tuple[str, ...]:
    return tuple(TABLES[table].primary_key())


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(plain(value))


def _operand(number: Number) -> str:
    source = source_of(number)
    if source is None:
        return str(number)
    return f"({source})" if isinstance(source, Formula) else str(source)


def _operation(sign: str, compute: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """The methods of an operator: with the sourced number on the left, and on the right."""

    def on_the_left(number: Any, other: Any) -> Any:
        return _computed(number, other)

    def on_the_right(number: Any, other: Any) -> Any:
        return _computed(other, number)

    def _computed(left: Any, right: Any) -> Any:
        if not (isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)):
            return NotImplemented
        result = compute(plain(left), plain(right))
        # Sums begin at nought: it tells nothing.
        source = source_of(right) if sign == "+" and source_of(left) is None and not left else None
        return _SOURCED[type(result)].of(result, source or Formula(left, sign, right))

    return on_the_left, on_the_right


for _name, _sign, _compute in (
    ("add", "+", operator.add),
    ("sub", "-", operator.sub),
    ("mul", "*", operator.mul),
    ("truediv", "/", operator.truediv),
):
    _left, _right = _operation(_sign, _compute)
    setattr(_Sourced, f"__{_name}__", _left)
    setattr(_Sourced, f"__r{_name}__", _right)
