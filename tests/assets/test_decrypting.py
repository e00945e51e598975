"""`ieguvumi decrypt`: each encrypted received file comes back as it came, or a line says why not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from assets.checking import check_and_print
from assets.main_job import run_and_print
from assets.returning import decrypt_and_print, return_and_print
from assets.workshop import Workshop
from instruments import load_library
from pipeline.home import Settings
from pipeline.identity import KeyFileError, load_key, load_or_make_key
from pipeline.municipalities import Register
from pipeline.plan import parse_plan
from pipeline.schemas import RECORD
from pipeline.submissions import IntakeContext, put_away
from pipeline.warehouse import Warehouse
from tests.pipeline.submissions.small_home import PARTICIPANTS, PLAN, Inbox
from tests.pipeline.submissions.test_reading_files import workbook

SENT: dict[str, str | bytes] = {
    "north/participants.csv": PARTICIPANTS.encode("utf-16"),
    "south/2019/goals.xlsx": workbook([["participant_id", "goal_id", "domain"], ["A1", "g1", "leisure"]]),
    "south/icf.csv": "participant_id,wave,code,qualifier\nA1,baseline,d450,2\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose inbox was taken in and encrypted."""
    home = tmp_path / "home"
    nobody = RECORD["record.participant"].create_empty()
    context = IntakeContext(parse_plan(PLAN), load_library(), Register.shipped(), b"k" * 32, nobody)
    inbox = Inbox(home / "inbox", context)
    made = Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(tmp_path / "keys/own.key")})
    intake = inbox(SENT)
    put_away(intake.accepted, "encrypt", made.home.received, load_or_make_key(made.key_file))
    with Warehouse.open(made.home.warehouse) as warehouse:
        warehouse.write("record.submission", intake.tables["record.submission"])
    assert not any(path.is_file() for path in inbox.folder.rglob("*"))
    return made


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_every_file_comes_back_as_it_came(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out/put/here"
    assert decrypt_and_print(settings, out, None) == 0
    expected = {name: text if isinstance(text, bytes) else text.encode() for name, text in SENT.items()}
    assert written(out) == expected
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*")}
    assert modes == {0o600, 0o700}
    assert len(written(settings.home.received)) == len(SENT)


def test_one_senders_files_alone(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decrypt_and_print(settings, tmp_path / "out", "south") == 0
    assert set(written(tmp_path / "out")) == {"south/2019/goals.xlsx", "south/icf.csv"}
    assert decrypt_and_print(settings, tmp_path / "out", "west") == 1
    assert "holds no encrypted file of west" in capsys.readouterr().err


def test_a_file_that_is_there_is_never_overwritten(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "north").mkdir()
    (tmp_path / "north/participants.csv").write_text("mine", encoding="utf-8")
    assert decrypt_and_print(settings, tmp_path, None) == 1
    assert (tmp_path / "north/participants.csv").read_text(encoding="utf-8") == "mine"
    told = capsys.readouterr()
    assert "participants.csv: is there already" in told.err
    assert "2 files written, 1 not" in told.out


@pytest.mark.parametrize("content", [b"", b"short", b"no file that was ever encrypted by this program"])
def test_what_is_no_encrypted_file_is_told_and_the_others_come_back(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (kept,) = (settings.home.received / "north").iterdir()
    kept.write_bytes(content)
    assert decrypt_and_print(settings, tmp_path / "out", None) == 1
    assert f"{kept}: is no file encrypted under this key, or changed since" in capsys.readouterr().err
    assert set(written(tmp_path / "out")) == {"south/2019/goals.xlsx", "south/icf.csv"}


def test_another_key_gives_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.key_file.unlink()
    load_or_make_key(settings.key_file)
    assert decrypt_and_print(settings, tmp_path / "out", None) == 1
    assert capsys.readouterr().err.count("give the key it was made with") == len(SENT)
    assert written(tmp_path / "out") == {}


def test_a_missing_key_is_told_and_none_is_made(settings: Settings, tmp_path: Path) -> None:
    settings.key_file.unlink()
    with pytest.raises(KeyFileError, match="restore it from a copy"):
        decrypt_and_print(settings, tmp_path / "out", None)
    assert not settings.key_file.exists()
    assert written(tmp_path / "out") == {}


def test_a_home_that_took_persons_in_gets_no_other_key(settings: Settings) -> None:
    """With a new key the same person would have two pseudonyms."""
    settings.key_file.unlink()
    with closing(Workshop(settings)) as workshop, pytest.raises(KeyFileError, match="restore it from a copy"):
        _ = workshop.key
    assert not settings.key_file.exists()


def test_with_another_key_a_home_is_not_run_checked_or_returned(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Workshop(settings)) as workshop:
        assert workshop.key == load_key(settings.key_file)
    (settings.home.path / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    settings.key_file.unlink()
    load_or_make_key(settings.key_file)
    with pytest.raises(KeyFileError, match="second pseudonyms"):
        run_and_print(settings)
    with pytest.raises(KeyFileError, match="second pseudonyms"):
        return_and_print(settings, "north", "lv", None)
    monkeypatch.setenv("IEGUVUMI_KEY_FILE", str(settings.key_file))
    with pytest.raises(KeyFileError, match="second pseudonyms"):
        check_and_print([settings.home.path])
    assert not settings.dagster_home.exists(), "it is found before anything is begun"
    assert capsys.readouterr().out == ""
