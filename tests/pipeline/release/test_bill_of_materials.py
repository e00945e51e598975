"""The bill of materials names every package that is needed, each under a licence that goes with this one's."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline.release.bill_of_materials import OWN, bill_of_materials, licence_of, needed

ROOT = Path(__file__).parent.parent.parent.parent
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)")
# Licences that a program under the GPL, version 3 or later, may be combined with (FSF's list of licences).
COMPATIBLE = re.compile(
    r"apache|\bmit\b|bsd|isc|python software foundation|\bpsf|mozilla public license 2|mpl-2|lgpl|lesser general"
    r"|gpl-3|gplv3|general public license v3|gpl-2\.0-or-later|unlicense|zlib|0bsd|historical permission|hpnd|cc0",
    re.IGNORECASE,
)
# Told by no field that a program can read; looked up in the package itself.
READ_BY_HAND = {
    "dataframely": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 or BSD-3-Clause",
}


def locked(name: str) -> dict[str, list[str]]:
    """Lines of each package in a lock file, by package and version."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        package = LOCKED.match(line)
        if package:
            current = f"{package[1].lower()}=={package[2]}"
            found[current] = []
        elif current:
            found[current].append(line.strip())
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_hash(name: str) -> None:
    packages = locked(name)
    assert len(packages) > 80
    bare = [name for name, lines in packages.items() if not any("--hash=sha256:" in one for one in lines)]
    assert bare == []


def test_everything_that_is_needed_is_locked() -> None:
    names = {package.partition("==")[0] for package in locked("requirements.lock")}
    assert set(needed()) - {OWN} - names == set()


def test_every_licence_goes_with_ours() -> None:
    licences = {
        name: READ_BY_HAND.get(name) or licence_of(package.metadata)
        for name, (package, _) in needed().items()
    }
    assert {name: told for name, told in licences.items() if not COMPATIBLE.search(told)} == {}


def test_the_bill_tells_versions_and_what_needs_what() -> None:
    bill = json.loads(bill_of_materials())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == version(OWN)
    told = {one["name"].lower(): one for one in bill["components"]}
    for name in ("polars", "duckdb", "numpy", "dagster"):
        assert told[name]["version"] == version(name)
        assert told[name]["purl"] == f"pkg:pypi/{name}@{version(name)}"
    needs = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    assert "polars" in needs[OWN]
    assert "numpy" in needs["scipy"]
    # Needed by nothing of ours but for its tests.
    assert "pytest" not in told


def test_the_same_packages_give_the_same_bytes() -> None:
    assert bill_of_materials() == bill_of_materials()
