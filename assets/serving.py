"""Reports and public tables of the releases as pages: a browser opens no `file://` link on the graph's page.

Only what lies in a release's `reports` and `public` folders is given out, on this machine alone: no database of
persons, no list of a folder, nothing of a home beside its releases. Nor the restricted edition: any account of this
machine can ask here, but only the home's owner can open the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO
from urllib.parse import urlsplit

HOST = "127.0.0.1"
OWN_NAMES = {HOST, "localhost"}
GIVEN_OUT = {"reports", "public"}
RESTRICTED = "restricted"
NEWEST = "/latest/reports/index.html"


class ReleasedPages(SimpleHTTPRequestHandler):
    """Gives out files of releases."""

    server_version, sys_version = "ieguvumi", ""

    def send_head(self) -> BinaryIO | None:
        """Answer with a file's head, or say why not."""
        # A page from elsewhere that calls this machine by a name of its own is refused.
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in OWN_NAMES:
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        if self.path == "/":
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", NEWEST)
            self.end_headers()
            return None
        if not self._is_given_out():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def _is_given_out(self) -> bool:
        """Tell whether the path is a file in a folder of a release that may be shown, wherever its links lead."""
        releases, path = Path(self.directory).resolve(), Path(self.translate_path(self.path)).resolve()
        inside = path.relative_to(releases).parts if path.is_relative_to(releases) else ()
        if len(inside) < 2 or inside[0].startswith(".") or RESTRICTED in inside:
            return False
        return inside[1] in GIVEN_OUT and path.is_file()

    def end_headers(self) -> None:
        """What a browser must know of every answer: `latest` is another release tomorrow."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: who read what is nobody's business."""


def pages_server(releases: Path, port: int) -> ThreadingHTTPServer:
    """The server of a home's releases. Raises OSError when the port is taken."""
    return ThreadingHTTPServer((HOST, port), partial(ReleasedPages, directory=str(releases)))


@contextmanager
def served_pages(releases: Path, port: int) -> Iterator[str]:
    """Serve them beside whatever else is done; gives their address. Raises OSError when the port is taken."""
    with pages_server(releases, port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()


def serve_pages(releases: Path, port: int) -> int:
    """Serve them until stopped."""
    with pages_server(releases, port) as server:
        print(f"http://{HOST}:{server.server_port}{NEWEST}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
