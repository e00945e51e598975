"""Links to the reports of a release, as the graph shows them: pages that `assets.serving` gives out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg

SHOWN = (".html", ".pdf", ".docx", ".xlsx")


def report_links(written: Iterable[Path], building: Path, release: Path, address: str) -> dict[str, Any]:
    """How many files there are, the index, and for each public report a link to each file.

    written: files as they lie in `building`, which becomes `release`; address: where the releases are given out.
    The restricted edition is not given out: of it the folder is told.
    """
    links: dict[str, list[str]] = {}
    count = 0
    for path in sorted(written, key=_place):
        count += 1
        if path.parent == building / "reports" and path.suffix in SHOWN and path.stem != "index":
            report, _, rest = path.name.partition(".")
            place = f"{address}/{release.name}/{path.relative_to(building).as_posix()}"
            links.setdefault(report, []).append(f"[{rest.replace('.', ' ')}]({place})")
    return {
        "index": dg.MetadataValue.url(f"{address}/{release.name}/reports/index.html"),
        **{report: dg.MetadataValue.md(" · ".join(found)) for report, found in sorted(links.items())},
        "files": count,
        "folder": dg.MetadataValue.path(release.resolve() / "reports"),
        "restricted": dg.MetadataValue.path(release.resolve() / "reports" / "restricted"),
    }


def with_links(assets: dg.AssetsDefinition, address: str) -> dg.AssetsDefinition:
    """The assets with links to the newest reports and to what the tables' columns mean."""
    newest = {
        "newest_reports": dg.MetadataValue.url(f"{address}/latest/reports/index.html"),
        "dictionary": dg.MetadataValue.url(f"{address}/latest/public/dictionary.en.html"),
    }
    return assets.map_asset_specs(lambda spec: spec.merge_attributes(metadata=newest))


def _place(path: Path) -> tuple[str, int]:
    """By report and language, the page to read before the document to keep."""
    return path.stem, SHOWN.index(path.suffix) if path.suffix in SHOWN else len(SHOWN)
