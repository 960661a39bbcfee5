"""`sessions list|show|search|tag|title|rm`: what is saved."""

from __future__ import annotations

import pytest

from tests.cli.bench import Bench


@pytest.mark.slow
def test_the_list_has_exactly_the_fields_of_the_contract_newest_first(bench: Bench):
    first, second = bench.run("flaky-parts", "--tag", "b", "a"), bench.run("budget-runaway", code=3)
    document = bench.json("sessions", "list")
    assert list(document) == ["sessions"]
    newest, older = bench.sessions()
    assert (newest["id"], older["id"]) == (second, first)
    assert {name: type(value) for name, value in older.items()} == {
        "id": str,
        "title": str,
        "status": str,
        "outcome": str,
        "model": str,
        "persona": str,
        "created": float,
        "updated": float,
        "events": int,
        "cost": str,
        "tags": list,
    }
    assert older["title"] == "A mirror that does not answer"
    assert (older["status"], older["outcome"], older["cost"]) == ("ended", "completed", "0")
    assert (older["model"], older["persona"]) == ("scripted:flaky-parts", "assistant")
    assert older["events"] == len(bench.exported(first)) - 1
    assert older["tags"] == ["a", "b"]
    assert older["created"] <= older["updated"]
    assert newest["outcome"] == "budget"


@pytest.mark.slow
def test_the_list_can_be_narrowed_and_is_one_line_a_session(bench: Bench):
    session = bench.run("flaky-parts", "--title", "A title of many words " * 9, "--tag", "mine")
    bench.run("flaky-parts")
    assert [row["id"] for row in bench.json("sessions", "list", "--tag", "mine")["sessions"]] == [session]
    assert [row["id"] for row in bench.json("sessions", "list", "MANY words")["sessions"]] == [session]
    assert len(bench.json("sessions", "list", "--limit", "1")["sessions"]) == 1
    lines = bench("sessions", "list").out.splitlines()
    assert len(lines) == 2 + len(bench.json("sessions", "list")["sessions"])
    assert lines[0].split() == ["id", "title", "stands", "model", "cost", "events", "when"]
    assert bench("sessions").out == bench("sessions", "list").out
    assert bench("sessions", "list", "nothing has these").out == "No session has these words.\n"


@pytest.mark.slow
def test_show_tells_the_conversation_the_report_and_the_log(bench: Bench):
    session = bench.run()
    told = bench("sessions", "show", session).out
    for words in (
        f"Support desk: charged twice   {session}/main @39\nDONE\n",
        "user: Sure, it is A-1007.",
        'calls refund_charge({"order":"A-1007","charge":"ch_7002","amount":"129.00"})',
        "  criterion charge_refunded met: re_7002",
        "ended: completed",
    ):
        assert words in told
    document = bench.json("sessions", "show", session)
    assert document["report"]["outcome"] == "completed"
    assert document["log"] == [event | {"branch": "main"} for event in bench.exported(session)[1:]]
    past = bench.json("sessions", "show", f"{session}/main@7")
    assert (len(past["log"]), past["report"]["outcome"]) == (7, None)


@pytest.mark.slow
def test_search_finds_what_was_said_called_and_returned(bench: Bench):
    session = bench.run()
    document = bench.json("sessions", "search", "maria.keller@example.com")
    found = [hit for hit in document["hits"] if hit["session"] == session]
    assert {hit["kind"] for hit in found} >= {"said", "tool_returned", "model_answered"}
    assert set(found[0]) == {"session", "branch", "seq", "at", "kind", "actor", "snippet"}
    assert bench.json("sessions", "show", f"{session}@{found[0]['seq']}")["log"][-1]["kind"] == found[0]["kind"]
    assert f"{session}/main@" in bench("sessions", "search", "refund_charge").out
    assert bench("sessions", "search", "xyzzy").out == "Nothing recorded has these words.\n"
    assert bench.json("sessions", "search", "xyzzy") == {"hits": []}


@pytest.mark.slow
def test_tags_and_titles_change_and_nothing_else_does(bench: Bench):
    session = bench.run("flaky-parts")
    log = bench.exported(session)[1:]
    assert bench("sessions", "tag", session, "red", "blue").out == f"{session}: blue, red\n"
    assert bench("sessions", "tag", session, "red", "--remove").out == f"{session}: blue\n"
    assert bench("sessions", "tag", session, "blue", "--remove").out == f"{session}: no tags\n"
    assert bench("sessions", "title", session, "Another").code == 0
    assert bench.sessions()[0]["title"] == "Another"
    assert bench.exported(session)[1:] == log


@pytest.mark.slow
def test_removal_wants_a_yes_and_takes_exactly_what_was_named(bench: Bench):
    gone, stays = bench.run("flaky-parts"), bench.run("flaky-parts")
    asked = bench.process("sessions", "rm", gone)
    assert (asked.code, asked.sentence) == (2, "this removes sessions for good: add --yes")
    assert bench("sessions", "rm", gone, "nope", "--yes").code == 2
    assert len(bench.sessions()) == 2
    assert bench("sessions", "rm", gone, "--yes").out == f"removed {gone}\n"
    assert [row["id"] for row in bench.sessions()] == [stays]
    assert bench("replay", gone).sentence.startswith(f"no session goes by '{gone}'")


@pytest.mark.slow
def test_a_failed_call_is_shown_with_its_reason(bench: Bench):
    told = bench("sessions", "show", bench.run("flaky-parts")).out
    assert "  agent.1.1 failed, timeout: mirror a did not answer" in told
    assert "held, pause: paused" in bench("sessions", "show", "demo-parallel-weather").out
