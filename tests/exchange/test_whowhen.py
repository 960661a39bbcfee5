"""Several agents in one log: who speaks, who heard what, and whose mistake it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from workbench.events import AnswerRead, Heard, RunEnded, RunStarted, Said, TurnGiven
from workbench.exchange import Recording, export_openai, load
from workbench.exchange.recording import Unfit
from workbench.exchange.whowhen import who_and_when
from workbench.run.check import Divergence, check
from workbench.state import State


def actors(recording: Recording) -> list[str]:
    body = recording.events[0].body
    assert isinstance(body, RunStarted)
    return [spec.name for spec in body.actors]


def heard(recording: Recording) -> list[tuple[str, str, str]]:
    """Who heard whom say what."""
    by_seq = {event.seq: event for event in recording.events}
    found: list[tuple[str, str, str]] = []
    for event in recording.events:
        if isinstance(event.body, Heard):
            source = by_seq[event.body.source]
            assert isinstance(source.body, AnswerRead | Said)
            words = source.body.output if isinstance(source.body, AnswerRead) else source.body.text
            found.append((event.actor, source.actor, words))
    return found


def run(*history: dict[str, Any], **around: Any) -> Recording:
    recording = who_and_when({"history": list(history)} | around, "f.json", "")
    assert isinstance(check(recording.events), State)
    assert export_openai(recording.events)["messages"] == list(history)
    return recording


def test_everybody_hears_what_was_said_since_they_spoke() -> None:
    recording = run(
        {"role": "human", "content": "why?"},
        {"role": "Boss (thought)", "content": "hm"},
        {"role": "Boss (-> Ann)", "content": "ask"},
        {"role": "Ann", "content": "because"},
        {"role": "Bob", "content": "no"},
        {"role": "Boss", "content": "end"},
        question="why?",
    )
    assert actors(recording) == ["Boss", "Ann", "Bob"]
    assert heard(recording) == [
        ("Ann", "Boss", "why?"),
        ("Ann", "Boss", "ask"),
        ("Bob", "Boss", "why?"),
        ("Bob", "Boss", "ask"),
        ("Bob", "Ann", "because"),
        ("Boss", "Ann", "because"),
        ("Boss", "Bob", "no"),
    ]
    assert [event.actor for event in recording.events if isinstance(event.body, TurnGiven)] == ["Boss"]


def test_a_question_that_no_message_asks_is_said_and_not_exported() -> None:
    recording = run({"role": "assistant", "name": "Ann", "content": "42"}, question="how many?")
    said = [event.body.text for event in recording.events if isinstance(event.body, Said)]
    assert said == ["how many?"]
    assert recording.title == "how many?"


def test_words_from_outside_at_the_end_and_calls_are_taken() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    recording = run(
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "x"},
        {"role": "user", "content": "thanks"},
    )
    assert actors(recording) == ["assistant", "tool"]
    assert actors(run({"role": "user", "content": "hello?"})) == ["assistant"]


def test_the_annotation_is_the_outcome(data_dir: Path) -> None:
    recording = load(data_dir / "whowhen" / "hand-48.json").recordings[0]
    assert actors(recording) == ["Orchestrator", "WebSurfer"]
    body = recording.events[-1].body
    assert isinstance(body, RunEnded)
    assert body.outcome == "criteria_unmet"
    assert body.reason.startswith("the answer is wrong: WebSurfer at step 4: The agent didn't find")
    for right, outcome in ((True, "completed"), (False, "criteria_unmet"), (None, "stopped")):
        body = run({"role": "Ann", "content": "x"}, is_correct=right).events[-1].body
        assert isinstance(body, RunEnded)
        assert body.outcome == outcome


def test_prompts_go_to_whom_they_belong(data_dir: Path) -> None:
    body = load(data_dir / "whowhen" / "alg-121.json").recordings[0].events[0].body
    assert isinstance(body, RunStarted)
    prompted = {spec.name: bool(spec.system) for spec in body.actors}
    assert prompted == {name: name.endswith("_Expert") for name in prompted}
    assert "Computer_terminal" in prompted


def test_what_was_heard_is_part_of_the_replay(data_dir: Path) -> None:
    events = list(load(data_dir / "whowhen" / "alg-121.json").recordings[0].events)
    place = next(place for place, event in enumerate(events) if isinstance(event.body, Heard))
    body = events[place].body
    assert isinstance(body, Heard)
    events[place] = replace(events[place], body=Heard(source=body.source + 1))
    assert isinstance(check(events), Divergence)


def test_a_crowd_is_unfit() -> None:
    with pytest.raises(Unfit, match="more than 100 agents"):
        who_and_when({"history": [{"role": f"a{number}", "content": ""} for number in range(101)]}, "f", "")
