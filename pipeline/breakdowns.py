"""Breakdowns of an evaluation's participants: by one attribute, or by two at once.

A two-way breakdown is the population `region_by_sex`, its groups `kurzeme | f`: the values of both, in the order of
ATTRIBUTES. Nobody is in it of whom one of the two is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Attribute = Literal[
    "municipality", "region", "sex", "age_band", "care_level", "residence", "target_group", "arm"
]
Breakdown = Attribute | tuple[Attribute, Attribute]
ATTRIBUTES: tuple[Attribute, ...] = get_args(Attribute)
BY = "_by_"
AND = " | "
IN_NO_GROUP = ""
"""The value of those of whom an attribute is not known."""


def read_breakdown(given: object) -> Breakdown:
    """Return a breakdown as the plan states it: a name, or a list of two. Raises ValueError with the mend."""
    if isinstance(given, str):
        return _attribute(given)
    if not isinstance(given, Sequence):
        given = [given]
    found = sorted({_attribute(name) for name in given}, key=ATTRIBUTES.index)
    if len(given) != 2 or len(found) != 2:
        stated = ", ".join(str(name) for name in given)
        raise ValueError(
            f"[{stated}] is no breakdown; one attribute stands by itself (sex), a two-way breakdown names two "
            "different ones ([region, sex]), and three-way ones are not made: their groups are too small"
        )
    if found == ["municipality", "region"]:
        raise ValueError("[municipality, region] says no more than `municipality`: each lies in one region")
    if "arm" in found:
        raise ValueError("`arm` stands by itself: those on the waiting list are in no other breakdown")
    return found[0], found[1]


def _attribute(name: object) -> Attribute:
    for known in ATTRIBUTES:
        if name == known:
            return known
    hint = "; a two-way breakdown is written [region, sex]" if BY in str(name) else ""
    raise ValueError(f"`{name}` is no breakdown; known are {', '.join(ATTRIBUTES)}{hint}")


def require_margins(breakdowns: tuple[Breakdown, ...]) -> tuple[Breakdown, ...]:
    """Return the breakdowns. Raises ValueError when one stands twice, or a two-way one without its margins.

    The margins are what a reader adds the groups up to, and what disclosure control ties them to.
    """
    for breakdown in breakdowns:
        if breakdowns.count(breakdown) > 1:
            raise ValueError(f"`{population_of(breakdown)}` stands twice; take one out")
        for margin in breakdown if isinstance(breakdown, tuple) else ():
            if margin not in breakdowns:
                raise ValueError(f"[{', '.join(breakdown)}] needs its margins: add `{margin}` to the list")
    return breakdowns


def population_of(breakdown: Breakdown) -> str:
    """Return the name of the population in the marts."""
    return breakdown if isinstance(breakdown, str) else BY.join(breakdown)


def attributes_of(population: str) -> tuple[str, ...]:
    """Return the attributes of a population: one, or the two of a two-way breakdown."""
    return tuple(population.split(BY))


def values_of(population: str, grp: str) -> Mapping[str, str]:
    """Return the value of each attribute of a group."""
    names = attributes_of(population)
    values = grp.split(AND, 1) if len(names) > 1 else [grp]
    return dict(zip(names, values, strict=True))
