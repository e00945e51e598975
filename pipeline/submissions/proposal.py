"""Proposing a mapping for a file that none is for: by how alike codes, labels and names are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import yaml

from instruments import Instrument, Item, Library
from pipeline.identity import mask
from pipeline.submissions.kinds import ANSWERS, STAKEHOLDERS, FileKind, file_kinds
from pipeline.submissions.mapped_sheets import mapped
from pipeline.submissions.mappings import FileMapping
from pipeline.submissions.measures import item_codes, known_columns
from pipeline.submissions.reading import Sheet, plain_name

# Likeness runs from 0 to 100 (rapidfuzz): what is less alike is not proposed.
_ALIKE = 72.0
_ALIKE_NAME = 84.0
_FEWEST_MATCHED = 0.3
_MOST_CODES = 15


@dataclass
class Proposal:
    """A mapping as far as it can be guessed, and what is left to the analyst."""

    measure: str
    like: str | None
    columns: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    open_questions: list[str] = field(default_factory=list)

    def as_yaml(self, file_name: str) -> str:
        """Return the text of a mapping's file."""
        content: dict[str, Any] = {"files": [f"{_stem(file_name)}*"], "measure": self.measure}
        if self.like:
            content["like"] = self.like
        if self.columns or not self.like:
            content["columns"] = self.columns
        if self.codes:
            content["codes"] = self.codes
        head = "# Proposed by likeness: look it through. It belongs into the home's mappings/ folder.\n"
        questions = "".join(f"# {question}\n" for question in self.open_questions)
        return head + questions + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)


def mapping_name(file_name: str) -> str:
    """Return a name for the mapping of files named alike: small letters, digits and hyphens, nobody's name."""
    return "-".join(re.findall(r"[^\W_]+", _stem(file_name).lower())) or "mapping"


def _stem(file_name: str) -> str:
    """Return what files that come again have alike in their names: all before a number or the ending."""
    return mask(re.split(r"[.\d]", file_name, maxsplit=1)[0] or file_name)


def propose(sheets: Sequence[Sheet], library: Library, tool: FileMapping | None) -> Proposal | None:
    """Return a mapping for a file, or None when it is like nothing known.

    tool: the mapping of the tool whose export it is; what that understands by itself needs no proposal.
    """
    best = max(_candidates(sheets, library, tool), key=lambda found: found.fit, default=None)
    if best is None or best.fit < _FEWEST_MATCHED:
        return None
    kind, headers = best.kind, best.sheet.headers
    proposal = Proposal(kind.label, tool.id if tool is not None else None)
    proposal.columns = {ours: headers[theirs] for ours, theirs in best.columns.items() if ours != theirs}
    _propose_codes(proposal, kind, best.sheet, best.columns)
    needed = (("participant_id", "respondent_id"), ("wave", "answered_on"), ("respondent", "role"))
    for group in needed:
        if kind.name in (ANSWERS, STAKEHOLDERS) and not any(column in best.columns for column in group):
            proposal.open_questions.append(
                f"Which column is {' or '.join(group)}? (or `values:` for all rows)"
            )
    return proposal


class _Candidate(NamedTuple):
    """A kind that a file may be of, and the file's column of each of ours. fit: 1 is all of them, and no others."""

    fit: float
    kind: FileKind
    sheet: Sheet
    columns: dict[str, str]


def _candidates(sheets: Sequence[Sheet], library: Library, tool: FileMapping | None) -> Iterator[_Candidate]:
    """Give each kind with the columns found for it in the widest sheet, as its tool's mapping reads it."""
    for kind in file_kinds(library):
        known = known_columns(kind)
        read = sheets if tool is None else mapped(sheets, tool, known, item_codes(kind))
        sheet = max(read, key=lambda one: len(one.headers))
        columns = _alike_items(sheet, kind.instrument) if kind.instrument else {}
        named = _alike_names(sheet, sorted(known - set(columns)), set(columns.values()))
        wanted = (
            len(kind.instrument.items) if kind.instrument else len(kind.fixed.needed if kind.fixed else ())
        )
        found = len(columns) if kind.instrument else len(_needed_found(kind, named))
        others = len(sheet.headers) - len(columns) - len(named)
        fit = 2 * found / (wanted + found + 0.2 * others)
        yield _Candidate(fit, kind, sheet, {**named, **columns})


def _needed_found(kind: FileKind, named: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [group for group in (kind.fixed.needed if kind.fixed else ()) if any(c in named for c in group)]


def _alike_items(sheet: Sheet, instrument: Instrument) -> dict[str, str]:
    """Return the column of each item: the assignment in which all together are most alike."""
    from rapidfuzz import fuzz, process, utils
    from scipy.optimize import linear_sum_assignment

    columns = list(sheet.headers)
    texts = [_wording(sheet.headers[column]) for column in columns]
    alike = np.zeros((len(columns), len(instrument.items)))
    for language in ("lv", "en"):
        labels = [getattr(item.label, language) for item in instrument.items]
        whole, within = (
            process.cdist(texts, labels, scorer=scorer, processor=utils.default_process)
            for scorer in (fuzz.token_sort_ratio, fuzz.token_set_ratio)
        )
        alike = np.maximum(alike, (whole + within) / 2)
    alike = np.maximum(alike, [[_same_code(column, item) for item in instrument.items] for column in columns])
    rows, places = linear_sum_assignment(alike, maximize=True)
    return {
        instrument.items[place].code: columns[row]
        for row, place in zip(rows, places, strict=True)
        if alike[row, place] >= _ALIKE
    }


def _same_code(column: str, item: Item) -> float:
    """Return 100 for a column with an item's code, 99 for one that ends with it."""
    code = re.sub(r"[^a-z0-9]", "", item.code)
    plain = re.sub(r"[^a-z0-9]", "", column)
    if plain == code:
        return 100.0
    parts = [part for part in re.split(r"[^a-z0-9]+", column) if part]
    return 99.0 if any("".join(parts[start:]) == code for start in range(len(parts))) else 0.0


def _wording(header: str) -> str:
    """Return a heading's wording: without a code and number before it, as `12.` or `Q3_`, and without brackets."""
    return re.sub(r"^\s*(?:[A-Za-z]{0,4}\d+[a-z]?[.):_\s]+)+", "", header).replace("[", " ").replace("]", " ")


def _alike_names(sheet: Sheet, ours: Sequence[str], taken: set[str]) -> dict[str, str]:
    """Return the column that is named most like each of ours."""
    from rapidfuzz import fuzz

    pairs = [
        (fuzz.ratio(plain_name(name), column), our, column)
        for our in ours
        for name in (our, *_words()["columns"].get(our, ()))
        for column in sheet.headers
        if column not in taken
    ]
    named: dict[str, str] = {}
    for likeness, our, column in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= _ALIKE_NAME and our not in named and column not in named.values():
            named[our] = column
    return named


def _propose_codes(proposal: Proposal, kind: FileKind, sheet: Sheet, columns: Mapping[str, str]) -> None:
    """Note what the answers that are no codes probably mean, and those that nobody can tell."""
    if kind.instrument is not None:
        found: dict[str, str] = {}
        for item in kind.instrument.items:
            if item.code in columns and item.type != "text":
                found |= _meanings(_texts(sheet, columns[item.code]), _option_words(item))
        _note(proposal, "answers", found)
    for column, words in _words()["codes"].items():
        if column in columns:
            meanings = _meanings(
                _texts(sheet, columns[column]), {code: [code, *of] for code, of in words.items()}
            )
            _note(proposal, column, meanings)


def _note(proposal: Proposal, column: str, meanings: Mapping[str, str]) -> None:
    known = {text: code for text, code in meanings.items() if code}
    if known:
        proposal.codes[column] = known
    unknown = sorted(text for text, code in meanings.items() if not code)[:_MOST_CODES]
    if unknown:
        proposal.open_questions.append(
            f"codes of {column}: what do these mean? {', '.join(map(mask, unknown))}"
        )


def _texts(sheet: Sheet, column: str) -> list[str]:
    """Return the different texts of a column that are no numbers; of many, the first ones."""
    cells = sheet.cells.select(pl.col(column)).to_series().drop_nulls()
    return list(
        cells.filter(cells.cast(pl.Float64, strict=False).is_null()).unique(maintain_order=True).head(50)
    )


def _option_words(item: Item) -> dict[str, list[str]]:
    options = (*item.options, *item.missing_codes)
    return {f"{option.value:g}": [option.label.lv, option.label.en] for option in options}


def _meanings(texts: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the code that each text is most like; an empty text where it is like none."""
    from rapidfuzz import fuzz, utils

    meanings = {}
    for text in texts:
        number = re.fullmatch(r"(?:[A-Za-z]{1,3}0*)?(\d+)(?:[.):\s].*)?", text)
        scored = [
            (fuzz.ratio(text, word, processor=utils.default_process), code)
            for code, alternatives in words.items()
            for word in alternatives
        ]
        likeness, code = max(scored, default=(0.0, ""))
        by_number = number[1] if number and number[1] in words else ""
        meanings[text] = code if likeness >= _ALIKE else by_number
    return {text: code for text, code in meanings.items() if text.lower() != code}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    path = files("pipeline") / "submissions" / "column_names.yaml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def names_for_proposals(library: Library) -> frozenset[str]:
    """Return all names by which the header of a file of unknown kind is found."""
    synonyms = {plain_name(name) for names in _words()["columns"].values() for name in names}
    return frozenset(synonyms).union(*(known_columns(kind) for kind in file_kinds(library)))
