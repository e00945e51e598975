"""The catalogue of services: their codes, groups, units and names; table meta.service."""

from __future__ import annotations

from functools import cache
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from pipeline import schemas
from pipeline.shipped_inputs import Part, shipped_file


class Service(Part):
    """A service: our code, its group and unit, its names."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    group: Literal["social", "health", "education", "other"]
    unit: str
    lv: str
    en: str


class Catalogue(Part):
    """All services; `grouping` says whose reading the groups and units are."""

    grouping: Literal["ours", "published"]
    services: tuple[Service, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Catalogue:
        for name in ("code", "lv"):
            values = [getattr(service, name) for service in self.services]
            twice = [value for value in values if values.count(value) > 1]
            if twice:
                raise ValueError(f"`{twice[0]}` stands twice; a service has one group")
        return self

    @property
    def group_of(self) -> dict[str, str]:
        """The group of each service by its Latvian name in lower case."""
        return {service.lv.lower(): service.group for service in self.services}


@cache
def load_catalogue() -> Catalogue:
    """Read the shipped catalogue."""
    return shipped_file(Catalogue, "catalogue", "services.yaml")


def services(catalogue: Catalogue) -> pl.DataFrame:
    """Return table meta.service."""
    schema = schemas.META["meta.service"]
    rows = [
        {
            "service": service.lv,
            "code": service.code,
            "service_group": service.group,
            "unit": service.unit,
            "name_lv": service.lv,
            "name_en": service.en,
            "grouping": catalogue.grouping,
        }
        for service in catalogue.services
    ]
    return schema.validate(pl.DataFrame(rows, schema=schema.create_empty().schema), cast=True)
