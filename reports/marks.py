"""What every page must say: the edition's mark and the warning on synthetic data."""

from __future__ import annotations

from pipeline.plan import Plan
from reports.context import ReportContext
from reports.language import Words


def edition_mark(context: ReportContext, words: Words) -> str:
    """What every page says of a restricted edition and of a draft; empty for a public one that is final."""
    restricted = words.say("Restricted: not to be passed on") if context.edition == "restricted" else ""
    draft = words.say("Draft: the municipalities have not seen it yet") if context.draft else ""
    return " · ".join(filter(None, (draft, restricted)))


def banner(context: ReportContext, words: Words) -> str:
    """The warning that the data are synthetic; empty for real data."""
    return synthetic_banner(context.plan, words)


def synthetic_banner(plan: Plan, words: Words) -> str:
    """The warning that a plan's data are synthetic; empty for real data."""
    if not plan.synthetic:
        return ""
    return words.say(
        "Synthetic data: everybody in this report is made up. Nothing in it is about real people."
    )
