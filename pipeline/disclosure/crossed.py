"""Those of whom one attribute of a two-way breakdown is not known, and how they add up over the other.

Whoever sees Kurzeme, and the women and the men of Kurzeme, sees those of Kurzeme whose sex is not known. Over all
regions these are, with those of whom neither is known, all whose sex is not known: which everybody sees as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from pipeline.breakdowns import BY, attributes_of, values_of
from pipeline.disclosure.groups import ALL, MUNICIPALITY, REGION, Family, Group, Nesting, Rest


class Crossing(NamedTuple):
    """Families whose rests add up: the parts' and those of whom neither is known are together the wholes'.

    neither: the scope (`all`, or a region) and the two-way breakdown; the same from either side.
    """

    wholes: tuple[Family, ...]
    parts: tuple[Family, ...]
    neither: Rest


def crossings(families: Collection[Family], nesting: Nesting) -> Iterator[Crossing]:
    """Give the crossings among some families."""
    by_rest = {(family.whole, family.breakdown): family for family in families}
    parts: dict[tuple[Group, str, str], list[Family]] = {}
    for family in families:
        if len(attributes_of(family.breakdown)) > 1 and family.whole != ALL:
            missing = _missing(family)
            scope = _scope(family, missing, by_rest, nesting)
            parts.setdefault((scope, family.breakdown, missing), []).append(family)
    for (scope, breakdown, missing), found in parts.items():
        wholes = _not_known(scope, missing, by_rest)
        if wholes:
            yield Crossing(tuple(by_rest[rest] for rest in wholes), tuple(found), (scope, breakdown))


def _missing(family: Family) -> str:
    """The attribute that is not known of those in none of the parts."""
    known = values_of(*family.whole)
    return next(name for name in attributes_of(family.breakdown) if name not in known)


def _scope(family: Family, missing: str, by_rest: Collection[Rest], nesting: Nesting) -> Group:
    """The group within which rests add up: a region where its own rest is there, else everybody."""
    values = values_of(*family.whole)
    region = nesting.region_of(values[MUNICIPALITY]) if MUNICIPALITY in values else ALL
    if REGION in values and len(values) > 1:
        region = (REGION, values[REGION])
    return region if _not_known(region, missing, by_rest) else ALL


def _not_known(scope: Group, missing: str, by_rest: Collection[Rest]) -> list[Rest]:
    """Those in a scope of whom an attribute is not known, as the rests that they are published by."""
    if scope != ALL:
        of_region = [(scope, MUNICIPALITY if missing == MUNICIPALITY else BY.join((REGION, missing)))]
        return [rest for rest in of_region if rest in by_rest]
    if missing == MUNICIPALITY and (ALL, REGION) in by_rest:
        in_regions = [rest for rest in by_rest if rest[0][0] == REGION and rest[1] == MUNICIPALITY]
        return [(ALL, REGION), *in_regions]
    return [(ALL, missing)] if (ALL, missing) in by_rest else []
