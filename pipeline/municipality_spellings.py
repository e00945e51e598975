"""How the ten municipalities of the adult pilot, and the cities, are written beside their official names.

Each has a code to 2021-06-30 and one after; the day decides which is meant. The old districts (rajons, before
2009) are other territories and not listed; nor is a bare name that means a city and a novads.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_JELGAVA = (
    "Jelgavas pilsēta",
    "Jelgavas valstspilsēta",
    "Jelgava",
    "Jelgavas pils.",
    "Jelgavas p.",
    "Jelgava (pilsēta)",
    "Jelgavas republikas pilsēta",
    "Jelgava city",
    "City of Jelgava",
    "Jelgava State City",
    "Елгава",
    "LV-JEL",
)
_BAUSKA = (
    "Bauskas novads",
    "Bauskas nov.",
    "Bauskas n.",
    "Bauska",
    "Bauskas novada pašvaldība",
    "Bauska Municipality",
    "Bauska county",
    "Bauska district",
    "Бауский край",
    "LV-016",
)
_LIEPAJA = (
    "Liepājas pilsēta",
    "Liepājas valstspilsēta",
    "Liepāja",
    "Liepājas pils.",
    "Liepāja city",
    "City of Liepaja",
    "Лиепая",
    "Libau",
    "LV-LPX",
)
_TALSI = (
    "Talsu novads",
    "Talsu nov.",
    "Talsi",
    "Talsu novada pašvaldība",
    "Talsi Municipality",
    "Талсинский край",
    "Талсийский край",
    "LV-097",
)
_DAUGAVPILS = (
    "Daugavpils novads",
    "Augšdaugavas novads",
    "Daugavpils nov.",
    "Daugavpils novada pašvaldība",
    "Daugavpils Municipality",
    "Daugavpils county",
    "Daugavpils district",
    "Augšdaugava Municipality",
    "Даугавпилсский край",
    "Аугшдаугавский край",
    "LV-025",
    "LV-111",
)
_BALVI = (
    "Balvu novads",
    "Balvu nov.",
    "Balvi",
    "Balvu novada pašvaldība",
    "Balvi Municipality",
    "Балвский край",
    "LV-015",
)
_CESIS = (
    "Cēsu novads",
    "Cēsu nov.",
    "Cēsis",
    "Cēsis Municipality",
    "Цесисский край",
    "Цесусский край",
    "LV-022",
)
_GULBENE = (
    "Gulbenes novads",
    "Gulbenes nov.",
    "Gulbene",
    "Gulbene Municipality",
    "Гулбенский край",
    "LV-033",
)
_OGRE = (
    "Ogres novads",
    "Ogres nov.",
    "Ogre",
    "Ogres novada pašvaldība",
    "Ogre Municipality",
    "Огрский край",
    "LV-067",
)
_TUKUMS = (
    "Tukuma novads",
    "Tukuma nov.",
    "Tukums novads",
    "Tukums",
    "Tukuma novada pašvaldība",
    "Tukums Municipality",
    "Тукумский край",
    "Тукумсский край",
    "LV-099",
)

# The other cities: their name before the reform and after it, on either side of it. A bare name only where no
# novads has the same; Valmiera and Jēkabpils lie inside a novads since 2021 and are no municipality then.
_CITIES = {
    "Rīgas": ("0010000", "0001000", ("Rīga", "Riga", "Рига")),
    "Daugavpils": ("0050000", "0002000", ()),
    "Jūrmalas": ("0130000", "0004000", ("Jūrmala", "Юрмала")),
    "Rēzeknes": ("0210000", "0006000", ()),
    "Ventspils": ("0270000", "0007000", ()),
}


def _city(name: str, also: tuple[str, ...]) -> tuple[str, ...]:
    kinds = ("pilsēta", "valstspilsēta", "republikas pilsēta", "pils.")
    return (*(f"{name} {kind}" for kind in kinds), *also)


SPELLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "0090000": _JELGAVA,
        "0003000": _JELGAVA,
        "0400200": _BAUSKA,
        "0025000": _BAUSKA,
        "0170000": _LIEPAJA,
        "0005000": _LIEPAJA,
        "0880200": _TALSI,
        "0051000": _TALSI,
        "0440200": _DAUGAVPILS,
        "0022000": _DAUGAVPILS,
        "0380200": _BALVI,
        "0024000": _BALVI,
        "0420200": _CESIS,
        "0026000": _CESIS,
        "0500200": _GULBENE,
        "0029000": _GULBENE,
        "0740202": _OGRE,
        "0040000": _OGRE,
        "0900200": _TUKUMS,
        "0052000": _TUKUMS,
        **{code: _city(name, also) for name, (*codes, also) in _CITIES.items() for code in codes},
    }
)
