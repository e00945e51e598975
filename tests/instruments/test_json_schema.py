"""The JSON Schema of a measure's file: it is shipped as the model has it, and the shipped measures keep to it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
import yaml

from instruments.json_schema import measure_schema, schema_text

SCHEMA = measure_schema()
MEASURES = sorted(
    path.name for path in (files("instruments") / "measures").iterdir() if path.name.endswith(".yaml")
)
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
    "null": type(None),
}


def mistakes(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Where a value breaks the schema, as an editor would say: the part of the standard that the schema uses."""
    if "$ref" in schema:
        return mistakes(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    found = []
    if "anyOf" in schema and all(mistakes(value, one, path) for one in schema["anyOf"]):
        found.append(f"{path}: none of the alternatives")
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return [*found, f"{path}: no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{path}: {value!r} is not of the form {schema['pattern']}")
    if isinstance(value, dict):
        found += of_mapping(value, schema, path)
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        parts = [*first, *[schema.get("items", {})] * (len(value) - len(first))]
        pairs = enumerate(zip(value, parts, strict=True))
        found += [one for place, (part, its) in pairs for one in mistakes(part, its, f"{path}.{place}")]
    return found


def of_mapping(value: dict[str, Any], schema: dict[str, Any], path: str) -> list[str]:
    own = schema.get("properties", {})
    found = [f"{path}.{key}: is missing" for key in schema.get("required", []) if key not in value]
    for key, part in value.items():
        others = schema.get("additionalProperties", True)
        if key in own:
            found += mistakes(part, own[key], f"{path}.{key}")
        elif others is False:
            found.append(f"{path}.{key}: is no known key")
        elif isinstance(others, dict):
            found += mistakes(part, others, f"{path}.{key}")
    return found


def read(name: str) -> Any:
    return yaml.safe_load((files("instruments") / "measures" / name).read_text(encoding="utf-8"))


def test_the_shipped_schema_is_that_of_the_model() -> None:
    # After a change of the model: ieguvumi instruments schema > instruments/measure.schema.json
    shipped = (files("instruments") / "measure.schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text()
    assert json.loads(shipped)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("name", MEASURES)
def test_the_shipped_measures_keep_to_it_and_name_it(name: str) -> None:
    assert mistakes(read(name), SCHEMA) == []
    text = (files("instruments") / "measures" / name).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../measure.schema.json\n")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("kind",), "quiz", ".kind: 'quiz' is none of"),
        (("scales", 0, "norm"), [], ".scales.0.norm: is no known key"),
        (("scales", 0, "better_is"), "up", ".scales.0.better_is: 'up' is none of"),
        (("items", 0, "code"), "K 1", ".items.0.code: 'K 1' is not of the form"),
        (("title",), {"lv": "x"}, ".title.en: is missing"),
        (("scale_defaults",), {"methode": "sum"}, ".scale_defaults.methode: is no known key"),
    ],
)
def test_an_editor_sees_a_mistake(path: tuple[str | int, ...], value: object, expected: str) -> None:
    measure = read("kidscreen10.yaml")
    inner = measure
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    assert any(found.startswith(expected) for found in mistakes(measure, SCHEMA)), mistakes(measure, SCHEMA)
