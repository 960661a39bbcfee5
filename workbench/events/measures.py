"""What a cap can be on, and how it is named: `[session.|day.]WHAT[:TOOL][@ACTOR]`, as in `tool_calls:charge@agent`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal, cast, get_args

import msgspec
from pydantic import AfterValidator

from workbench.events.text import Text

What = Literal[
    "iterations",
    "requests",
    "tool_calls",
    "input_tokens",
    "output_tokens",
    "tokens",
    "cost",
    "seconds",
    "requests_per_minute",
]
Scope = Literal["run", "session", "day"]
Follow = Literal["stop", "pause", "warn", "wrap_up", "deny_tools", "degrade"]

MEASURES: tuple[What, ...] = get_args(What)
"""In the order in which they are asked and shown."""
FOLLOWS: tuple[Follow, ...] = get_args(Follow)

MOST = 10**15
"""No cap is higher: it would cap nothing, and sums with it would not be exact."""

WORDS: dict[What, str] = {
    "iterations": "iterations",
    "requests": "model requests",
    "tool_calls": "tool calls",
    "input_tokens": "input tokens",
    "output_tokens": "output tokens",
    "tokens": "tokens",
    "cost": "dollars",
    "seconds": "seconds",
    "requests_per_minute": "model requests a minute",
}
_NAME = re.compile(
    r"(?:(?P<scope>session|day)\.)?(?P<what>[a-z_]+)(?::(?P<tool>[^\s@:]+))?(?:@(?P<actor>[^\s@:]+))?",
)


class Measure(msgspec.Struct, frozen=True):
    """What one cap is on.

    Attributes:
        tool: only calls of this tool count; "" counts those of all.
        actor: only what this actor does counts; "" counts what all do.
        scope: `run` is a branch with what it inherits; `session` all its branches; `day` all sessions of the
            workspace since 0:00 UTC.
    """

    what: What
    tool: str = ""
    actor: str = ""
    scope: Scope = "run"

    @property
    def words(self) -> str:
        """The unit, with what limits it: `tool calls of charge by agent`."""
        tool = f" of {self.tool}" if self.tool else ""
        actor = f" by {self.actor}" if self.actor else ""
        scope = {"run": "", "session": " in this session", "day": " in this workspace today"}[self.scope]
        return f"{WORDS[self.what]}{tool}{actor}{scope}"


@lru_cache(maxsize=256)
def measure_of(name: str) -> Measure:
    """What the cap `name` is on.

    Raises:
        ValueError: there is no such cap; the sentence says which there are.
    """
    parts = _NAME.fullmatch(name)
    if parts is None or parts["what"] not in MEASURES:
        raise ValueError(f"there is no cap {name!r}; caps are {', '.join(MEASURES)}")
    what, tool, actor = cast(What, parts["what"]), parts["tool"] or "", parts["actor"] or ""
    scope = cast(Scope, parts["scope"] or "run")
    if tool and what != "tool_calls":
        raise ValueError(f"{name!r}: only tool_calls can be capped for one tool")
    if scope != "run" and (tool or actor or what == "requests_per_minute"):
        raise ValueError(f"{name!r}: a cap of a {scope} counts what all do, not one tool, actor or minute")
    return Measure(what, tool, actor, scope)


def _known(name: str) -> str:
    try:
        measure_of(name)
    except ValueError:
        raise ValueError("there is no cap of this name") from None  # which it was is said by whoever read it
    return name


CapName = Annotated[Text, AfterValidator(_known)]
"""The name of a cap."""
