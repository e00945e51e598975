"""Reading YAML strictly, and saying where in the file a mistake stands."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from instruments.errors import InstrumentError, Problem
from instruments.model import Instrument, Item, MissingRule, Scale

_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_KNOWN_KEYS = sorted({key for model in (Instrument, Item, Scale, MissingRule) for key in model.model_fields})


class _StrictLoader(_SafeLoader):  # type: ignore[misc, valid-type]
    """The safe loader, which also refuses a key that stands twice (plain YAML silently keeps the last)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is a word", problem_mark=key_node.start_mark)
            if key_node.value in seen:
                mark = key_node.start_mark
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key_node.value!r} stands twice", problem_mark=mark
                )
            seen.add(key_node.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(text: str, file: str) -> dict[str, Any]:
    """Return the mapping that a YAML text holds; InstrumentError names the line when it can't be read."""
    try:
        data = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        message = f"no valid YAML: {error.problem}: mend the line (indentation, brackets, quotes)"
        raise InstrumentError((Problem(file, "", message, line),)) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        message = "no valid YAML: a character or a value that YAML doesn't know: save it as UTF-8 text"
        raise InstrumentError((Problem(file, "", message, 1),)) from None
    if not isinstance(data, dict):
        raise InstrumentError((Problem(file, "", "a measure is a mapping that begins with `id:`", 1),))
    return data


def line_of(text: str, path: str) -> int | None:
    """Return the line of a dotted path (`scales.total.items`), or of its deepest part that is there.

    A part of a list is found by its number or by its `id` or `code`.
    """
    node = yaml.compose(text, Loader=_SafeLoader)
    line = None
    for part in path.split("."):
        found = _child(node, part)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    """Return the line and the node under a mapping's key or a list's entry; None if it isn't there."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.start_mark.line + 1, value) for key, value in node.value if key.value == part]
        return pairs[0] if pairs else None
    if isinstance(node, yaml.SequenceNode):
        entries = [
            entry for number, entry in enumerate(node.value) if part == str(number) or _name(entry) == part
        ]
        return (entries[0].start_mark.line + 1, entries[0]) if entries else None
    return None


def _name(node: yaml.Node) -> str | None:
    """Return the `id` or `code` of a list's entry."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((str(value.value) for key, value in node.value if key.value in ("id", "code")), None)


def problems_of_validation(
    error: ValidationError, data: dict[str, Any], text: str, file: str
) -> tuple[Problem, ...]:
    """Return pydantic's errors as problems with a path people recognise, a line and a mend."""
    problems = []
    for details in error.errors():
        path = _readable_path(details["loc"], data)
        problems.append(Problem(file, path, _mend(details), line_of(text, path)))
    return tuple(problems)


def _readable_path(loc: Sequence[int | str], data: Any) -> str:
    """Return the dotted path, with a list's entries named by their `id` or `code` where they have one."""
    parts: list[str] = []
    for part in loc:
        data = _step(data, part)
        name = (
            (data.get("id") or data.get("code")) if isinstance(part, int) and isinstance(data, dict) else None
        )
        parts.append(str(name or part))
    return ".".join(parts)


def _step(data: Any, part: int | str) -> Any:
    """Return what stands under a key or number; None when it isn't there."""
    if isinstance(part, int):
        return data[part] if isinstance(data, list | tuple) and part < len(data) else None
    return data.get(part) if isinstance(data, dict) else None


# What pydantic calls a mistake, and what to do about it.
_MENDS = {
    "missing": "is missing: add it",
    "tuple_type": "is no list: write it in brackets, as [a, b]",
    "dict_type": "is no mapping: write `key: value` below it",
    "model_type": "is no mapping: write `key: value` below it",
    "model_attributes_type": "is no mapping: write `key: value` below it",
    "string_type": "is no text: put it in quotes",
    "string_too_short": "is empty: fill it in",
    "too_short": "is empty: fill it in",
    "string_pattern_mismatch": "is no code: write small letters, digits and underscores, a letter first",
    "float_parsing": "is no number: write one, with a decimal point",
    "float_type": "is no number: write one, with a decimal point",
    "int_parsing": "is no whole number: write one",
    "int_type": "is no whole number: write one",
    "int_from_float": "is no whole number: write one",
    "bool_parsing": "is neither true nor false: write one of them",
    "bool_type": "is neither true nor false: write one of them",
}


def _mend(details: ErrorDetails) -> str:
    """Return what is wrong and what to do, in one sentence."""
    kind, found = details["type"], details["input"]
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(details["loc"][-1]), _KNOWN_KEYS, n=1)
        return "is no known key: " + (f"did you mean {near[0]!r}?" if near else "leave it out")
    if kind == "literal_error":
        expected = details["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        near = difflib.get_close_matches(str(found), expected.split(", "), n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"{found!r} is none of {expected}: write one of these{hint}"
    if kind in _MENDS:
        scalar = isinstance(found, str | int | float) and kind != "missing"
        return f"{found!r} {_MENDS[kind]}" if scalar else _MENDS[kind]
    message = details["msg"].removeprefix("Value error, ")
    return f"{message[0].lower()}{message[1:]}: mend it"
