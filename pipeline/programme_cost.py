"""Tables mart.programme_cost and mart.programme_financing: what a programme would cost in the whole country.

The inputs stand in `pipeline/programmes/*.yaml`, dated and sourced; nothing is solved backwards from a total.
Everything is computed in exact decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_DOWN, Decimal

import polars as pl

from pipeline.outcomes.frames import mart_frame
from pipeline.programmes import Financing, Programme, Variant
from pipeline.shipped_inputs import CENT, half_up

MONTHS = 12
POST_DIGITS = Decimal("0.0001")
ODD_CENT = "state"
Line = dict[str, object]


def programme_cost(programmes: Iterable[Programme]) -> pl.DataFrame:
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


def _input_lines(variant: Variant, unit: Decimal) -> Iterator[Line]:
    """Give the published lines: persons, groups of persons, services, staff."""
    yield _line("persons", "input", persons=Decimal(variant.persons))
    yield _line("persons_per_post", "input", persons=Decimal(variant.persons_per_post))
    for group in variant.groups:
        yield _line(group.line, "input", Decimal(group.persons), group.eur_year) | {
            "share": _share(group.share)
        }
    for name, year in (("services", variant.services_year), ("staff", variant.staff_year)):
        yield _line(name, "input", eur_year=year, eur_month=_month(year, unit))


def _results(variant: Variant, unit: Decimal) -> Iterator[Line]:
    """Give the computed lines.

    Every line is rounded half up to the programme's unit before it is added. A month's total is the sum of
    its rounded lines, not a twelfth of the year's. The year's halves are exact to the cent and add up to the
    total, an odd cent being the state's; the month's are the half, half up.
    """
    services, staff, total = variant.services_year, variant.staff_year, total_year(variant, unit)
    administration = total - services - staff
    month = sum((_month(part, unit) for part in (services, staff, administration)), Decimal(0))
    # Cut, not rounded, after four decimals: whoever prints two then rounds once, not twice.
    posts = (Decimal(variant.persons) / variant.persons_per_post).quantize(POST_DIGITS, ROUND_DOWN)
    municipality_year = (total / 2).quantize(CENT, ROUND_DOWN)
    half_month = half_up(month / 2, CENT)
    yield _line("posts", "computed", persons=posts)
    yield _line("administration", "computed", None, administration, _month(administration, unit)) | {
        "share": _share(variant.administration_share)
    }
    yield _line("total", "computed", eur_year=total, eur_month=month)
    yield _line("municipality", "computed", eur_year=municipality_year, eur_month=half_month)
    yield _line("state", "computed", eur_year=total - municipality_year, eur_month=half_month)


def total_year(variant: Variant, unit: Decimal) -> Decimal:
    """Return services, staff and administration of a year, administration being a share of the two."""
    paid = variant.services_year + variant.staff_year
    return paid + half_up(variant.administration_share * paid, unit)


def programme_financing(programmes: Iterable[Programme]) -> pl.DataFrame:
    """Return mart.programme_financing: what each would pay a year, by every way of sharing the total.

    Shares are cut to the cent, and what is left over by that is the state's, so that they add up to the total.
    The way with the most points is the chosen one.
    """
    rows = [
        {
            "programme": programme.programme,
            "variant": variant.variant,
            "financing": way.financing,
            "points": way.points,
            "chosen": way.points == max(other.points for other in programme.financing),
            **part,
        }
        for programme in programmes
        for variant in programme.variants
        for way in programme.financing
        for part in _parts(way, total_year(variant, programme.rounded_to))
    ]
    return mart_frame("mart.programme_financing", rows)


def _parts(way: Financing, total: Decimal) -> Iterator[Line]:
    """Give each bearer's share and amount of a year's total."""
    cut = {bearer: (total * share).quantize(CENT, ROUND_DOWN) for bearer, share in way.shares.items()}
    rest = total - sum(cut.values(), Decimal(0))
    takes_rest = ODD_CENT if ODD_CENT in cut else next(iter(cut))
    for bearer, share in way.shares.items():
        extra = rest if bearer == takes_rest else Decimal(0)
        yield {"bearer": bearer, "share": _share(share), "eur_year": cut[bearer] + extra}


def _line(
    name: str,
    source: str,
    persons: Decimal | None = None,
    eur_year: Decimal | None = None,
    eur_month: Decimal | None = None,
) -> Line:
    return {
        "line": name,
        "source": source,
        "persons": persons,
        "eur_year": eur_year,
        "eur_month": eur_month,
    }


def _share(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _month(eur_year: Decimal, unit: Decimal) -> Decimal:
    return half_up(eur_year / MONTHS, unit)
