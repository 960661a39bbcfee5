"""One tool call: how long it is waited for, what it may know, who hears of it, and what is known when it breaks off."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from tests.playbook import Hang, Stage, agent, wants
from workbench.context import RunContext
from workbench.errors import InDoubt
from workbench.events import Call, CallFailed, Doubted, ToolSpec
from workbench.events.messages import Delta
from workbench.run import check
from workbench.run.ports import Watcher
from workbench.state import State
from workbench.tools.threads import in_thread

SLOW_READ = ToolSpec(name="lookup", effect="read", timeout=0.001)
SLOW_EFFECT = ToolSpec(name="charge", effect="effect", timeout=0.001)


class Heard(Watcher):
    """Keeps what tools say on their way."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.thread = threading.get_ident()

    def recorded(self, events: Any) -> None: ...

    def streamed(self, call: str, delta: Delta) -> None: ...

    def progressed(self, call: str, words: str) -> None:
        assert threading.get_ident() == self.thread, "watchers are told in the run's own thread"
        self.words.append(f"{call} {words}")


async def test_a_read_that_takes_too_long_has_failed():
    stage = Stage(wants("lookup"), "I see")
    left = asyncio.Event()

    async def hang(arguments: str, context: RunContext[Any]) -> str:
        try:
            await stage.tools.hang(arguments, context)
        finally:
            left.set()
        return ""

    stage.tools.deeds["lookup"] = hang
    await stage.start(agent("agent", SLOW_READ), lines=["go"]).drive()
    failed = next(event.body for event in stage.log.events() if isinstance(event.body, CallFailed))
    assert (failed.error, failed.message, failed.retryable) == ("timeout", "lookup did not answer within 0.001 s", True)
    assert left.is_set(), "the coroutine was cancelled"


async def test_a_result_that_is_too_large_to_be_kept_is_a_failure():
    stage = Stage(wants("lookup"), "I see")
    stage.tools.deeds["lookup"] = lambda arguments, context: "x" * 32_000_001
    await stage.start(lines=["go"]).drive()
    failed = next(event.body for event in stage.log.events() if isinstance(event.body, CallFailed))
    assert failed.error == "too_large"
    assert failed.message.startswith("lookup returned more than 32,000,000 characters")
    assert stage.last == "answer_read agent.2 I see"


async def test_an_effect_that_takes_too_long_is_in_doubt_and_is_not_run_again():
    stage = Stage(wants("charge"), "done")
    stage.tools.deeds["charge"] = stage.tools.hang
    await stage.start(agent("agent", SLOW_EFFECT), lines=["go"]).drive()
    assert stage.lines[-2:] == ["doubted agent.1.1", "held doubt agent.1.1"]
    doubted = list(stage.log.events())[-2]
    assert isinstance(doubted.body, Doubted)
    assert (doubted.by, doubted.body.reason) == ("engine", "charge did not answer within 0.001 s")
    assert isinstance(check(stage.log.events()), State)


@pytest.mark.parametrize(("tool", "last"), [("charge", "held doubt agent.1.1"), ("lookup", "answer_read agent.2 done")])
async def test_a_tool_that_cannot_say_whether_it_happened(tool: str, last: str):
    stage = Stage(wants(tool), "done")

    def lost(arguments: str, context: RunContext[Any]) -> str:
        raise InDoubt("the server died under the call")

    stage.tools.deeds[tool] = lost
    await stage.start(lines=["go"]).drive()
    assert stage.last == last


async def test_a_tool_that_raises_a_timeout_of_its_own_raised():
    stage = Stage(wants("lookup"), "I see")

    def raises(arguments: str, context: RunContext[Any]) -> str:
        raise TimeoutError("the database")

    stage.tools.deeds["lookup"] = raises
    await stage.start(agent("agent", ToolSpec(name="lookup", effect="read", timeout=60)), lines=["go"]).drive()
    failed = next(event.body for event in stage.log.events() if isinstance(event.body, CallFailed))
    assert (failed.error, failed.message) == ("raised", "TimeoutError: the database")


async def test_a_tool_that_raises_a_cancellation_of_its_own_raised():
    stage = Stage(wants("charge"), "I see")

    async def gives_up(arguments: str, context: RunContext[Any]) -> str:
        raise asyncio.CancelledError("enough")

    stage.tools.deeds["charge"] = gives_up
    run = stage.start(agent("agent", SLOW_EFFECT), lines=["go"])
    await run.drive()
    failed = next(event.body for event in stage.log.events() if isinstance(event.body, CallFailed))
    assert (failed.error, failed.message) == ("raised", "CancelledError: enough")
    assert run.state.output == "I see"


async def test_no_more_calls_of_a_tool_run_at_once_than_it_allows():
    stage = Stage(wants("lookup", "lookup", "save", "lookup"), "I see")
    busy, most = 0, 0

    async def count(arguments: str, context: RunContext[Any]) -> str:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        for _ in range(5):
            await asyncio.sleep(0)
        busy -= 1
        return "found"

    stage.tools.deeds["lookup"] = count
    limited = ToolSpec(name="lookup", effect="read", parallel=2)
    await stage.start(agent("agent", limited, ToolSpec(name="save", effect="idempotent")), lines=["go"]).drive()
    assert most == 2
    assert [line for line in stage.lines if line.startswith("tool_called")] == [
        "tool_called agent.1.1 lookup",
        "tool_called agent.1.2 lookup",
        "tool_called agent.1.3 save",
        "tool_called agent.1.4 lookup",
    ]
    assert stage.last == "answer_read agent.2 I see"
    assert isinstance(check(stage.log.events()), State)


async def test_what_a_tool_may_know_of_the_run():
    stage = Stage([Delta(text="let me look"), wants("lookup", text="let me look")], "I see")
    seen: list[RunContext[Any]] = []

    async def look(arguments: str, context: RunContext[Any]) -> str:
        seen.append(context)
        inside = [message.text for message in context.messages]
        outside = await in_thread(lambda: [message.text for message in context.messages[:1]])
        assert not context.cancelled()
        assert context.usage is not None
        figures = f"{context.usage.requests} {context.usage.tool_calls} {context.usage.cost}"
        return f"{inside} {outside} {len(context.messages)} {figures}"

    stage.tools.deeds["lookup"] = look
    await stage.start(lines=["go"]).drive()
    (context,) = seen
    assert "tool_returned agent.1.1 ['go', 'let me look'] ['go'] 2 1 1 0" in stage.lines
    assert (context.model, context.iteration, context.key) == ("fake:agent", 1, "s1/1/agent.1.1")
    assert context.cancelled(), "it is over"


async def test_a_function_in_a_thread_may_look_at_what_was_said():
    stage = Stage(wants("lookup"), "I see")

    async def look(arguments: str, context: RunContext[Any]) -> str:
        return await in_thread(lambda: str([message.role for message in context.messages]))

    stage.tools.deeds["lookup"] = look
    await stage.start(lines=["go"]).drive()
    assert "tool_returned agent.1.1 ['user', 'assistant']" in stage.lines


async def test_progress_is_heard_from_any_thread_until_the_call_is_over():
    stage = Stage(wants("lookup"), "I see")
    late: list[RunContext[Any]] = []

    async def work(arguments: str, context: RunContext[Any]) -> str:
        late.append(context)
        context.progress("begun")
        await in_thread(lambda: context.progress("half way"))
        return "found"

    stage.tools.deeds["lookup"] = work
    run = stage.start(lines=["go"])
    run.watch(heard := Heard())
    await run.drive()
    late[0].progress("too late")
    assert heard.words == ["agent.1.1 begun", "agent.1.1 half way"]


def test_progress_from_a_thread_that_outlives_its_loop_is_lost_quietly():
    stage = Stage(wants("lookup"), Hang())
    kept: list[RunContext[Any]] = []

    def keep(arguments: str, context: RunContext[Any]) -> str:
        kept.append(context)
        return "found"

    stage.tools.deeds["lookup"] = keep
    run = stage.start(lines=["go"])
    run.watch(heard := Heard())

    async def broken_off() -> None:
        driving = asyncio.create_task(run.drive())
        await stage.model.hung.wait()
        driving.cancel()

    asyncio.run(broken_off())
    threading.Thread(target=lambda: kept[0].progress("too late")).start()
    assert heard.words == []


# --- a question to a person ------------------------------------------------------------------------------------------

ASK = ToolSpec(name="ask_user", effect="read", person=True)


@pytest.mark.parametrize("mode", ["run", "finish"])
async def test_a_question_holds_until_a_person_answers(mode: Any):
    question = Call(name="ask_user", arguments='{"question": "Which order?"}')
    stage = Stage(wants(question), "Thank you")
    run = stage.start(agent("agent", ASK), lines=["go"], mode=mode)
    assert run.question is None
    await run.drive()
    assert run.question is not None
    assert run.question.reason == "Which order?"
    run.release(mode)
    await run.drive()
    assert stage.last == "held question agent.1.1", "to go on is no answer"
    run.say("A-1007")
    assert run.question is None
    await run.drive()
    assert "tool_returned agent.1.1 A-1007" in stage.lines
    assert run.state.output == "Thank you"
    assert stage.tools.done == []
    assert isinstance(check(stage.log.events()), State)


async def test_a_question_survives_its_process():
    stage = Stage(wants(Call(name="ask_user", arguments='{"question": "Which order?"}')), "Thank you")
    await stage.start(agent("agent", ASK), lines=["go"]).drive()
    run = stage.reopen()
    assert run.question is not None
    run.say("A-1007")
    await run.drive()
    assert stage.last == "answer_read agent.2 Thank you"


@pytest.mark.parametrize("arguments", ["not json", "[1]", '{"question": 5}', '{"other": "x"}', "[" * 100_000])
async def test_a_question_that_is_none_is_shown_as_it_was_written(arguments: str):
    stage = Stage(wants(Call(name="ask_user", arguments=arguments)), "done")
    run = stage.start(agent("agent", ASK), lines=["go"])
    await run.drive()
    assert run.question is not None
    assert run.question.reason == arguments


async def test_words_for_another_actor_are_no_answer():
    stage = Stage(wants(Call(name="ask_user", arguments='{"question": "Which order?"}')), "done")
    run = stage.start(agent("agent", ASK), agent("other"), lines=["go"])
    await run.drive()
    run.say("listen", actor="other")
    assert stage.last == "said human: listen"
