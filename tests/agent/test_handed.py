"""What a program hands in and does not belong there is one sentence, at once where that can be, else of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from workbench import (
    Agent,
    Answer,
    ContentRule,
    Conversation,
    Delta,
    Model,
    ModelRequest,
    ModelRetry,
    NoOutput,
    RunContext,
    call_tool,
    replies,
    tool,
)
from workbench.errors import NotWriter, UsedWrongly


@dataclass
class Shop:
    name: str = "corner"


class Yields:
    """A model that yields these."""

    name = "mine:odd"

    def __init__(self, *pieces: object) -> None:
        self._pieces = pieces

    async def ask(self, request: ModelRequest) -> Any:
        for piece in self._pieces:
            yield piece


class Nameless:
    async def ask(self, request: ModelRequest) -> Any:
        yield Answer(text="x")


class Coroutine:
    name = "mine:coroutine"

    async def ask(self, request: ModelRequest) -> Any:
        return Answer(text="x")


class Between:
    async def process(self, request: ModelRequest, next: Any) -> Answer:
        return await next(request)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"model": None}, "model takes `provider:model`, .* or a function of the request; it was given None"),
        ({"model": Yields}, r"it was given the class Yields: write Yields\(\.\.\.\)"),
        ({"model": Nameless()}, "the model Nameless has no name: give it one, such as name = 'mine:echo'"),
        ({"model": Coroutine()}, "ask of the model Coroutine must be an async generator"),
        ({"tools": "now"}, r"tools takes a list of functions, .*; it was given a str: write tools=\[\.\.\.\]"),
        ({"tools": len}, "tools takes a list of functions, .*; it was given a builtin_function_or_method"),
        ({"tools": [5]}, "tools takes a list of functions, tools and names of tools; there is an int in it"),
        ({"middleware": [Between]}, "middleware takes .*; there is the class Between in it"),
        ({"rules": ["secret"]}, "rules takes a list of content rules; there is a str in it"),
        ({"input_guards": ["x"]}, "input_guards takes a list of functions; there is a str in it"),
        ({"fallbacks": "openai:gpt-5-nano"}, "fallbacks takes a list of names of models; it was given a str"),
        ({"persona": {"name": "x"}}, r"persona takes a name, or a Persona\(\.\.\.\); it was given a dict"),
        ({"settings": [1]}, "settings takes a dict of model parameters; it was given a list"),
        ({"system": 5}, "system takes a function; it was given an int"),
        ({"name": 5}, "name takes text; it was given an int"),
        ({"mode": "stepwise"}, "mode is one of autonomous, single_step, not 'stepwise'"),
        ({"output_mode": "tools"}, "output_mode is one of auto, native, tool, text, not 'tools'"),
        ({"output_type": None}, "output_type takes a type; leave it out where the output is text"),
        ({"retries": -1}, "retries takes a whole number of at least 0, not -1"),
        ({"output_retries": True}, "output_retries takes a whole number of at least 0, not True"),
        ({"on_step": 5}, "on_step takes a function; it was given an int"),
        ({"instructions": "x"}, "Agent takes no 'instructions'; here it is 'system'"),
        ({"store": "/no/such/folder"}, "store: there is no folder /no/such/folder; 'workbench init /no/such/folder'"),
    ],
)
def test_what_does_not_belong_in_an_agent_is_refused_when_it_is_made(wrong: dict[str, Any], sentence: str) -> None:
    given: Any = {"model": replies("x"), "store": None} | wrong
    with pytest.raises(UsedWrongly, match=sentence):
        Agent(**given)


def test_what_does_not_belong_in_a_run_is_refused_before_it_begins() -> None:
    agent: Any = Agent(replies("x"), store=None)
    with pytest.raises(UsedWrongly, match="prompt takes text; it was given a list"):
        agent.run_sync(["hi"])
    with pytest.raises(UsedWrongly, match=r"write session=result\.session; it was given an AgentResult"):
        agent.run_sync("hi", session=agent.run_sync("hi"))
    with pytest.raises(UsedWrongly, match="tags takes a list of words; it was given a str"):
        agent.run_sync("hi", tags="demo")
    tags: Any = "demo"
    with pytest.raises(UsedWrongly, match="tags takes a list of words; it was given a str"):
        Conversation(replies("x"), tags=tags)
    with pytest.raises(UsedWrongly, match="then is one of reject, redact, ask, warn, not 'explode'"):
        ContentRule("x", then="explode")  # pyright: ignore[reportArgumentType]


def no_model(request: ModelRequest) -> Any:
    return None


def no_text(request: ModelRequest) -> Any:
    return Answer(text=5)  # pyright: ignore[reportArgumentType]


class Whole:
    name = "mine:whole"

    def ask(self, request: ModelRequest) -> Any:
        return Answer(text="x")


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (no_model, "the model function:no_model gives None: it must return text or an Answer"),
        (no_text, "the model function:no_text says an int where text belongs"),
        (Yields("words"), r"a model yields pieces \(Delta\) of text and an Answer, not 'words'"),
        (Yields(Delta(text=5)), r"a model yields pieces \(Delta\) of text and an Answer, not Delta\(text=5"),  # pyright: ignore[reportArgumentType]
        (Yields(Answer(text=5)), "text: Input should be a valid string"),  # pyright: ignore[reportArgumentType]
        (Whole(), "TypeError: 'async for' requires an object with __aiter__ method, got Answer"),
    ],
)
def test_a_model_that_gives_something_else_fails_its_call(model: Model, sentence: str) -> None:
    with pytest.raises(NoOutput, match=sentence) as nothing:
        Agent(model, store=None).run_sync("hi")
    assert nothing.value.report.outcome == "error"


async def gives_nothing(request: ModelRequest, next: Any) -> Any:
    await next(request)


async def asks_with_words(request: ModelRequest, next: Any) -> Any:
    return await next("hello")


@pytest.mark.parametrize(
    ("middleware", "sentence"),
    [
        (gives_nothing, "the middleware gives_nothing gives None: it must return an Answer"),
        (asks_with_words, "the middleware asks_with_words calls next with a str: give it the request, or one like it"),
    ],
)
def test_a_middleware_that_gives_something_else_fails_the_call(middleware: Any, sentence: str) -> None:
    with pytest.raises(NoOutput, match=sentence):
        Agent(replies("x"), middleware=[middleware], store=None).run_sync("hi")


def test_a_middleware_without_await_may_answer_by_itself() -> None:
    def at_once(request: ModelRequest, next: Any) -> Any:
        return Answer(text="no need to ask")

    assert Agent(replies("x"), middleware=[at_once], store=None).run_sync("hi").output == "no need to ask"


def gives_five(*_: object) -> Any:
    return 5


def gives_none(*_: object) -> Any:
    return None


@pytest.mark.parametrize(
    ("guard", "sentence"),
    [
        (gives_five, "an input guard gives an int: it must give the prompt, changed or not"),
        (gives_none, "the guard gives_none gives None: it must return what it was given, changed or not"),
    ],
)
def test_an_input_guard_that_gives_no_prompt_is_told(guard: Any, sentence: str) -> None:
    with pytest.raises(UsedWrongly, match=sentence):
        Agent(replies("x"), input_guards=[guard], store=None).run_sync("hi")


def test_an_input_guard_cannot_ask_again() -> None:
    def again(ctx: RunContext[None], prompt: str) -> str:
        raise ModelRetry("say it better")

    with pytest.raises(UsedWrongly, match=r"raised ModelRetry \(say it better\): only an output .*; raise Refused"):
        Agent(replies("x"), input_guards=[again], store=None).run_sync("hi")


# --- deps ------------------------------------------------------------------------------------------------------------


class Named(Protocol):
    name: str


class Bakery(Shop):
    pass


def of_shop(ctx: RunContext[Shop]) -> str:
    return ctx.deps.name


def of_named(ctx: RunContext[Named]) -> str:
    return ctx.deps.name


def of_any(ctx: RunContext[Any]) -> str:
    return "any"


def of_none(ctx: RunContext[None]) -> str:
    return "none"


def test_a_tool_for_other_deps_is_refused_when_the_agent_is_made() -> None:
    told = r"tool of_shop takes a RunContext\[Shop\]"
    with pytest.raises(UsedWrongly, match=f"{told}, and the agent's deps_type is int"):
        Agent(replies("x"), tools=[of_shop], deps_type=int, store=None)
    with pytest.raises(UsedWrongly, match=rf"{told}: give Agent\(\.\.\., deps_type=Shop\) and run\(\.\.\., deps=\)"):
        Agent(replies("x"), tools=[tool(of_shop)], store=None)
    agent: Any = Agent(replies("x"), deps_type=int, store=None)
    with pytest.raises(UsedWrongly, match=told):
        agent.tool(of_shop)


@pytest.mark.parametrize("given", [of_shop, of_named, of_any, of_none])
def test_a_tool_for_these_deps_or_for_any_is_taken(given: Callable[..., str]) -> None:
    agent = Agent(replies(call_tool(given.__name__), "done"), tools=[given], deps_type=Bakery, store=None)
    assert not agent.run_sync("hi", deps=Bakery()).all_tool_calls[0].failed


def test_parameters_without_a_schema_are_refused_when_the_tool_is_declared() -> None:
    class Opaque:
        pass

    def look(at: Opaque) -> str:
        return "seen"

    look.__annotations__["at"] = Opaque  # it is known in this function alone
    agent = Agent(replies("x"), store=None)
    with pytest.raises(UsedWrongly, match=r"tool look: no JSON schema for its parameters: .*Opaque"):
        agent.tool_plain(look)
    assert agent.run_sync("hi").output == "x", "the agent is as it was"


def test_none_is_no_type_of_deps() -> None:
    none: Any = None
    assert Agent(replies("x"), deps_type=none, store=None).run_sync("hi").output == "x"


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_a_session_in_memory_has_one_writer_too() -> None:
    agent = Agent(replies("x"), store=None)
    async with agent.iter("hi") as run:
        with pytest.raises(NotWriter, match=f"{run.session} is being written by another run of this program"):
            await agent.run("more", session=run.session)
        await run.result()
    assert (await agent.run("more", session=run.session)).output == "x"
