"""Our own JSONL: what is exported imports to an equal session; what is not whole or cannot be is refused whole."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from workbench.errors import BadFile
from workbench.events import (
    ActorSpec,
    Body,
    Cap,
    Criterion,
    CriterionJudged,
    Event,
    Evidence,
    Forked,
    Held,
    LimitSet,
    Price,
    Released,
    RunStarted,
    Said,
    Undone,
)
from workbench.exchange import Branch, Recording, export_jsonl, load, renumbered
from workbench.exchange.chat import Conversation, record
from workbench.run.check import Divergence, check
from workbench.state import State

CALL = {"id": "1", "type": "function", "function": {"name": "pay", "arguments": '{"order":{"id":7,"sum":"5"}}'}}
CHAT: list[dict[str, Any]] = [
    {"role": "system", "content": "Be \N{SNOWMAN} brief."},
    {"role": "user", "content": "pay it\u2028now"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "1", "content": "paid"},
    {"role": "assistant", "content": "done"},
]
MAIN = record(Conversation(format="chat", messages=CHAT, file="run.json"))


def written(folder: Path, lines: list[str], name: str = "run.jsonl") -> Path:
    file = folder / name
    file.write_text("".join(lines), encoding="utf-8")
    return file


def forked() -> Recording:
    """A session with a fork, and a fork of the fork that leaves it before its first event."""
    undone = (Undone(call="agent.1.1", tool="pay", arguments="{}"),)
    fork = [
        Event(12, 6, 5.5, "human", "", Forked(parent=4, parent_seq=5, undone=undone)),
        Event(12, 7, 5.5, "human", "agent", Said(text="wait")),
        Event(12, 8, 6.0, "engine", "", Held(gate="step", reason="stepping")),
    ]
    again = [Event(90, 4, 7.25, "human", "", Forked(parent=12, parent_seq=3))]
    main = tuple(renumbered(MAIN.events, {1: 4}))
    branches = (Branch(4), Branch(12, "b2", 4, 5), Branch(90, "later", 12, 3))
    return Recording("pay", (*main, *fork, *again), branches, ("a", "b"), 3.5, 12, "k7f2")


def test_an_export_imports_to_an_equal_session(tmp_path: Path) -> None:
    original = forked()
    loaded = load(written(tmp_path, list(export_jsonl(original))))
    numbers = {4: 1, 12: 2, 90: 3}
    assert loaded.recordings == (
        replace(
            original,
            events=tuple(renumbered(original.events, numbers)),
            branches=(Branch(1), Branch(2, "b2", 1, 5), Branch(3, "later", 2, 3)),
            head=2,
        ),
    )
    assert list(export_jsonl(loaded.recordings[0])) == list(export_jsonl(original))


def test_the_form_is_the_one_that_is_promised() -> None:
    lines = [json.loads(line) for line in export_jsonl(forked())]
    assert lines[0] == {
        "kind": "session",
        "v": 1,
        "id": "k7f2",
        "title": "pay",
        "tags": ["a", "b"],
        "created": 3.5,
        "head": 2,
        "branches": [
            {"branch": 1, "name": "main", "parent": None, "parent_seq": 0, "events": len(MAIN.events)},
            {"branch": 2, "name": "b2", "parent": 1, "parent_seq": 5, "events": 3},
            {"branch": 3, "name": "later", "parent": 2, "parent_seq": 3, "events": 1},
        ],
    }
    assert [*lines[1]][:7] == ["branch", "seq", "at", "by", "actor", "kind", "v"]
    assert lines[2] == {
        "branch": 1,
        "seq": 2,
        "at": 0.0,
        "by": "human",
        "actor": "agent",
        "kind": "said",
        "v": 1,
        "text": "pay it\u2028now",
    }
    assert lines[-1]["parent"] == 2


def test_every_imported_run_survives_jsonl(data_dir: Path, tmp_path: Path) -> None:
    for file in [*sorted((data_dir / "tau").glob("t*.json")), *sorted((data_dir / "whowhen").glob("*.json"))]:
        for recording in load(file).recordings:
            again = load(written(tmp_path, list(export_jsonl(recording)))).recordings
            assert again == (recording,)
            assert isinstance(check(again[0].events), State)


def test_only_the_last_newline_may_be_missing(tmp_path: Path) -> None:
    whole = "".join(export_jsonl(MAIN))
    assert load(written(tmp_path, [whole[:-1]])).recordings == (MAIN,)
    assert "line 11 is not whole" in refused(tmp_path, [whole[:-2]])


def test_several_sessions_in_a_file_are_taken_each_for_itself(tmp_path: Path) -> None:
    lines = list(export_jsonl(forked()))
    loaded = load(written(tmp_path, [*lines, *lines[:-1], *lines]))
    assert len(loaded.recordings) == 2
    assert loaded.skipped[0].record == f"session at line {len(lines) + 1}"
    assert "branch later has 1 events and 0 are here" in loaded.skipped[0].why


def changed(text: str, found: str, put: str) -> str:
    assert found in text
    return text.replace(found, put)


@pytest.mark.parametrize(
    ("kind", "found", "put", "seq", "leaf"),
    [
        ("tool_called", r"\"sum\":\"5\"", r"\"sum\":\"9\"", 5, "arguments.order.sum"),
        ("model_answered", r"\"sum\":\"5\"", r"\"sum\":\"9\"", 5, "arguments.order.sum"),
        ("tool_called", '"tool":"pay"', '"tool":"play"', 5, "tool"),
        ("said", "pay it", "pay that", 3, "messages[0].content"),
        ("run_started", "brief", "long", 3, "request.head"),
        ("tool_returned", "paid", "lost", 7, "messages[2].content"),
        ("answer_read", '"output":"done"', '"output":"fine"', 9, "output"),
    ],
)
def test_replay_names_the_leaf_that_was_changed(
    tmp_path: Path, kind: str, found: str, put: str, seq: int, leaf: str
) -> None:
    lines = list(export_jsonl(MAIN))
    place = next(place for place, line in enumerate(lines) if f'"kind":"{kind}"' in line)
    lines[place] = changed(lines[place], found, put)
    verdict = check(load(written(tmp_path, lines)).recordings[0].events)
    assert isinstance(verdict, Divergence)
    assert (verdict.seq, verdict.leaf) == (seq, leaf)


def refused(folder: Path, lines: list[str]) -> str:
    with pytest.raises(BadFile) as told:
        load(written(folder, lines))
    assert "\n" not in str(told.value)
    return told.value.problem


LINES = list(export_jsonl(MAIN))
HEAD, BODY = LINES[0], LINES[1:]


def with_line(place: int, **fields: Any) -> list[str]:
    lines = list(LINES)
    lines[place] = json.dumps(json.loads(lines[place]) | fields) + "\n"
    return lines


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (LINES[:-1], "cut off: branch main has 10 events and 9 are here"),
        ([*LINES[:-1], LINES[-1][:20]], "line 11 is not whole, so nothing of the session is taken"),
        ([*LINES[:3], *LINES[4:], LINES[4]], "event 3 is missing before event 4"),
        ([HEAD], "cut off"),
        ([*LINES[:3], '{"text":"session"\n', *LINES[3:]], "line 4 is not whole"),
        (with_line(0, v=2), "it is of form 2"),
        (with_line(0, branches=[]), "tells of no branches"),
        (with_line(0, branches=[{"branch": 1, "parent": 2}]), "branch 1 before its parent"),
        (with_line(0, branches=[{"branch": 1}, {"branch": 2}]), "branch 2 before its parent"),
        (with_line(0, branches=[{"branch": 1}, {"branch": 1, "parent": 1}]), "without a number of its own"),
        (with_line(0, branches=[{"branch": 1}, {"branch": 2, "parent": 1, "name": "a/b"}]), "a name that is taken"),
        (with_line(0, branches=[{"branch": 1}, {"branch": 2, "parent": 1, "name": "main"}]), "a name that is taken"),
        (with_line(0, branches=[{"branch": 1}, {"branch": 2, "parent": 1, "parent_seq": 99}]), "forks at event 99"),
        ([changed(HEAD, '"events":10', '"events":0')], "it has no events"),
        (with_line(2, branch=2), "line 3: there is no branch 2"),
        (with_line(2, seq="two"), "line 3: branch, seq, at and actor"),
        (with_line(2, at=None), "line 3: branch, seq, at and actor"),
        (with_line(2, actor=7), "line 3: branch, seq, at and actor"),
        (with_line(2, by="ghost"), "line 3: by should be one of"),
        (with_line(2, by=["human"]), "line 3: by should be one of"),
        (with_line(2, kind="danced"), "line 3: the log holds an event of kind 'danced'"),
        (with_line(2, v=9), "line 3: the log holds 'said' events of form 9"),
        (with_line(2, text=7), "line 3: text: Input should be a valid string"),
        (with_line(2, extra_field=7), "line 3: extra_field: Extra inputs"),
        (with_line(2, actor="stranger"), "event 2 is about 'stranger'"),
        (with_line(2, at=9), "event 3 is earlier"),
        (with_line(1, kind="noted", text="x", title="x"), "line 2: "),
        (with_line(1, actors=[]), "names no actors"),
        (with_line(1, actors=[{"name": "agent", "model": "m"}] * 2), "names no actors, or one twice"),
        (with_line(1, caps=[{"name": "cost", "limit": "much"}]), "the limit of cost must be a number"),
    ],
)
def test_what_cannot_be_a_session_is_refused_whole(tmp_path: Path, lines: list[str], why: str) -> None:
    assert why in refused(tmp_path, lines)


def logged(*bodies: tuple[str, Body]) -> Recording:
    events = [Event(1, seq, float(seq), "engine", actor, body) for seq, (actor, body) in enumerate(bodies, 1)]
    return Recording("t", tuple(events))


STARTED = RunStarted(
    actors=(ActorSpec(name="agent", model="scripted:x", price=Price(input="1", output="2")),),
    caps=(Cap(name="cost", limit="0.5"),),
    criteria=(Criterion(name="order"),),
)


def test_bodies_with_parts_survive(tmp_path: Path) -> None:
    verdict = CriterionJudged(name="order", met=True, evidence=Evidence(seq=2, words="7"))
    recording = logged(
        ("", STARTED),
        ("agent", Said(text="order 7")),
        ("agent", verdict),
        ("", LimitSet(name="cost", limit=None)),
        ("", Released(mode="step", grant="agent.1")),
    )
    assert load(written(tmp_path, list(export_jsonl(recording)))).recordings == (recording,)


def test_what_cannot_be_folded_is_refused(tmp_path: Path) -> None:
    second_start = logged(("", STARTED), ("", STARTED))
    assert "run_started has to be event 1" in refused(tmp_path, list(export_jsonl(second_start)))
    limit = logged(("", STARTED), ("", LimitSet(name="cost", limit="-1")))
    assert "event 2: the limit of cost" in refused(tmp_path, list(export_jsonl(limit)))
    text = "".join(export_jsonl(MAIN))
    priced = changed(text, '"model":"imported:unknown"', '"model":"m","price":{"input":"a","output":"b"}')
    used = changed(priced, '"text":"done"', '"text":"done","usage":{"input":1,"output":1}')
    assert "(model_answered) cannot stand here" in refused(tmp_path, [used])


def test_unknown_ids_and_counts_are_no_reason_to_refuse(tmp_path: Path) -> None:
    head = {"kind": "session", "v": 1, "branches": [{"branch": 1, "name": "main"}]}
    loaded = load(written(tmp_path, [json.dumps(head) + "\n", *BODY]))
    assert loaded.recordings == (Recording("", MAIN.events),)


def test_text_from_outside_is_cleaned(tmp_path: Path) -> None:
    key = "sk-proj-" + "a1" * 20
    lines = [changed(line, "paid", f"{key} \\ud800") for line in LINES if "paid" in line]
    loaded = load(written(tmp_path, [*LINES[:6], *lines, *LINES[7:]]))
    assert "[redacted] \N{REPLACEMENT CHARACTER}" in repr(loaded)


@pytest.mark.slow
def test_damaged_exports_are_taken_or_refused_and_never_crash(tmp_path: Path) -> None:
    chance = random.Random(5)
    document = "".join(export_jsonl(forked())).encode()
    for _ in range(400):
        broken = bytearray(document)
        start = chance.randrange(len(broken))
        broken[start : start + chance.choice([0, 1, 3, 400])] = chance.choice(
            [b"", b"0", b"null", b'"', b"}", b"\n", b"agent.9", b"99", b'"x":1,', b"\\ud800"]
        )
        file = tmp_path / "run.jsonl"
        file.write_bytes(bytes(broken))
        try:
            loaded = load(file)
        except BadFile:
            continue
        for recording in loaded.recordings:
            assert list(export_jsonl(recording))
            check(recording.own(1))
