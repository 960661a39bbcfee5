"""Context windows: a history that outgrows its room is left out or summed up, shown, replayed, and told again."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench import Agent, Answer, ModelRequest, UsedWrongly, Window, call_tool
from workbench.cli.house import House
from workbench.debugger.changing import revert, revertible
from workbench.errors import Impossible
from workbench.events import HistoryCut, SummaryAsked, Usage
from workbench.run import Divergence, Run, check
from workbench.run.check import check as checked
from workbench.state import State

SMALL = Window(system=50, history=200, answer=100, keep=2)


class Reader:
    """Reads five pages, one after the other, then answers; its usage is 100 tokens a message."""

    name = "mine:reader"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def ask(self, request: ModelRequest):
        self.asked.append([message.text[:20] for message in request.messages])
        usage = Usage(input=100 * len(request.messages), output=10)
        newest = request.messages[-1].text
        if newest.startswith("Your context is nearly full"):
            yield Answer(text=f"a summary of {len(request.messages) - 1} messages", usage=usage)
            return
        pages = sum(asked[-1].startswith("page") for asked in self.asked)
        if pages < 5:
            answer = call_tool("turn", page=pages + 1)
            yield Answer(calls=answer.calls, usage=usage)
        else:
            yield Answer(text="read", usage=usage)


def agent_of(model: Reader, window: Window | None, store: Path | None = None) -> Agent[None, str]:
    agent = Agent(model, window=window, store=store)

    @agent.tool_plain(effect="read")
    def turn(page: int) -> str:
        return f"page {page}"

    assert callable(turn)
    return agent


async def test_without_a_window_nothing_is_ever_cut() -> None:
    model = Reader()
    assert (await agent_of(model, None).run("read")).output == "read"
    assert [len(asked) for asked in model.asked] == [1, 3, 5, 7, 9, 11]


async def test_what_outgrows_its_room_is_left_out() -> None:
    model = Reader()
    result = await agent_of(model, SMALL).run("read")
    assert result.output == "read"
    cuts = [event.body for event in result.events if isinstance(event.body, HistoryCut)]
    assert [cut.dropped for cut in cuts] == [3, 3, 3, 3]
    assert model.asked[2] == ["(The first 3 message", "", "page 2"]
    assert max(len(asked) for asked in model.asked) <= 5
    assert not isinstance(checked(result.events), Divergence)
    assert result.messages[0].text == "(The first 3 messages of this conversation are left out here.)"


async def test_it_is_summed_up_where_that_is_the_policy() -> None:
    model = Reader()
    window = Window(system=50, history=400, answer=100, policy="summarise", keep=2)
    result = await agent_of(model, window).run("read")
    assert result.output == "read"
    asked = [event.body for event in result.events if isinstance(event.body, SummaryAsked)]
    cuts = [event.body for event in result.events if isinstance(event.body, HistoryCut)]
    assert len(asked) == len(cuts) >= 1
    assert all(cut.summary for cut in cuts)
    assert result.messages[0].text.startswith("What was said before this, summed up:\n\na summary of ")
    replayed = check(result.events)
    assert isinstance(replayed, State)
    assert replayed.output == "read"


async def test_the_answers_share_is_asked_for_and_the_prompts_share_is_kept() -> None:
    def room(request: ModelRequest) -> str:
        return str(request.settings["max_tokens"])

    assert (await Agent(room, window=SMALL, store=None).run("?")).output == "100"
    assert (await Agent(room, window=SMALL, settings={"max_tokens": 7}, store=None).run("?")).output == "7"
    with pytest.raises(UsedWrongly, match="window gives 50 tokens to the system prompt"):
        await Agent(room, system="word " * 100, window=SMALL, store=None).run("?")


async def test_a_cut_is_taken_back_and_nothing_is_cut_again(tmp_path: Path) -> None:
    result = await agent_of(Reader(), SMALL, tmp_path).run("read")
    cut = [event.seq for event in result.events if isinstance(event.body, HistoryCut)][-1]
    house = House(str(tmp_path))
    session = house.open(result.session)
    with pytest.raises(Impossible, match="no edit that holds"):
        revert(session, 1)
    assert revertible(session)[-1] == cut, "nothing was edited, so it is what a bare revert takes back"
    fork = revert(session, cut)
    assert fork is not session
    run = fork.run
    assert isinstance(run, Run)
    actor = run.state.actors["agent"]
    assert (actor.whole, len(actor.cuts)) == (True, 3)
    assert [run.event(ref).body.kind for ref in actor.log.refs()[:2]] == ["history_cut", "model_answered"]
    steps = [row.label for row in fork.steps.rows if row.kind == "note"]
    assert "history cut: 3 messages left out" in steps
    fork.close()
    session.close()
    house.close()


async def test_a_cut_that_no_request_used_is_taken_back_in_place() -> None:
    model = Reader()
    agent = agent_of(model, SMALL)
    async with agent.iter("read") as run:
        while not any(isinstance(event.body, HistoryCut) for event in run.report().events):
            assert await run.step() is not None
        events = run.report().events
        cut = next(event.seq for event in events if isinstance(event.body, HistoryCut))
        if run.run.state.held is not None and run.run.state.actors["agent"].asking is None:
            before = len(run.run.state.actors["agent"].log)
            run.run.revert(cut)
            assert len(run.run.state.actors["agent"].log) == before + 2
        assert (await run.result()).output == "read"
    assert [len(asked) for asked in model.asked][-1] == 11


async def test_a_model_that_never_sums_up_still_has_a_short_history(tmp_path: Path) -> None:
    told: list[int] = []

    def reads(request: ModelRequest) -> Answer:
        told.append(len(request.messages))
        usage = Usage(input=100 * len(request.messages), output=10)
        if len(told) >= 12:
            return Answer(text="read", usage=usage)
        return Answer(calls=call_tool("turn").calls, usage=usage)

    agent = Agent(reads, window=SMALL.model_copy(update={"policy": "summarise"}), store=tmp_path, max_iterations=20)

    @agent.tool_plain(effect="read")
    def turn() -> str:
        return "page"

    assert turn
    house = House(str(tmp_path))
    result = await agent.run("read", tags=["long"])
    assert result.outcome == "completed"
    assert max(told) <= 7
    cuts = [event.body for event in result.events if isinstance(event.body, HistoryCut)]
    assert len(cuts) > 2
    assert [cut.summary for cut in cuts[:-1]] == [0] * (len(cuts) - 1)
    assert isinstance(checked(house.store.read(house.store.session(result.session).head).events()), State)
    house.close()
