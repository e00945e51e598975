"""Fixtures: a small home to send files to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from instruments import Library, load_library
from pipeline.municipalities import Register
from pipeline.plan import parse_plan
from pipeline.schemas import RECORD
from pipeline.submissions import Intake, IntakeContext
from tests.pipeline.submissions.small_home import PARTICIPANTS, PLAN, Contents, Inbox


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def context(library: Library) -> IntakeContext:
    return IntakeContext(
        plan=parse_plan(PLAN),
        library=library,
        register=Register.shipped(),
        key=b"a key that only this test uses..",
        known=RECORD["record.participant"].create_empty(),
    )


@pytest.fixture
def inbox(tmp_path: Path, context: IntakeContext) -> Inbox:
    """An empty inbox."""
    return Inbox(tmp_path / "inbox", context)


@pytest.fixture
def sent(inbox: Inbox) -> Callable[[Contents], Intake]:
    """Takes in files of the sender `north`, beside a participants file of three persons."""

    def take(files: Contents) -> Intake:
        return inbox({"north/participants.csv": PARTICIPANTS, **{f"north/{k}": v for k, v in files.items()}})

    return take
