"""Bad input: one sentence on stderr that says what to do, the exit code, and nothing left behind."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from tests.cli.bench import Bench

BROKEN = {
    "not YAML": ("name: broken\ntitle: [", r"scenarios/broken.yaml, line 2: "),
    "unknown field": (
        "name: broken\ntitle: Broken\npersona: assistant\nuser: [Hi]\ntoolz: [now]\nscript: [{say: Hi}]\n",
        "scenarios/broken.yaml, line 5: toolz: there is no such field; did you mean 'tools'?",
    ),
    "wrong kind": (
        "name: broken\ntitle: Broken\npersona: assistant\nuser: [Hi]\nscript:\n  - say: Hi\n    delay: soon\n",
        "scenarios/broken.yaml, line 7: script.0.delay: ",
    ),
    "unknown tool": (
        "name: broken\ntitle: Broken\npersona: assistant\ntools: [calculatr]\nuser: [Hi]\nscript: [{say: Hi}]\n",
        "scenarios/broken.yaml, line 4: tools.0: ",
    ),
    "unknown persona": (
        "name: broken\ntitle: Broken\npersona: asistant\nuser: [Hi]\nscript: [{say: Hi}]\n",
        "scenarios/broken.yaml, line 3: persona: ",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_scenario_names_file_line_and_field(bench: Bench, kind: str, monkeypatch: pytest.MonkeyPatch):
    content, told = BROKEN[kind]
    bench.write("scenarios/broken.yaml", content)
    monkeypatch.chdir(bench.root)
    for words in (("run", "broken", "--headless"), ("scenarios", "show", "broken")):
        result = bench(*words)
        assert result.code == 2
        assert result.sentence.startswith(told)
    checked = bench("scenarios", "validate", "broken")
    assert (checked.code, checked.out) == (2, "")
    assert checked.err.startswith(f"workbench: {told}")
    assert bench.sessions() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "suport-desk"), "there is no scenario 'suport-desk'; did you mean 'support-desk'?"),
        (("run", "nowhere.yaml"), "there is no file nowhere.yaml"),
        (("run", "support-desk", "--persona", "asistant"), "there is no persona 'asistant'; did you mean 'assistant'?"),
        (("run", "support-desk", "--tool", "calc"), "no tool named 'calc'; there are: "),
        (("run", "support-desk", "--model", "opnai:x"), "no provider 'opnai' in the model name 'opnai:x': "),
        (("run", "support-desk", "--model", "gpt"), "no provider 'gpt' in the model name 'gpt': "),
        (("run", "support-desk", "--model", "openai:"), "'openai:' lacks the model: write openai:NAME"),
        (("run", "support-desk", "--model", "scripted:nope"), "no script named 'nope'"),
        (("run", "support-desk", "--model", "recorded:nope"), "no session 'nope' to take answers from"),
        (("run", "support-desk", "--max-cost", "much"), "--max-cost much: should be a number of 0 or more"),
        (("run", "support-desk", "--max-cost", "NaN"), "--max-cost NaN: should be a number of 0 or more"),
        (("run", "support-desk", "--max-tokens", "1.5"), "--max-tokens 1.5: should be a whole number of 0 or more"),
        (("run", "support-desk", "--max-tool-calls", "-1"), "--max-tool-calls -1: should be a whole number"),
        (("run", "support-desk", "--seed", "x"), "argument --seed: 'x' should be a whole number; 'workbench run"),
        (("run", "support-desk", "--sed", "1"), "unrecognized arguments: --sed 1; 'workbench --help' shows how"),
        (("resume", "nope"), "no session goes by 'nope'; `workbench sessions list` names them"),
        (("resume", ""), "no session goes by ''"),
    ],
)
def test_a_wrong_word_of_a_run_is_told_and_no_session_is_made(bench: Bench, words: tuple[str, ...], told: str):
    result = bench(*words, "--headless")
    assert result.code == 2
    assert result.sentence.startswith(told)
    assert bench.sessions() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sessions", "show", "demo-support/other"), "session demo-support-desk has no branch 'other'; it has main"),
        (("replay", "demo-support@400"), "demo-support-desk/main has events 1 to 39; there is none at '400'"),
        (("replay", "demo-support@x"), "demo-support-desk/main has events 1 to 39; there is none at 'x'"),
        (("replay", "demo-support@0"), "demo-support-desk/main has events 1 to 39; there is none at '0'"),
        (("settle", "demo-support", "agent.9.1", "--not-run"), "call 'agent.9.1' is not in doubt; no call is"),
        (
            ("settle", "demo-support", "agent.9.1"),
            "one of the arguments --ran --not-run --again --leave --verify --accept --discard is required;",
        ),
        (("sessions", "export", "demo-support", "--format", "pdf"), "argument --format: invalid choice: 'pdf' "),
        (("sessions", "list", "--limit", "0"), "argument --limit: '0' should be a whole number of 1 or more; "),
        (("sessions", "search", '""'), "there is no word to search for"),
        (("personas", "show", "nobody"), "there is no persona 'nobody'; "),
        (("personas", "new", "Not A Name"), "'Not A Name' cannot be a name: use lower-case words joined by hyphens"),
        (("scenarios", "schema", "--out", "/nowhere/schema.json"), "--out /nowhere/schema.json: cannot be written: "),
        (("frobnicate",), "argument COMMAND: invalid choice: 'frobnicate' "),
        (("open", "demo-support"), "the app needs a terminal, and this is not one: "),
        (("run", "support-desk"), "the app needs a terminal, and this is not one: add --headless"),
        ((), "the app needs a terminal, and this is not one: "),
    ],
)
def test_a_wrong_word_of_any_command_is_told(bench: Bench, words: tuple[str, ...], told: str):
    result = bench(*words)
    assert result.code == 2
    assert result.sentence.startswith(told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "there is nothing in it to import: it is empty"),
        (b" \n\n", "there is nothing in it to import: it is empty"),
        (b"Dear diary,\ntoday", "it is not JSON"),
        (b"name,age\nada,36\n", "it is not JSON"),
        (b'{"weather": "fine"}', "there is nothing in it to import: it is in no known form; "),
        (b"[]", "there is nothing in it to import: "),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "it is not UTF-8 text; "),
        (b"PK\x03\x04rest", "it is a zip archive "),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"messages": [{"role": "user", "content": "Hi"', "it is not JSON"),
    ],
)
def test_a_file_that_holds_no_run_is_refused(bench: Bench, content: bytes, told: str):
    path = bench.write("odd.json", content)
    result = bench("import", str(path), "--json")
    assert result.code == 2
    assert result.sentence.startswith(f"{path}")
    assert told in result.sentence
    assert bench.sessions() == []


@pytest.mark.slow
@pytest.mark.parametrize("depth", [150, 900, 100_000])
def test_arguments_and_results_nested_beyond_reason_are_text_to_every_reader(bench: Bench, depth: int):
    deep = '{"a":' * depth + "1" + "}" * depth
    call = {"id": "c", "type": "function", "function": {"name": "ask_user", "arguments": deep}}
    said = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    messages = [*said, {"role": "tool", "tool_call_id": "c", "content": deep}, {"role": "assistant", "content": deep}]
    assert bench("import", str(bench.write("deep.json", json.dumps({"messages": messages})))).code == 0
    formats = [("sessions", "export", "last", "--format", one) for one in ("openai", "html", "otel", "trace", "pytest")]
    for words in (("sessions", "show", "last"), ("replay", "last"), ("diff", "last", "demo-support-desk"), *formats):
        result = bench(*words)
        assert result.code == 0, result.err
    verbs = bench.write("verbs", "calls\nview\nwhence a\nbreak tool ask_user if args.a.a\nbreak repeat 2\nrc\n")
    told = bench("debug", "last", "--commands", str(verbs))
    assert "stdin" not in told.err
    assert told.code == 0, told.err


def test_what_is_no_file_is_refused(bench: Bench, tmp_path: Path):
    assert bench("import", str(tmp_path)).sentence.startswith(f"{tmp_path}: it cannot be read (Is a directory)")
    gone = tmp_path / "gone.json"
    assert bench("import", str(gone)).sentence == f"{gone}: it cannot be read (No such file or directory)"
    looping = tmp_path / "loop.json"
    looping.symlink_to(looping)
    assert bench("import", str(looping)).sentence.startswith(f"{looping}: it cannot be read (")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(bench: Bench):
    path = bench.write("closed.json", "[]")
    path.chmod(0)
    assert bench("import", str(path)).sentence == f"{path}: it cannot be read (Permission denied)"


def test_a_workspace_that_is_not_there_or_no_folder(bench: Bench, tmp_path: Path):
    nowhere = Bench(tmp_path / "nowhere")
    told = nowhere("sessions", "list").sentence
    assert told == f"--workspace: there is no folder {nowhere.root}; 'workbench init {nowhere.root}' makes one"
    assert not nowhere.root.exists()
    file = Bench(bench.write("a-file", "text"))
    assert file("sessions", "list").code == 2
    assert file("sessions", "list").sentence.startswith("--workspace: ")
    assert bench("init", str(file.root)).code == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "foreign", "newer", "cut"])
def test_a_database_that_cannot_serve_is_refused_and_left_as_it_was(bench: Bench, kind: str):
    bench.run("flaky-parts")
    path = bench.root / "sessions" / "workbench.db"
    if kind == "text":
        path.write_bytes(b"not a database, but long enough to be one" * 9)
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    else:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA application_id = 7" if kind == "foreign" else "PRAGMA user_version = 900")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    before = path.read_bytes()
    says = {
        "text": "not a Workbench database",
        "foreign": "belongs to another program",
        "newer": "a newer Workbench wrote this",
        "cut": "the file is damaged",
    }
    for words in (("sessions", "list"), ("run", "flaky-parts", "--headless"), ("replay", "last")):
        result = bench(*words)
        assert result.code == 2
        assert result.sentence.startswith(f"{path}: ")
        assert says[kind] in result.sentence
    checked = bench("doctor")
    assert checked.code == 1
    assert says[kind] in " ".join(checked.out.split())
    assert path.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_that_may_not_be_written_is_refused(bench: Bench):
    bench.run("flaky-parts")
    folder = bench.root / "sessions"
    (folder / "workbench.db").chmod(0o400)
    folder.chmod(0o500)
    try:
        result = bench("run", "flaky-parts", "--headless")
        assert result.code == 2
        assert "check" in result.sentence
    finally:
        folder.chmod(0o700)


def test_a_folder_where_the_database_should_be_is_refused(bench: Bench):
    (bench.root / "sessions" / "workbench.db").mkdir(parents=True)
    assert "this is a folder, not a database" in bench("sessions", "list").sentence


def test_settings_that_are_no_toml_are_named(bench: Bench):
    path = bench.write("workbench.toml", "[tools\n")
    told = bench("run", "flaky-parts", "--headless").sentence
    assert told.startswith(f"{path}: is not TOML: ")
    assert bench.sessions() == []


@pytest.mark.slow
def test_settings_and_folders_of_the_wrong_kind_are_named(bench: Bench):
    path = bench.write("workbench.toml", "tools = 3\n")
    told = bench("run", "flaky-parts", "--headless").sentence
    assert told == f"{path}: tools: should be a table, [tools]"
    path.unlink()
    folder = bench.write("files", "not a folder")
    told = bench("run", "flaky-parts", "--headless").sentence
    assert told == f"{folder}, where tools keep files, cannot be made: File exists"
    assert bench.sessions() == []
