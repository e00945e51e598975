"""`ieguvumi return` and `ieguvumi decrypt`: what goes back to a sender, and received files as they came."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import polars as pl
from cryptography.exceptions import InvalidTag

from assets.querying import open_warehouse
from instruments import load_library
from pipeline.home import Settings
from pipeline.identity import load_key, mask
from pipeline.plan import Language
from pipeline.private_file import write_private
from pipeline.pseudonym_key import known_key_of_home
from pipeline.returning import NEEDED, Returned, returned, senders_of_persons
from pipeline.submissions import load_mappings
from pipeline.submissions.keeping import decrypted, kept_files
from pipeline.submissions.own_ids import own_ids
from reports.returned_workbook import returned_workbook

DONE, NOT_FOUND = 0, 1


def return_and_print(settings: Settings, sender: str, language: Language, output: Path | None) -> int:
    """Write the workbook of one sender and print its path; 1 when nobody of that name enrolled persons."""
    tables, key = _tables_and_key(settings)
    known, name = senders_of_persons(tables), mask(sender)
    if name not in known:
        print(f"ieguvumi: {_unknown(name, known, tables)}", file=sys.stderr)
        return NOT_FOUND
    found, workbook = _made(settings, name, language, tables, key)
    path = output or settings.home.returned / f"{name}.{language}.xlsx"
    write_private(path, workbook)
    without = int(found.persons["own_id"].null_count())
    print(f"{found.persons.height} persons of {name}; {without} without the sender's own identifier")
    print(f"Restricted: for {name} only.")
    print(path)
    return DONE


def returned_anew(settings: Settings, sender: str, language: Language) -> bytes | None:
    """Return a sender's workbook; None where nobody of that name enrolled persons."""
    tables, key = _tables_and_key(settings)
    if sender not in senders_of_persons(tables):
        return None
    return _made(settings, sender, language, tables, key)[1]


def _tables_and_key(settings: Settings) -> tuple[dict[str, pl.DataFrame], bytes]:
    """The tables of the warehouse that a sender's workbook needs, and the key of the pseudonyms."""
    with open_warehouse(settings) as warehouse:
        tables = {table: warehouse.read(table) for table in NEEDED}
        return tables, known_key_of_home(warehouse, settings.key_file)


def _made(
    settings: Settings, sender: str, language: Language, tables: dict[str, pl.DataFrame], key: bytes
) -> tuple[Returned, bytes]:
    """What goes back to a sender, and the workbook of it."""
    home = settings.home
    plan, library = home.plan(), load_library(home.instruments)
    own = own_ids(
        home.inbox,
        home.received,
        sender,
        tables["record.submission"],
        library,
        load_mappings(home.mappings),
        key,
    )
    found = returned(sender, tables, own, plan, library)
    return found, returned_workbook(found, plan, library, language)


def decrypt_and_print(settings: Settings, folder: Path, sender: str | None) -> int:
    """Write the encrypted received files into a folder; 1 when there are none or one can't be decrypted.

    A file that is there already is left as it is and told.
    """
    home = settings.home
    with open_warehouse(settings) as warehouse:
        submissions = warehouse.read("record.submission")
    wanted = submissions if sender is None else submissions.filter(pl.col("sender") == mask(sender))
    files = list(kept_files(home.received, wanted))
    if not files:
        whose = f" of {sender}" if sender else ""
        print(f"ieguvumi: {home.received}: holds no encrypted file{whose}", file=sys.stderr)
        return NOT_FOUND
    key = load_key(settings.key_file)
    told = [_decrypt(kept, folder / relative, key) for kept, relative in files]
    for problem in filter(None, told):
        print(f"ieguvumi: {problem}", file=sys.stderr)
    print(f"{told.count(None)} files written, {len(told) - told.count(None)} not")
    print(folder)
    return NOT_FOUND if any(told) else DONE


def _decrypt(kept: Path, target: Path, key: bytes) -> str | None:
    """Write one file as it came; gives what stood in the way."""
    if target.exists():
        return f"{target}: is there already and was left as it is; give another folder"
    try:
        content = decrypted(kept.read_bytes(), key)
    except InvalidTag:
        return (
            f"{kept}: is no file encrypted under this key, or changed since; give the key it was made with "
            "(IEGUVUMI_KEY_FILE), or the file from a copy"
        )
    except OSError as error:
        return f"{kept}: can't be read ({error.strerror}); check who may read it"
    write_private(target, content)
    return None


def _unknown(sender: str, known: list[str], tables: dict[str, pl.DataFrame]) -> str:
    """Say why a sender gets nothing, and who would."""
    there = ", ".join(known) or "none"
    if sender in tables["record.submission"]["sender"]:
        return f"{sender}: enrolled nobody, so there is nothing to return; senders who did: {there}"
    near = difflib.get_close_matches(sender, known, n=3, cutoff=0.5)
    meant = f"did you mean {' or '.join(near)}?" if near else f"there are {there}"
    return f"no sender `{sender}`; {meant}"
