"""What several commands of the command line take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.home import Settings

HomeFolder = Annotated[
    Path, typer.Argument(metavar="HOME", help="Folder of the programme.", show_default=False)
]


def settings_for(home: Path) -> Settings:
    """Settings of a home, as the environment says."""
    from pipeline.home import Settings

    return Settings.for_home(home)
