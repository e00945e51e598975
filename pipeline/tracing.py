"""From a row of `core` back to the file, sheet and row it came with: the warehouse's record knows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.facts import KEYS

_PERSON = ("participant_id",)
_QUESTIONNAIRE = ("participant_id", "instrument", "respondent", "wave")
_RECORD: Mapping[str, str] = MappingProxyType({"response": "answer"})
_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{name: key for name, key in KEYS.items() if name != "answer"},
        "response": KEYS["answer"],
        "service": ("participant_id", "service", "service_group", "month"),
        "cost": ("month", "cost_kind"),
    }
)
# Tables that are made of another one: which, and by what a row of theirs is found in it.
_MADE_OF: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "score": ("response", _QUESTIONNAIRE),
        "budget": ("participant", _PERSON),
        "evaluation_member": ("participant", _PERSON),
        "population_member": ("participant", _PERSON),
        "eligible_member": ("participant", _PERSON),
    }
)
TRACEABLE = (*_KEYS, *_MADE_OF)


def origins_query(table: str, condition: str) -> str:
    """Return SQL on the warehouse: file, sheet, row, submission_id and received_on of the rows of a table.

    table: one of TRACEABLE, without `core.`. condition: SQL on its columns. A score leads back to all answers of
    its questionnaire; a service or cost to all rows of its submission with the same person, kind and month. Raises
    KeyError for another table.
    """
    chosen = f"SELECT * FROM core.{table} WHERE {condition}"
    if table in _MADE_OF:
        table, key = _MADE_OF[table]
        chosen = f"SELECT * FROM core.{table} SEMI JOIN ({chosen}) USING ({', '.join(key)})"
    joined = ", ".join(("submission_id", *_KEYS[table]))
    return f"""
        SELECT DISTINCT submission.path AS file, origin.sheet, origin."row", submission_id, submission.received_on
        FROM ({chosen})
        JOIN record.{_RECORD.get(table, table)} AS origin USING ({joined})
        JOIN record.submission AS submission USING (submission_id)
        ORDER BY ALL
    """
