"""What a release was made from: inputs, plan, measures, code. The same fingerprint means nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pipeline.home import Home

PACKAGES = ("instruments", "pipeline", "sql", "reports", "assets")
CODE = (".py", ".sql", ".yaml", ".csv", ".po", ".md", ".css", ".typ", ".lua", ".html", ".j2", ".jinja")
HOME_FOLDERS = ("inbox", "instruments", "mappings", "commentary")
HOME_FILES = ("evaluation.yaml", "corrections.yaml", "forgotten.json")


def fingerprint(home: Home) -> dict[str, str]:
    """Hashes of what a release depends on: `inputs` (everything in the home) and `code`."""
    return {"inputs": inputs_hash(home), "code": code_hash()}


def inputs_hash(home: Home) -> str:
    """SHA-256 over the names and contents of the home's plan, submissions, measures and commentary."""
    named = [home.path / name for name in HOME_FILES]
    named += [path for folder in HOME_FOLDERS for path in (home.path / folder).rglob("*")]
    present = sorted(path for path in named if path.is_file() and _lies_in(path, home.path))
    return _of_hashes((path.relative_to(home.path).as_posix(), _hash_or_none(path)) for path in present)


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether a path leads into the folder: what a link leads to elsewhere is never read."""
    return not path.is_symlink() or path.resolve().is_relative_to(folder.resolve())


def _hash_or_none(path: Path) -> bytes:
    """A file's hash; nothing for one that can't be read: the intake says so."""
    try:
        return bytes.fromhex(file_hash(path))
    except OSError:
        return b""


def code_hash() -> str:
    """SHA-256 over the project's own code, SQL, measures, templates and catalogues."""
    return _combined(pair for package in PACKAGES for pair in _contents(files(package), package))


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _contents(folder: Traversable, name: str) -> Iterable[tuple[str, bytes]]:
    """Name and bytes of every file of the code below a folder, in the order of names."""
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, path)
        elif entry.name.endswith(CODE):
            yield path, entry.read_bytes()


def _combined(pairs: Iterable[tuple[str, bytes]]) -> str:
    return _of_hashes((name, hashlib.sha256(content).digest()) for name, content in pairs)


def _of_hashes(pairs: Iterable[tuple[str, bytes]]) -> str:
    """One hash of names and the hashes of what they name; a name may hold bytes that are no text."""
    total = hashlib.sha256()
    for name, digest in pairs:
        total.update(name.encode("utf-8", "surrogateescape") + b"\0" + digest)
    return total.hexdigest()
