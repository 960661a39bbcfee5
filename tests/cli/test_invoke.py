"""What surrounds every command: text that stays text, pipes that close, terminals that lack letters."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.bench import Bench

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\x7f\r\b[@click=app.quit][bold]"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.slow
def test_escape_sequences_never_reach_the_terminal_raw(bench: Bench):
    session = bench.run("flaky-parts", "--title", f"a{ESCAPES}z", "--tag", f"t{ESCAPES}", "--say", ESCAPES, code=4)
    name = bench.write(f"odd{ESCAPES.replace('/', '')}.json", json.dumps([{"role": "user", "content": ESCAPES}]))
    results = [
        bench("import", str(name)),
        bench("import", str(name) + ESCAPES),
        bench("run", "flaky-parts", "--say", ESCAPES, "--headless"),
        bench("run", ESCAPES, "--headless"),
        bench("run", "flaky-parts", "--model", ESCAPES, "--headless"),
        bench("run", "flaky-parts", "--seed", ESCAPES),
        bench(ESCAPES),
        bench("--workspace", f"/nowhere{ESCAPES}", "sessions", "list"),
        bench("sessions", "list"),
        bench("sessions", "list", "--json"),
        bench("sessions", "show", session),
        bench("sessions", "show", session, "--json"),
        bench("sessions", "show", ESCAPES),
        bench("sessions", "search", "owned"),
        bench("sessions", "export", session),
        bench("sessions", "export", session, "--format", "openai"),
        bench("sessions", "export", session, "--out", f"/nowhere/{ESCAPES}"),
        bench("sessions", "tag", session, ESCAPES),
        bench("personas", "new", ESCAPES),
        bench("settle", session, ESCAPES, "--leave"),
    ]
    for result in results:
        assert not CONTROLS.search(result.out), result.out
        assert not CONTROLS.search(result.err), result.err
        assert "Traceback" not in result.err
    (said,) = [line["text"] for line in bench.exported(session) if line["kind"] == "said"]
    assert said == ESCAPES
    assert bench.sessions()[-1]["title"] == f"a{ESCAPES}z"


@pytest.mark.slow
def test_arguments_that_are_no_text_are_kept_as_what_can_be_said(bench: Bench):
    result = bench.process("run", "flaky-parts", "--headless", "--json", "--title", b"\xff\xfe", "--say", b"caf\xe9")
    assert result.code == 4
    assert "Traceback" not in result.err
    (said,) = [line["text"] for line in bench.exported(result.document["session"]) if line["kind"] == "said"]
    assert said == "caf\ufffd"
    for words in (["run", b"\xff"], ["sessions", "show", b"\xff"], ["import", b"\xff.json"], [b"\xff"]):
        assert bench.process(*words).sentence
    path = bench.root / "\udcff.json"
    path.write_text(json.dumps([{"role": "user", "content": "Hi"}]), encoding="utf-8")
    imported = bench.process("import", b"/".join((str(bench.root).encode(), b"\xff.json")), "--json")
    assert (imported.code, len(imported.document["sessions"])) == (0, 1)


@pytest.mark.slow
def test_a_megabyte_of_words_is_said_whole(bench: Bench):
    words = "word " * 200_000
    session = bench.run("flaky-parts", "--say", words, code=4)
    (said,) = [line["text"] for line in bench.exported(session) if line["kind"] == "said"]
    assert said == words
    told = bench("resume", session, "--headless", "--say", words)
    assert max(len(line) for line in told.err.splitlines()) < 300


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("sessions", "list"),
        ("sessions", "list", "--json"),
        ("sessions", "export", "demo-support-desk"),
        ("scenarios", "list"),
        ("run", "flaky-parts", "--headless"),
    ],
)
@pytest.mark.parametrize("both", [False, True])
def test_a_reader_that_goes_away_is_no_failure(bench: Bench, words: tuple[str, ...], both: bool):
    bench("sessions", "list")
    process = subprocess.Popen(
        bench.argv(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT if both else subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    err = b"" if process.stderr is None else process.stderr.read()
    assert process.wait(60) == 0
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
    if process.stderr is not None:
        process.stderr.close()
    for row in bench.sessions():
        assert row["outcome"] == "completed"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", [("sessions", "list"), ("run", "flaky-parts", "--headless", "--json")])
def test_a_stdout_that_is_full_is_one_sentence(bench: Bench, words: tuple[str, ...]):
    with open("/dev/full", "w") as full:
        done = subprocess.run(bench.argv(*words), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "workbench: stdout cannot be written: No space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed_lead_nowhere(bench: Bench, closed: str):
    words = shlex.join(map(str, bench.argv("run", "flaky-parts", "--headless")))
    done = subprocess.run(["sh", "-c", f"{words} {closed}"], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert bench.sessions()[0]["outcome"] == "completed"


@pytest.mark.slow
def test_a_stdout_that_lacks_letters_gets_their_escapes(bench: Bench):
    session = bench.run("parallel-weather")
    for words in (("sessions", "list"), ("sessions", "show", session), ("resume", session, "--headless")):
        result = bench.process(*words, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
        assert (result.code, result.out.isascii()) == (0, True), result.err
