"""An empty home: a commented plan, the folders, and a template file for each kind of submission."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from instruments import Library, load_library
from pipeline.home import Home, HomeError
from pipeline.submissions.kinds import kind_of_file
from pipeline.submissions.measures import kind_of_answers

KINDS = ("participants", "icf", "goals", "services", "costs", "employment", "invitations", "stakeholders")
FOLDERS = ("inbox", "instruments", "mappings", "commentary", "templates")


def write_new_home(path: Path) -> None:
    """Write an empty home. Raises HomeError when something other than an empty folder is there."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise HomeError(f"{path}: is not empty; give a folder that does not exist yet")
    home = Home(path)
    for name in FOLDERS:
        (path / name).mkdir(parents=True, exist_ok=True)
    plan = (files("pipeline") / "new_home_plan.yaml").read_text(encoding="utf-8")
    home.plan_file.write_text(plan, encoding="utf-8")
    for name, columns in templates(load_library()).items():
        (path / "templates" / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")


def write_survey_forms(folder: Path, library: Library, year: int) -> list[Path]:
    """Write a year's empty forms of the stakeholder survey and of its invitations where there are none.

    Returns the files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, kind in ((f"stakeholders-{year}", "stakeholders"), (f"invitations-{year}", "invitations")):
        path = folder / f"{name}.csv"
        if not path.exists():
            path.write_text(",".join(_columns(kind, library)) + "\n", encoding="utf-8")
            written.append(path)
    return written


def templates(library: Library) -> dict[str, list[str]]:
    """The columns of a file of each kind, and of each measure's answers in the wide layout."""
    names = [*KINDS, *(measure.id for measure in library.values() if measure.kind in _ANSWERED)]
    return {name: _columns(name, library) for name in names}


_ANSWERED = ("questionnaire", "rated_change")


def _columns(name: str, library: Library) -> list[str]:
    kind = kind_of_file(f"{name}.csv", library)
    if kind is None:
        return []
    if kind.fixed is not None:
        return list(kind.fixed.columns)
    items = [item.code for item in kind.instrument.items] if kind.instrument else []
    return list(kind_of_answers(kind, items).columns)
