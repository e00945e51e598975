"""Files that only their owner may read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def keep_private() -> None:
    """Let this process make files for its own account alone, whatever the account's own habit is."""
    os.umask(0o077)


def open_to_everybody(folder: Path, but: Iterable[Path]) -> None:
    """Let other accounts read a folder and all that is in it, but for some files and folders, which stay closed."""
    closed = set(but)
    folder.chmod(0o755)
    for path in folder.iterdir():
        if path in closed:
            path.chmod(0o700 if path.is_dir() else 0o600)
        elif path.is_dir():
            open_to_everybody(path, closed)
        else:
            path.chmod(0o644)


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone."""
    if not folder.exists():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600, whole or not at all; folders made on the way have mode 0700."""
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def rewrite_private(path: Path, content: bytes) -> None:
    """Write a file anew, whole or not at all, with the mode it had."""
    mode = path.stat().st_mode & 0o777
    write_private(path, content)
    path.chmod(mode)


def touch_private(path: Path) -> None:
    """Make a file of mode 0600, or give one that is there this mode: whoever writes to it by its path keeps it."""
    path.touch(mode=0o600)
    path.chmod(0o600)
