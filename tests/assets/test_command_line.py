"""The command line: help at once, one-line errors, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.checking import check_and_print
from assets.command_line import app
from tests.conftest import CommandLine
from tests.pipeline.submissions.small_home import PARTICIPANTS, PLAN

HEAVY = ("dagster", "polars", "duckdb", "pandas", "scipy", "matplotlib", "numpy")


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


def test_help_loads_nothing_heavy() -> None:
    program = f"import sys, assets.command_line\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


COMMANDS = (
    "demo",
    "init",
    "check",
    "run",
    "query",
    "instruments",
    "score",
    "releases",
    "diff",
    "ui",
    "return",
    "trace",
    "decrypt",
    "forget",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_has_a_help_text(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.output


def test_a_home_that_is_not_there(ieguvumi: CommandLine) -> None:
    done = ieguvumi("run", "nowhere", check=False)
    assert done.returncode == 2
    assert "no such home; `ieguvumi init" in one_line(done.stderr)


def test_a_plan_with_a_mistake_names_its_place(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ieguvumi("init", home)
    plan = home / "evaluation.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("pre: baseline", "pre: start"), encoding="utf-8")
    done = ieguvumi("run", home, check=False)
    assert done.returncode == 2
    assert "`pre: start` is none of the waves baseline, endline" in one_line(done.stderr)


@pytest.mark.slow  # several processes; every run of a home shows it too
def test_an_empty_home_is_whole_and_checks_clean(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ieguvumi("init", home)
    assert (
        (home / "templates" / "kidscreen52.csv").read_text(encoding="utf-8").startswith("participant_id,wave")
    )
    assert ieguvumi("check", home).stdout.strip() == "0 problems, 0 warnings"
    again = ieguvumi("init", home, check=False)
    assert again.returncode == 2
    assert "not empty" in one_line(again.stderr)


def test_check_names_file_row_column_and_mend(ieguvumi: CommandLine, tmp_path: Path) -> None:
    answers = tmp_path / "kidscreen10.csv"
    items = ",".join(f"k{number}" for number in range(1, 11))
    rows = ["x-1,baseline,self,1,2,3,4,5,1,2,3,4,5", "x-2,baseline,self,1,2,3,4,5,1,2,3,4,8"]
    answers.write_text("\n".join([f"participant_id,wave,respondent,{items}", *rows]) + "\n", encoding="utf-8")
    done = ieguvumi("check", answers, check=False)
    assert done.returncode == 1
    problem = done.stdout.splitlines()[0]
    for part in ("kidscreen10.csv", "row 3", "k10", "8", "1, 2, 3, 4, 5"):
        assert part in problem


def test_check_corrects_files_of_a_home_as_a_run_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    inbox = tmp_path / "inbox/liepaja"
    inbox.mkdir(parents=True)
    (inbox / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (inbox / "kidscreen10.csv").write_text("participant_id;wave;respondent;k1\nA1;baseline;self;55\n")
    assert check_and_print([tmp_path]) == 1
    assert "kidscreen10.csv, row 2, k1: error: found “55”" in capsys.readouterr().out
    (tmp_path / "corrections.yaml").write_text(
        "- {table: answers, where: {participant: A1, measure: kidscreen10, item: k1}, expect: {answer: 55},\n"
        "   set: {answer: 5}, reason: typed twice, reported: 2019-10-14}\n"
    )
    assert check_and_print([tmp_path]) == 0
    assert "row 2, k1: warning: expected another value: this one was corrected" in capsys.readouterr().out


@pytest.mark.slow
def test_check_writes_a_proposed_mapping_once(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home, sent = tmp_path / "home", tmp_path / "Mērķi 2019.csv"
    sent.write_text("Dalībnieka kods;Mērķa nr;Joma;Novērtējums\nA1;1;leisure;1\n", encoding="utf-8")
    ieguvumi("init", home)
    nowhere = ieguvumi("check", sent, "--write", check=False)
    assert (nowhere.returncode, "--home" in one_line(nowhere.stderr)) == (2, True)
    first = ieguvumi("check", sent, "--home", home, "--write", check=False)
    written = home / "mappings/mērķi.yaml"
    assert "mappings/mērķi.yaml: look it through" in first.stdout
    assert "measure: goals" in written.read_text(encoding="utf-8")
    done = ieguvumi("check", sent, "--home", home, check=False)
    assert "unknown_kind" not in done.stdout
    assert "a mapping for it" not in done.stdout
    written.write_text("files: [other*]\nmeasure: goals\n", encoding="utf-8")
    sent.write_text("alpha;beta\n1;2\n", encoding="utf-8")
    unlike = ieguvumi("check", sent.rename(tmp_path / "Dati.csv"), "--home", home, check=False)
    assert "Dati.csv: no mapping can be proposed" in unlike.stdout
    assert unlike.stdout.endswith("\n1 problem, 0 warnings\n")
    sent.write_text("Dalībnieka kods;Mērķa nr;Joma;Novērtējums\nA1;1;leisure;1\n", encoding="utf-8")
    again = ieguvumi("check", sent, "--home", home, "--write", check=False)
    assert "not written, mappings/mērķi.yaml is there already" in again.stdout
    assert written.read_text(encoding="utf-8").startswith("files: [other*]")


def test_check_of_nothing(ieguvumi: CommandLine) -> None:
    done = ieguvumi("check", "nothing.csv", check=False)
    assert done.returncode == 2
    assert "no such file" in one_line(done.stderr)


@pytest.mark.slow
def test_score_without_a_home(ieguvumi: CommandLine, tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    items = ",".join(f"k{number}" for number in range(1, 11))
    # Best answer on every item (k3 and k4 are reversed): raw 50, T 50 + 10 (4.703 - 1.2078) / 1.03377 = 83.81.
    answers.write_text(
        f"participant_id,wave,respondent,{items}\nx-1,now,self,5,5,1,1,5,5,5,5,5,5\n", encoding="utf-8"
    )
    done = ieguvumi("score", "kidscreen10", answers)
    header, row = (line.split(",") for line in done.stdout.splitlines())
    scored = dict(zip(header, row, strict=True))
    assert scored["participant_id"] == "x-1"
    assert float(scored["raw"]) == 50
    assert float(scored["score"]) == pytest.approx(83.81, abs=0.005)


def test_an_unknown_measure_names_the_known_ones(ieguvumi: CommandLine) -> None:
    done = ieguvumi("instruments", "show", "kidscren", check=False)
    assert done.returncode == 2
    assert "kidscreen52" in one_line(done.stderr)


def test_lint_of_a_broken_measure(ieguvumi: CommandLine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\nversion: '1'\n", encoding="utf-8")
    done = ieguvumi("instruments", "lint", broken, check=False)
    assert done.returncode == 1
    assert "broken.yaml" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
