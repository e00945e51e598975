"""Links to the reports of a release, as the graph shows them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg

SHOWN = (".html", ".pdf", ".docx", ".xlsx")


def report_links(written: Iterable[Path], building: Path, release: Path) -> dict[str, Any]:
    """How many files there are, and a table: a row a report and edition, with a link to each file.

    written: files as they lie in `building`; the links are to where they lie once that has become `release`.
    """
    files = [release.resolve() / path.relative_to(building) for path in written]
    rows: dict[tuple[str, str], list[str]] = {}
    for path in files:
        if path.suffix in SHOWN and path.stem != "index":
            edition = "restricted" if path.parent.name == "restricted" else "public"
            report, _, rest = path.name.partition(".")
            rows.setdefault((report, edition), []).append(f"[{rest}]({path.as_uri()})")
    table = ["| report | edition | files |", "| --- | --- | --- |"]
    table += [f"| {report} | {edition} | {', '.join(links)} |" for (report, edition), links in rows.items()]
    return {
        "files": len(files),
        "index": dg.MetadataValue.url((release.resolve() / "reports" / "index.html").as_uri()),
        "reports": dg.MetadataValue.md("\n".join(table)),
    }
