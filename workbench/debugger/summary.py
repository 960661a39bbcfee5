"""A session in a few words: which it is, what the list of sessions says of it, what streams in it."""

from __future__ import annotations

import msgspec

from workbench.decide import decide
from workbench.events.messages import Delta
from workbench.events.text import Redacting
from workbench.state import State


class Identity(msgspec.Struct, frozen=True):
    """Which session and branch this is."""

    session: str
    branch: str
    title: str


class Summary(msgspec.Struct, frozen=True):
    """What the list of sessions says of this one."""

    status: str
    outcome: str | None
    cost: str | None
    model: str
    persona: str
    at: float


class Draft(msgspec.Struct):
    """What can be shown of an answer that streams, in the pieces in which it came."""

    text: list[str]
    thinking: list[str]
    _said: Redacting = msgspec.field(default_factory=Redacting)
    _thought: Redacting = msgspec.field(default_factory=Redacting)

    def take(self, delta: Delta) -> None:
        """Add one more piece."""
        if delta.text and (shown := self._said.take(delta.text)):
            self.text.append(shown)
        if delta.thinking and (shown := self._thought.take(delta.thinking)):
            self.thinking.append(shown)


def summary_of(state: State) -> Summary:
    """What the list of sessions says of a run in this state."""
    assert state.started is not None
    agent = state.specs[state.agent]
    if state.ended is not None:
        status = "ended"
    elif state.held is not None:
        status = "in doubt" if state.held.gate == "doubt" else "held"
    elif state.doubtful:
        status = "in doubt"
    else:
        status = "running" if state.open_calls or state.under_way or decide(state) else "waiting"
    outcome = state.ended.outcome if state.ended else None
    cost = None if state.meters.unpriced else f"{state.meters.cost:f}"
    persona = agent.persona.name if agent.persona else ""
    return Summary(status, outcome, cost, agent.model, persona, state.at)
