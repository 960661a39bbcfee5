"""Agent: a model, who it is, what it may call and spend, and what it must reach; each run of it is a session."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, cast, get_args, overload

from typing_extensions import TypeForm, TypeVar, Unpack

from workbench.agent import handed, setting
from workbench.agent.callbacks import Callbacks, Listening, Overheard
from workbench.agent.function_model import Answering, FunctionModel
from workbench.agent.guards import ContentRule, guarded, ruled
from workbench.agent.middleware import Middleware, Processing, Through, ordered, stands_between
from workbench.agent.own_code import Bugs
from workbench.agent.place import ForeignTool, Kept, Tool, Tools, where
from workbench.agent.result import AgentResult, Output
from workbench.agent.running import AgentRun, LoopMode, Status, Stopping
from workbench.agent.shape import OutputMode, Shape
from workbench.agent.underway import UnderWay
from workbench.agent.waiting import wait_for
from workbench.budget.likely import head_tokens
from workbench.context import ModelRetry, RunContext
from workbench.debugger.summary import summary_of
from workbench.errors import Refused, UsedWrongly, refuse_unknown
from workbench.events import ActorSpec, Price, Retry, StandIn, Window
from workbench.events.messages import Model
from workbench.gates import GATES
from workbench.persona.schema import Persona
from workbench.run import Run
from workbench.scenario.budget import Budget
from workbench.scenario.criteria import AcceptanceCriteria
from workbench.scenario.start import criteria_of

if TYPE_CHECKING:
    from workbench.agent.place import Declared

Deps = TypeVar("Deps", default=None)
P = ParamSpec("P")
R = TypeVar("R")

Prompt = str | Callable[[RunContext[Deps]], str | Awaitable[str]]
"""A system prompt: text, or a function of the context that gives it when a run begins."""

InputGuard = Callable[[RunContext[Deps], str], str | Awaitable[str]]
OutputGuard = Callable[[RunContext[Deps], Output], Output | Awaitable[Output]]


def _is_text(one: object) -> bool:
    return isinstance(one, str)


def _is_rule(one: object) -> bool:
    return isinstance(one, ContentRule)


def _serves(tool: object) -> bool:
    return isinstance(tool, str) or callable(tool) or hasattr(tool, "spec") or hasattr(tool, "ainvoke")


_ELSEWHERE = {
    "system_prompt": "system",
    "instructions": "system",
    "model_settings": "settings",
    "usage_limits": "budget",
    "result_type": "output_type",
    "max_turns": "max_iterations",
}
"""What other libraries call some of this, and what it is called here."""
_FREE = Price(input="0", output="0", source="free")
_NO_DEPS: Any = None


class Agent(Generic[Deps, Output]):
    """An agent. It may be run any number of times, also at the same time.

    Its `status` is that of its runs together, and `stop`, `pause` and `resume` ask all that are under way; they may be
    called from any thread, also while `run_sync` waits in another.
    """

    def __init__(
        self,
        model: str | Model | Answering,
        *,
        persona: str | Persona | None = None,
        system: Prompt[Deps] = "",
        tools: Sequence[str | Tool | ForeignTool | Callable[..., Any]] = (),
        output_type: TypeForm[Output] = str,
        deps_type: type[Deps] = NoneType,
        budget: Budget | None = None,
        criteria: AcceptanceCriteria | None = None,
        max_iterations: int | None = None,
        settings: Mapping[str, Any] | None = None,
        input_guards: Sequence[InputGuard[Deps]] = (),
        output_guards: Sequence[OutputGuard[Deps, Output]] = (),
        rules: Sequence[ContentRule] = (),
        middleware: Sequence[Middleware | Processing] = (),
        output_mode: OutputMode = "auto",
        output_retries: int = 2,
        window: Window | None = None,
        retries: int = 3,
        fallbacks: Sequence[str] = (),
        mode: LoopMode = "single_step",
        name: str = "agent",
        store: str | Path | None = "",
        **callbacks: Unpack[Callbacks],
    ) -> None:
        """An agent; nothing is asked or kept before it runs.

        Args:
            model: `provider:model`, an object with the port of a model, or a function from a request to an answer.
            persona: who it is: a persona, or the name of one of the workspace or shipped.
            system: the system prompt, after the persona's; a function is asked when a run begins.
            tools: functions, tools, and names of the workspace's tools. Undeclared functions count as having effects.
            output_type: what its answers are: text by default, else any type that pydantic has a JSON schema for.
            deps_type: what `run` takes as `deps` and tools find in their context; a tool that takes the context of
                another type is refused.
            budget: caps, which end a run that reaches them. Each run has all of them, also one that goes on in a
                session; caps of the session and the day count what was used before.
            criteria: what must be true before a run is complete.
            max_iterations: how often the model may be asked in a run; over the budget's own.
            settings: model parameters by their common names (`temperature`, `max_tokens`, …).
            input_guards: functions of the context and the prompt, which give the prompt on, changed or not, or raise
                `Refused`; asked before the loop.
            output_guards: functions of the context and the output, which give it on, or raise `ModelRetry` to have
                another, or `Refused`.
            rules: about the words of prompts and outputs.
            middleware: what stands between the agent and its model, the first given outermost, higher `priority`
                before lower.
            output_mode: how a typed output is asked for: `native` by the provider, by a final `tool`, or as `text`;
                `auto` takes the first of these that the model has.
            output_retries: how many wrong outputs of a run go back to the model.
            window: how the context window is split; without one, the history is never cut.
            retries: how often a model call that failed, and may well succeed later, is made again by itself.
            fallbacks: models (`provider:model`) that take over, one after the other, where that does not help.
            mode: how `iter` goes on where it is not told: see there. `run` and `run_stream` never hold for a step.
            name: what its sessions are called.
            store: the workspace whose sessions its runs become; by default the one that the command line uses here.
                None keeps them in memory only.
            callbacks: `on_step=...` and the other names of `Callbacks`.

        Raises:
            UsedWrongly: the model's name, a tool or a setting cannot be used.
        """
        for known, here in _ELSEWHERE.items():
            if known in callbacks:
                raise UsedWrongly(f"Agent takes no {known!r}; here it is {here!r}")
        refuse_unknown("Agent", callbacks, Callbacks.__annotations__, near=inspect.signature(Agent).parameters)
        handed.must_be(
            persona=(persona, (str, Persona, NoneType), "a name, or a Persona(...)"),
            budget=(budget, (Budget, NoneType), "a Budget(...)"),
            criteria=(criteria, (AcceptanceCriteria, NoneType), "AcceptanceCriteria(...)"),
            window=(window, (Window, NoneType), "a Window(...)"),
            settings=(settings, (Mapping, NoneType), "a dict of model parameters"),
            name=(name, str, "text"),
        )
        handed.must_be_called(system="" if isinstance(system, str) else system, **callbacks)
        handed.must_be_several(
            tools=(tools, _serves, "functions, tools and names of tools"),
            input_guards=(input_guards, callable, "functions"),
            output_guards=(output_guards, callable, "functions"),
            rules=(rules, _is_rule, "content rules"),
            middleware=(middleware, stands_between, "objects with `process`, and async functions"),
            fallbacks=(fallbacks, _is_text, "names of models"),
        )
        handed.must_be_one_of(mode=(mode, get_args(LoopMode)), output_mode=(output_mode, get_args(OutputMode)))
        handed.must_be_counts(retries=retries, output_retries=output_retries)
        self.name = name
        self.mode: LoopMode = mode
        self._under_way = UnderWay[Output]()
        self._place = where(store)
        self._system: Prompt[Deps] = system
        self._persona = self._place.persona(persona) if isinstance(persona, str) else persona
        self._given = list(tools)
        self._deps_type: object = NoneType if cast(object, deps_type) is None else deps_type
        self._tools: Tools = self._place.toolbox(self._given, self._deps_type)
        self._shape = Shape(output_type, mode=output_mode, retries=output_retries, rules=rules, guards=output_guards)
        self._rules, self._input_guards = list(rules), list(input_guards)
        self._needs_deps = self._deps_type is not NoneType
        self._criteria = criteria or AcceptanceCriteria()
        self._place.let_check(self._criteria.functions)
        self._caps = setting.caps(budget, max_iterations, self._place.price)
        self._settings = dict(settings or {})
        self._window, self._retry = window, Retry(attempts=retries)
        if window is not None:
            self._settings.setdefault("max_tokens", window.answer)
        for fallback in fallbacks:
            self._place.check_model(fallback)
        self._fallbacks = tuple(StandIn(model=one, price=self._place.price(one)) for one in fallbacks)
        self._middleware, self._callbacks = ordered(middleware), callbacks
        self._model, self._own = self._behind(model)

    def _behind(self, model: str | Model | Answering) -> tuple[str, Model | None]:
        """The name under which runs ask for the model, and the model where it is the program's own."""
        if isinstance(model, str):
            self._place.check_model(model)
            return model, None
        handed.must_be_model(model)
        own: Model = cast(Model, model) if hasattr(model, "ask") else FunctionModel(cast(Answering, model))
        return own.name, own

    # -- tools ------------------------------------------------------------------------------------------------

    @overload
    def tool(
        self, fn: Callable[Concatenate[RunContext[Deps], P], R], /
    ) -> Callable[Concatenate[RunContext[Deps], P], R]: ...
    @overload
    def tool(
        self, /, **declared: Unpack[Declared]
    ) -> Callable[[Callable[Concatenate[RunContext[Deps], P], R]], Callable[Concatenate[RunContext[Deps], P], R]]: ...
    def tool(self, fn: Callable[..., Any] | None = None, /, **declared: Unpack[Declared]) -> Any:
        """Let the agent call the decorated function, whose first parameter is the context.

        Bare, or with what a tool declares by keyword: `name`, `description`, `effect`, `timeout`, ….

        Raises:
            UsedWrongly: its name is taken, or its parameters cannot be those of a tool.
        """
        return self._decorated(fn, declared, context=True)

    @overload
    def tool_plain(self, fn: Callable[P, R], /) -> Callable[P, R]: ...
    @overload
    def tool_plain(self, /, **declared: Unpack[Declared]) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
    def tool_plain(self, fn: Callable[..., Any] | None = None, /, **declared: Unpack[Declared]) -> Any:
        """As `tool`, for a function that takes no context."""
        return self._decorated(fn, declared, context=False)

    def _decorated(self, fn: Callable[..., Any] | None, declared: Mapping[str, Any], *, context: bool) -> Any:
        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            given = [*self._given, self._place.function_tool(function, declared, context=context)]
            self._tools = self._place.toolbox(given, self._deps_type)
            self._given = given
            return function

        return decorate if fn is None else decorate(fn)

    # -- guards -----------------------------------------------------------------------------------------------

    def input_guard(self, fn: InputGuard[Deps], /) -> InputGuard[Deps]:
        """Have the decorated function look at every prompt: it gives it on, or raises `Refused`."""
        self._input_guards.append(fn)
        return fn

    def output_guard(self, fn: OutputGuard[Deps, Output], /) -> OutputGuard[Deps, Output]:
        """Have the decorated function look at every output: it gives it on, or raises `ModelRetry` or `Refused`."""
        self._shape.guards.append(fn)
        return fn

    # -- running ----------------------------------------------------------------------------------------------

    async def run(
        self,
        prompt: str,
        *,
        deps: Deps = _NO_DEPS,
        session: str = "",
        tags: Sequence[str] = (),
    ) -> AgentResult[Output]:
        """Run to the end.

        Args:
            session: go on in that session instead of beginning one.
            tags: words by which the session is found again.

        Raises:
            NoOutput: the run came to none: a budget, a failure, a hold.
            UsedWrongly: `deps` are missing, or there is no such session.
        """
        opened = await self._open(prompt, deps, "autonomous", session, tags)
        try:
            return await opened.result()
        finally:
            await opened.close()

    def run_sync(
        self, prompt: str, *, deps: Deps = _NO_DEPS, session: str = "", tags: Sequence[str] = ()
    ) -> AgentResult[Output]:
        """As `run`, for callers that cannot await; also inside a running loop, such as a notebook's."""
        return wait_for(lambda: self.run(prompt, deps=deps, session=session, tags=tags))

    @asynccontextmanager
    async def iter(
        self,
        prompt: str,
        *,
        deps: Deps = _NO_DEPS,
        mode: LoopMode | None = None,
        session: str = "",
        tags: Sequence[str] = (),
    ) -> AsyncGenerator[AgentRun[Output]]:
        """A run to iterate over step by step.

        Args:
            mode: `single_step` holds before each phase until the next step is asked for, so that what comes next can
                be changed through `run.run` or in the debugger; `autonomous` goes on while one looks at a step. By
                default the agent's own.
        """
        async with await self._open(prompt, deps, mode or self.mode, session, tags) as run:
            yield run

    @asynccontextmanager
    async def run_stream(
        self, prompt: str, *, deps: Deps = _NO_DEPS, session: str = "", tags: Sequence[str] = ()
    ) -> AsyncGenerator[AgentRun[Output]]:
        """A run whose words are read as they come: `async for words in run.text()`, then `await run.result()`."""
        async with await self._open(prompt, deps, "autonomous", session, tags) as run:
            yield run

    # -- its runs together ------------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[AgentRun[Output], ...]:
        """The runs that are under way (opened and not closed), the oldest first."""
        return self._under_way.runs

    @property
    def status(self) -> Status:
        """`running` while any run is driven, else `paused` while any is held; else what the newest came to.

        That is `stopped` or `errored` where it ended so, and `idle` where it came to its end, or there was none yet.
        """
        return self._under_way.status

    def stop(self) -> None:
        """End every run under way as stopped, once its iteration is finished. Later runs are none of it."""
        self._under_way.stop()

    def pause(self) -> None:
        """Hold every run at its next boundary.

        Raises:
            Impossible: none is being driven.
        """
        self._under_way.pause()

    def resume(self) -> None:
        """Go on with every run that is paused.

        Raises:
            Impossible: none is.
        """
        self._under_way.resume()

    # -- inside -----------------------------------------------------------------------------------------------

    async def _open(
        self, prompt: str, deps: Deps, mode: LoopMode, session: str, tags: Sequence[str]
    ) -> AgentRun[Output]:
        """A run that was told the prompt and is not driven yet."""
        handed.must_be(
            prompt=(prompt, str, "text"),
            session=(session, str, "the id of a session, such as that of a result: write session=result.session"),
        )
        handed.must_be_several(tags=(tags, _is_text, "words"))
        if self._needs_deps and deps is None:
            raise UsedWrongly(f"{self.name} has a deps_type: give run(..., deps=)")
        spec = await self._spec(deps)
        prompt, notes, refused = await self._looked_at(prompt, deps)
        stopping = Stopping()
        gates = (stopping.gate, *GATES)
        held = mode == "single_step"
        if session:
            kept = self._place.open(session)
            started = None
        else:
            started = setting.start(
                spec,
                self.name,
                prompt,
                criteria=self._criteria,
                price=lambda name: spec.price if name == spec.model else self._place.price(name),
                caps=self._caps,
                step=held,
            )
            started = self._place.bounded(started)
            kept = self._place.begin(started, tags)
        listening = Listening(self._callbacks) if self._callbacks else None
        try:
            bugs = Bugs()
            model, check = self._resolver(kept, listening), bugs.check(self._shape.check)
            ports = replace(
                kept.ports, model=model, tools=self._tools, lacks=None, deps=deps, output=check, raised=bugs.note
            )
            if started is None:
                run = Run.open(kept.log, ports, gates=gates)
                setting.take_up(run, spec, caps=self._caps, step=held)
            else:
                run = Run.start(kept.log, ports, started, by="engine", gates=gates)
            if listening is not None:
                listening.follow(run)
            kept.keeper.listen(run)
            for note in notes:
                run.note(note, role="guard")
            if refused:
                run.end("stopped", f"the prompt was refused: {refused}")
            else:
                run.say(prompt)
            kept.keeper.summarise(summary_of(run.state))
        except BaseException:
            kept.keeper.close()
            if listening is not None:
                await listening.close()
            raise
        opened = AgentRun(kept, run, self._shape, stopping, mode, self._place, bugs, listening, self._under_way.over)
        self._under_way.add(opened)
        return opened

    async def _looked_at(self, prompt: str, deps: Deps) -> tuple[str, list[str], str]:
        """The prompt as rules and guards give it on, what is to be noted, and why it is refused, "" where it is not."""
        try:
            changed, notes = ruled(self._rules, "input", prompt)
            changed = await guarded(self._input_guards, RunContext(deps, model=self._model), changed)
        except Refused as refusal:
            return "(refused)", [], refusal.message
        except ModelRetry as retry:
            raise UsedWrongly(
                f"an input guard raised ModelRetry ({retry}): only an output can be asked for again; raise Refused"
            ) from retry
        if not isinstance(changed, str):
            raise UsedWrongly(
                f"an input guard gives {handed.kind_of(changed)}: it must give the prompt, changed or not"
            )
        if changed != prompt and not notes:
            notes.append("a guard changed the prompt")
        return changed, notes, ""

    def _resolver(self, kept: Kept, listening: Listening | None) -> Callable[[str], Model]:
        """What finds the models of a run, with what stands before them."""
        own, middleware = self._own, self._middleware

        def found(name: str) -> Model:
            model = own if own is not None and name == own.name else kept.ports.model(name)
            if listening is not None:
                model = Overheard(model, listening)
            return Through(model, middleware) if middleware else model

        return cache(found) if listening is not None or middleware else found

    async def _spec(self, deps: Deps) -> ActorSpec:
        system, criteria = self._system, criteria_of(self._criteria)
        if not isinstance(system, str):
            made = system(RunContext(deps, model=self._model))
            system = await made if inspect.isawaitable(made) else made
            handed.must_be(system=(system, str, "a function that gives text"))
        native = self._shape.typed and self._place.takes_schemas(self._own or self._model)
        output = self._shape.spec(native=native, structured=bool(criteria))
        spec = setting.actor(
            self._model,
            persona=self._persona,
            system="\n\n".join(filter(None, [system, self._shape.words(output)])),
            tools=[*self._tools.specs(), *self._shape.tools(output)],
            criteria=criteria,
            settings=self._settings,
            price=_FREE if isinstance(self._own, FunctionModel) else self._place.price(self._model),
            output=output,
            window=self._window,
            retry=self._retry,
            fallbacks=self._fallbacks,
        )
        if self._window is not None and (size := head_tokens(spec)) > self._window.system:
            room = f"window gives {self._window.system} tokens to the system prompt and the tools"
            raise UsedWrongly(f"{self.name}: {room}, and they take about {size}: give it more, or say less")
        return spec
