"""Evaluations that come every year: one entry of the plan with `years`, a copy of it a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class YearsError(ValueError):
    """The years of an entry can't be used: says what is expected."""


def each_year(entry: Any) -> Iterator[Any]:
    """Give an entry as it is, or a copy for each of its `years` (a list, or `from` and `to`).

    In a copy, {year}, {previous_year} and {next_year} in any text are that year and its neighbours.
    """
    if not isinstance(entry, Mapping) or "years" not in entry:
        yield entry
        return
    rest = {key: value for key, value in entry.items() if key != "years"}
    for year in _years(entry["years"]):
        names = {"{year}": year, "{previous_year}": year - 1, "{next_year}": year + 1}
        yield _filled(rest, {name: str(value) for name, value in names.items()})


def _years(given: Any) -> list[int]:
    if isinstance(given, Mapping) and set(given) == {"from", "to"}:
        first, last = given["from"], given["to"]
        if isinstance(first, int) and isinstance(last, int) and first <= last:
            return list(range(first, last + 1))
    if isinstance(given, list) and given and all(isinstance(year, int) for year in given):
        return given
    raise YearsError("`years` is a list such as [2020, 2021], or {from: 2020, to: 2024}")


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    """The value with the years put into every text of it."""
    if isinstance(value, Mapping):
        return {_filled(key, names): _filled(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, names) for part in value]
    if isinstance(value, str):
        for name, year in names.items():
            value = value.replace(name, year)
    return value
