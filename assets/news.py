"""Whether anything new came: what runs that nobody asked for by hand look at first."""

from __future__ import annotations

from pipeline.home import Settings
from pipeline.release.fingerprint import fingerprint
from pipeline.release.publish import latest_with
from pipeline.submissions import list_received


def nothing_new(settings: Settings) -> str | None:
    """Say so when a release would show nothing that the latest one doesn't; None: something new came."""
    home = settings.home
    latest = latest_with(home, fingerprint(home))
    if latest:
        return f"nothing new since release {latest.name}: no release is made"
    if not list_received(home.inbox) and not settings.warehouse.is_there():
        return "nothing new: nothing has been sent in yet, so no release is made"
    return None
