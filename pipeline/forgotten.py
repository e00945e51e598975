"""Persons who were erased: keyed marks of them, so that an old file sent again does not bring them back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.home import HomeError
from pipeline.identity import pseudonymise
from pipeline.private_file import write_private

_PURPOSE = b"ieguvumi: forgotten persons"


@dataclass(frozen=True)
class Forgotten:
    """Who was erased, and which received files were written anew without them.

    marks: of each person a hash of the pseudonym under a key derived from that of the pseudonyms. Without the key
    nobody can tell whether somebody is among them; with it one can ask, but not list them.
    originals: by the identifier of a file written anew, that of the submission it was: it stays the same one,
    so that its rows are neither doubled nor take the place of later ones.
    """

    marks: frozenset[str] = frozenset()
    originals: Mapping[str, str] = field(default_factory=dict)
    key: bytes = field(default=b"", repr=False)

    def among(self, pseudonyms: pl.Series) -> pl.Series:
        """Tell of each pseudonym whether its person was erased; null is nobody."""
        if not self.marks:
            return pl.repeat(value=False, n=len(pseudonyms), dtype=pl.Boolean, eager=True)
        return self._marks_of(pseudonyms).is_in(list(self.marks)).fill_null(value=False)

    def with_persons(self, pseudonyms: Iterable[str]) -> Forgotten:
        """Return the same with more persons."""
        found = pl.Series(list(pseudonyms), dtype=pl.String)
        return replace(self, marks=self.marks | set(self._marks_of(found)))

    def with_rewritten(self, submission: str, was: str) -> Forgotten:
        """Return the same with one more file written anew: its identifier now, and the one it had."""
        if submission == self.original(was):
            return self
        return replace(self, originals={**self.originals, submission: self.original(was)})

    def original(self, submission: str) -> str:
        """Return the identifier that a submission had before it was written anew; else its own."""
        return self.originals.get(submission, submission)

    def _marks_of(self, pseudonyms: pl.Series) -> pl.Series:
        return pseudonymise(pseudonyms, _derived(self.key))


NOBODY = Forgotten()


def load_forgotten(path: Path, key: bytes) -> Forgotten:
    """Return who was erased from a home; nobody where it has no such file. Raises HomeError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Forgotten(frozenset(content["persons"]), dict(content["rewritten"]), key)
    except FileNotFoundError:
        return Forgotten(key=key)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HomeError(
            f"{path}: can't be read; restore it from a copy, for without it erased persons could come back"
        ) from error


def save_forgotten(path: Path, forgotten: Forgotten) -> None:
    """Write who was erased, whole or not at all, for its owner alone."""
    content = {"persons": sorted(forgotten.marks), "rewritten": dict(sorted(forgotten.originals.items()))}
    write_private(path, (json.dumps(content, indent=2) + "\n").encode())


def _derived(key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
