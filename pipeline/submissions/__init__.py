"""Submissions: received files become accepted rows, typed and pseudonymised, or go back with reasons."""

from pipeline.submissions.answer_texts import answer_texts
from pipeline.submissions.findings import FileFinding, check_paths, propose_mappings
from pipeline.submissions.intake import Examined, Intake, IntakeContext, take_in
from pipeline.submissions.keeping import put_away
from pipeline.submissions.mappings import MappingError, Mappings, load_mappings
from pipeline.submissions.proposal import mapping_name
from pipeline.submissions.received import ReceivedFile, list_received
from pipeline.submissions.rejection import write_rejected

__all__ = [
    "Examined",
    "FileFinding",
    "Intake",
    "IntakeContext",
    "MappingError",
    "Mappings",
    "ReceivedFile",
    "answer_texts",
    "check_paths",
    "list_received",
    "load_mappings",
    "mapping_name",
    "propose_mappings",
    "put_away",
    "take_in",
    "write_rejected",
]
