"""The software bill of materials of a release: every package that made it, its licence, and what needs what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OWN = "ieguvumi"
FILE = "sbom.cdx.json"
_TROVE = "License :: "


def needed() -> dict[str, tuple[Distribution, frozenset[str]]]:
    """Return every package that ieguvumi needs on this machine, directly or not, with the names of those it needs.

    By canonical name, ieguvumi first. What is needed only for an extra is left out, unless a package asks for it.
    """
    found: dict[str, tuple[Distribution, frozenset[str]]] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(OWN, frozenset())]
    seen: dict[str, frozenset[str]] = {}
    while waiting:
        name, extras = waiting.pop(0)
        if extras <= seen.get(name, frozenset()) and name in seen:
            continue
        seen[name] = seen.get(name, frozenset()) | extras
        package = _installed(name)
        if package is None:
            continue
        needs = dict(_needs(package, seen[name]))
        found[name] = (package, frozenset(needs))
        waiting += needs.items()
    return found


def licence_of(told: PackageMetadata) -> str:
    """Return a licence as the metadata tell it: the expression, the field, or the classifiers; else nothing."""
    field = (told["License-Expression"] or told["License"] or "").strip()
    if field and "\n" not in field and field.upper() != "UNKNOWN":
        return field
    classifiers = [text for text in told.get_all("Classifier") or [] if text.startswith(_TROVE)]
    return "; ".join(text.rpartition(" :: ")[2] for text in classifiers) or field.partition("\n")[0].strip()


def write_bill(folder: Path) -> None:
    """Write the bill into the folder of a release."""
    (folder / FILE).write_bytes(bill_of_materials())


def bill_of_materials() -> bytes:
    """Return the bill as CycloneDX 1.6 in JSON (ECMA-424). The same packages give the same bytes."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import DisjunctiveLicense
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    packages = needed()
    components = {
        name: Component(
            type=ComponentType.APPLICATION if name == OWN else ComponentType.LIBRARY,
            name=told["Name"],
            version=told["Version"],
            bom_ref=name,
            licenses=[DisjunctiveLicense(name=licence)] if (licence := licence_of(told)) else [],
            purl=PackageURL("pypi", name=name, version=told["Version"]),
        )
        for name, (package, _) in packages.items()
        # Each time a package is asked for its metadata it reads them anew.
        for told in [package.metadata]
    }
    bom = Bom(components=[component for name, component in components.items() if name != OWN])
    bom.metadata.component = components[OWN]
    for name, (_, needs) in packages.items():
        bom.register_dependency(
            components[name], [components[one] for one in sorted(needs & components.keys())]
        )
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    content.pop("serialNumber", None)
    content["metadata"].pop("timestamp", None)
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None  # a need that only another system has


def _needs(package: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the packages that one needs here, each with the extras it asks for."""
    for text in package.requires or ():
        need = Requirement(text)
        asked = extras or frozenset([""])
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in asked):
            yield canonicalize_name(need.name), frozenset(need.extras)
