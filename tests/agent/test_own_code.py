"""Bugs in a program's own code: told in words by the run, and the cause of the error that the program gets."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from workbench import Agent, ModelFailed, ModelRequest, NoOutput, RunContext, call_tool, replies


class Bug(Exception):
    """What a program's own code raises."""


def broken(*_: object) -> Any:
    raise Bug("the line that is wrong")


async def broken_between(request: ModelRequest, next: Any) -> Any:
    raise Bug("the line that is wrong")


@pytest.mark.parametrize(
    "agent",
    [
        Agent(broken, store=None),
        Agent(replies("x"), middleware=[broken_between], store=None),
        Agent(replies("x"), output_guards=[broken], store=None),
    ],
)
def test_a_bug_is_the_cause_of_the_error(agent: Agent[None, str]) -> None:
    with pytest.raises(NoOutput, match="Bug: the line that is wrong") as nothing:
        agent.run_sync("hi")
    assert isinstance(nothing.value.__cause__, Bug)


def test_a_failure_that_was_told_on_purpose_has_no_cause() -> None:
    def down(request: ModelRequest) -> str:
        raise ModelFailed("connection", "nobody is there")

    with pytest.raises(NoOutput, match="nobody is there") as nothing:
        Agent(down, store=None).run_sync("hi")
    assert nothing.value.__cause__ is None


def test_the_traceback_of_a_tool_goes_to_a_log(caplog: pytest.LogCaptureFixture) -> None:
    agent = Agent(replies(call_tool("find"), "done"), store=None)

    @agent.tool
    def find(ctx: RunContext[None]) -> str:
        raise Bug("the line that is wrong")

    with caplog.at_level(logging.INFO, logger="workbench.tools"):
        assert find is not None
        assert agent.run_sync("hi").all_tool_calls[0].result == "Bug: the line that is wrong"
    [record] = caplog.records
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], Bug)
