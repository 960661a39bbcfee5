"""Caps: whether a command still fits into what a run may use. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from workbench.errors import UsedWrongly
from workbench.state import CallModel, CallTool, Command, Hold, Meters, State

_WORDS = {
    "iterations": "iterations",
    "requests": "model requests",
    "tool_calls": "tool calls",
    "input_tokens": "input tokens",
    "output_tokens": "output tokens",
    "tokens": "tokens",
    "cost": "dollars",
}


def spent(meters: Meters, name: str) -> Decimal | None:
    """What was used of the cap `name`; None where it cannot be known (a cost with unknown prices)."""
    match name:
        case "tokens":
            return Decimal(meters.input_tokens + meters.output_tokens)
        case "cost":
            return None if meters.unpriced else meters.cost
        case _:
            return Decimal(getattr(meters, name))


def check_limit(name: str, limit: str | None) -> None:
    """Refuse a cap that could not be kept.

    Raises:
        UsedWrongly: there is no cap of that name, or its limit is no number of at least 0.
    """
    if name not in _WORDS:
        raise UsedWrongly(f"there is no cap {name!r}; caps are {', '.join(_WORDS)}")
    if limit is None:
        return
    try:
        kept = Decimal(limit).is_finite() and Decimal(limit) >= 0
    except InvalidOperation:
        kept = False
    if not kept:
        raise UsedWrongly(f"the limit of {name} must be a number of at least 0, not {limit!r}")


def exceeded(state: State, command: Command) -> Hold | None:
    """The hold of the first cap that has no room for `command`, None where all have."""
    if not state.limits:
        return None
    if isinstance(command, CallModel):
        retry = command.attempt > 1
        names = (
            ("requests", "tokens", "input_tokens", "output_tokens", "cost")
            if retry
            else ("iterations", "requests", "tokens", "input_tokens", "output_tokens", "cost")
        )
        if not retry and state.spec(command.actor).role != "agent":
            names = names[1:]
    elif isinstance(command, CallTool) and command.attempt == 1:
        names = ("tool_calls",)
    else:
        return None
    for name in names:
        limit = state.limits.get(name)
        if limit is None:
            continue
        reason = _reason(state, command, name, limit)
        if reason:
            return Hold("budget", reason, command.key, command.phase, command.call, ends=name in state.stops)
    return None


def _reason(state: State, command: CallModel | CallTool, name: str, limit: str) -> str:
    """Why the cap has no room, "" where it has."""
    if name == "cost" and isinstance(command, CallModel) and state.spec(command.actor).price is None:
        model = state.spec(command.actor).model
        return f"the price of {model} is unknown, so a cost cap of {limit} cannot be kept: lift it, or name the price"
    used = spent(state.meters, name)
    if used is None:
        return f"the cost so far is unknown, so a cost cap of {limit} cannot be kept: lift it"
    return f"{used:f} of {limit} {_WORDS[name]} used" if used >= Decimal(limit) else ""
