"""Inputs that ship as YAML, published by somebody on a day: programmes, prices, the catalogue of services."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

CENT = Decimal("0.01")


class InputError(Exception):
    """A shipped file can't be used: says which file, where in it, and what is expected."""


def _not_a_float(value: object) -> object:
    """Refuse a number that YAML has read as a float: it may have lost cents already."""
    if isinstance(value, float):
        raise ValueError('write the number in quotes, as "123.45": unquoted it is no exact decimal')  # noqa: TRY004
    return value


Exact = Annotated[Decimal, BeforeValidator(_not_a_float), Field(ge=0)]
Positive = Annotated[Decimal, BeforeValidator(_not_a_float), Field(gt=0)]


class Part(BaseModel):
    """A part of a shipped file: never changed once read, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=Part)


def parse_input(model: type[Model], content: str, name: str) -> Model:
    """Read a file's YAML text. Raises InputError naming the file, the place and the mend."""
    try:
        return model.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise InputError(f"{name}: not readable as YAML; check indentation and quotes") from error
    except ValidationError as error:
        problem = error.errors()[0]
        place = " > ".join(str(part) for part in problem["loc"]) or "the file"
        message = problem["msg"].removeprefix("Value error, ")
        raise InputError(f"{name}: {place}: {message}") from error


def shipped(model: type[Model], folder: str) -> tuple[Model, ...]:
    """Read all YAML files of a folder of this package, in the order of their names."""
    found = sorted((files("pipeline") / folder).iterdir(), key=lambda path: path.name)
    return tuple(
        parse_input(model, path.read_text(encoding="utf-8"), path.name)
        for path in found
        if path.name.endswith(".yaml")
    )


def shipped_file(model: type[Model], folder: str, name: str) -> Model:
    """Read one YAML file of a folder of this package."""
    return parse_input(model, (files("pipeline") / folder / name).read_text(encoding="utf-8"), name)


def half_up(amount: Decimal, unit: Decimal) -> Decimal:
    """Round half up to a multiple of `unit`, which is a power of ten: 0.01, 1."""
    return amount.quantize(unit, ROUND_HALF_UP)
