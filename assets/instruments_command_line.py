"""The commands `ieguvumi instruments …`. Heavy imports wait until a command needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OwnMeasures = Annotated[Path | None, typer.Option("--home", help="A home whose own measures count too.")]

instruments_app = typer.Typer(help="The measures: shipped ones and a home's own.", no_args_is_help=True)


@instruments_app.command("list")
def instruments_list(home: OwnMeasures = None) -> None:
    """List the measures."""
    from assets.measures import print_list

    raise typer.Exit(print_list(home))


@instruments_app.command("show")
def instruments_show(
    instrument: Annotated[str, typer.Argument(metavar="ID")], home: OwnMeasures = None
) -> None:
    """Show a measure: scales, scoring, norms, items, answers, how to cite it, terms of use."""
    from assets.measures import print_instrument

    raise typer.Exit(print_instrument(instrument, home))


@instruments_app.command("lint")
def instruments_lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files of measures.")],
) -> None:
    """Check definitions of measures: file, line, place and mend of each mistake."""
    from assets.measures import lint_and_print

    raise typer.Exit(lint_and_print(files))


@instruments_app.command("schema")
def instruments_schema() -> None:
    """Print the JSON Schema of a measure's file, with which an editor completes and checks it."""
    from assets.measures import print_schema

    raise typer.Exit(print_schema())
