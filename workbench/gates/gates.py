"""The gates that every run has, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from workbench import budget
from workbench.events import HistoryCut
from workbench.events.text import from_json
from workbench.gates.breakpoints import Breakpoints
from workbench.gates.rules import Deed
from workbench.state import CallModel, CallTool, CheckOutput, Command, Conclude, Hold, State, Tell, Ungated

Gate = Callable[[State, Command], Hold | Deed | None]
"""Holds a command, or says what is done by rule before anybody is asked."""


def doubt(state: State, command: Command) -> Hold | None:
    """A call with an effect that may have happened is never repeated by itself; nothing grants it but a ruling."""
    if isinstance(command, CallTool) and command.doubt and command.effect == "effect":
        return Hold(
            "doubt",
            f"{command.tool} was broken off while under way: nobody knows whether it happened",
            command.key,
            "call",
            command.call,
        )
    return None


def partial(state: State, command: Command) -> Hold | None:
    """An answer that was broken off does not count by itself; nothing grants it but a ruling."""
    actor = state.actors.get(command.actor)
    if actor is None or actor.partial is None or not _counts(command):
        return None
    reason = "it was broken off: accept, edit or discard what came"
    return Hold("partial", reason, command.key, "output", actor.partial.call)


def _counts(command: Command) -> bool:
    """Whether it takes the last answer for whole; a summary that is put in the place of a history is one, too."""
    if isinstance(command, Tell):
        return isinstance(command.body, HistoryCut)
    return isinstance(command, Conclude | CheckOutput)


def question(state: State, command: Command) -> Hold | None:
    """A call that a person answers waits for the answer; nothing else lets it pass."""
    if isinstance(command, CallTool) and command.person:
        return Hold("question", question_of(command.arguments), command.key, "call", command.call)
    return None


def question_of(arguments: str) -> str:
    """The question that a call puts to a person, of its arguments as the model wrote them."""
    try:
        asked: object = from_json(arguments)
    except ValueError:
        return arguments
    words = cast("dict[str, object]", asked).get("question") if isinstance(asked, dict) else None
    return words if isinstance(words, str) else arguments


def fork(state: State, command: Command) -> Hold | None:
    """A fork's parent did this very thing after the fork, and that was not undone."""
    if state.undone and isinstance(command, CallTool) and state.grant != command.key:
        for done in state.undone:
            if (done.tool, done.arguments) == (command.tool, command.arguments):
                where = f"in the branch it left ({done.call})"
                reason = f"{command.tool} already ran with these arguments {where}; that was not undone"
                return Hold("fork", reason, command.key, "call", command.call)
    return None


def stepping(state: State, command: Command) -> Hold | None:
    """`step` holds before every phase, `next` before every think, `finish` at the end of the actor's turn."""
    if state.mode in ("run", "finish") or isinstance(command, Ungated) or state.grant == command.key:
        return None
    if state.mode == "next" and not isinstance(command, CallModel):
        return None
    if isinstance(command, CallTool):
        return Hold("step", f"before {command.tool}", command.key, "call", command.call)
    if isinstance(command, CallModel):
        if command.after_result:
            return Hold("step", "after the result, before the model thinks", command.key, "result", command.call)
        return Hold("step", "before the model thinks", command.key, "think", command.call)
    if isinstance(command, CheckOutput):
        return Hold("step", "at the answer, before it is checked", command.key, "output", command.call)
    return Hold("step", "at the answer, before it counts", command.key, "output", command.call)


GATES: tuple[Gate, ...] = (doubt, partial, budget.exceeded, question, fork, stepping)

_HOLDS: dict[Gate, tuple[type[Command], ...]] = {
    doubt: (CallTool,),
    partial: (Tell, Conclude, CheckOutput),
    budget.exceeded: (CallModel, CallTool),
    question: (CallTool,),
    fork: (CallTool,),
    stepping: (CallModel, CallTool, CheckOutput, Conclude),
}
"""What a gate can hold. A run asks them all before each of its steps, nearly always in vain."""


def concerned(gates: Sequence[Gate], kind: type[Command]) -> tuple[Gate, ...]:
    """Those of `gates` that can hold a command of this kind; a gate of somebody else's can hold any."""
    return tuple([gate for gate in gates if kind in _HOLDS.get(gate, (kind,))])


def breaking(breakpoints: Breakpoints, gates: Sequence[Gate] = GATES) -> tuple[Gate, ...]:
    """`gates` with the breakpoints just before stepping, so that a step onto one says so.

    Rules come before a question and all that follows: they may answer it, or change what would be held.
    """
    early = min([gates.index(gate) for gate in (question, fork, stepping) if gate in gates], default=len(gates))
    late = gates.index(stepping) if stepping in gates else len(gates)
    return (*gates[:early], breakpoints.act, *gates[early:late], breakpoints.gate, *gates[late:])


def first_hold(gates: Sequence[Gate], state: State, command: Command) -> Hold | Deed | None:
    """What holds `command`, or is done by rule before it; None where nothing is."""
    for gate in gates:
        hold = gate(state, command)
        if hold is not None:
            return hold
    return None
