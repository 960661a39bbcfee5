"""Conversations: turns of one session, answers of a type, and going on from what was saved."""

from __future__ import annotations

import json
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel

from workbench import Agent, Answer, Conversation, ModelRequest, NoOutput, UsageSession, UsedWrongly, call_tool, replies
from workbench.cli.house import House
from workbench.errors import BadFile, Impossible, ModelFailed
from workbench.events import Usage


def count(request: ModelRequest) -> str:
    """How many messages it was told, and under which prompt."""
    return f"{len(request.messages)} under {request.system!r}"


async def test_turns_are_one_session(tmp_path: Path) -> None:
    talk = Conversation(count, system="Be kind.", tags=["chat"], store=tmp_path)
    assert talk.messages == []
    assert await talk.ask("one") == "1 under 'Be kind.'"
    assert [piece async for piece in talk.ask_stream("two")] == ["3 under 'Be kind.'"]
    assert [message.text for message in talk.messages if message.role == "user"] == ["one", "two"]
    house = House(str(tmp_path))
    row = house.store.session(talk.session)
    assert (row.tags, len(house.store.sessions(text="conversation"))) == (("chat",), 1)
    house.close()


def test_it_is_asked_without_await_too() -> None:
    talk = Conversation(count, store=None)
    assert talk.ask_sync("one") == "1 under ''"
    assert talk.ask_sync("two") == "3 under ''"


class Place(BaseModel):
    city: str


async def test_an_answer_of_a_type_in_the_midst_of_talk() -> None:
    talk = Conversation(replies("Hello.", call_tool("final_result", city="Lisbon"), "You are welcome."), store=None)
    assert await talk.ask("hello") == "Hello."
    assert await talk.ask_for(Place, "where are you?") == Place(city="Lisbon")
    assert await talk.ask("thanks") == "You are welcome."
    assert [message.role for message in talk.messages] == (
        "user assistant user assistant tool user assistant".split()
    )  # fmt: skip


def test_a_typed_answer_without_await() -> None:
    talk = Conversation(replies(call_tool("final_result", response=7)), store=None)
    assert talk.ask_for_sync(int, "a number, please") == 7


@pytest.mark.parametrize("kept", [True, False])
async def test_what_was_saved_goes_on(kept: bool, tmp_path: Path) -> None:
    store = tmp_path if kept else None
    talk = Conversation(count, system="Be kind.", tags=["chat"], store=store)
    await talk.ask("one")
    talk.save(tmp_path / "talk.json")
    document = json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))
    assert document == talk.export()
    assert [message["role"] for message in document["messages"]] == ["system", "user", "assistant"]
    again = Conversation.load(tmp_path / "talk.json", count, store=store)
    assert (again.tags, again.session != talk.session) == (["chat"], True)
    assert [message.text for message in again.messages if message.role != "system"] == ["one", "1 under 'Be kind.'"]
    assert (await again.ask("two")).endswith("under 'Be kind.'")
    assert [m["content"] for m in again.export()["messages"] if m["role"] == "user"] == ["one", "two"]
    other = Conversation.from_export(document, count, system="Be brief.", tags=[], store=store)
    assert (await other.ask("two")).endswith("under 'Be brief.'")
    assert other.tags == []


def test_what_is_no_conversation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Impossible, match="nothing was said yet"):
        Conversation(count, store=None).export()
    with pytest.raises(UsedWrongly, match="no conversation to go on with"):
        Conversation.from_export({"hello": 1}, count, store=None)
    with pytest.raises(UsedWrongly, match="it holds 2 records"):
        Conversation.from_export({"simulations": [{}, {}]}, count, store=None)
    with pytest.raises(BadFile, match="cannot be read"):
        Conversation.load(tmp_path / "none.json", count, store=None)
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadFile, match="is not JSON"):
        Conversation.load(tmp_path / "broken.json", count, store=None)
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    with pytest.raises(BadFile, match="a JSON object with messages"):
        Conversation.load(tmp_path / "list.json", count, store=None)


async def test_talk_goes_on_in_its_session_after_words_that_got_no_answer(tmp_path: Path) -> None:
    asked: list[str] = []

    def model(request: ModelRequest) -> str:
        asked.append(request.messages[-1].text)
        if len(asked) == 1:
            raise ModelFailed("bad_request", "not now")
        return "here"

    talk = Conversation(model, store=tmp_path)
    with pytest.raises(NoOutput, match="not now") as raised:
        await talk.ask("are you there?")
    assert talk.session == raised.value.report.session
    assert await talk.ask("and now?") == "here"
    assert [message.text for message in talk.messages] == ["are you there?", "and now?", "here"]
    assert (talk.usage.sessions, talk.usage.total.requests) == ((talk.session,), 2)


async def test_the_words_of_an_answer_without_await(tmp_path: Path) -> None:
    talk = Conversation(replies("Hello!", "Bye."), store=tmp_path)
    assert list(talk.ask_stream_sync("Hi")) == ["Hello!"]
    left = talk.ask_stream_sync("Go")
    assert next(left) == "Bye."
    cast("Generator[str]", left).close()
    assert talk.ask_sync("Still there?") == "Bye."
    assert [message.text for message in talk.messages][:3] == ["Hi", "Hello!", "Go"]


def test_what_a_stream_raises_reaches_the_caller() -> None:
    def model(request: ModelRequest) -> str:
        raise ModelFailed("bad_request", "not now")

    with pytest.raises(NoOutput, match="not now"):
        list(Conversation(model, store=None).ask_stream_sync("Hi"))


def test_options_that_nobody_takes_are_refused() -> None:
    wrong: dict[str, Any] = {"personna": "analyst"}
    with pytest.raises(UsedWrongly, match="Conversation takes no 'personna'; did you mean 'persona'"):
        Conversation(replies("x"), store=None, **wrong)


async def test_usage_is_added_up_over_runs() -> None:
    def priced(request: ModelRequest) -> Answer:
        return Answer(text="hello", usage=Usage(input=10, output=2))

    total = UsageSession("trial")
    agent = Agent(priced, store=None)
    first = await agent.run("one")
    total.add(first)
    total.add(await agent.run("two", session=first.session))
    total.add(await agent.run("three"))
    with pytest.raises(NoOutput) as raised:
        await Agent(priced, max_iterations=0, store=None).run("four")
    total.add(raised.value.report)
    assert len(total.sessions) == 3
    used = total.total
    assert (used.requests, used.input_tokens, used.output_tokens, total.cost) == (3, 30, 6, Decimal(0))
    assert str(total) == "trial: 3 sessions, 3 requests, 30 tokens in, 6 out, 0 tool calls, $0"


async def test_an_unknown_price_is_no_sum() -> None:
    class Unpriced:
        name = "mine:one"

        async def ask(self, request: ModelRequest):
            yield Answer(text="x", usage=Usage(input=1, output=1))

    talk = Conversation(Unpriced(), store=None)
    await talk.ask("hi")
    assert (talk.usage.cost, str(talk.usage).endswith("$?")) == (None, True)


async def test_usage_counts_tools_by_name() -> None:
    total = UsageSession()
    for tool in ("now", "now", "calculator"):
        agent = Agent(replies(call_tool(tool, expression="1"), "x"), tools=["now", "calculator"], store=None)
        total.add(await agent.run("go"))
    assert total.total.by_tool == {"now": 2, "calculator": 1}
    assert UsageSession().total.by_tool == {}
