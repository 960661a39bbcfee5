"""A run's state in one plain sentence, and numbers as people read them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from decimal import Decimal

    from workbench.state import Hold, State

_ENDS = {
    "completed": "DONE",
    "criteria_unmet": "ENDED, criteria unmet",
    "budget": "STOPPED by the budget",
    "stopped": "STOPPED",
    "error": "FAILED",
}


def standing(state: State, *, driving: bool = False, following: str = "") -> str:
    """Where the run is and why it stands still; never empty. Untrusted words in it are not yet safe for a terminal."""
    prefix = f"READ-ONLY ({following}) · " if following else ""
    return prefix + _standing(state, driving)


def _standing(state: State, driving: bool) -> str:
    if state.started is None:
        return "EMPTY, nothing was recorded"
    if state.ended is not None:
        words = _ENDS[state.ended.outcome]
        return f"{words}: {state.ended.reason}" if state.ended.reason else words
    if state.held is not None:
        return _held(state, state.held)
    for actor in state.actors.values():
        waits = actor.recovery
        if waits is not None and waits.wait not in ("none", "due"):
            why = actor.trouble.error.replace("_", " ") if actor.trouble is not None else ""
            if waits.wait == "doubt" or not driving:
                return f"INTERRUPTED while it waited to ask again ({why}): c goes on"
            return f"WAITING to ask again at {clock_time(waits.until)} ({why}): A asks now, ctrl+c holds"
        if actor.asking is not None:
            who = f"{actor.name} thinks" if len(state.actors) > 1 else "the model thinks"
            if actor.asking.doubt or not driving:
                return f"INTERRUPTED while {who}: c asks again"
            return f"RUNNING, {who}"
        if actor.checking is not None:
            if actor.checking.doubt or not driving:
                return "INTERRUPTED while the output is checked: c checks it again"
            return "RUNNING, the output is checked"
        tools = [want.tool for want in actor.wants if want.status == "open"]
        if tools:
            return f"{'RUNNING' if driving else 'INTERRUPTED in'} {', '.join(tools)}"
        doubtful = [want.tool for want in actor.wants if want.status == "doubt"]
        if doubtful:
            return f"INTERRUPTED in {', '.join(doubtful)}: c goes on"
    if driving:
        return "RUNNING"
    from workbench.decide import decide

    return "STANDS STILL: s steps, c continues" if decide(state) else "WAITING for you to say something"


def _held(state: State, held: Hold) -> str:
    if held.gate == "doubt":
        doubtful = {want.call: want for want in state.doubtful}
        want = doubtful.get(held.call or "")
        since = f", in doubt since {clock_time(want.since)}" if want else ""
        return f"HELD before {want.tool if want else held.call}: effect tool{since}"
    if held.gate == "question":
        return f"HELD, {(held.call or '').partition('.')[0]} asks you: {held.reason}"
    if held.gate == "budget":
        return f"HELD by the budget: {held.reason}"
    if held.gate in ("step", "pause"):
        step = f"HELD {held.reason}" + (_which(state, held) if held.phase == "call" else "")
        return step if held.gate == "step" else f"PAUSED {_before(state, held)}".rstrip()
    return f"HELD {_before(state, held)} · {held.reason}".replace("  ", " ")


def _before(state: State, held: Hold) -> str:
    """Where a hold stands: before which tool, thought or answer; "" where it stands before none."""
    match held.phase:
        case "call":
            wants = [want for actor in state.actors.values() for want in actor.wants if want.call == held.call]
            return f"before {wants[0].tool if wants else held.call}{_which(state, held)}"
        case "think":
            return "before the model thinks"
        case "result":
            return "after the result"
        case "output":
            return "at the answer"
        case _:
            due = any(one.recovery is not None and one.recovery.wait == "due" for one in state.actors.values())
            return "before it waits to ask the model again" if due else ""


def _which(state: State, held: Hold) -> str:
    """Which call of its tool is held, where an answer asks for several of it."""
    for actor in state.actors.values():
        tool = next((want.tool for want in actor.wants if want.call == held.call), None)
        if tool is not None:
            return f", {held.call}" if sum(want.tool == tool for want in actor.wants) > 1 else ""
    return ""


def played_by(state: State, actor: str) -> str:
    """The persona that an actor plays, by its name; the actor's own name where it plays none. Untrusted."""
    specs = state.started.actors if state.started is not None else ()
    found = next((spec.persona for spec in specs if spec.name == actor), None)
    return found.name if found is not None else actor


def outcome_words(outcome: str) -> str:
    """How a run ended, in a word or two: `completed`, `over budget`."""
    return {"budget": "over budget", "error": "failed"}.get(outcome, outcome.replace("_", " "))


def call_words(name: str, arguments: str) -> str:
    """A call as one writes it: `charge_card(order="A-1007", amount=-129.0)`."""
    import json

    from workbench.events.text import from_json

    try:
        values = from_json(arguments)
    except ValueError:
        return f"{name}({arguments})"
    if not isinstance(values, dict):
        return f"{name}({arguments})"
    named = cast(dict[str, Any], values)
    return f"{name}({', '.join(f'{key}={json.dumps(value, ensure_ascii=False)}' for key, value in named.items())})"


def clock_time(at: float) -> str:
    """Local time of day, `14:02:11`."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def ago(at: float, now: float) -> str:
    """How long ago, short: `now`, `5 min`, `3 h`, `2 d`, or the date."""
    seconds = max(0.0, now - at)
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h"
    if seconds < 7 * 86400:
        return f"{int(seconds // 86400)} d"
    return time.strftime("%Y-%m-%d", time.localtime(at))


def duration(ms: int) -> str:
    """`12 ms`, `1.9 s`, `2 min`."""
    if ms < 1000:
        return f"{ms} ms"
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    return f"{ms // 60_000} min"


def seconds(amount: float) -> str:
    """`0.4 s`, `12 s`, `2 min`, `3 h`."""
    if amount < 9.95:
        return f"{amount:.1f}".removesuffix(".0") + " s"
    if amount < 120:
        return f"{amount:.0f} s"
    return f"{amount / 60:.0f} min" if amount < 7200 else f"{amount / 3600:.0f} h"


def dollars(cost: Decimal | None) -> str:
    """`$0.031`, `$1.20`, `$0.00000012`; `?` where the price is unknown."""
    if cost is None:
        return "?"
    if cost == 0:
        return "$0"
    if 0 < cost * 10_000 < 1:  # small, and never shown as nothing
        return f"${round(cost, 1 - cost.adjusted()):f}".rstrip("0")
    return f"${cost:.2f}" if cost >= 1 else f"${cost:.4f}".rstrip("0") if cost * 100 < 1 else f"${cost:.3f}"


def count(number: int) -> str:
    """`999`, `3.1k`, `2.0M`."""
    if number < 1000:
        return str(number)
    if number < 1_000_000:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def size(text: str) -> str:
    """`340 B`, `1.2 kB`."""
    length = len(text)
    return f"{length} B" if length < 1000 else f"{length / 1000:.1f} kB"
