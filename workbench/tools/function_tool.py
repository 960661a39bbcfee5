"""A Python function as a tool: `@tool` on it, and its signature and docstring say the rest.

    @tool(effect="read")
    def find_order(ctx: RunContext, order: str) -> dict[str, Any]:
        \"\"\"Look up an order.

        Args:
            order: the order's number, such as A-1007.
        \"\"\"

What it returns: text stays as it is; None is `done` where the function is declared `-> None`, else JSON null; `Media`
(see `attach`), alone or in a list, are shown to the model; `Pending` is a result that is not there yet; an exception is
raised; anything else becomes compact JSON (models, dataclasses, decimals and times as pydantic writes them).
What it raises: ModelRetry goes back to the model to mend, ToolFailed is a failure with a type of its own, and
any other exception is a ToolFailed of type `raised`, whose traceback goes to the log `workbench.tools` (INFO).
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import traceback
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from types import CodeType, NoneType
from typing import Any, Generic, ParamSpec, TypedDict, TypeVar, Unpack, cast, get_args, overload

from msgspec.structs import replace

from workbench.context import ModelRetry, RunContext
from workbench.errors import CallProblem, ToolFailed, UsedWrongly, refuse_unknown
from workbench.events.messages import ToolOutcome
from workbench.events.parts import Effect, ToolSpec
from workbench.tools.docstring import read_docstring
from workbench.tools.giving import outcome_of
from workbench.tools.parameters import Parameters
from workbench.tools.pending import Job, inside, job_outcome, lost, patiently
from workbench.tools.threads import in_thread

log = logging.getLogger("workbench.tools")
P = ParamSpec("P")
R = TypeVar("R")
Q = ParamSpec("Q")
S = TypeVar("S")

Verify = Callable[[RunContext[Any], dict[str, Any]], object]
"""Finds out whether a call in doubt happened: its result if it did, None if not. Sync (in a thread) or async."""

Check = Callable[[RunContext[Any], str], object]
"""Asks for the result that a `Pending` with this ref promised: the result, or another `Pending`."""

_NOT_ITS_OWN = (asyncio.CancelledError, KeyboardInterrupt, GeneratorExit)
"""What reaches a function that runs in the caller's task from outside; it may raise anything else."""

_LONGEST = 20_000
"""Characters of an exception's words that are kept."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


class Declared(TypedDict, total=False):
    """What may be said of a tool beyond its signature and docstring.

    Attributes:
        name, description: as models see them; the function's own name and docstring unless given.
        effect: `read` changes nothing, `idempotent` may be repeated, `effect` (undeclared) must not run twice.
        timeout: seconds after which the run stops waiting; never unless given.
        parallel: how many calls of it a run may have under way at once; any number unless given.
        inline: a sync function so short that it may run on the event loop, not in a thread.
        verify: finds out whether a call in doubt happened.
        check: asks for a result that was pending, where the function returns `Pending`.
        pending_after: seconds after which the agent is told that the result is pending, while the function goes on.
    """

    name: str
    description: str
    effect: Effect
    timeout: float
    parallel: int
    inline: bool
    verify: Verify
    check: Check
    pending_after: float


class FunctionTool(Generic[P, R]):
    """A function that a model can call; it can still be called as a function."""

    def __init__(self, fn: Callable[P, R], *, context: bool = False, **declared: Unpack[Declared]) -> None:
        """`context`: its first parameter must be the context, declared as a `RunContext` or not at all."""
        doc = read_docstring(inspect.getdoc(fn))
        self.name = declared.get("name") or str(getattr(fn, "__name__", type(fn).__name__))
        self.description = declared.get("description", doc.summary)
        self.effect: Effect = declared.get("effect", "effect")
        self.timeout = declared.get("timeout")
        self.parallel = declared.get("parallel")
        self.inline = declared.get("inline", False)
        self.verify = declared.get("verify")
        self.source = ""
        self._check = declared.get("check")
        self._patience = declared.get("pending_after")
        if not _NAME.fullmatch(self.name):
            raise UsedWrongly(f"{self.name!r} cannot name a tool: letters, digits, _ and - only, 64 at most")
        refuse_unknown(f"tool {self.name}", declared, Declared.__annotations__)
        if self.effect not in (effects := get_args(Effect)):
            raise UsedWrongly(f"tool {self.name}: effect {self.effect!r} should be one of {', '.join(effects)}")
        self._fn = fn
        self._async = _is_async(fn)
        self._parameters = Parameters.of(fn, self.name, doc.parameters, context=context)

    @staticmethod
    def of(fn: Callable[Q, S], *, context: bool = False, **declared: Unpack[Declared]) -> FunctionTool[Q, S]:
        """A tool of `fn`; one that is a tool already stays itself, unless something is declared anew."""
        if isinstance(fn, FunctionTool):
            made = cast("FunctionTool[Q, S]", fn)
            return made if not declared else FunctionTool(made._fn, context=context, **declared)
        return FunctionTool(fn, context=context, **declared)

    def must_fit(self, deps_type: object) -> None:
        """Refuse a run whose deps are of a type that the function's context is not for, where both are plain classes.

        Raises:
            UsedWrongly: they are.
        """
        wanted = self._parameters.deps
        if not isinstance(wanted, type) or not isinstance(deps_type, type) or wanted in (Any, NoneType):
            return
        if getattr(wanted, "_is_protocol", False) or issubclass(deps_type, wanted):
            return
        told = f"tool {self.name} takes a RunContext[{wanted.__name__}]"
        if deps_type is NoneType:
            raise UsedWrongly(f"{told}: give Agent(..., deps_type={wanted.__name__}) and run(..., deps=)")
        raise UsedWrongly(f"{told}, and the agent's deps_type is {deps_type.__name__}")

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._fn(*args, **kwargs)

    def is_of(self, folder: Path) -> bool:
        """Whether its function stands in a file of this folder."""
        return Path(self._code_file).parent == folder

    @property
    def _code_file(self) -> str:
        code = getattr(inspect.unwrap(self._fn), "__code__", None)
        return code.co_filename if isinstance(code, CodeType) else ""

    def __repr__(self) -> str:
        return f"<tool {self.name}: {self.effect}>"

    @property
    def spec(self) -> ToolSpec:
        """The tool as a model is told of it."""
        return ToolSpec(
            name=self.name,
            description=self.description,
            parameters=self._parameters.schema_text,
            effect=self.effect,
            timeout=self.timeout,
            parallel=self.parallel,
        )

    @property
    def pends(self) -> bool:
        """Whether its results may be pending."""
        return self._check is not None or self._patience is not None

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Call the function with JSON text as arguments.

        Raises:
            ModelRetry: the arguments do not fit, or the function asks for better ones.
            ToolFailed: `raised`, `bad_result`, or what the function itself raises.
        """
        given = self._parameters.read(arguments)
        if self._patience is None:
            return await self._attempt(given, context)

        def work(job: Job) -> Coroutine[Any, Any, ToolOutcome]:
            def progress(words: str) -> None:
                job.words = words
                context.progress(words)

            return self._attempt(given, replace(context, progress=progress))

        return await patiently(self.name, self._patience, work, context)

    async def check(self, ref: str, context: RunContext[Any]) -> ToolOutcome:
        """The result of a call that was pending, or that it still is.

        Raises:
            ToolFailed: as `run` does; `lost` where the work went with the process that did it.
        """
        if inside(ref):
            outcome = job_outcome(self.name, ref, context)
            if outcome is None:
                raise lost(self.name, self.effect)
            return outcome
        check = self._check
        if check is None:
            raise ToolFailed("no_check", f"{self.name} has no way to ask for a result that was pending")
        return self._outcome(await self._asked(check, context, ref))

    async def happened(self, arguments: str, context: RunContext[Any]) -> ToolOutcome | None:
        """The outcome of a call in doubt, None if it did not happen; asks `verify`, which must be there.

        Raises:
            ToolFailed: it could not be found out.
        """
        verify = self.verify
        if verify is None:
            raise ToolFailed("no_verify", f"{self.name} has no way to find out whether a call happened")
        value = await self._asked(verify, context, self._parameters.read(arguments))
        return None if value is None else self._outcome(value)

    async def _asked(self, ask: Callable[[RunContext[Any], Any], object], context: RunContext[Any], what: Any) -> Any:
        """What a companion of the function says."""
        try:
            if inspect.iscoroutinefunction(ask):
                return await ask(context, what)
            return await in_thread(lambda: ask(context, what), self.name)
        except CallProblem:
            raise
        except Exception as error:
            raise self._raised(error) from error

    async def _attempt(self, given: dict[str, Any], context: RunContext[Any]) -> ToolOutcome:
        fn = cast("Callable[..., Any]", self._fn)
        if self._parameters.takes_context:
            fn = partial(fn, context)
        try:
            if self._async:
                value = await fn(**given)
            elif self.inline:
                value = fn(**given)
            else:
                value = await in_thread(lambda: self._unless_awaitable(fn(**given)), self.name)
            if not isinstance(value, str) and inspect.isawaitable(value):
                value = await value
            return self._outcome(value)
        except (ModelRetry, CallProblem, *_NOT_ITS_OWN):
            raise
        except BaseException as error:  # a tool that calls sys.exit() must not end the run
            raise self._raised(error) from error

    def _unless_awaitable(self, value: object) -> object:
        """What the function returned, written out here, where that may take its time, unless it is to be awaited."""
        return value if inspect.isawaitable(value) else self._outcome(value)

    def _outcome(self, value: object) -> ToolOutcome:
        return outcome_of(value, self.name, nothing=self._parameters.returns_nothing)

    def _raised(self, error: BaseException) -> ToolFailed:
        """What the function raised, with the line of the workspace's file where that was."""
        log.info("tool %s raised", self.name, exc_info=error)
        try:
            words = str(error)[:_LONGEST]
        except Exception:  # the function's own kind of exception, and its own way of saying it
            words = ""
        said = f"{type(error).__name__}: {words}" if words else type(error).__name__
        if self.source:
            path, frames = self._code_file, traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == path]
            said += f" ({self.source}, line {lines[-1]})" if lines else f" ({self.source})"
        return ToolFailed("raised", said)


def _is_async(fn: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(fn.__call__)


@overload
def tool(fn: Callable[P, R], /) -> FunctionTool[P, R]: ...


@overload
def tool(**declared: Unpack[Declared]) -> Callable[[Callable[P, R]], FunctionTool[P, R]]: ...


def tool(fn: Callable[..., Any] | None = None, /, **declared: Unpack[Declared]) -> Any:
    """Make the decorated function a tool: bare, or with what `Declared` says by keyword.

    Raises:
        UsedWrongly: its name or its parameters cannot be those of a tool.
    """

    def decorate(fn: Callable[P, R]) -> FunctionTool[P, R]:
        return FunctionTool(fn, **declared)

    return decorate if fn is None else decorate(fn)
