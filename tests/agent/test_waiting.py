"""Waiting for an agent where nobody may await."""

from __future__ import annotations

import threading

import pytest

from workbench import Agent, NoOutput, replies
from workbench.agent.waiting import wait_for
from workbench.errors import Impossible


def test_run_sync_where_no_loop_runs() -> None:
    assert Agent(replies("hello"), store=None).run_sync("hi").output == "hello"


async def test_run_sync_inside_a_running_loop_as_in_a_notebook() -> None:
    assert Agent(replies("hello"), store=None).run_sync("hi").output == "hello"


def test_what_is_raised_reaches_the_caller() -> None:
    with pytest.raises(NoOutput):
        Agent(replies("hello"), store=None, max_iterations=0).run_sync("hi")


def test_every_wait_has_the_same_loop_which_cannot_wait_for_itself() -> None:
    async def here() -> int:
        with pytest.raises(Impossible, match="await the async method"):
            wait_for(here)
        return threading.get_ident()

    assert wait_for(here) == wait_for(here) != threading.get_ident()


def test_a_tool_in_a_thread_may_wait_for_another_agent() -> None:
    inner = Agent(replies("from within"), store=None)
    outer = Agent(lambda request: request.messages[-1].text if len(request.messages) > 1 else call("ask"), store=None)

    @outer.tool_plain(effect="read")
    def ask() -> str:
        return inner.run_sync("hi").output

    assert ask
    assert outer.run_sync("hi").output == "from within"


def call(name: str):
    from workbench import call_tool

    return call_tool(name)
