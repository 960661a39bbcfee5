"""The words of conditions: the moments and fields there are, and which kind of moment each asks about."""

from __future__ import annotations

from typing import Literal

About = Literal["command", "event", "run"]
"""A command that is about to be performed, an event that was recorded, or the run as it stands."""

_KINDS: dict[str, tuple[About, str]] = {
    "think": ("command", "the model is about to be asked"),
    "model": ("command", "the model is about to be asked"),
    "call": ("command", "a tool is about to be called"),
    "tool": ("command", "a tool is about to be called"),
    "output": ("command", "an answer is about to count"),
    "result": ("event", "a tool returned or failed"),
    "error": ("event", "a call failed"),
}
_FIELDS: dict[str, tuple[About, str]] = {
    "tool": ("command", "name of the tool"),
    "args": ("command", "arguments of the call: args.to, args.items[0].price"),
    "effect": ("command", "what the tool declares: read, idempotent, effect"),
    "attempt": ("command", "1 at first, more when it is tried again"),
    "actor": ("command", "who acts"),
    "phase": ("command", "think, call or output"),
    "model": ("command", "provider:model of the actor"),
    "result": ("event", "what a tool returned, as text; with a path, as a structure"),
    "error": ("event", "short word for why a call failed"),
    "text": ("event", "what the model or the user said"),
    "iteration": ("run", "number of the iteration"),
    "cost": ("run", "US dollars so far; missing while a price is unknown"),
    "tokens": ("run", "input and output tokens so far"),
    "input_tokens": ("run", "input tokens so far"),
    "output_tokens": ("run", "output tokens so far"),
    "tool_calls": ("run", "tool calls so far"),
    "requests": ("run", "model requests so far"),
    "status": ("run", "what the agent says of itself: continue, complete"),
    "output": ("run", "the agent's newest answer"),
    "criteria": ("run", "verdicts: criteria.NAME is true, or null while only claimed"),
}
KINDS: dict[str, str] = {word: meaning for word, (_, meaning) in _KINDS.items()}
"""Words that name a moment by themselves, with their meaning."""
FIELDS: dict[str, str] = {word: meaning for word, (_, meaning) in _FIELDS.items()}
"""Words that a path can begin with, with their meaning."""
ABOUT_KIND: dict[str, About] = {word: asked for word, (asked, _) in _KINDS.items()}
ABOUT_FIELD: dict[str, About] = {word: asked for word, (asked, _) in _FIELDS.items()}
