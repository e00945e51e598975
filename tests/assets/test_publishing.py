"""Publishing seen from outside: readers in other processes, an edited release, what moved, a full disk.

On a small home, through the real main job.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from assets.main_job import run_and_print
from assets.releases import print_difference, print_releases
from pipeline.home import Settings
from tests.assets.small_home import PERSONS, SHEET, answered, write_small_home
from tests.assets.test_by_configuration import write

pytestmark = pytest.mark.slow  # four runs of the main job

READER = """
import json, sys, time, duckdb
from pathlib import Path
home, stop = Path(sys.argv[1]), Path(sys.argv[2])
of_all = "SELECT n_pairs FROM mart.score_change WHERE population = 'all'"
reads, seen = 0, set()
while not stop.exists():
    # As people do: by the link, and by the folder it pointed to a moment ago.
    for folder in (home / "releases" / "latest", (home / "releases" / "latest").resolve()):
        with duckdb.connect(str(folder / "research.duckdb"), read_only=True) as research:
            [(scores,)] = research.execute("SELECT count(*) FROM core.score").fetchall()
            [(pairs,)] = research.execute(of_all).fetchall()
            [(persons,)] = research.execute("SELECT count(*) FROM core.participant").fetchall()
        seen.add((persons, scores, pairs))
    with duckdb.connect(str(folder / "public" / "public.duckdb"), read_only=True) as public:
        [(shown,)] = public.execute(of_all).fetchall()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["tables"]["core.score"]["rows"] == scores, "half a release"
    assert shown == pairs, "half a release"
    reads += 1
    time.sleep(0.1)
print(json.dumps([reads, sorted(seen)]))
"""


@dataclass(frozen=True)
class Published:
    """A home after four releases, and what the readers saw meanwhile."""

    settings: Settings
    readers: list[tuple[int, set[tuple[int, int, int]]]]


def settings_of(folder: Path, home: Path) -> Settings:
    return Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(folder / "key")})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Release, then three more, each with ten more persons at the second wave, while two processes read."""
    folder = tmp_path_factory.mktemp("publishing")
    home, stop = folder / "home", folder / "stop"
    settings, inbox = settings_of(folder, home), write_small_home(home)
    write(inbox / "low_mood-after.csv", SHEET, [answered(n, "2024-01-20", 3 + n % 3) for n in range(10)])
    assert run_and_print(settings) == 0
    command = [sys.executable, "-c", READER, str(home), str(stop)]
    readers = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True) for _ in range(2)]
    try:
        for first in (10, 20, 30):
            rows = [answered(n, "2024-01-20", 3 + n % 3) for n in range(first, first + 10)]
            write(inbox / f"low_mood-after-{first}.csv", SHEET, rows)
            assert run_and_print(settings) == 0
    finally:
        stop.touch()
        found = [reader.communicate(timeout=60) for reader in readers]
    assert [error for _, error in found] == ["", ""]
    read = [json.loads(printed) for printed, _ in found]
    return Published(settings, [(count, {tuple(each) for each in seen}) for count, seen in read])


def test_readers_see_whole_releases_and_no_error(published: Published) -> None:
    whole = {(PERSONS, PERSONS + paired, paired) for paired in (10, 20, 30, 40)}
    for reads, seen in published.readers:
        assert reads > 20
        assert seen <= whole
        assert {(PERSONS, PERSONS + paired, paired) for paired in (10, 20, 30)} <= seen


def test_the_difference_names_figures_and_the_submissions_that_moved_them(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_difference(published.settings, "2024.1", "2024.2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["2024.1 -> 2024.2", "New submissions: 1"]
    submission, kind, sender = lines[2].split()[:3]
    assert (kind, sender) == ("answers", "town")
    assert "Submissions gone: none" in lines
    start = next(place for place, line in enumerate(lines) if line.startswith("mart.score_change:"))
    assert lines[start + 1].startswith(f"  by {submission}: ")
    row = lines.index(f"  small · all · all · low_mood · self · total  [{submission}]", start)
    assert "    n_pairs: 10 -> 20" in lines[row : row + 10]
    assert row < next(place for place, line in enumerate(lines) if line.startswith("  small · sex · "))
    assert "by no submission" not in "".join(lines)


def test_an_edited_release_is_found(published: Published, capsys: pytest.CaptureFixture[str]) -> None:
    home = published.settings.home
    assert print_releases(home) == 0
    assert "edited" not in capsys.readouterr().out
    table = home.releases / "2024.2" / "public" / "score_change.csv"
    kept = table.read_bytes()
    table.write_bytes(kept.replace(b"20", b"21", 1))
    try:
        assert print_releases(home) == 0
    finally:
        table.write_bytes(kept)
    told = capsys.readouterr()
    assert "edited since it was published: public/score_change.csv" in told.out
    assert "2024.2: was edited since it was published" in told.err


NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
RUN = "from assets.command_line import main; main()"


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run([*NAMESPACE, "mount -t tmpfs none /tmp"], capture_output=True, check=False).returncode
    != 0,
    reason="needs a file system of its own, which this machine doesn't allow",
)
def test_a_full_disk_leaves_the_old_release_and_a_line(published: Published, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published.settings.home.path, home, symlinks=True)
    settings = published.settings
    size = sum(path.stat().st_size for path in (home / "releases" / "2024.1").rglob("*") if path.is_file())
    # Room for one release and half of the next.
    script = f"""
        mount -t tmpfs -o size={size * 3 // 2} tmpfs {home}/releases &&
        cp -r {settings.home.path}/releases/2024.1 {home}/releases/ && ln -s 2024.1 {home}/releases/latest &&
        {sys.executable} -c '{RUN}' run {home} --force; echo "code $?"; ls -A {home}/releases
        {sys.executable} -c '{RUN}' releases {home}
    """
    environment = {**os.environ, "IEGUVUMI_KEY_FILE": str(settings.key_file), "HOME": str(tmp_path)}
    done = subprocess.run(
        [*NAMESPACE, script], capture_output=True, text=True, env=environment, check=False, cwd=Path.cwd()
    )
    told = [line for line in done.stderr.splitlines() if line.startswith("ieguvumi:")]
    assert len(told) == 1, done.stderr
    assert "nothing was released" in told[0]
    assert "no space left" in told[0].lower() or "full" in told[0].lower(), told
    assert told[0].endswith("make room on the disk and run again")
    assert "Traceback" not in done.stderr
    printed = done.stdout.splitlines()
    assert "code 1" in printed
    assert set(printed[printed.index("code 1") + 1 : -1]) <= {".building", "2024.1", "latest"}
    assert printed[-1].startswith("2024.1"), "the old release is whole, and the latest"
    assert printed[-1].endswith("latest")
