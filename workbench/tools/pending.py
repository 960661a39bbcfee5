"""Results that are not there yet: a tool gives a `Pending`, and `check_pending` asks for it later.

The handle that the agent is given names the tool and what the tool needs to find its work again, so nothing need be
remembered: after a restart the tool's own `check` asks the world. Work that goes on inside this process (a tool
declared `pending_after`) ends with the process, and then the answer is that nobody knows, never a guess.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.events.text import as_json, from_json

if TYPE_CHECKING:
    from workbench.tools.tool import Tool

NAME = "check_pending"
_INSIDE = "@"


@dataclass(frozen=True, slots=True)
class Pending:
    """What a tool returns whose result is not there yet.

    Attributes:
        ref: what the tool's `check` needs to find the work again: a job's number, a path, an address.
        message: how far it is, for the agent.
    """

    ref: str
    message: str = ""

    def outcome(self, tool: str) -> ToolOutcome:
        """The result that the agent is given in the meantime."""
        told = {"pending": f"{tool}:{self.ref}", "message": self.message or "the result is not there yet"}
        text = as_json(told | {"next": f"call {NAME} with this handle to ask for the result"})
        return ToolOutcome(text, text)


@runtime_checkable
class Pends(Protocol):
    """A tool whose results may be pending."""

    @property
    def pends(self) -> bool:
        """Whether they may."""
        ...

    async def check(self, ref: str, context: RunContext[Any]) -> ToolOutcome:
        """The result, or that it is still pending; raises ToolFailed as `run` does."""
        ...


class Job:
    """A call that goes on in this process after the run stopped waiting for it."""

    def __init__(self, work: Coroutine[Any, Any, ToolOutcome]) -> None:
        self.task = asyncio.create_task(work)
        self.words = ""


_jobs: dict[str, Job] = {}
"""By session, branch and call: a tool that is loaded anew finds the calls of its former self."""


async def patiently(
    tool: str, seconds: float, work: Callable[[Job], Coroutine[Any, Any, ToolOutcome]], context: RunContext[Any]
) -> ToolOutcome:
    """The outcome of `work`, or that it is pending where it takes longer than this. `work` is given its job."""
    box: list[Job] = []

    async def begun() -> ToolOutcome:
        await asyncio.sleep(0)  # the job is in its box when the work begins
        return await work(box[0])

    job = Job(begun())
    box.append(job)
    try:
        await asyncio.wait([job.task], timeout=seconds)
    except asyncio.CancelledError:
        job.task.cancel()
        raise
    if job.task.done():
        return job.task.result()
    ref = f"{_INSIDE}{context.branch}.{context.call}"
    _jobs[f"{context.session}/{ref}"] = job
    return Pending(ref, job.words or f"still at it after {seconds:g} s").outcome(tool)


def inside(ref: str) -> bool:
    """Whether `ref` is of work that goes on, or went on, inside a process of ours."""
    return ref.startswith(_INSIDE)


def job_outcome(tool: str, ref: str, context: RunContext[Any]) -> ToolOutcome | None:
    """How the work stands; None where this process does not know of it."""
    job = _jobs.get(f"{context.session}/{ref}")
    if job is None or job.task.cancelled():
        return None
    if job.task.done():
        return job.task.result()
    return Pending(ref, job.words or "still at it").outcome(tool)


class CheckPending:
    """The tool that asks for a pending result."""

    name = NAME
    source = "built in"
    spec = ToolSpec(
        name=NAME,
        description="Ask for a result that was pending. Gives the result, or says that it is still pending.",
        parameters=as_json(
            {
                "type": "object",
                "properties": {"handle": {"type": "string", "description": "what stood under `pending`."}},
                "required": ["handle"],
                "additionalProperties": False,
            }
        ),
        effect="read",
    )

    def __init__(self, find: Callable[[str], Tool | None]) -> None:
        self._find = find

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Ask the tool that the handle names."""
        try:
            given: object = from_json(arguments)
            handle = given["handle"] if isinstance(given, dict) else None  # pyright: ignore[reportUnknownVariableType]
        except (ValueError, KeyError):
            handle = None
        if not isinstance(handle, str):
            raise ModelRetry("`handle` is missing; it is the text that stood under `pending`")
        name, mark, ref = handle.partition(":")
        tool = self._find(name)
        if not mark or not isinstance(tool, Pends) or not tool.pends:
            raise ModelRetry(f"{handle[:80]!r} is no handle of a pending result; give it letter for letter")
        return await tool.check(ref, context)


def lost(tool: str, effect: str) -> ToolFailed:
    """The work went with the process that did it."""
    end = "nobody knows whether it happened" if effect == "effect" else "call it again if it is still needed"
    return ToolFailed("lost", f"the process that ran {tool} has ended before its result was there; {end}")
