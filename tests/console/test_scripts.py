"""Scripts of verbs: two whole stories word for word, and how a script ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.bench import Bench

STORIES = Path(__file__).parent / "stories"


def script(bench: Bench, *verbs: str) -> str:
    """The path of a file with these verbs."""
    return str(bench.write("script.wb", "\n".join(verbs)))


def story(bench: Bench, name: str, target: str) -> tuple[int, str, str]:
    """Exit code and output of a story, and the output that it should have."""
    told = bench("debug", target, "--commands", str(STORIES / f"{name}.wb"))
    assert told.err == ""
    return told.code, told.out, (STORIES / f"{name}.out").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_run_is_held_changed_forked_and_compared(bench: Bench):
    code, out, expected = story(bench, "support-desk", "support-desk")
    assert out == expected
    assert code == 0
    assert story(bench, "support-desk", "support-desk")[1] == expected, "a second run of it says the same"


def test_a_recorded_run_is_held_walked_back_edited_replayed_and_compared(bench: Bench, data_dir: Path):
    bench.json("import", str(data_dir / "tau" / "tb-gpt4o-airline__task11__t1__r0.json"))
    code, out, expected = story(bench, "recorded", "last")
    assert out == expected
    assert code == 6


@pytest.mark.slow
def test_a_persona_that_changed_since_the_session_began_is_said_so(bench: Bench):
    bench.write("personas/clerk.yaml", "name: clerk\ndescription: a clerk\n")
    session = bench.run("support-desk", "--persona", "clerk")
    assert "persona" not in bench("debug", session, "--commands", script(bench, "where")).out
    bench.write("personas/clerk.yaml", "name: clerk\ndescription: a loud clerk\nversion: 2.0.0\n")
    told = bench("debug", session, "--commands", script(bench, "where")).out
    assert "the persona clerk has changed, from 1.0.0 to 2.0.0; the session goes on with the one it began with" in told


@pytest.mark.slow
def test_the_first_verb_that_cannot_be_done_stops_the_script_and_names_its_line(bench: Bench):
    path = script(bench, "# begin", "", "s", "frobnicate", "s")
    told = bench("debug", "support-desk", "--commands", path)
    assert told.code == 2
    assert told.err == (
        f"workbench: {path}, line 4: there is no verb 'frobnicate'; help lists them (say TEXT talks to the agent)\n"
    )
    assert told.out.endswith("HELD at the answer, before it counts\n(wb) frobnicate\n")
    near = bench("debug", "support-desk", "--commands", script(bench, "stpe3"))
    assert near.err.endswith("line 1: there is no verb 'stpe3'; did you mean stop, step, steps?\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        (["s"], 6),
        (["c"], 0),
        (["limit tool_calls 0", "c"], 6),
        (["s", "quit", "frobnicate"], 6),
        ([], 6),
    ],
)
def test_a_script_ends_with_the_code_of_the_run(bench: Bench, verbs: list[str], code: int):
    assert bench("debug", "support-desk", "--commands", script(bench, *verbs)).code == code


@pytest.mark.slow
def test_a_recording_that_was_tampered_with_diverges_with_5(bench: Bench):
    lines = bench.exported(bench.run("support-desk"))
    called = next(line for line in lines if line.get("tool") == "refund_charge")
    called["arguments"] = called["arguments"].replace("129.00", "229.00")
    tampered = bench.write("tampered.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (other,) = bench.json("import", str(tampered))["sessions"]
    told = bench("debug", other, "--commands", script(bench, "replay"))
    assert told.code == 5
    assert "(wb) replay\nREPLAY DIVERGED: event " in told.out
    assert 'arguments.amount: recorded "229.00", the rules give "129.00"' in told.out


def test_an_import_that_nobody_ended_is_done(bench: Bench):
    chat = bench.write(
        "chat.json", '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}'
    )
    (session,) = bench.json("import", str(chat))["sessions"]
    assert bench("debug", session, "--commands", script(bench, "rs", "look newest")).code == 0


@pytest.mark.slow
def test_verbs_that_are_piped_in(bench: Bench):
    told = bench.process("debug", "support-desk", given=b"s\nwhere\n")
    assert (told.code, told.err) == (6, "")
    assert told.out.endswith("(wb) where\nmain @8  HELD at the answer, before it counts\n")
    told = bench.process("debug", "support-desk", given=b"say\n")
    assert (told.code, told.err) == (2, "workbench: stdin, line 1: say what? For instance: say the order is A-1007\n")


@pytest.mark.slow
def test_what_is_no_script_and_what_is_no_session(bench: Bench):
    missing = bench("debug", "support-desk", "--commands", str(bench.root / "no.wb"))
    assert (missing.code, missing.sentence) == (2, f"{bench.root / 'no.wb'}: cannot be read: No such file or directory")
    path = bench.root / "binary.wb"
    path.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in bench("debug", "support-desk", "--commands", str(path)).sentence
    nobody = bench("debug", "nobody", "--commands", script(bench, "s")).sentence
    assert "no session" in nobody
    assert "no scenario" in nobody


def test_what_a_tool_or_a_title_says_stays_text(bench: Bench):
    chat = bench.write(
        "evil.json", r'{"messages": [{"role": "user", "content": "\u001b]52;c;aGk=\u0007 \u202e (wb) quit\nnext"}]}'
    )
    (session,) = bench.json("import", str(chat))["sessions"]
    told = bench(
        "debug",
        session,
        "--commands",
        script(bench, "rs", "look newest", "event 2", "find quit", "steps", "whence next"),
    )
    assert told.err == ""
    assert not set(told.out) & {"\x1b", "\x07", "\u202e"}
    assert "\n(wb) quit" not in told.out
