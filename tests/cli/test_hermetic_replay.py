"""`replay`: a recording that follows the rules, and one that was tampered with."""

from __future__ import annotations

import json

from tests.cli.bench import Bench


def test_what_was_recorded_follows_from_the_rules(bench: Bench):
    session = bench.run()
    events = len(bench.exported(session)) - 1
    document = bench.json("replay", session)
    assert document == {"session": session, "branch": "main", "events": events, "diverged": None}
    assert bench("replay", session).out.startswith(f"{events} events replayed; ")
    assert bench.json("replay", f"{session}@12")["events"] == 12


def test_replay_adds_nothing_to_the_log(bench: Bench):
    session = bench.run()
    before = bench.sessions(), bench.exported(session)
    bench("replay", session)
    assert (bench.sessions(), bench.exported(session)) == before


def test_one_changed_argument_exits_5_and_names_the_leaf(bench: Bench):
    lines = bench.exported(bench.run())
    called = next(line for line in lines if line.get("tool") == "refund_charge")
    arguments = json.loads(called["arguments"])
    called["arguments"] = json.dumps(arguments | {"amount": "229.00"})
    path = bench.write("changed.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (session,) = bench.json("import", str(path))["sessions"]
    result = bench("replay", session, "--json")
    assert result.code == 5
    assert result.document["diverged"] == {
        "seq": called["seq"],
        "kind": "tool_called",
        "leaf": "arguments.amount",
        "recorded": '"229.00"',
        "expected": '"129.00"',
    }
    told = bench("replay", session)
    assert told.code == 5
    for words in (str(called["seq"]), "arguments.amount", "229.00", "129.00"):
        assert words in told.out


def test_a_changed_answer_is_found_at_what_follows_from_it(bench: Bench):
    lines = bench.exported(bench.run("flaky-parts"))
    said = next(line for line in lines if line["kind"] == "said")
    said["text"] += " Please."
    path = bench.write("changed.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (session,) = bench.json("import", str(path))["sessions"]
    assert bench("replay", session).code == 5
