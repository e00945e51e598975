"""`ieguvumi forget`: erases persons from every store of a home."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from assets import clock
from assets.returning import returned_anew
from assets.stores import Stores
from pipeline.erasure import ErasureError, databases, history, releases
from pipeline.erasure.corrections import without_corrections
from pipeline.erasure.persons import Persons
from pipeline.erasure.received import Named, rewrite
from pipeline.forgotten import Forgotten, load_forgotten, save_forgotten
from pipeline.home import Home, Settings
from pipeline.home_lock import only_run
from pipeline.identity import mask
from pipeline.place import DatabaseFile
from pipeline.private_file import rewrite_private, write_private
from pipeline.release.publish import BUILDING

DONE, NOT_FOUND = 0, 1
WORKING = ".forgetting"
# What people write themselves: nothing of it is rewritten, but it is told where it names somebody.
OWN_WORDS = (
    "evaluation.yaml",
    "README.md",
    "commentary/*",
    "mappings/*",
    "instruments/*",
    "corrections.yaml",
)


def forget_and_print(settings: Settings, names: Sequence[str], *, yes: bool, dry_run: bool) -> int:
    """Erase persons and print where from; gives 1 when one is known nowhere, or something is left to do by hand.

    yes: without asking. dry_run: only say where they stand.
    """
    settings.home.plan()  # raises where this is no home
    with only_run(settings.home.path, _tell):
        releases.finish_withdrawals(settings.home)
        stores = Stores(settings, names)
        unknown = stores.unknown()
        if unknown:
            for name in unknown:
                _tell(f"{mask(name)}: known to no store of {settings.home.path.name}; nothing was erased")
            return NOT_FOUND
        for line in stores.listed():
            print(line)
        if dry_run:
            return DONE
        if not yes and not _confirmed(len(stores.persons.pseudonyms)):
            _tell("nothing was erased")
            return NOT_FOUND
        return _erase(stores)


def _tell(line: str) -> None:
    print(f"ieguvumi: {line}", file=sys.stderr, flush=True)


def _confirmed(persons: int) -> bool:
    print(f"Erase {persons} person(s) for good? This can't be undone. Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _erase(stores: Stores) -> int:
    """Erase; each step can be broken off and is done again by the next call."""
    home, persons = stores.home, stores.persons
    day = clock.today(home.plan().calendar).isoformat()
    # Looked up before anything is changed: stores look once.
    received, corrections, sent = stores.received, stores.corrections, stores.sent_back
    returned, named_in_history, holding = stores.returned, stores.history, stores.releases
    # First of all, so that nobody of them comes in again, whatever happens next.
    forgotten = stores.forgotten.with_persons(sorted(persons.pseudonyms))
    save_forgotten(home.forgotten, forgotten)
    if corrections:
        rewrite_private(home.corrections, without_corrections(home.corrections, corrections).encode())
    if stores.warehouse:
        _renew_warehouse(stores, forgotten)
    remarks = stores.remarks()
    for folder in holding:
        why = _withdrawn(stores, folder, remarks, day)
        if why:
            what = "its marts and restricted reports could not be computed anew and are gone"
            _tell(f"releases/{folder.name}: {what} ({why})")
    releases.renew_chain(home, day)
    for path in named_in_history:
        history.clean(path, persons)
    for path, content in sent.items():
        rewrite_private(path, content)
    for path in returned:
        _renew_returned(stores.settings, path)
    _remove_left_over(home)
    problems = [problem for one in received if (problem := _rewritten(stores, one))]
    problems += _own_words(home, persons)
    for problem in problems:
        _tell(problem)
    persons_said = f"{len(persons.pseudonyms)} person(s)"
    if problems:
        _tell(f"{persons_said} erased everywhere else; mend this, then forget again")
        return NOT_FOUND
    print(
        f"{persons_said} erased. The next run makes a release without them; copies and backups are yours to mend."
    )
    return DONE


def _withdrawn(stores: Stores, folder: Path, remarks: dict[str, pl.DataFrame], day: str) -> str | None:
    """Make a release anew; imported here, since it brings the whole graph."""
    from assets.withdrawing import withdraw

    print(f"releases/{folder.name} …", file=sys.stderr, flush=True)
    return withdraw(stores.settings, folder, stores.persons, remarks, day)


def _renew_warehouse(stores: Stores, forgotten: Forgotten) -> None:
    """Write the warehouse into a new file without the persons, compute its marts anew, and put it in place."""
    from assets.withdrawing import compute_marts, workspace

    home, settings = stores.home, stores.settings
    print(f"{settings.warehouse.name} …", file=sys.stderr, flush=True)
    own = workspace(settings, home.path / WORKING)
    places = databases.places_of((forgotten.original(one.submission), one.places) for one in stores.received)
    databases.copy_without(
        settings.warehouse, own.home.warehouse, stores.persons, places, settings.database_key
    )
    why = compute_marts(own)
    if why:
        _tell(f"marts could not be computed anew and are empty until the next run ({why})")
    settings.warehouse.take_over(DatabaseFile(own.home.warehouse, settings.database_key))
    shutil.rmtree(own.home.path)


def _renew_returned(settings: Settings, path: Path) -> None:
    """Make a workbook for a sender anew; remove one whose sender has nobody any more."""
    sender, _, language = path.stem.rpartition(".")
    content = returned_anew(settings, sender, "en" if language == "en" else "lv")
    if content is None:
        path.unlink()
    else:
        write_private(path, content)


def _rewritten(stores: Stores, one: Named) -> str | None:
    """Write a received file anew; gives what stood in the way."""
    home = stores.home

    def remember(submission: str, was: str) -> Forgotten:
        known = load_forgotten(home.forgotten, stores.key).with_rewritten(submission, was)
        save_forgotten(home.forgotten, known)
        return known

    try:
        rewrite(stores.shelf, one, stores.persons, remember)
    except ErasureError as error:
        return str(error)
    return None


def _remove_left_over(home: Home) -> None:
    """Remove what broken runs left: a release half made, drafts, a database half encrypted."""
    for folder in (home.releases / BUILDING, home.path / WORKING):
        if folder.exists():
            shutil.rmtree(folder)
    drafts = (*home.path.glob("*.encrypting.duckdb*"), *home.path.rglob(".*.draft"))
    for path in drafts:
        path.unlink(missing_ok=True)


def _own_words(home: Home, persons: Persons) -> Iterator[str]:
    """Name the files that people wrote themselves and that name one of the persons."""
    for pattern in OWN_WORDS:
        for path in sorted(home.path.glob(pattern)):
            if path.is_file() and persons.are_named_in(path.read_bytes().decode("utf-8", "replace")):
                yield f"{path}: names a person; take it out by hand"
