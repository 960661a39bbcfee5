"""Replay with one side live: the other side is served from the recording, and what differs from it holds.

Both are ordinary runs on a fork that begins before the first model call; these are the gates and the toolbox that
make them a replay. A recorded answer is never served to a request that differs unless a person lets it pass.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from workbench.context import RunContext
from workbench.errors import Impossible, ToolFailed
from workbench.events import CallFailed, Event, ModelCalled, Said, ToolCalled, ToolReturned
from workbench.events.messages import Toolbox, ToolOutcome
from workbench.gates import Gate
from workbench.state import CallModel, CallTool, Command, Hold, State

_Key = tuple[str, str]


def begins_at(events: Iterable[Event]) -> int:
    """The last event before the first model call, where a replay with one live side leaves the recording.

    Raises:
        Impossible: no model was ever called.
    """
    for event in events:
        if isinstance(event.body, ModelCalled):
            return event.seq - 1
    raise Impossible("no model was called in this recording, so there is nothing to replay live")


def words_after(events: Iterable[Event], seq: int) -> list[str]:
    """What people (not the run's own lines) said to the agent after event `seq`, in order."""
    said = [event for event in events if event.seq > seq and isinstance(event.body, Said) and event.by == "human"]
    return [event.body.text for event in said if isinstance(event.body, Said)]


class RecordedTools:
    """A toolbox that gives each recorded result once, to the call with the same tool and arguments.

    `gate` holds a call that the recording does not have; one that a person lets pass goes to the real tools.
    """

    def __init__(self, events: Iterable[Event], real: Toolbox) -> None:
        self._real = real
        self._facts: dict[_Key, deque[ToolReturned | CallFailed]] = defaultdict(deque)
        asked: dict[str, _Key] = {}
        for event in events:
            body = event.body
            if isinstance(body, ToolCalled):
                asked[body.call] = (body.tool, body.arguments)
            elif isinstance(body, ToolReturned | CallFailed) and body.call in asked:
                self._facts[asked.pop(body.call)].append(body)

    def gate(self, state: State, command: Command) -> Hold | None:
        """Hold before a tool call that the recording has no result for."""
        if not isinstance(command, CallTool) or state.grant == command.key:
            return None
        if self._facts.get((command.tool, command.arguments)):
            return None
        reason = f"{command.tool}({command.arguments}) is not in the recording; letting it pass runs the real tool"
        return Hold("replay", reason, command.key, "call", command.call)

    async def call(self, name: str, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """The recorded result, or its failure."""
        facts = self._facts.get((name, arguments))
        if not facts:
            return await self._real.call(name, arguments, context)
        fact = facts.popleft()
        if isinstance(fact, CallFailed):
            raise ToolFailed(fact.error, fact.message, retryable=fact.retryable)
        return ToolOutcome(fact.content, fact.data)


def same_requests(events: Iterable[Event]) -> Gate:
    """The gate of a replay whose tools are live: the recorded model is only asked what it was asked."""
    chains = {event.body.call: event.body.request.chain for event in events if isinstance(event.body, ModelCalled)}

    def gate(state: State, command: Command) -> Hold | None:
        if not isinstance(command, CallModel) or state.grant == command.key:
            return None
        chain = chains.get(command.call)
        if chain == command.request.chain:
            return None
        if chain is None:
            reason = "the recording ends here: it has no answer to this request"
        else:
            reason = "this request differs from the recorded one; letting it pass uses the recorded answer all the same"
        return Hold("replay", reason, command.key, "think", command.call)

    return gate


def ask_before_effects(state: State, command: Command) -> Hold | None:
    """The gate of a replay whose tools are live: an effect happens only where a person lets it."""
    if isinstance(command, CallTool) and command.effect == "effect" and state.grant != command.key:
        return Hold("replay", f"{command.tool} has an effect, and would really run", command.key, "call", command.call)
    return None
