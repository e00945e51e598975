"""Mappings: how a foreign file's columns and codes become those of a kind of submission. Read from YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, field_validator

from pipeline.plan import Text
from pipeline.plan_part import Part
from pipeline.submissions.reading import plain_name

ANSWERS = "answers"


class MappingError(Exception):
    """A mapping can't be used: says which file, where, and what to do."""


class Repeats(Part):
    """How rows of a repeat name their parent: columns with its sheet, its row, and of the row's own number."""

    sheet: str
    row: str
    index: str


class FileMapping(Part):
    """How a foreign file is read. Names are compared in lower case; a star in a name stands for anything.

    files: names of the files that it is for. recognised_by: names that a header must have; `a|b` is either.
    like: the mapping whose rules it adds to. measure: a measure or a kind of submission; else the file's name
    says it. columns: our column, and what it may be called; the first that is there counts. values: our column,
    and the one value of all rows. codes: by our column (`answers`: all items), their code and ours; a code with a
    `$1` is a pattern. missing: texts that are no answer. heading_separator: what stands between a column's code
    and its wording. label_rows: how the last of the rows of headings begins. leave_out: the tool's own columns.
    tests: values of a column that mark a try of the form. several_forms: a row may have nothing of this form.
    value_labels: the meaning of a code counts where a code word is asked for.
    """

    id: str = ""
    title: Text | None = None
    files: tuple[str, ...] = ()
    recognised_by: tuple[str, ...] = ()
    like: str | None = None
    measure: str | None = None
    columns: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    values: Mapping[str, str] = Field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    heading_separator: str | None = None
    label_rows: str | None = None
    leave_out: tuple[str, ...] = ()
    tests: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    several_forms: bool = False
    value_labels: bool = False
    repeats: Repeats | None = None

    @field_validator("columns", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {ours: [theirs] if isinstance(theirs, str) else theirs for ours, theirs in given.items()}

    @field_validator("values", "codes", "tests", "missing", mode="before")
    @classmethod
    def _numbers_are_texts(cls, given: Any) -> Any:
        return _as_texts(given)

    def is_for(self, file_name: str) -> bool:
        """Tell whether the file's name is one of those it is for."""
        return any(matches(pattern, file_name) for pattern in self.files)

    def recognises(self, header: Iterable[str]) -> bool:
        """Tell whether a header (plain names) has all names by which the tool's exports are recognised."""
        names = list(header)
        return bool(self.recognised_by) and all(
            any(matches(pattern, name) for pattern in alternatives.split("|") for name in names)
            for alternatives in self.recognised_by
        )

    def names(self) -> Iterator[str]:
        """Give the plain names by which a header row is found."""
        for alternatives in self.recognised_by:
            yield from (plain_name(name) for name in alternatives.split("|") if "*" not in name)
        for theirs in self.columns.values():
            yield from map(plain_name, theirs)


class Mappings:
    """The mappings of a home and the shipped ones; a home's own go first."""

    def __init__(self, own: Iterable[FileMapping], shipped: Iterable[FileMapping]) -> None:
        self._shipped = {mapping.id: mapping for mapping in shipped}
        known = dict(self._shipped)
        self._own = []
        for mapping in own:
            self._own.append(_with_rules_of(mapping, known))
            known[mapping.id] = self._own[-1]

    def for_file(self, file_name: str) -> FileMapping | None:
        """Return the mapping that names this file."""
        return next((m for m in (*self._own, *self._shipped.values()) if m.is_for(file_name)), None)

    def for_header(self, header: Iterable[str]) -> FileMapping | None:
        """Return the shipped mapping of the tool whose header this is."""
        names = list(header)
        return next((mapping for mapping in self._shipped.values() if mapping.recognises(names)), None)

    def names(self) -> frozenset[str]:
        """Return the names by which the header of a tool's export is found."""
        return frozenset(name for mapping in self._shipped.values() for name in mapping.names())


def load_mappings(folder: Path | None = None) -> Mappings:
    """Return the mappings of a home's folder beside the shipped ones. Raises MappingError."""
    paths = sorted(folder.glob("*.yaml")) if folder is not None and folder.is_dir() else []
    return Mappings([_read(path) for path in paths], shipped())


@lru_cache(maxsize=1)
def shipped() -> tuple[FileMapping, ...]:
    """Return the shipped mappings: survey tools' exports."""
    folder = files("pipeline") / "mappings"
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda e: e.name
    )
    return tuple(parse_mapping(entry.read_text(encoding="utf-8"), entry.name) for entry in found)


def parse_mapping(content: str, name: str) -> FileMapping:
    """Read a mapping from YAML text; its id is the file's name unless it has one. Raises MappingError."""
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise MappingError(f"{name}{line}: not readable as YAML; check indentation and quotes") from error
    if not isinstance(document, dict):
        raise MappingError(f"{name}: holds no mapping; `ieguvumi check FILE` proposes one")
    try:
        return FileMapping.model_validate({"id": Path(name).stem, **document})
    except ValidationError as error:
        problem = error.errors()[0]
        place = " > ".join(map(str, problem["loc"])) or "the mapping"
        raise MappingError(f"{name}: {place}: {problem['msg'].removeprefix('Value error, ')}") from error


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name is meant by a pattern, in which a star stands for anything; case doesn't matter."""
    expression = ".*".join(map(re.escape, pattern.lower().split("*")))
    return re.fullmatch(expression, name.lower(), re.DOTALL) is not None


def _read(path: Path) -> FileMapping:
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), f"mappings/{path.name}")
    except UnicodeDecodeError as error:
        raise MappingError(f"mappings/{path.name}: not UTF-8 text; save it as UTF-8") from error


def _with_rules_of(mapping: FileMapping, known: Mapping[str, FileMapping]) -> FileMapping:
    """Return a mapping with the rules of the one that it is like; its own stand."""
    if mapping.like is None:
        return mapping
    base = known.get(mapping.like)
    if base is None:
        listed = ", ".join(known)
        raise MappingError(
            f"mappings/{mapping.id}.yaml: like: no mapping `{mapping.like}`; there are {listed}"
        )
    own = {name: getattr(mapping, name) for name in mapping.model_fields_set}
    for name in ("columns", "values", "codes", "tests"):
        own[name] = {**getattr(base, name), **own.get(name, {})}
    for name in ("missing", "leave_out"):
        own[name] = (*getattr(base, name), *own.get(name, ()))
    return base.model_copy(update=own)


def _as_texts(given: Any) -> Any:
    """Return scalars as texts, whatever they stand in: YAML reads `1` as a number, `yes` as true."""
    if isinstance(given, dict):
        return {_as_texts(key): _as_texts(value) for key, value in given.items()}
    if isinstance(given, (list, tuple)):
        return [_as_texts(value) for value in given]
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given) if isinstance(given, (int, float)) else given
