"""The form of a measure's file as a JSON Schema, with which an editor completes and checks the YAML.

The model describes a measure after the shared keys were spread and the tables read; a file has it shorter.
"""

from __future__ import annotations

import json
from typing import Any

from instruments.model import Instrument

# What a file may leave to `scale_defaults`, to its own head, to an answer set or to a CSV.
_LEFT_TO_DEFAULTS = ("method", "metric", "level", "missing", "better_is", "items")
_FILLED_FROM_TABLES = {"ConversionTable": "points", "MissingItemTable": "points"}


def measure_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a measure's YAML file."""
    schema = Instrument.model_json_schema()
    parts = schema["$defs"]
    for name, key in _FILLED_FROM_TABLES.items():
        del parts[name]["properties"][key]
    scale = parts["Scale"]
    parts["ScaleDefaults"] = {
        **scale,
        "title": "ScaleDefaults",
        "description": "What all scales share; a scale's own key wins.",
        "required": [],
    }
    scale["required"] = [key for key in scale["required"] if key not in _LEFT_TO_DEFAULTS]
    scale["anyOf"] = [{"required": ["items"]}, {"required": ["parts"]}]
    schema["properties"]["scale_defaults"] = {"$ref": "#/$defs/ScaleDefaults"}
    schema["properties"]["licence"] = schema["properties"]["terms"]
    schema["required"].remove("terms")
    schema["anyOf"] = [{"required": ["terms"]}, {"required": ["licence"]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A measure of ieguvumi",
    }


def schema_text() -> str:
    """Return the schema as the text of a file."""
    return json.dumps(measure_schema(), ensure_ascii=False, indent=1) + "\n"
