"""A log as lines of plain text: what `sessions show` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workbench.criteria.coming import said_in, so_far
from workbench.debugger.words import duration
from workbench.events import (
    ActorSpec,
    CallFailed,
    Event,
    ModelAnswered,
    Recast,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
)
from workbench.events.remarks import remark


def lines(events: Iterable[Event]) -> Iterator[str]:
    """A line or more for each event that says something; untrusted."""
    specs: dict[str, ActorSpec] = {}
    for event in events:
        if isinstance(event.body, RunStarted):
            specs = {spec.name: spec for spec in event.body.actors}
        elif isinstance(event.body, Recast):
            specs[event.body.spec.name] = event.body.spec
        text = _words(event, specs)
        if text:
            head, *rest = text.split("\n")
            yield f"{event.seq:>5}  {head}"
            yield from (f"       {line}" for line in rest)


def _words(event: Event, specs: Mapping[str, ActorSpec]) -> str:
    body = event.body
    match body:
        case Said():
            return f"{body.role}: {body.shown}"
        case ModelAnswered():
            calls = "".join(f"\n  calls {call.name}({call.arguments})" for call in body.calls)
            said = said_in(body, specs.get(event.actor))
            return f"{event.actor}: {said}{calls}" + ("\n  broken off here" if body.partial else "")
        case ToolCalled():
            return f"{body.tool} {body.call} ({body.effect})" + (
                f", attempt {body.attempt}" if body.attempt > 1 else ""
            )
        case ToolReturned():
            return f"  result of {body.call} ({duration(body.ms)}): {body.shown}"
        case CallFailed():
            said = so_far(body.partial, specs.get(event.actor))
            came = f"\n  before that it had said: {said}" if said else ""
            return f"  {body.call} failed, {body.error}: {body.message}{came}"
        case _:
            words = remark(event)
            return f"  {words}" if words else ""
