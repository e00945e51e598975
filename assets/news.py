"""Whether anything new came: what runs that nobody asked for by hand look at first."""

from __future__ import annotations

from pipeline.home import Home
from pipeline.release.fingerprint import fingerprint
from pipeline.release.publish import latest_with
from pipeline.submissions import list_received


def nothing_new(home: Home) -> str | None:
    """Say so when a release would show nothing that the latest one doesn't; None: something new came."""
    latest = latest_with(home, fingerprint(home))
    if latest:
        return f"nothing new since release {latest.name}: no release is made"
    if not home.warehouse.is_file() and not list_received(home.inbox):
        return "nothing new: nothing has been sent in yet, so no release is made"
    return None
