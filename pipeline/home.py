"""A home: the folder of one programme, and where everything in it lies."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.database import KEY_VARIABLE
from pipeline.lake import Lake
from pipeline.place import DatabaseFile, Place
from pipeline.plan import Plan, PlanError, parse_plan

KEY_LENGTH = 32
"""Characters that a database key has at least: 128 random bits in hexadecimal."""
EXECUTOR = "dagster.multiprocess_executor"
"""What executes the marts of a lake, unless told otherwise."""
PAGES = "http://127.0.0.1:3001"
"""Where `ieguvumi ui` and `ieguvumi serve` give out the reports, unless told otherwise."""


class HomeError(Exception):
    """A home can't be used: says which, why, and what to do."""


@dataclass(frozen=True)
class Home:
    """The paths of a home."""

    path: Path

    @property
    def plan_file(self) -> Path:
        """The analysis plan."""
        return self.path / "evaluation.yaml"

    @property
    def inbox(self) -> Path:
        """Submissions as received, a folder a sender."""
        return self.path / "inbox"

    @property
    def instruments(self) -> Path:
        """The home's own measures."""
        return self.path / "instruments"

    @property
    def mappings(self) -> Path:
        """How foreign files are read."""
        return self.path / "mappings"

    @property
    def received(self) -> Path:
        """Accepted files, encrypted, where the plan asks for it."""
        return self.path / "received"

    @property
    def corrections(self) -> Path:
        """Known errors of accepted data."""
        return self.path / "corrections.yaml"

    @property
    def commentary(self) -> Path:
        """The evaluator's own words."""
        return self.path / "commentary"

    @property
    def warehouse(self) -> Path:
        """The restricted database: the record."""
        return self.path / "warehouse.duckdb"

    @property
    def rejected(self) -> Path:
        """Rows not accepted, to send back."""
        return self.path / "rejected"

    @property
    def releases(self) -> Path:
        """What runs published."""
        return self.path / "releases"

    @property
    def forgotten(self) -> Path:
        """Marks of the persons who were erased."""
        return self.path / "forgotten.json"

    @property
    def returned(self) -> Path:
        """What was made for senders to take back."""
        return self.path / "returned"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage, unless DAGSTER_HOME says otherwise."""
        return self.path / ".dagster"

    def plan(self) -> Plan:
        """Read the plan. Raises HomeError when there is none, PlanError when it can't be used."""
        if not self.path.is_dir():
            raise HomeError(f"{self.path}: no such home; `ieguvumi init {self.path}` makes one")
        try:
            content = self.plan_file.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise HomeError(
                f"{self.path}: holds no evaluation.yaml; `ieguvumi init {self.path}` writes one to start from"
            ) from error
        except UnicodeDecodeError as error:
            raise PlanError(f"{self.plan_file}: not UTF-8 text; save it as UTF-8") from error
        return parse_plan(content, str(self.plan_file))

    def latest_release(self) -> Path | None:
        """The newest release's folder, or None."""
        latest = self.releases / "latest"
        return latest.resolve() if latest.exists() else None


@dataclass(frozen=True)
class Settings:
    """What the environment says, read in one place; and whether the next release is only a draft."""

    home: Home
    key_file: Path
    dagster_home: Path
    database_key: str | None = field(default=None, repr=False)
    pages: str = PAGES
    draft: bool = False
    executor: str = EXECUTOR
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False, compare=False)

    @cached_property
    def warehouse(self) -> Place:
        """Where the warehouse lies, as the plan says: the home's own file, as without a plan too, or a lake.

        Raises PlanError where the plan can't be used, DatabaseError where the lake isn't named.
        """
        if self.home.plan_file.is_file() and self.home.plan().warehouse == "ducklake":
            return Lake.of(self.environment, self.home.path)
        return DatabaseFile(self.home.warehouse, self.database_key)

    @classmethod
    def for_home(cls, path: Path, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings for a home at `path`; the environment decides on keys and Dagster's storage."""
        values = os.environ if environment is None else environment
        home = Home(path.resolve())
        return cls(
            home=home,
            key_file=Path(values.get("IEGUVUMI_KEY_FILE") or _default_key_file(home, values)),
            dagster_home=Path(values.get("DAGSTER_HOME") or home.dagster),
            database_key=_database_key(values),
            pages=(values.get("IEGUVUMI_PAGES") or PAGES).rstrip("/"),
            executor=values.get("IEGUVUMI_EXECUTOR") or EXECUTOR,
            environment=values,
        )

    def research_key(self, plan: Plan) -> str | None:
        """The key of the research database if the plan wants it encrypted. Raises HomeError without a key."""
        if plan.research_database is None:
            return None
        if self.database_key is None:
            raise HomeError(
                f"{self.home.plan_file}: `research_database: encrypted` needs a key; set {KEY_VARIABLE} to one "
                "(`openssl rand -hex 32` makes it), and keep it out of the home"
            )
        return self.database_key

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings for the home that IEGUVUMI_HOME names (default ./demo)."""
        return cls.for_home(Path(os.environ.get("IEGUVUMI_HOME") or "demo"))


def _database_key(values: Mapping[str, str]) -> str | None:
    """The key of encrypted databases, or None. Raises HomeError when it is too short to protect anything."""
    key = values.get(KEY_VARIABLE) or None
    if key is not None and len(key) < KEY_LENGTH:
        raise HomeError(
            f"{KEY_VARIABLE}: has {len(key)} characters, at least {KEY_LENGTH} are needed; "
            "`openssl rand -hex 32` makes one"
        )
    return key


def _default_key_file(home: Home, values: Mapping[str, str]) -> Path:
    """The key's file in the user's configuration folder, named after the home; never in the home itself."""
    configuration = values.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    name = "-".join(part for part in home.path.parts if part not in ("/", "\\"))
    return Path(configuration) / "ieguvumi" / f"{name}.key"
