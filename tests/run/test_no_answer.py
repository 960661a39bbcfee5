"""Answers that do not come are facts."""

from __future__ import annotations

import pytest

from tests.playbook import Stage
from workbench.errors import ModelFailed, StoreError
from workbench.events import CallFailed
from workbench.events.messages import Answer, Delta


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ([Delta(text="abc")], "cut_off"),
        ([Delta(text="abc"), ModelFailed("connection", "lost")], "connection"),
        ([ValueError("a bug")], "unexpected"),
        ([StoreError("no such recording")], "unavailable"),
    ],
)
async def test_an_answer_that_does_not_come_is_a_fact(line: list[Delta | Exception | Answer], error: str):
    stage = Stage(line)
    run = stage.start(lines=["go"])
    await run.drive()
    assert stage.lines[-2:] == [f"call_failed agent.1 {error}", "run_ended error"]


async def test_a_model_that_is_not_there_is_a_fact():
    stage = Stage()
    del stage.models["fake:agent"]
    run = stage.start(lines=["go"])
    await run.drive()
    assert stage.lines[-2:] == ["call_failed agent.1 unexpected", "run_ended error"]


@pytest.mark.parametrize("wrong", [Answer(text=5), Answer(calls=("search",))])  # pyright: ignore[reportArgumentType]
async def test_an_answer_that_is_none_is_a_fact_that_names_what_is_wrong(wrong: Answer):
    stage = Stage([wrong])
    await stage.start(lines=["go"]).drive()
    assert stage.lines[-2:] == ["call_failed agent.1 unexpected", "run_ended error"]
    [failed] = [event.body for event in stage.log.events() if isinstance(event.body, CallFailed)]
    field = "text" if wrong.text else "calls: 0"
    assert failed.message.startswith(f"the model's answer is none: {field}: Input should be")
