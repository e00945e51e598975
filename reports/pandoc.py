"""Pandoc, begun once and kept: starting it for each of a release's pages takes longer than most pages do.

It runs `templates/formats.lua`, which answers a line of JSON for each line of JSON that it gets, and ends when its
input ends: at the latest with this process, however that ends.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from contextlib import ExitStack
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

import pypandoc

# The first day that a zip archive can name: a time of its own would give each Word document other bytes.
_NO_TIME = "315532800"
# Haskell's own options: with more room for new values it searches less often for dropped ones, a tenth quicker.
_RUNTIME = ("+RTS", "-A64m", "-RTS")


class PandocError(Exception):
    """Pandoc could not read or write a document: a fault of ours, in its words."""


class Pandoc:
    """A running pandoc; one document at a time."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._open = ExitStack()
        templates = self._open.enter_context(as_file(files("reports") / "templates"))
        self._told = self._open.enter_context(TemporaryFile())  # noqa: SIM115 - closed with all that is open
        self._process = subprocess.Popen(  # noqa: S603 - our own pandoc
            [pypandoc.get_pandoc_path(), *_RUNTIME, "lua", str(templates / "formats.lua")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._told,
            env={**os.environ, "SOURCE_DATE_EPOCH": _NO_TIME},
        )

    def written(
        self, markdown: str, reading: str, language: str, media: Path | None = None
    ) -> dict[str, str]:
        """A document as `html` and as `typst`; with a folder of its media also `report.docx`, in that folder.

        reading: pandoc's name of the Markdown, with its extensions. Raises PandocError.
        """
        asked: dict[str, Any] = {"markdown": markdown, "reading": reading, "language": language}
        if media is not None:
            asked["media"] = str(media)
        answer: dict[str, str] = json.loads(self._answer(json.dumps(asked).encode()))
        if "error" in answer:
            raise PandocError(answer["error"])
        return answer

    def close(self) -> None:
        """End it."""
        self._process.communicate()
        self._open.close()

    def _answer(self, line: bytes) -> bytes:
        given, told = self._process.stdin, self._process.stdout
        if given is None or told is None:
            raise PandocError("pandoc was begun without pipes")
        with self._one_at_a_time:
            try:
                given.write(line + b"\n")
                given.flush()
            except BrokenPipeError:
                raise self._ended() from None
            found = told.readline()
        if not found:
            raise self._ended()
        return found

    def _ended(self) -> PandocError:
        """The error of a pandoc that has ended, with the last that it said."""
        self._told.seek(0)
        said = self._told.read().decode(errors="replace").splitlines()
        return PandocError(f"pandoc has ended: {said[-1] if said else 'it did not say why'}")


@cache
def pandoc() -> Pandoc:
    """The pandoc of this process, begun when it is first asked for."""
    begun = Pandoc()
    atexit.register(begun.close)
    return begun
