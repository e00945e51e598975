"""`ieguvumi plan-survey`: what a survey of so many persons can show, before it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.home import HomeError
from pipeline.plan import Disclosure
from pipeline.statistics.planning import SurveyPrecision, design_effect, sd_of_change, survey_precision

HEADS = (
    "municipality",
    "asked",
    "pairs",
    "detectable",
    "95% interval ±",
    "no pair",
    "mean hidden",
    "not split",
)


def print_survey_plan(
    groups: Sequence[str], sd: float, correlation: float, paired: float, icc: float, home: Path | None
) -> int:
    """Print a row for each municipality and one for the programme."""
    asked = [_group(text, place) for place, text in enumerate(groups, start=1)]
    min_cell = _disclosure(home).min_cell
    try:
        spread = sd_of_change(sd, correlation)
        rows = [(name, survey_precision(n, spread, paired, min_cell)) for name, n in asked]
        effect = design_effect([precision.pairs for _, precision in rows], icc)
        total = survey_precision(sum(n for _, n in asked), spread, paired, min_cell, effect)
    except ValueError as error:
        raise HomeError(f"{error}") from error
    _print(rows, total)
    print(
        f"Pairs: persons scored at both waves, {paired:.0%} of those asked. SD of the change {spread:.1f} "
        f"(SD {sd:g}, correlation {correlation:g}); design effect of the programme {effect:.2f} (ICC {icc:g}).\n"
        "Detectable: mean change found with 80% power, two-sided at .05. No pair, mean hidden, not split: the\n"
        f"chance that nobody is compared, that 1 to {min_cell - 1} are (the mean is hidden outside the restricted "
        f"zone),\nthat fewer than {3 * min_cell} are (improved, unchanged and worsened are not shown)."
    )
    return 0


def _group(text: str, place: int) -> tuple[str, int]:
    """Name and number of persons; a municipality without a name is numbered."""
    name, _, number = text.rpartition("=")
    if not number.isdigit():
        raise HomeError(f"`{text}` is no number of persons; write 12 or Liepāja=12")
    return name or f"no. {place}", int(number)


def _disclosure(home: Path | None) -> Disclosure:
    """The limits of a home's plan, or the usual ones."""
    if home is None:
        return Disclosure()
    from pipeline.home import Settings

    return Settings.for_home(home).home.plan().disclosure


def _print(rows: Sequence[tuple[str, SurveyPrecision]], total: SurveyPrecision) -> None:
    table = Table(box=None)
    for place, head in enumerate(HEADS):
        table.add_column(head, justify="left" if place == 0 else "right")
    for name, precision in rows:
        table.add_row(name, *_cells(precision))
    table.add_row("programme", *_cells(total), style="bold")
    Console(width=110, highlight=False).print(table)


def _cells(precision: SurveyPrecision) -> list[str]:
    figures = [precision.detectable, precision.half_width]
    chances = [precision.empty, precision.hidden, precision.unsplit]
    return [
        str(precision.persons),
        str(precision.pairs),
        *("–" if figure is None else f"{figure:.1f}" for figure in figures),
        *(f"{chance:.0%}" for chance in chances),
    ]
