"""Runs as screenplays: who takes part, what they are told to do, and what the log then says, line by line."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import msgspec

from tests.memory import Memory
from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.events import (
    ActorSpec,
    AnswerRead,
    Body,
    By,
    Call,
    CallFailed,
    Cap,
    CriterionJudged,
    Event,
    Held,
    LimitSet,
    ModelAnswered,
    ModelCalled,
    Price,
    Recast,
    Released,
    Request,
    RunEnded,
    RunStarted,
    Said,
    Settled,
    ToolCalled,
    ToolReturned,
    ToolSpec,
    Usage,
    UserSide,
    WaitBegan,
    WaitEnded,
)
from workbench.events.messages import Answer, Delta, ModelRequest, ToolOutcome
from workbench.gates import GATES, Gate
from workbench.run import Ports, Run
from workbench.state import State, fold

LOOKUP = ToolSpec(name="lookup", effect="read")
SAVE = ToolSpec(name="save", effect="idempotent")
CHARGE = ToolSpec(name="charge", effect="effect")
FREE = Price(input="0", output="0", source="free")


# --- who takes part --------------------------------------------------------------------------------------------------


def agent(name: str = "agent", *tools: ToolSpec, **more: Any) -> ActorSpec:
    """An actor with the three tools of the tests, or with those given."""
    more.setdefault("price", FREE)
    return ActorSpec(name=name, model=f"fake:{name}", tools=tools or (LOOKUP, SAVE, CHARGE), **more)


def started(*actors: ActorSpec, lines: Sequence[str] = (), **more: Any) -> RunStarted:
    """The start of a run; `lines` are the user's, without them a person speaks."""
    user = more.pop("user", UserSide(kind="lines", lines=tuple(lines)) if lines else UserSide())
    return RunStarted(actors=actors or (agent(),), user=user, **more)


def cap(name: Any, limit: str | int, at: Any = "stop") -> Cap:
    """A cap as a run starts with it."""
    return Cap(name=name, limit=str(limit), at=at)


# --- what happens, told as bodies ------------------------------------------------------------------------------------


def asked(call: str = "agent.1", **more: Any) -> ModelCalled:
    """The intent to ask the model."""
    return ModelCalled(call=call, request=more.pop("request", Request()), **more)


def answered(call: str = "agent.1", text: str = "", *tools: str | Call, **more: Any) -> ModelAnswered:
    """The model's answer, with calls of these tools."""
    calls = tuple(Call(name=tool) if isinstance(tool, str) else tool for tool in tools)
    return ModelAnswered(call=call, text=text, calls=calls, usage=more.pop("usage", Usage(input=1, output=1)), **more)


def called(call: str, tool: str = "lookup", **more: Any) -> ToolCalled:
    """The intent to run a tool."""
    return ToolCalled(call=call, tool=tool, arguments=more.pop("arguments", "{}"), **more)


def returned(call: str, content: str = "done") -> ToolReturned:
    """A tool's result."""
    return ToolReturned(call=call, content=content)


def failed(call: str, error: str = "raised", message: str = "it broke") -> CallFailed:
    """A call that failed."""
    return CallFailed(call=call, error=error, message=message)


def read(call: str = "agent.1", output: str = "", **more: Any) -> AnswerRead:
    """An answer that ended a turn."""
    return AnswerRead(call=call, output=output, **more)


Told = Body | tuple[str, Body] | tuple[str, Body, By]
_ABOUT_THE_RUN = (RunStarted, Held, Released, RunEnded, LimitSet)


def story(*bodies: Told, branch: int = 1, after: int = 0) -> list[Event]:
    """Events one second apart, about `agent` (or the run) unless an actor is given with the body."""
    return [_event(branch, seq, one) for seq, one in enumerate(bodies, after + 1)]


def _event(branch: int, seq: int, one: Told) -> Event:
    if isinstance(one, Body):
        return Event(branch, seq, float(seq), "engine", "" if isinstance(one, _ABOUT_THE_RUN) else "agent", one)
    return Event(branch, seq, float(seq), one[2] if len(one) == 3 else "engine", one[0], one[1])


def state_after(*bodies: Told) -> State:
    """What a run's start with this and then these bodies fold to; a start is put before them where none is given."""
    whole = bodies if isinstance(bodies[0] if bodies else None, RunStarted) else (started(), *bodies)
    return fold(story(*whole))


# --- the world -------------------------------------------------------------------------------------------------------


class Hang:
    """What a model or tool does that waits until it is broken off."""


Line = str | Answer | Exception | Hang | Sequence["str | Delta | Answer | Exception | Hang"]
"""What a model does when asked: says words, answers, fails, hangs, or several of these in turn."""


class FakeModel:
    """Answers from a list by the number of answers that the request holds; then says `spent`."""

    def __init__(self, *lines: Line, spent: str = "nothing more to say") -> None:
        self.name = "fake"
        self.lines: Sequence[Line] = lines
        self.spent = spent
        self.requests: list[ModelRequest] = []
        self.hung = asyncio.Event()

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        self.requests.append(request)
        place = sum(message.role == "assistant" for message in request.messages)
        line = self.lines[place] if place < len(self.lines) else self.spent
        pieces = line if isinstance(line, Sequence) and not isinstance(line, str) else [line]
        for piece in pieces:
            match piece:
                case Exception():
                    raise piece
                case Hang():
                    self.hung.set()
                    await asyncio.Event().wait()
                case str():
                    yield Answer(text=piece, usage=Usage(input=1, output=1))
                case _:
                    yield piece


def wants(*tools: str | Call, text: str = "") -> Answer:
    """An answer that asks for these tools."""
    calls = tuple(Call(name=tool) if isinstance(tool, str) else tool for tool in tools)
    return Answer(text=text, calls=calls, usage=Usage(input=1, output=1), finish="tool_calls")


Deed = Callable[[str, RunContext[Any]], str | ToolOutcome | Awaitable[str]]


class OneByOne(FakeModel):
    """Answers from a list by the number of times it was asked, failures among them."""

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        here = FakeModel(self.lines[len(self.requests)] if len(self.requests) < len(self.lines) else self.spent)
        self.requests.append(request)
        here.hung = self.hung
        async for piece in here.ask(msgspec.structs.replace(request, messages=())):
            yield piece


class FakeTools:
    """Tools by name; `done` lists (tool, call, attempt) of everything that was begun."""

    def __init__(self, **deeds: Deed) -> None:
        self.deeds = deeds
        self.done: list[tuple[str, str, int]] = []
        self.keys: list[str] = []
        self.hung = asyncio.Event()

    async def call(self, name: str, arguments: str, context: Any) -> ToolOutcome:
        self.done.append((name, context.call, context.attempt))
        self.keys.append(context.key)
        deed = self.deeds.get(name)
        if deed is None:
            raise ToolFailed("unknown_tool", f"no tool named {name}")
        result = deed(arguments, context)
        if isinstance(result, Awaitable):
            result = await result
        return result if isinstance(result, ToolOutcome) else ToolOutcome(result)

    async def hang(self, arguments: str, context: RunContext[Any]) -> str:
        """A deed that never ends by itself."""
        self.hung.set()
        await asyncio.Event().wait()
        raise AssertionError("broken off")


def says(result: str) -> Deed:
    """A tool that always gives `result`."""
    return lambda arguments, context: result


def raises(error: Exception) -> Deed:
    """A tool that always raises `error`."""

    def deed(arguments: str, context: RunContext[Any]) -> str:
        raise error

    return deed


class Stage:
    """One log and its world; `start` and `reopen` give runs on it."""

    def __init__(self, *lines: Line, log: Memory | None = None, gates: Sequence[Gate] = GATES, **deeds: Deed) -> None:
        self.log = log or Memory()
        self.model = FakeModel(*lines)
        self.models = {"fake:agent": self.model}
        everything: dict[str, Deed] = {"lookup": says("found"), "save": says("saved"), "charge": says("charged")}
        self.tools = FakeTools(**(everything | deeds))
        self.gates = gates
        ticks = itertools.count(1)
        self.ports = Ports(
            model=lambda name: self.models[name],
            tools=self.tools,
            session="s1",
            clock=lambda: float(next(ticks)),
        )

    def start(self, *actors: ActorSpec, **setting: Any) -> Run:
        """A new run."""
        return Run.start(self.log, self.ports, started(*actors, **setting), gates=self.gates)

    def reopen(self, upto: int | None = None) -> Run:
        """The run as another process finds it, if the one before was killed after event `upto`."""
        if upto is not None:
            self.log = self.log.cut(upto)
        return Run.open(self.log, self.ports, gates=self.gates)

    @property
    def lines(self) -> list[str]:
        """The whole log, told."""
        return told(self.log.events())

    @property
    def last(self) -> str:
        """The log's last event, told."""
        return self.lines[-1]


async def until(condition: Callable[[], bool]) -> None:
    """Let others have their turn until it is so."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


def hanging(stage: Stage, *names: str) -> FakeTools:
    """Make these tools hang."""
    stage.tools.deeds |= dict.fromkeys(names, stage.tools.hang)
    return stage.tools


async def under_way(run: Run, begun: asyncio.Event) -> asyncio.Task[None]:
    """Who drives the run, once `begun` is set."""
    driving = asyncio.create_task(run.drive())
    await begun.wait()
    return driving


def told(events: Iterable[Event]) -> list[str]:
    """Each event as a line of the screenplay: its kind, its call or actor, and what matters of it."""
    return [_told(event) for event in events]


def _told(event: Event) -> str:
    body = event.body
    match body:
        case Said():
            words = f"{event.by}: {body.text}"
        case ModelAnswered():
            words = " ".join([body.call, *filter(None, [body.text]), *[call.name for call in body.calls]])
            words += " (partial)" if body.partial else ""
        case ModelCalled():
            words = body.call + (f" again {body.attempt}" if body.attempt > 1 else "")
        case ToolCalled():
            words = f"{body.call} {body.tool}" + (f" again {body.attempt}" if body.attempt > 1 else "")
        case ToolReturned():
            words = f"{body.call} {body.content}"
        case WaitBegan():
            words = f"{body.call} {body.retry}/{body.of} {body.seconds:g} s: {body.error}"
        case WaitEnded():
            words = f"{event.by}: {body.call} {body.how}"
        case Recast():
            words = f"{event.by}: {body.spec.model}"
        case CallFailed():
            words = f"{body.call} {body.error}"
        case AnswerRead():
            words = f"{body.call} {body.output}"
        case CriterionJudged():
            words = f"{body.name} {body.met}"
        case Held():
            words = f"{body.gate} {body.command}".strip()
        case Released():
            words = f"{body.mode} {body.grant}".strip()
        case Settled():
            words = f"{body.call} {body.ruling}"
        case RunEnded():
            words = body.outcome
        case _:
            words = str(getattr(body, "call", ""))
    return f"{body.kind} {words}".strip()
