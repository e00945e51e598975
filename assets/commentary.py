"""The evaluator's own words, as the home has them."""

from __future__ import annotations

from pathlib import Path

from pipeline.plan import Plan


def own_words(folder: Path, plan: Plan) -> dict[tuple[str, str], str]:
    """The evaluator's own words, by evaluation and language."""
    found: dict[tuple[str, str], str] = {}
    for evaluation in plan.evaluations:
        for language in plan.languages:
            path = folder / f"{evaluation.id}.{language}.md"
            if path.is_file():
                found[evaluation.id, language] = path.read_text(encoding="utf-8")
    return found
