"""Runs take turns on a home: a lock on a file, which the system frees when the process ends, however it ends."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_HELD: set[Path] = set()
_SIGNS: dict[Path, int] = {}


@contextmanager
def only_run(home: Path, waiting: Callable[[str], None], *, alone: bool = True) -> Iterator[None]:
    """Hold the home for a run; while another one holds it, say so once in a line and wait for it.

    alone: not together with others that are not alone either. A run inside a process that holds the home already
    goes on at once.
    """
    kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    path = home / ".lock"
    if path in _HELD:
        yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(f"another run is working on {home.name}{_since(path)}; this one waits for it")
            fcntl.flock(file, kind)
        _note(path)
        _HELD.add(path)
        try:
            yield
        finally:
            _HELD.discard(path)


def _note(path: Path) -> None:
    """Write when this run began; who waits tells it."""
    path.write_text(dt.datetime.now().astimezone().isoformat(timespec="minutes"), encoding="utf-8")


def _since(path: Path) -> str:
    noted = path.read_text(encoding="utf-8").strip()
    return f" since {noted[11:16]}" if noted else ""


def give_sign_of_life(path: Path) -> None:
    """Hold a lock on a file until this process ends; the file tells the process.

    It isn't given up with the work: a process killed after that, but before the history says so, would leave a run
    that nobody could tell from one that has not begun. Several processes may work on a run.
    """
    if path in _SIGNS:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    sign = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(sign, fcntl.LOCK_SH)
    os.write(sign, str(os.getpid()).encode())
    _SIGNS[path] = sign


def is_alive(path: Path) -> bool | None:
    """Tell whether a process that gave this sign of life still lives; None: there is no sign."""
    try:
        with path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return True
    return False
