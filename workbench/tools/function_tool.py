"""A Python function as a tool: `@tool` on it, and its signature and docstring say the rest.

    @tool(effect="read")
    def find_order(ctx: RunContext, order: str) -> dict[str, Any]:
        \"\"\"Look up an order.

        Args:
            order: the order's number, such as A-1007.
        \"\"\"

What it returns: text stays as it is; None is `done` where the function is declared `-> None`, else JSON null;
anything else becomes compact JSON (models, dataclasses, decimals and times as pydantic writes them).
What it raises: ModelRetry goes back to the model to mend, ToolFailed is a failure with a type of its own, and
any other exception is a ToolFailed of type `raised`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypedDict, TypeVar, Unpack, cast, overload

from pydantic_core import PydanticSerializationError, to_json

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed, UsedWrongly
from workbench.events.messages import ToolOutcome
from workbench.events.parts import Effect, ToolSpec
from workbench.tools.docstring import read_docstring
from workbench.tools.parameters import Parameters
from workbench.tools.threads import in_thread

P = ParamSpec("P")
R = TypeVar("R")
Q = ParamSpec("Q")
S = TypeVar("S")

Verify = Callable[[RunContext[Any], dict[str, Any]], object]
"""Finds out whether a call in doubt happened: its result if it did, None if not. Sync (in a thread) or async."""

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
    """

    name: str
    description: str
    effect: Effect
    timeout: float
    parallel: int
    inline: bool
    verify: Verify


class FunctionTool(Generic[P, R]):
    """A function that a model can call; it can still be called as a function."""

    def __init__(self, fn: Callable[P, R], **declared: Unpack[Declared]) -> None:
        doc = read_docstring(inspect.getdoc(fn))
        self.name = declared.get("name") or str(getattr(fn, "__name__", type(fn).__name__))
        self.description = declared.get("description", doc.summary)
        self.effect: Effect = declared.get("effect", "effect")
        self.timeout = declared.get("timeout")
        self.parallel = declared.get("parallel")
        self.inline = declared.get("inline", False)
        self.verify = declared.get("verify")
        if not _NAME.fullmatch(self.name):
            raise UsedWrongly(f"{self.name!r} cannot name a tool: letters, digits, _ and - only, 64 at most")
        self._fn = fn
        self._async = _is_async(fn)
        self._parameters = Parameters.of(fn, self.name, doc.parameters)

    @staticmethod
    def of(fn: Callable[Q, S], **declared: Unpack[Declared]) -> FunctionTool[Q, S]:
        """A tool of `fn`; one that is a tool already stays itself, unless something is declared anew."""
        if isinstance(fn, FunctionTool):
            made = cast("FunctionTool[Q, S]", fn)
            return made if not declared else FunctionTool(made._fn, **declared)
        return FunctionTool(fn, **declared)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._fn(*args, **kwargs)

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

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Call the function with JSON text as arguments.

        Raises:
            ModelRetry: the arguments do not fit, or the function asks for better ones.
            ToolFailed: `raised`, `bad_result`, or what the function itself raises.
        """
        return await self._attempt(self._parameters.read(arguments), context)

    async def happened(self, arguments: str, context: RunContext[Any]) -> ToolOutcome | None:
        """The outcome of a call in doubt, None if it did not happen; asks `verify`, which must be there.

        Raises:
            ToolFailed: it could not be found out.
        """
        verify = self.verify
        if verify is None:
            raise ToolFailed("no_verify", f"{self.name} has no way to find out whether a call happened")
        given = self._parameters.read(arguments)
        try:
            if inspect.iscoroutinefunction(verify):
                value = await verify(context, given)
            else:
                value = await in_thread(lambda: verify(context, given), self.name)
            return None if value is None else self._outcome(value)
        except ToolFailed:
            raise
        except Exception as error:
            raise _raised(error) from error

    async def _attempt(self, given: dict[str, Any], context: RunContext[Any]) -> ToolOutcome:
        try:
            return self._outcome(await self._invoke(given, context))
        except (ModelRetry, ToolFailed):
            raise
        except (Exception, SystemExit) as error:  # a tool that calls sys.exit() must not end the run
            raise _raised(error) from error

    async def _invoke(self, given: dict[str, Any], context: RunContext[Any]) -> Any:
        fn: Callable[..., Any] = self._fn
        if self._parameters.takes_context:
            if self._async:
                return await fn(context, **given)
            return fn(context, **given) if self.inline else await in_thread(lambda: fn(context, **given), self.name)
        if self._async:
            return await fn(**given)
        return fn(**given) if self.inline else await in_thread(lambda: fn(**given), self.name)

    def _outcome(self, value: object) -> ToolOutcome:
        if isinstance(value, str):
            return ToolOutcome(str.__str__(value))
        if isinstance(value, ToolOutcome):
            return value
        if value is None and self._parameters.returns_nothing:
            return ToolOutcome("done")
        try:
            text = to_json(value, inf_nan_mode="strings").decode()
        except (PydanticSerializationError, ValueError) as error:
            problem = f"{self.name} returned {type(value).__name__}, which cannot be written as JSON ({error})"
            raise ToolFailed("bad_result", problem) from error
        return ToolOutcome(text, text)


def _raised(error: BaseException) -> ToolFailed:
    said = str(error)
    return ToolFailed("raised", f"{type(error).__name__}: {said}" if said else type(error).__name__)


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
