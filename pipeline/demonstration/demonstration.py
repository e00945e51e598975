"""A whole demonstration home: synthetic people whose figures are those the ministry published."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from instruments import load_library
from pipeline.demonstration.annual import annual_sheets
from pipeline.demonstration.evaluators import adults_sheets, children_sheets
from pipeline.demonstration.mess import mess_sheets, unreadable_file
from pipeline.demonstration.pilots import generator, municipal_sheets, pilot_data
from pipeline.demonstration.sheets import Sheet
from pipeline.demonstration.stakeholders import stakeholder_sheets
from pipeline.demonstration.targets import load_annual, load_targets
from pipeline.demonstration.write import sheet_bytes, write_files

SEED = 2019
EMPTY_FOLDERS = ("instruments", "mappings")


class DemonstrationError(Exception):
    """The demonstration home can't be written: says where and what to do."""


def write_demonstration(path: Path, seed: int = SEED) -> None:
    """Write a demonstration home into `path`, which must not exist or be empty. Same seed, same bytes.

    Raises DemonstrationError when the folder is in use.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise DemonstrationError(
            f"{path}: exists and is not an empty folder; name another one, or remove it first"
        )
    _copy_texts(path)
    for folder in EMPTY_FOLDERS:
        (path / folder).mkdir()
    calibrated = calibrated_sheets(seed)
    sheets = [*calibrated, *mess_sheets(calibrated)]
    files = [(sheet.path, sheet_bytes(sheet.frame, sheet.layout)) for sheet in sheets]
    write_files([*files, unreadable_file(generator(seed, "mess"))], path / "inbox")


def calibrated_sheets(seed: int) -> list[Sheet]:
    """All submissions that figures are made from; nothing in them is wrong."""
    targets, annual, library = load_targets(), load_annual(), load_library()
    children = pilot_data("children-2019", targets.children, seed)
    adults = pilot_data("adults-2020", targets.adults, seed)
    return [
        *municipal_sheets(children, targets, seed),
        *children_sheets(children, library, seed),
        *municipal_sheets(adults, targets, seed),
        *adults_sheets(adults, seed),
        *annual_sheets(annual, library, seed),
        *stakeholder_sheets(annual, seed),
    ]


def _copy_texts(path: Path) -> None:
    """The plan, the read-me and the evaluator's words, as shipped."""
    with as_file(files(__package__) / "home") as home:
        for source in sorted(home.rglob("*")):
            if source.is_file():
                target = path / source.relative_to(home)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
