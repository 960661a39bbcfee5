"""What tau documents say around their messages becomes title, prompt, model, usage, outcome and origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.events import ActorSpec, ModelAnswered, Noted, Origin, RunEnded, RunStarted, ToolCalled
from workbench.exchange import Recording, load
from workbench.exchange.tau import model_name, tau2


def started(recording: Recording) -> tuple[ActorSpec, Origin]:
    body = recording.events[0].body
    assert isinstance(body, RunStarted)
    assert body.origin is not None
    return body.actors[0], body.origin


def ended(recording: Recording) -> RunEnded:
    body = recording.events[-1].body
    assert isinstance(body, RunEnded)
    return body


def test_a_tau_bench_record(data_dir: Path) -> None:
    recordings = load(data_dir / "tau" / "tb-gpt4o-airline__multi8.json").recordings
    assert len(recordings) == 8
    first = recordings[0]
    assert first.title == "airline task 45 · trial 0 · reward 1.0"
    assert first.tags == ("imported", "tau-bench")
    assert ended(first) == RunEnded(outcome="completed", reason="reward 1.0")
    assert {ended(recording).outcome for recording in recordings} == {"completed", "criteria_unmet"}
    spec, origin = started(first)
    assert spec.system.startswith("# Airline Agent Policy")
    assert (origin.format, origin.file, origin.record) == ("tau-bench", "tb-gpt4o-airline__multi8.json", "record 1")
    assert json.loads(origin.extra or "")["around"]["info"]["task"]["user_id"]


def test_a_tau2_document(data_dir: Path) -> None:
    file = next((data_dir / "tau").glob("gpt41-telecom__*bad-network*"))
    recording = load(file).recordings[0]
    spec, origin = started(recording)
    assert spec.model == "openai:gpt-4.1"
    assert len(spec.system) == 23318
    around = json.loads(origin.extra or "")["around"]
    assert around["simulation"]["termination_reason"] == "user_stop"
    assert around["task"]["evaluation_criteria"]
    assert "policy" not in around["info"]["environment_info"]
    assert recording.created == recording.events[0].at > 1.7e9
    usage = [event.body.usage for event in recording.events if isinstance(event.body, ModelAnswered)]
    assert sum(one.input or 0 for one in usage) > 10_000
    agents_tools = {tool.name for tool in spec.tools}
    called = {event.body.tool for event in recording.events if isinstance(event.body, ToolCalled)}
    assert called == agents_tools
    assert any(isinstance(event.body, Noted) for event in recording.events)


@pytest.mark.parametrize(
    ("reason", "reward", "outcome"),
    [
        ("user_stop", 1.0, "completed"),
        ("user_stop", 0.5, "criteria_unmet"),
        ("agent_stop", None, "stopped"),
        ("max_steps", 0.0, "budget"),
        ("too_many_errors", 0.0, "error"),
        ("agent_error", None, "error"),
        (None, None, "stopped"),
    ],
)
def test_an_outcome_is_what_the_record_says(reason: Any, reward: Any, outcome: str) -> None:
    simulation = {
        "messages": [{"role": "user", "content": "x"}],
        "termination_reason": reason,
        "reward_info": {"reward": reward},
    }
    assert tau2(simulation, {}, "f", "r").outcome == outcome


@pytest.mark.parametrize(
    ("litellm", "name"),
    [
        ("gpt-4.1", "openai:gpt-4.1"),
        ("ft:gpt-4.1-2025-04-14:x", "openai:ft:gpt-4.1-2025-04-14:x"),
        ("claude-opus-4-6", "anthropic:claude-opus-4-6"),
        ("ollama_chat/qwen2.5:7b", "ollama:qwen2.5:7b"),
        ("gemini/gemma-3-27b-it", "gemini:gemma-3-27b-it"),
        ("mystery", "imported:mystery"),
        ("", "imported:unknown"),
    ],
)
def test_models_are_named_as_ours_are(litellm: str, name: str) -> None:
    assert model_name(litellm) == name


def test_a_bare_list_of_simulations(data_dir: Path, tmp_path: Path) -> None:
    document = json.loads((data_dir / "tau" / "es-resultado_filtro_gastelo_8.json").read_text(encoding="utf-8"))
    file = tmp_path / "simulations.json"
    file.write_text(json.dumps(document["simulations"]), encoding="utf-8")
    recording = load(file).recordings[0]
    assert recording.tags == ("imported", "tau2")
    assert recording.title == "tau2 task 7 · trial 0 · reward 1.0"
