"""Commands about single persons: what goes back to a sender, where a row came from, and forgetting somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.arguments import HomeFolder, settings_for

persons_app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)


@persons_app.command("return")
def return_(
    home: HomeFolder,
    sender: Annotated[str, typer.Argument(metavar="SENDER", help="Its folder in the inbox.")],
    language: Annotated[str, typer.Option(help="lv or en.")] = "lv",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="An .xlsx file.", show_default="HOME/returned/SENDER.lv.xlsx"),
    ] = None,
) -> None:
    """Write a municipality's own persons' scores, changes and goals as a workbook for its social workers.

    Restricted: for the sender only, readable by you alone, never in a release. Persons without consent are
    not in it.
    """
    from assets.returning import return_and_print

    if language not in ("lv", "en"):
        raise typer.BadParameter(f"`{language}` is neither lv nor en", param_hint="--language")
    raise typer.Exit(return_and_print(settings_for(home), sender, "lv" if language == "lv" else "en", output))


@persons_app.command()
def trace(
    home: HomeFolder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table of core, such as response.")],
    condition: Annotated[str, typer.Argument(metavar="CONDITION", help="Which of its rows, in SQL.")],
) -> None:
    """Show in which received file, sheet and row a row of `core` came in."""
    from assets.tracing import trace_and_print

    raise typer.Exit(trace_and_print(settings_for(home), table, condition))


@persons_app.command()
def decrypt(
    home: HomeFolder,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write, a folder a sender.")],
    sender: Annotated[str | None, typer.Option(help="Only this sender's.", show_default=False)] = None,
) -> None:
    """Write received files that the plan had encrypted, as they came, readable by you alone."""
    from assets.returning import decrypt_and_print

    raise typer.Exit(decrypt_and_print(settings_for(home), folder, sender))


@persons_app.command()
def forget(
    home: HomeFolder,
    persons: Annotated[
        list[str], typer.Argument(metavar="PERSON...", help="The sender's identifier, or the pseudonym.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say where they stand.")] = False,
) -> None:
    """Erase persons from every store of a home: received files, warehouse, releases, what was sent back, logs.

    Public tables and reports stay as they are. Copies and backups outside the home are not touched. May be
    repeated: what was broken off is finished.
    """
    from assets.forgetting import forget_and_print

    raise typer.Exit(forget_and_print(settings_for(home), persons, yes=yes, dry_run=dry_run))
