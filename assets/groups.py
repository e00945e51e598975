"""Groups of the graph: what belongs together, named so that an alphabetical list reads in the order of the data."""

from __future__ import annotations

from pipeline import schemas

RECORD, CORE, META = "1_record", "2_core", "3_meta"
DISCLOSURE, RELEASE, CALENDAR = "5_disclosure", "6_release", "7_calendar"
_OF_SCHEMA = {"record": RECORD, "core": CORE, "meta": META, "disclosure": DISCLOSURE}


def group_of(table: str) -> str:
    """The group of a table; a mart's is the subject that its schema is written under."""
    found = _OF_SCHEMA.get(table.split(".")[0])
    if found:
        return found
    subject = schemas.TABLES[table].__module__.rpartition(".")[2]
    return f"4_{subject.partition('_')[2] or 'scores'}"


MARTS = sorted({group_of(table) for table in (*schemas.MART, *schemas.ANALYST)})
GROUPS = (RECORD, CORE, META, *MARTS, DISCLOSURE, RELEASE, CALENDAR)
