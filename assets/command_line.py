"""The command line `ieguvumi`. Heavy imports wait until a command needs them, so --help answers at once."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from assets.arguments import HomeFolder, settings_for
from assets.errors import explained
from assets.instruments_command_line import OwnMeasures, instruments_app
from assets.persons_command_line import persons_app
from pipeline.garbage_collection import collect_rarely, leave_all
from pipeline.private_file import keep_private

app = typer.Typer(
    name="ieguvumi",
    help="Outcomes and quality of life of people with an individual budget: from questionnaires to reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"ieguvumi {version('ieguvumi')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Outcomes and quality of life of people with an individual budget: from questionnaires to reports."""


@app.command()
def demo(
    home: HomeFolder, seed: Annotated[int, typer.Option(help="Another seed, other people.")] = 2019
) -> None:
    """Write a demonstration home: synthetic people, marked synthetic everywhere it shows."""
    from pipeline.demonstration import write_demonstration

    write_demonstration(home, seed)
    typer.echo(f"Demonstration home (synthetic data) written. Next: ieguvumi run {home}")
    typer.echo(str(home))


@app.command()
def init(home: HomeFolder) -> None:
    """Write an empty home: a commented plan, folders, a template file for each kind of submission."""
    from pipeline.new_home import write_new_home

    write_new_home(home)
    typer.echo(f"New home written. Next: edit {home}/evaluation.yaml, put files into {home}/inbox/SENDER/.")
    typer.echo(str(home))


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="A home, a folder or files.")],
    home: Annotated[Path | None, typer.Option(help="The home that counts, for files outside one.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Put proposed mappings into mappings/.")] = False,
) -> None:
    """Read submissions and report every problem with file, row and column; loads nothing.

    For a file of unknown kind a mapping is proposed: printed, or written; none is overwritten.
    """
    from assets.checking import check_and_print

    raise typer.Exit(check_and_print(paths, home, write=write))


@app.command()
def run(
    home: HomeFolder,
    evaluation: Annotated[
        list[str] | None, typer.Option(help="Compute only this evaluation anew; may be repeated.")
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            help="Compute the evaluations and surveys of these years anew.",
            metavar="2020-2024",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build a release even if nothing changed.")] = False,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft", help="Mark all reports as a draft that the municipalities have not seen yet."
        ),
    ] = False,
) -> None:
    """Run everything from inbox to release. The last line printed is the release's folder."""
    from assets.main_job import run_and_print

    wanted = _years(years) if years else ()
    settings = replace(settings_for(home), draft=draft)
    raise typer.Exit(run_and_print(settings, tuple(evaluation or ()), wanted, force=force))


def _years(text: str) -> tuple[int, ...]:
    """The years of `2020-2024`, or of `2024` alone."""
    first, _, last = text.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(last or first) < int(first):
        raise typer.BadParameter(f"`{text}` is no range of years such as 2020-2024", param_hint="--years")
    return tuple(range(int(first), int(last or first) + 1))


@app.command()
def recover(home: HomeFolder) -> None:
    """After a crash: mark runs that ended without a word as failed, so that no other run waits for them."""
    from assets.recovery import recover as mark_broken

    broken = mark_broken(settings_for(home))
    typer.echo(f"{len(broken)} broken runs marked as failed.")


@app.command()
def query(
    home: HomeFolder,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A query on core.*, mart.* and meta.*.")],
    format_: Annotated[
        str, typer.Option("--format", help="table, csv, json or parquet (to standard output).")
    ] = "table",
) -> None:
    """Run SQL on the latest release's research database, read-only."""
    from assets.querying import query_and_print

    raise typer.Exit(query_and_print(settings_for(home), sql, format_))


@app.command()
def score(
    instrument: Annotated[
        str, typer.Argument(metavar="INSTRUMENT", help="A measure, as `instruments` lists it.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of answers, wide or long.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A .csv or .parquet file.")] = None,
    home: OwnMeasures = None,
) -> None:
    """Score one file of answers without a home; the columns are those of core.score.

    A large file (CSV, TSV, Parquet) is scored in parts: memory doesn't grow with it.
    """
    from assets.measures import score_and_print

    raise typer.Exit(score_and_print(instrument, file, output, home))


@app.command("plan-survey")
def plan_survey(
    groups: Annotated[
        list[str],
        typer.Argument(
            metavar="PERSONS...", help="Persons asked in each municipality: a number, or NAME=NUMBER."
        ),
    ],
    sd: Annotated[float, typer.Option(help="Standard deviation of the score; 10 for T scores.")] = 10.0,
    correlation: Annotated[float, typer.Option(help="Expected correlation of the two waves.")] = 0.6,
    paired: Annotated[float, typer.Option(help="Share of those asked who will answer at both waves.")] = 0.75,
    icc: Annotated[float, typer.Option(help="Share of the variance between municipalities.")] = 0.05,
    home: Annotated[
        Path | None, typer.Option("--home", help="A home whose plan says how small a cell may be.")
    ] = None,
) -> None:
    """Before a survey goes out: what change so many persons can show, how precisely, what would be hidden."""
    from assets.planning import print_survey_plan

    raise typer.Exit(print_survey_plan(groups, sd, correlation, paired, icc, home))


@app.command()
def releases(home: HomeFolder) -> None:
    """List the releases of a home, the newest last."""
    from assets.releases import print_releases

    raise typer.Exit(print_releases(settings_for(home).home))


@app.command()
def diff(
    home: HomeFolder,
    a: Annotated[str, typer.Argument(metavar="A", help="A release, such as 2024.1.")],
    b: Annotated[str, typer.Argument(metavar="B", help="A later one, or `latest`.")],
) -> None:
    """Show which figures moved between two releases, and which submissions moved them."""
    from assets.releases import print_difference

    raise typer.Exit(print_difference(settings_for(home), a, b))


@app.command()
def ui(home: HomeFolder, port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000) -> None:
    """Start the Dagster web interface on a home, with the reports on the next port."""
    from assets.interface import serve

    raise typer.Exit(serve(settings_for(home), port))


@app.command()
def serve(home: HomeFolder, port: Annotated[int, typer.Option(help="Port on this machine.")] = 3001) -> None:
    """Give out the releases' reports and public tables to this machine's browser, until stopped."""
    from assets.serving import serve_pages

    raise typer.Exit(serve_pages(settings_for(home).home.releases, port))


app.add_typer(persons_app)
app.add_typer(instruments_app, name="instruments")


def main() -> None:
    """Run the command line; an error is one line on standard error, `--debug` shows the traceback."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    keep_private()
    collect_rarely()
    try:
        with explained(debug=debug):
            app()
    finally:
        leave_all()


if __name__ == "__main__":
    main()
