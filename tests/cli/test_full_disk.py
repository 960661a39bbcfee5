"""A disk that is full in the middle of a run: the run holds and says so, and goes on when there is room."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.cli.bench import Bench, Result

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and mounts are those of POSIX")

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, resource.RLIM_INFINITY))
from workbench.cli import main
code = main(sys.argv[1:])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
sys.exit(code)
"""
SCENARIO = """
name: wordy
title: Many words
persona: assistant
user: [One., Two., Three., Four., Five., Six., Seven., Eight.]
script:
"""


def prepare(bench: Bench) -> None:
    turn = f"  - {{say: {'long ' * 4000}}}\n"
    bench.write("scenarios/wordy.yaml", SCENARIO + turn * 8)
    bench("sessions", "list")


def goes_on(bench: Bench, held: Result) -> None:
    """The run that was held says so, has lost nothing, and comes to its end now that there is room."""
    assert held.code == 6, held.err
    assert "Traceback" not in held.err
    assert "the disk took nothing more" in held.err
    assert "so nothing was recorded; make room and go on" in held.err
    told = held.document
    assert (told["status"], told["outcome"], told["held"]["gate"]) == ("held", None, "disk")
    kept = bench.exported(told["session"])[1:]
    assert 2 < len(kept) < 30
    result = bench("resume", told["session"], "--headless", "--json")
    assert (result.code, result.document["outcome"]) == (0, "completed")
    events = bench.exported(told["session"])[1:]
    assert events[: len(kept)] == kept
    assert [event["kind"] for event in events].count("said") == 8
    assert bench("replay", told["session"]).code == 0


@pytest.mark.slow
def test_a_file_that_may_not_grow(bench: Bench):
    prepare(bench)
    words = [sys.executable, "-c", LIMITED.format(bytes=150_000), "--workspace", str(bench.root)]
    done = subprocess.run([*words, "run", "wordy", "--headless", "--json"], capture_output=True, text=True, check=False)
    session = bench.sessions()[0]["id"]
    again = subprocess.run([*words, "resume", session, "--headless"], capture_output=True, text=True, check=False)
    assert again.returncode in (1, 6)
    assert "Traceback" not in again.stderr
    goes_on(bench, Result(done.returncode, done.stdout, done.stderr))


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Callable[[int], Path]]:
    """A disk of its own of so many bytes."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounted(size: int) -> Path:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
        if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a small disk, and not everywhere")
        return place

    yield mounted
    subprocess.run(["umount", str(place)], capture_output=True, check=False)


@pytest.mark.slow
def test_a_disk_that_is_full(small_disk: Callable[[int], Path]):
    bench = Bench(small_disk(2_000_000))
    prepare(bench)
    ballast = bench.root / "ballast"
    room = os.statvfs(bench.root)
    ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - 140_000))
    held = bench.process("run", "wordy", "--headless", "--json")
    still = bench.process("resume", "last", "--headless")
    assert still.code in (1, 6)  # 1 where not even that another process goes on could be recorded
    assert "the disk took nothing more" in still.err
    ballast.unlink()
    goes_on(bench, held)


@pytest.mark.slow
def test_no_room_for_even_a_new_session(small_disk: Callable[[int], Path]):
    bench = Bench(small_disk(2_000_000))
    prepare(bench)
    room = os.statvfs(bench.root)
    (bench.root / "ballast").write_bytes(b"x" * (room.f_bavail * room.f_frsize))
    result = bench.process("run", "wordy", "--headless", "--json")
    assert result.code in (1, 6)
    assert "the disk took nothing more" in result.err
    assert "Traceback" not in result.err
    (bench.root / "ballast").unlink()
    assert bench("run", "wordy", "--headless").code == 0
    assert bench("doctor").code in (0, 1)


@pytest.mark.slow
def test_no_room_at_the_very_first_use_leaves_nothing_half_laid_in(small_disk: Callable[[int], Path]):
    bench = Bench(small_disk(2_000_000))
    room = os.statvfs(bench.root)
    ballast = bench.root / "ballast"
    for left in (0, 60_000, 160_000):
        ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - left))
        result = bench.process("sessions", "list", "--json")
        assert result.code != 0
        assert "Traceback" not in result.err
        assert not [one.name for one in (bench.root / "sessions").glob("workbench.db*") if one.is_file()]
        ballast.unlink()
    assert {row["id"]: row["events"] > 10 for row in bench.json("sessions", "list")["sessions"]} == {
        f"demo-{name}": True for name in ("support-desk", "budget-runaway", "customer-duet", "parallel-weather")
    }


LEFT = """
import os, sys
from workbench.cli import main
from workbench.store.log import BranchLog
BranchLog.close = lambda log: os._exit(0)
main(sys.argv[1:])
"""
"""A process that is gone before it folds its log into the file."""


@pytest.mark.slow
@pytest.mark.parametrize("log_left", [False, True])
def test_what_is_saved_can_be_read_where_there_is_no_room_at_all(
    small_disk: Callable[[int], Path], log_left: bool
) -> None:
    bench = Bench(small_disk(2_000_000))
    database = bench.root / "sessions" / "workbench.db"
    bench("run", "support-desk", "--headless")
    if log_left:
        words = [sys.executable, "-c", LEFT, "--workspace", str(bench.root), "run", "support-desk", "--headless"]
        subprocess.run(words, capture_output=True, check=True)
        saved = database.read_bytes(), database.with_name("workbench.db-wal").read_bytes()
        whole = bench.json("sessions", "list")["sessions"], bench.exported("last")
        database.write_bytes(saved[0])
        database.with_name("workbench.db-wal").write_bytes(saved[1])
    else:
        whole = bench.json("sessions", "list")["sessions"], bench.exported("last")
    room = os.statvfs(bench.root)
    ballast = bench.root / "ballast"
    ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize))
    assert (bench.json("sessions", "list")["sessions"], bench.exported("last")) == whole
    assert "charged me twice" in bench("sessions", "show", "last").out
    assert bench.json("sessions", "search", "router")["hits"]
    assert bench("replay", "last").code == 0
    assert bench("usage").out != "nothing was used yet\n"
    for words in (
        ["sessions", "tag", "last", "kept"],
        ["run", "support-desk", "--headless"],
        ["resume", "last", "--headless"],
    ):
        refused = bench(*words)
        assert refused.code == 1
        assert "the disk took nothing more" in refused.err
    ballast.unlink()
    assert bench("sessions", "tag", "last", "kept").code == 0
    assert bench.exported("last")[1:] == whole[1][1:]
