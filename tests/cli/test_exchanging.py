"""`import` and `sessions export`: what goes out comes back equal, and half a file is refused whole."""

from __future__ import annotations

import json

import pytest

from tests.cli.bench import Bench

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Add 2 and 2."},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "b": 2}'}}],
    },
    {"role": "tool", "tool_call_id": "1", "content": "4"},
    {"role": "assistant", "content": "4"},
]


@pytest.mark.slow
def test_an_export_begins_with_the_session_and_has_an_event_a_line(bench: Bench):
    session = bench.run("support-desk", "--tag", "kept")
    first, *events = bench.exported(session)
    assert (first["kind"], first["v"], first["id"], first["tags"]) == ("session", 1, session, ["kept"])
    assert (first["title"], type(first["created"])) == ("Support desk: charged twice", float)
    (branch,) = first["branches"]
    assert (branch["name"], branch["parent"], branch["parent_seq"]) == ("main", None, 0)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for event in events:
        assert {"branch", "seq", "at", "by", "actor", "kind"} <= set(event)
        assert event["kind"] == event["kind"].lower()
    assert {"run_started", "said", "model_called", "model_answered", "tool_called", "tool_returned"} <= {
        event["kind"] for event in events
    }


@pytest.mark.slow
def test_an_openai_export_is_one_document_that_comes_back_the_same(bench: Bench):
    session = bench.run()
    result = bench("sessions", "export", session, "--format", "openai")
    document = json.loads(result.out)
    assert set(document) >= {"messages", "tools"}
    assert [message["role"] for message in document["messages"]][:3] == ["system", "user", "assistant"]
    assert [tool["function"]["name"] for tool in document["tools"]] == ["find_order", "list_charges", "refund_charge"]
    path = bench.write("chat.json", result.out)
    (other,) = bench.json("import", str(path))["sessions"]
    assert json.loads(bench("sessions", "export", other, "--format", "openai").out)["messages"] == document["messages"]


@pytest.mark.slow
def test_what_is_imported_is_the_newest_replays_and_says_what_was_skipped(bench: Bench):
    lines = [json.dumps({"messages": CHAT}), '{"messages": [', json.dumps({"messages": CHAT[1:]})]
    path = bench.write("chats.jsonl", "\n".join(lines))
    document = bench.json("import", str(path), "--tag", "from-chat")
    assert list(document) == ["sessions", "skipped"]
    assert len(document["sessions"]) == 2
    ((skip),) = document["skipped"]
    assert skip["record"] == "line 2"
    assert skip["why"].startswith("it is not whole JSON")
    assert {row["id"] for row in bench.sessions()} == set(document["sessions"])
    assert all("from-chat" in row["tags"] for row in bench.sessions())
    for session in document["sessions"]:
        assert bench("replay", session).code == 0
    assert bench.json("replay", "last")["session"] in document["sessions"]
    told = bench("import", str(path))
    assert (told.code, len(told.out.splitlines())) == (0, 2)
    assert told.err.startswith("skipped line 2: ")


@pytest.mark.slow
def test_a_session_that_is_only_opened_stays_where_it_was_among_the_newest(bench: Bench):
    old, new = bench.run("parallel-weather"), bench.run("parallel-weather")
    whole = bench("sessions", "export", old, "--format", "jsonl").out
    bench("import", str(bench.write("old.jsonl", whole)))
    order = [row["id"] for row in bench.sessions()]
    assert order[1:] == [new, old], "the import is the newest, though it was recorded before"
    for session in order:
        bench("debug", session, "--commands", str(bench.write("look.wb", "where")))
        assert bench("resume", session, "--headless").code == 0
    assert [row["id"] for row in bench.sessions()] == order


@pytest.mark.slow
def test_an_export_to_a_file_is_the_same_text_and_names_it(bench: Bench):
    session = bench.run("parallel-weather")
    path = bench.root / "out.jsonl"
    result = bench("sessions", "export", session, "--out", str(path))
    assert (result.code, result.out, result.err) == (0, "", f"wrote {path}\n")
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == bench.exported(session)
    assert "°" in path.read_text(encoding="utf-8")
    assert bench("sessions", "export", session).out.isascii()


@pytest.mark.slow
def test_an_import_of_a_folder_that_cannot_be_written_names_it(bench: Bench):
    session = bench.run("parallel-weather")
    out = bench.root / "nowhere" / "out.jsonl"
    told = bench("sessions", "export", session, "--out", str(out)).sentence
    assert told == f"--out {out}: cannot be written: No such file or directory"


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["support-desk", "parallel-weather"])
def test_half_of_an_export_is_refused_whole(bench: Bench, scenario: str):
    text = bench("sessions", "export", bench.run(scenario)).out
    before = bench.sessions()
    lines = text.splitlines(keepends=True)
    for cut in (text[: len(text) * 2 // 3], "".join(lines[:-1]), "".join(lines[:5] + lines[6:]), text + lines[-1]):
        path = bench.write("half.jsonl", cut)
        result = bench("import", str(path))
        assert result.code == 2
        assert result.sentence.startswith(f"{path}: there is nothing in it to import: ")
    assert bench.sessions() == before


@pytest.mark.slow
def test_a_branch_that_has_events_of_its_own_travels_with_its_session(bench: Bench):
    lines = bench.exported(bench.run("flaky-parts"))
    cut = 6
    head = {"branch": 2, "name": "b2", "parent": 1, "parent_seq": cut, "events": 1}
    lines[0]["branches"].append(head)
    forked = {"branch": 2, "seq": cut + 1, "at": lines[-1]["at"], "by": "human", "actor": "", "kind": "forked"}
    lines.append(forked | {"parent": 1, "parent_seq": cut, "undone": []})
    path = bench.write("forked.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (session,) = bench.json("import", str(path))["sessions"]
    assert [branch["name"] for branch in bench.exported(session)[0]["branches"]] == ["main", "b2"]
    assert bench.json("replay", f"{session}/b2")["events"] == cut + 1
    assert bench.json("replay", session)["events"] == len(lines) - 2
