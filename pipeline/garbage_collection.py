"""Python's search for garbage in cycles: our processes have many objects that stay, and few that are dropped so."""

import gc

_NEW_OBJECTS = 100_000
_YOUNGER_BEFORE_OLDER = (50, 100)


def collect_rarely() -> None:
    """Search once for so many new objects, not for every 700: the libraries alone have some 300 000 that stay."""
    gc.set_threshold(_NEW_OBJECTS, *_YOUNGER_BEFORE_OLDER)


def leave_all() -> None:
    """Search no more what is there now: it stays, or goes with the process, which then ends sooner."""
    gc.freeze()
