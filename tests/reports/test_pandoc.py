"""Pandoc that is begun once: it answers after a fault as before, and a fault is ours and told in its words."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.pandoc import Pandoc, PandocError
from reports.render import MARKDOWN

PAGE = '---\n{"title": "Ziņojums"}\n---\n\n## Bērni\n\n"Daudz" teksta – *uzsvērts*.\n'


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    running = Pandoc()
    yield running
    running.close()


def test_a_page_in_two_formats(pandoc: Pandoc) -> None:
    written = pandoc.written(PAGE, MARKDOWN, "lv")
    assert '<h2 id="bērni"' not in written["html"], "the page's title is the only heading of the first level"
    assert "<em>uzsvērts</em>" in written["html"]
    assert 'lang="lv"' in written["html"]
    assert "#emph[uzsvērts]" in written["typst"]
    assert '"Daudz"' in written["html"].replace("&quot;", '"')


def test_the_same_page_is_the_same_whatever_was_written_before(pandoc: Pandoc) -> None:
    first = pandoc.written(PAGE, MARKDOWN, "lv")
    pandoc.written(PAGE.replace("Bērni", "Pieaugušie"), MARKDOWN, "en")
    assert pandoc.written(PAGE, MARKDOWN, "lv") == first


def test_a_fault_is_told_and_the_next_page_is_written(pandoc: Pandoc) -> None:
    with pytest.raises(PandocError, match="no_such_reader"):
        pandoc.written(PAGE, "no_such_reader", "lv")
    assert "uzsvērts" in pandoc.written(PAGE, MARKDOWN, "lv")["html"]


def test_one_that_has_ended_says_so() -> None:
    killed = Pandoc()
    killed._process.kill()
    killed._process.wait()
    with pytest.raises(PandocError, match="has ended"):
        killed.written(PAGE, MARKDOWN, "lv")
    killed.close()


@pytest.mark.slow  # a process of its own
def test_it_ends_with_a_process_that_is_killed() -> None:
    begin = (
        "import os, signal, reports.pandoc as kept\n"
        "print(kept.pandoc()._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", begin], stdout=subprocess.PIPE, text=True, check=False)
    assert has_ended(int(done.stdout))


def has_ended(process: int) -> bool:
    """Whether a process is gone, or will be in some seconds: nobody may wait for one that is not a child."""
    for _ in range(100):
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
