"""Latvian alphabetical order."""

from __future__ import annotations

# The Latvian alphabet; q, w, x, y stand where dictionaries put them in foreign names.
ALPHABET = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž"
_FOREIGN = {"q": "k", "w": "v", "x": "z", "y": "i"}
_PLACE = {letter: place for place, letter in enumerate(ALPHABET)}


def latvian_key(text: str) -> tuple[tuple[int, ...], str]:
    """Sort key of a text in Latvian alphabetical order: no letter case, signs before letters."""
    letters = (_FOREIGN.get(letter, letter) for letter in text.casefold())
    return tuple(_PLACE[letter] + 1 if letter in _PLACE else 0 for letter in letters), text
