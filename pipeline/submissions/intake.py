"""Taking in what was received: accepted rows as record tables, the rest to be sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import polars as pl

from instruments import Library
from pipeline.corrections import Correction
from pipeline.forgotten import NOBODY, Forgotten
from pipeline.identity import Pseudonyms, mask, mask_all, mask_path
from pipeline.municipalities import Register
from pipeline.plan import Plan
from pipeline.schemas import RECORD
from pipeline.submissions.batch import Facts
from pipeline.submissions.building import Parts, record_rows, whole_table
from pipeline.submissions.checking import Checked, check_files
from pipeline.submissions.contents import contents_of
from pipeline.submissions.correcting import corrected_cells, told_corrected, with_corrections
from pipeline.submissions.enrolment import persons_enrolled
from pipeline.submissions.kinds import ANSWERS, PARTICIPANTS, UNKNOWN
from pipeline.submissions.mappings import Mappings, load_mappings
from pipeline.submissions.problems import PROBLEM_SCHEMA, combined, file_problem
from pipeline.submissions.received import OpenedFile, ReceivedFile, open_file
from pipeline.submissions.wording import FORGOTTEN_PERSON, SENT_TWICE
from pipeline.waves import WINDOW_SCHEMA, wave_windows


@dataclass(frozen=True)
class IntakeContext:
    """What files are held against: the plan, the measures, the register, the pseudonym key.

    plan: None only for `examine`, which then leaves unchecked what the plan decides.
    known: participants accepted by earlier runs (columns of record.participant), in any order.
    earlier: the submissions that earlier runs took in (columns of record.submission); their sequence says
    which of two rows of a person is the later one.
    mappings: how foreign files are read; without a home, the shipped ones. today: the day of this run.
    corrections: known errors; those of rejected rows are applied before the rows are checked again.
    forgotten: who was erased, and which files were written anew without them.
    """

    plan: Plan | None
    library: Library
    register: Register
    key: bytes
    known: pl.DataFrame
    earlier: pl.DataFrame = field(default_factory=RECORD["record.submission"].create_empty)
    mappings: Mappings = field(default_factory=load_mappings)
    today: dt.date | None = None
    corrections: tuple[Correction, ...] = ()
    forgotten: Forgotten = NOBODY


@dataclass(frozen=True)
class Examined:
    """A submission after checking: `checked` is None when the file as a whole was refused."""

    opened: OpenedFile
    checked: Checked | None
    problems: pl.DataFrame

    @property
    def rows_received(self) -> int:
        """Rows that the file has."""
        return 0 if self.checked is None else self.checked.raw.height

    @property
    def rows_rejected(self) -> int:
        """Rows with an error."""
        return 0 if self.checked is None else int(self.checked.rejected.sum())

    @property
    def has_errors(self) -> bool:
        """Whether anything was refused."""
        return bool((self.problems["severity"] == "error").any())


@dataclass(frozen=True)
class Intake:
    """What came in.

    parts: the rows of every record table, by submission.
    rejected: the submissions with an error; `pipeline.submissions.write_rejected` writes them out. noted: those
    with an error or a warning.
    senders: all who sent something. accepted: the files of which every row came in.
    """

    parts: Mapping[str, Sequence[Parts]]
    rejected: tuple[Examined, ...]
    noted: tuple[Examined, ...]
    senders: tuple[str, ...]
    accepted: tuple[OpenedFile, ...] = ()

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every record table, whole; of a large one rather take the `rows`."""
        return {name: self.table(name) for name in self.parts}

    def table(self, name: str) -> pl.DataFrame:
        """A record table, valid against its schema."""
        return whole_table(name, self.rows(name))

    def rows(self, name: str) -> Iterator[pl.DataFrame]:
        """Give the rows of a record table, not yet validated, a part at a time; texts may be codes (`coded`)."""
        for part in self.parts[name]:
            yield from part()


def take_in(files: Sequence[ReceivedFile], context: IntakeContext) -> Intake:
    """Return the accepted rows of all files as record tables, and what is to be sent back.

    Participants are read first, so that the order of files decides nothing but which of two later stands. For
    every submission: rows received = rows accepted + rows rejected. Raises nothing for what a file holds.
    """
    if context.plan is None:
        raise ValueError("rows can't be taken in without a plan")
    examined = examine(files, context)
    parts: dict[str, list[Parts]] = {name: [] for name in RECORD}
    for table, rows in _accepted(examined):
        parts[table].append(rows)
    parts["record.submission"].append(partial(_at_once, _submissions(examined, context.today)))
    parts["record.problem"].append(partial(_at_once, _problems(examined)))
    return Intake(
        parts=parts,
        rejected=tuple(one for one in examined if one.has_errors),
        noted=tuple(one for one in examined if one.problems.height),
        senders=tuple(sorted({file.sender for file in files})),
        accepted=tuple(one.opened for one in examined if one.checked is not None and not one.has_errors),
    )


def _at_once(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield rows


def examine(
    files: Sequence[ReceivedFile], context: IntakeContext, *, check_persons: bool = True
) -> list[Examined]:
    """Return every file checked, in the files' order; a file sent again unchanged stands once.

    `check_persons` False leaves unchecked whether persons are enrolled.
    """
    opened, repeated = _without_repeats([_opened(file, context) for file in files])
    people = [file for file in opened if _enrols(file)]
    others = [file for file in opened if not _enrols(file)]
    pseudonyms = Pseudonyms(context.key)
    facts = _facts(context, {}, pseudonyms, check_persons)
    enrolled = _checked(people, facts, context.corrections)
    facts = _facts(context, enrolled, pseudonyms, check_persons)
    checked = enrolled | _checked(others, facts, context.corrections)
    examined = [_examined(file, checked.get(file.submission_id)) for file in opened]
    return [_with_warning(one, repeated) for one in examined]


def _opened(file: ReceivedFile, context: IntakeContext) -> OpenedFile:
    """Return a file as read; one that was written anew without erased persons is the submission it was."""
    found = open_file(file, context.library, context.mappings)
    return replace(found, submission_id=context.forgotten.original(found.submission_id))


def _without_repeats(opened: Iterable[OpenedFile]) -> tuple[list[OpenedFile], set[str]]:
    """Return each submission once, and the identifiers of those that came more than once."""
    first: dict[str, OpenedFile] = {}
    repeated: set[str] = set()
    for file in opened:
        if file.submission_id in first:
            repeated.add(file.submission_id)
        first.setdefault(file.submission_id, file)
    return list(first.values()), repeated


def _with_warning(examined: Examined, repeated: set[str]) -> Examined:
    if examined.opened.submission_id not in repeated:
        return examined
    problems = combined([file_problem(SENT_TWICE), examined.problems])
    return Examined(examined.opened, examined.checked, problems)


def _enrols(file: OpenedFile) -> bool:
    return file.kind is not None and file.kind.name == PARTICIPANTS.name


def _checked(
    files: Sequence[OpenedFile], facts: Facts, corrections: Sequence[Correction]
) -> dict[str, Checked]:
    """Return the readable files' rows, checked; those that a correction mends are checked again."""
    contents = {
        file.submission_id: contents_of(file.sheets, file.kind)
        for file in files
        if file.problem is None and file.kind is not None
    }
    checked = check_files(contents, facts)
    if not corrections:
        return checked
    cells = {name: corrected_cells(one, corrections, facts.pseudonyms.key) for name, one in checked.items()}
    mended = {name: with_corrections(contents[name], found) for name, found in cells.items() if found}
    again = check_files(mended, facts)
    return checked | {name: told_corrected(one, cells[name]) for name, one in again.items()}


def _examined(file: OpenedFile, checked: Checked | None) -> Examined:
    if checked is not None:
        return Examined(file, checked, _without_erased(checked.problems))
    problem = PROBLEM_SCHEMA.to_frame() if file.problem is None else file_problem(file.problem)
    return Examined(file, None, problem)


def _without_erased(problems: pl.DataFrame) -> pl.DataFrame:
    """Return problems; of a row of an erased person only that it is one, and no value of it."""
    erased = problems.filter(pl.col("rule") == FORGOTTEN_PERSON.rule).select("sheet", "row")
    if erased.is_empty():
        return problems
    others = problems.join(erased, on=["sheet", "row"], how="anti", maintain_order="left")
    return pl.concat([others, problems.filter(pl.col("rule") == FORGOTTEN_PERSON.rule)])


def _accepted(examined: Sequence[Examined]) -> Iterator[tuple[str, Parts]]:
    """Give the accepted rows of each submission with its record table, in the submissions' order."""
    checked = {one.opened.submission_id: one.checked for one in examined if one.checked is not None}
    rows = record_rows(checked)
    for submission, one in checked.items():
        yield one.kind.table, rows[submission]


def _facts(
    context: IntakeContext, enrolled: Mapping[str, Checked], pseudonyms: Pseudonyms, check_persons: bool
) -> Facts:
    """Return what rows are held against, given the participants of earlier runs and of this one."""
    persons = persons_enrolled(context.known, context.earlier, enrolled)
    windows = (
        WINDOW_SCHEMA.to_frame()
        if context.plan is None
        else wave_windows(persons, context.plan, context.register)
    )
    return Facts(
        context.plan,
        context.library,
        context.register,
        pseudonyms,
        persons if check_persons else None,
        windows,
        context.forgotten,
    )


def _submissions(examined: list[Examined], today: dt.date | None) -> pl.DataFrame:
    """Return table record.submission; the sequence is the order of the files."""
    rows = [
        {
            "submission_id": one.opened.submission_id,
            "sequence": sequence,
            "sender": mask(one.opened.file.sender),
            "path": mask_path(one.opened.file.relative),
            "kind": one.opened.kind.name if one.opened.kind else UNKNOWN,
            "instrument": _measure(one.opened),
            "sha256": one.opened.sha256,
            "rows_received": one.rows_received,
            "rows_accepted": one.rows_received - one.rows_rejected,
            "rows_rejected": one.rows_rejected,
            "readable": one.checked is not None,
            "received_on": today,
        }
        for sequence, one in enumerate(examined, start=1)
    ]
    return pl.DataFrame(rows, schema=RECORD["record.submission"].create_empty().schema)


def _measure(opened: OpenedFile) -> str | None:
    if opened.kind is None or opened.kind.name != ANSWERS or opened.kind.instrument is None:
        return None
    return opened.kind.instrument.id


def _problems(examined: list[Examined]) -> pl.DataFrame:
    """Return table record.problem: no value in it, and no sheet's name that would name a person."""
    schema = RECORD["record.problem"]
    parts = [
        one.problems.with_columns(pl.lit(one.opened.submission_id).alias("submission_id")).select(
            schema.column_names()
        )
        for one in examined
        if one.problems.height
    ]
    found = pl.concat([schema.create_empty(), *parts])
    masked = found.with_columns(mask_all(found["sheet"]))
    return masked.unique(schema.primary_key(), keep="first", maintain_order=True)
