"""`ieguvumi check`: every problem of submissions, loading nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from instruments import load_library
from pipeline import schemas
from pipeline.corrections import load_corrections
from pipeline.forgotten import NOBODY, load_forgotten
from pipeline.home import Home, Settings
from pipeline.municipalities import Register
from pipeline.pseudonym_key import known_key_of_home
from pipeline.submissions import (
    FileFinding,
    IntakeContext,
    check_paths,
    load_mappings,
    mapping_name,
    propose_mappings,
)
from pipeline.submissions.wording import UNKNOWN_KIND
from pipeline.warehouse import Warehouse

CLEAN, PROBLEMS, UNUSABLE = 0, 1, 2


def check_and_print(paths: list[Path], home_folder: Path | None = None, *, write: bool = False) -> int:
    """Print every problem and warning; gives 1 when a row or file would be rejected.

    home_folder: the home whose plan counts; without one, that in which a path lies. write: put proposed mappings
    into it.
    """
    home = _home_among([home_folder] if home_folder else paths)
    if home is None and (write or home_folder):
        wanted = home_folder or "--write puts mappings into a home, and no path lies in one"
        print(f"ieguvumi: {wanted}: no home with an evaluation.yaml; name it by --home HOME", file=sys.stderr)
        return UNUSABLE
    context = _context(home)
    try:
        findings = check_paths(paths, context)
    except FileNotFoundError as error:
        print(f"ieguvumi: {error.args[0]}: no such file or folder", file=sys.stderr)
        return UNUSABLE
    for finding in findings:
        print(finding)
    proposals = propose_mappings(paths, context)
    if home is not None and write:
        write_proposals(proposals, home.mappings)
    else:
        print_proposals(proposals)
    _tell_files_without_proposal(findings, proposals)
    errors = sum(finding.severity == "error" for finding in findings)
    print(f"{_counted(errors, 'problem')}, {_counted(len(findings) - errors, 'warning')}")
    return PROBLEMS if errors else CLEAN


def _context(home: Home | None) -> IntakeContext:
    """What the files are held against: all that a run of the home would."""
    key, known, earlier = _from_earlier_runs(home)
    return IntakeContext(
        plan=home.plan() if home else None,
        library=load_library(home.instruments if home else None),
        register=Register.shipped(),
        key=key,
        known=known,
        earlier=earlier,
        mappings=load_mappings(home.mappings if home else None),
        corrections=load_corrections(home.corrections) if home else (),
        forgotten=load_forgotten(home.forgotten, key) if home else NOBODY,
    )


def _counted(number: int, noun: str) -> str:
    """A number with its noun in singular or plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_proposals(proposals: Mapping[str, str]) -> None:
    """Print a mapping for each file."""
    for file, text in proposals.items():
        print(f"\n{file}: a mapping for it (--write puts it into the home's mappings/):\n\n{text}")


def _tell_files_without_proposal(findings: Iterable[FileFinding], proposals: Mapping[str, str]) -> None:
    """Print which files of unknown kind are like nothing known."""
    for file in dict.fromkeys(finding.file for finding in findings if finding.rule == UNKNOWN_KIND.rule):
        if file not in proposals:
            print(
                f"{file}: no mapping can be proposed, too little in it is like a measure or a kind of submission; "
                "docs/mappings.md shows how one is written"
            )


def write_proposals(proposals: Mapping[str, str], folder: Path) -> None:
    """Write a mapping for each file, by the file's name, and print where; one that is there stays as it is."""
    written: set[str] = set()
    for file, text in proposals.items():
        name = f"{mapping_name(Path(file).name)}.yaml"
        if name in written:
            print(
                f"{file}: mappings/{name} was proposed for a file named alike; check again with it in place"
            )
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError:
            print(
                f"{file}: not written, mappings/{name} is there already: mend it, or rename it and check again"
            )
            continue
        except OSError as error:
            print(f"{file}: mappings/{name} can't be written ({error.strerror})")
            continue
        written.add(name)
        print(f"{file}: a mapping for it is in mappings/{name}: look it through, then check again")


def _home_among(paths: list[Path]) -> Home | None:
    """The home that is checked, or in which the checked files lie; None outside a home."""
    for path in paths:
        for folder in (path.resolve(), *path.resolve().parents):
            if (folder / "evaluation.yaml").is_file():
                return Home(folder)
    return None


def _from_earlier_runs(home: Home | None) -> tuple[bytes, pl.DataFrame, pl.DataFrame]:
    """The pseudonym key, and the participants and submissions of earlier runs; a throw-away key without any."""
    tables = ("record.participant", "record.submission")
    settings = Settings.for_home(home.path) if home is not None else None
    if settings is not None and settings.warehouse.is_there():
        with Warehouse.open(settings.warehouse, read_only=True) as warehouse:
            persons, submissions = (warehouse.read(table) for table in tables)
            if not submissions.is_empty():
                return known_key_of_home(warehouse, settings.key_file), persons, submissions
    persons, submissions = (schemas.RECORD[table].create_empty() for table in tables)
    return b"only for this check", persons, submissions
