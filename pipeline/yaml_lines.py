"""In which line of a YAML file a value stands, so that an error can say so."""

from __future__ import annotations

from collections.abc import Sequence

import yaml


def line_of(content: str, path: Sequence[str | int]) -> int | None:
    """Return the line (from 1) of the value that keys and places lead to, or of the last one that is there."""
    node = yaml.compose(content, Loader=yaml.SafeLoader)
    line = None
    for step in path:
        found = _inner(node, step)
        if found is None:
            break
        node, line = found
    return line


def _inner(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, int] | None:
    """The value of a key or place, and its line; None when there is none."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item, item.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line + 1
    return None
