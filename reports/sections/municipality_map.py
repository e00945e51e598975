"""Where the municipalities of an evaluation lie: the tile map of Latvia."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from reports.context import Row, View
from reports.document import Figure
from reports.figures import Tile, TileMap
from reports.figures.tiles import Look

# What follows a municipality's own name in the register; on a tile there is no room for it.
_KINDS = (" valstspilsēta", " novads", " pilsēta")


def of_today(view: View) -> Mapping[str, str]:
    """For each municipality of the register the one that it is or has become part of, now in force."""
    rows = view.context.rows("meta.municipality_successor")
    return {row["municipality_code"]: row["successor_code"] for row in rows if row["valid_to"] is None}


def short_name(name: str) -> str:
    """A municipality's name without its kind."""
    for kind in _KINDS:
        name = name.removesuffix(kind)
    return name


def _tile_names(view: View, rows: list[Row]) -> list[str]:
    """A short name for each tile; a city that shares it with the municipality around it says that it is one."""
    names, city = [short_name(row["name_lv"]) for row in rows], view.words.say("city")
    return [
        f"{name} ({city})" if names.count(name) > 1 and row["kind"] == "valstspilseta" else name
        for name, row in zip(names, rows, strict=True)
    ]


def participants_map(view: View, participants: Mapping[str, int | None]) -> Figure | None:
    """Persons with services by municipality of today; None for a count that is hidden.

    Municipalities that have merged since stand in one tile: its count is hidden when one of theirs is.
    """
    today, merged = of_today(view), dict[str, int | None]()
    for code, persons in participants.items():
        own = today.get(code, code)
        before = merged.get(own, 0)
        merged[own] = None if persons is None or before is None else before + persons
    shown = [persons for persons in merged.values() if persons is not None]
    middle = median(shown) if shown else 0
    tiles = _tiles(view, {code: _look(persons, middle) for code, persons in merged.items()}, merged)
    if not tiles:
        return None
    say, words = view.words.say, view.words
    names: dict[Look, str] = {
        "some": say("persons: up to {n}", n=words.number(middle, int(middle % 1 != 0))),
        "many": say("more"),
        "hidden": say("not shown"),
    }
    legend = tuple((look, names[look]) for look in names if any(tile.look == look for tile in tiles))
    told = "; ".join(
        f"{view.group('municipality', code)}: {words.number(persons, hidden=True)}"
        for code, persons in merged.items()
    )
    alt = say(
        "Squares for the municipalities, placed roughly where they lie. Persons with services: {values}.",
        values=told,
    )
    caption = say("Persons with services by municipality, as the municipalities are today")
    return Figure("municipalities-map", caption, alt, TileMap(tiles, legend).svg())


def _look(persons: int | None, middle: float) -> Look:
    if persons is None:
        return "hidden"
    return "many" if persons > middle else "some"


def _tiles(view: View, looks: Mapping[str, Look], persons: Mapping[str, int | None]) -> tuple[Tile, ...]:
    """A tile for each municipality that the register has a place for."""
    rows = [row for row in view.context.rows("meta.municipality") if row["tile_x"] is not None]
    return tuple(
        Tile(
            row["tile_x"],
            row["tile_y"],
            name,
            _shown(view, persons.get(row["municipality_code"])),
            looks.get(row["municipality_code"], "none"),
        )
        for name, row in zip(_tile_names(view, rows), rows, strict=True)
    )


def _shown(view: View, persons: int | None) -> str:
    return "" if persons is None else view.words.number(persons)
