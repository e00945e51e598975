"""The register of Latvian municipalities (ATVK codes) by date, and finding one as people write it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

import polars as pl

from pipeline.municipality_spellings import SPELLINGS

_COLUMNS = (
    "municipality_code",
    "name_lv",
    "kind",
    "planning_region",
    "valid_from",
    "valid_to",
    "successor_code",
    "tile_x",
    "tile_y",
)
# Municipalities of which a part went to another than the successor in 2021: Aglona, Inčukalns.
SPLIT = frozenset({"0604300", "0801800"})
_CODE = re.compile(r"(?:lv_?)?(\d{7})")
# A spreadsheet drops the leading zeros of a code that it takes for a number.
_CODE_WITHOUT_ZEROS = re.compile(r"\d{5,6}")


@dataclass(frozen=True)
class Municipality:
    """One row of the register: a municipality, and the first and last day it was valid (both inclusive)."""

    code: str
    name: str
    kind: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    successor: str | None
    tile_x: int | None = None
    tile_y: int | None = None

    def valid(self, on: dt.date) -> bool:
        """Tell whether the municipality existed on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Register:
    """The register: municipalities by code, and by name on a day."""

    def __init__(self, frame: pl.DataFrame, spellings: Mapping[str, tuple[str, ...]] = SPELLINGS) -> None:
        """Take the register's rows (the columns of meta.municipality) and further spellings by code."""
        self.frame = frame.select(_COLUMNS)
        self._municipalities = {row[0]: Municipality(*row) for row in self.frame.iter_rows()}
        names = {code: (found.name,) for code, found in self._municipalities.items()}
        self._exact = _index(names, _plain)
        self._folded = _index(names, _folded)
        self._spelled = _index(spellings, _folded)

    @classmethod
    def shipped(cls) -> Register:
        """Return the register that comes with the project."""
        text = (files("pipeline") / "municipalities.csv").read_text(encoding="utf-8")
        frame = pl.read_csv(text.encode(), infer_schema=False).rename({"code": "municipality_code"})
        days = pl.col("valid_from", "valid_to").str.to_date("%Y-%m-%d")
        return cls(frame.with_columns(days, pl.col("tile_x", "tile_y").cast(pl.Int64)))

    def find(self, text: str, on: dt.date) -> str | None:
        """Return the code of the municipality that a text means on a day; None when none or more than one.

        The text is a code (also with `LV` before it) or a name: the official one, with or without diacritics,
        else one of the listed spellings. Case and spaces don't matter; a part of a name never matches.
        """
        code = _as_code(text)
        if code is not None:
            found = self._municipalities.get(code)
            return code if found and found.valid(on) else None
        for index, normal in ((self._exact, _plain), (self._folded, _folded), (self._spelled, _folded)):
            valid = {c for c in index.get(normal(text), ()) if self._municipalities[c].valid(on)}
            if len(valid) == 1:
                return valid.pop()
        return None

    def codes_of(self, text: str) -> frozenset[str]:
        """Return the codes that a text means on any day since the register begins: names outlive codes."""
        days = {found.valid_from for found in self._municipalities.values()}
        return frozenset(code for day in days if (code := self.find(text, day)) is not None)

    def name(self, code: str) -> str:
        """Return the official Latvian name of that time; KeyError for an unknown code."""
        return self._municipalities[code].name

    def names(self) -> dict[str, str]:
        """Return the official Latvian names by code."""
        return {code: found.name for code, found in self._municipalities.items()}

    def region(self, code: str) -> str:
        """Return the planning region of that time; KeyError for an unknown code."""
        return self._municipalities[code].region

    def successors(self, code: str) -> list[Municipality]:
        """Return what a municipality was and became, in order of time: itself, then what it merged into."""
        found = [self._municipalities[code]]
        while (successor := found[-1].successor) is not None:
            found.append(self._municipalities[successor])
        return found

    def on(self, code: str, day: dt.date) -> str:
        """Return the code in force on a day of what a municipality became; its own where it wasn't merged yet.

        Of a municipality that was split, the code of the main part's.
        """
        later = [found.code for found in self.successors(code)[1:] if found.valid_from <= day]
        return later[-1] if later else code

    def __contains__(self, code: object) -> bool:
        return code in self._municipalities


def _as_code(text: str) -> str | None:
    stripped = text.strip().lower()
    match = _CODE.fullmatch(stripped)
    if match:
        return match.group(1)
    return stripped.zfill(7) if _CODE_WITHOUT_ZEROS.fullmatch(stripped) else None


def _plain(text: str) -> str:
    """Return the text in NFC, lower case, trimmed and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _folded(text: str) -> str:
    """Return the plain text without diacritics."""
    decomposed = unicodedata.normalize("NFD", _plain(text))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _index(names: Mapping[str, Iterable[str]], normal: Callable[[str], str]) -> dict[str, set[str]]:
    """Return the codes by the normal form of each of their names."""
    index: dict[str, set[str]] = {}
    for code, spellings in names.items():
        for spelling in spellings:
            index.setdefault(normal(spelling), set()).add(code)
    return index
