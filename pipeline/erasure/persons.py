"""Who is to be erased: the pseudonyms, and how senders spell the identifiers behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from pipeline.identity import is_pseudonym, pseudonym, pseudonymise

# A shorter identifier, such as 17, stands in many places where nobody is meant.
SHORTEST_TELLING = 6
MASK = "[erased]"


@dataclass(frozen=True)
class Persons:
    """Persons to be erased.

    pseudonyms: theirs. ids: the identifiers that stand in received files, as spelled there; more are found as files
    are looked through. key: of the pseudonyms.
    """

    pseudonyms: frozenset[str]
    ids: frozenset[str] = frozenset()
    key: bytes = field(default=b"", repr=False)

    @classmethod
    def named(cls, names: Iterable[str], key: bytes) -> Persons:
        """Return the persons whom senders' identifiers or pseudonyms name."""
        given = [name.strip() for name in names]
        ids = frozenset(name for name in given if not is_pseudonym(name))
        return cls(frozenset(own_pseudonym(name, key) for name in given), ids, key)

    def are(self, identifiers: pl.Series) -> pl.Series:
        """Tell of each identifier as sent whether it is one of theirs; null is nobody's."""
        found = pseudonymise(identifiers.cast(pl.String), self.key).is_in(list(self.pseudonyms))
        return found.fill_null(value=False)

    def also(self, ids: Iterable[str]) -> Persons:
        """Return the same with more spellings."""
        return replace(self, ids=self.ids | frozenset(ids))

    @cached_property
    def telling(self) -> frozenset[str]:
        """The texts that mean one of them wherever they stand."""
        return self.pseudonyms | {text for text in self.ids if len(text) >= SHORTEST_TELLING}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What means one of them within a longer text: never a part of another word or number."""
        listed = "|".join(map(re.escape, sorted(self.telling, key=len, reverse=True)))
        return re.compile(rf"(?<![\w-])(?:{listed})(?![\w-])")

    def masked(self, text: str) -> str:
        """Return a text in which nobody of them is named."""
        return self.pattern.sub(MASK, text)

    def are_named_in(self, text: str) -> bool:
        """Tell whether a text names one of them."""
        return self.pattern.search(text) is not None


def own_pseudonym(name: str, key: bytes) -> str:
    """Return the pseudonym that a name is, or stands for."""
    return name if is_pseudonym(name) else pseudonym(name, key)
