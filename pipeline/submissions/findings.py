"""Checking files without loading them: every problem in a form that can be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.submissions.intake import Examined, IntakeContext, examine
from pipeline.submissions.kinds import PARTICIPANTS, kind_of_file
from pipeline.submissions.proposal import names_for_proposals, propose
from pipeline.submissions.reading import read_sheets
from pipeline.submissions.received import ReceivedFile, list_received, open_file
from pipeline.submissions.text_files import ReadingError
from pipeline.submissions.wording import UNKNOWN_KIND


@dataclass(frozen=True)
class FileFinding:
    """A problem or warning: where, and what was expected. The value is masked; row 0 is the file."""

    file: str
    sheet: str
    row: int
    column: str
    value: str | None
    rule: str
    severity: str
    expected: str
    expected_lv: str

    def __str__(self) -> str:
        place = [self.file, self.sheet, f"row {self.row}" if self.row else "", self.column]
        found = f"found “{self.value}”, " if self.value is not None else ""
        return (
            f"{', '.join(part for part in place if part)}: {self.severity}: {found}expected {self.expected}"
        )


def check_paths(paths: Sequence[Path], context: IntakeContext) -> list[FileFinding]:
    """Return every problem of the files at some paths: files, folders, or a home (its inbox is meant).

    Without a plan, waves and the plan's codes are not checked; without any participants, neither sent along
    nor known, persons are not checked. Raises FileNotFoundError for a path that isn't there.
    """
    files = [file for path in paths for file in _files_at(path)]
    has_people = context.known.height > 0 or any(
        (kind := kind_of_file(file.path.name, context.library)) is not None and kind.name == PARTICIPANTS.name
        for file in files
    )
    examined = examine(files, context, check_persons=has_people)
    return [finding for one in examined for finding in _findings(one)]


def propose_mappings(paths: Sequence[Path], context: IntakeContext) -> dict[str, str]:
    """Return, by file, the text of a mapping for each file of unknown kind that is like something known."""
    names = names_for_proposals(context.library) | context.mappings.names()
    proposals = {}
    for file in (file for path in paths for file in _files_at(path)):
        if (
            file.refused is None
            and open_file(file, context.library, context.mappings).problem == UNKNOWN_KIND
        ):
            text = _proposal(file.path, names, context)
            if text is not None:
                proposals[file.relative] = text
    return proposals


def _proposal(path: Path, names: frozenset[str], context: IntakeContext) -> str | None:
    try:
        sheets = read_sheets(path.read_bytes(), path.suffix, names)
    except ReadingError:
        return None
    header = {column for sheet in sheets for column in sheet.headers}
    tool = context.mappings.for_file(path.name) or context.mappings.for_header(header)
    proposal = propose(sheets, context.library, tool)
    return None if proposal is None else proposal.as_yaml(path.name)


def _files_at(path: Path) -> list[ReceivedFile]:
    if path.is_file():
        return [ReceivedFile(path, str(path), path.resolve().parent.name)]
    if not path.is_dir():
        raise FileNotFoundError(path)
    if (path / "evaluation.yaml").is_file():
        return _in_folder(path / "inbox", in_inbox=True)
    return _in_folder(path, in_inbox=path.name == "inbox")


def _in_folder(folder: Path, *, in_inbox: bool) -> list[ReceivedFile]:
    """Return a folder's files, named by their path; outside an inbox no sender's folder is asked for."""
    files = list_received(folder)
    if in_inbox:
        return [ReceivedFile(f.path, str(f.path), f.sender, f.refused) for f in files]
    return [
        ReceivedFile(f.path, str(f.path), f.sender or folder.resolve().name, f.refused if f.sender else None)
        for f in files
    ]


def _findings(examined: Examined) -> list[FileFinding]:
    file = examined.opened.file.relative
    return [FileFinding(file=file, **row) for row in examined.problems.iter_rows(named=True)]
