"""A session as a test: a file for pytest that replays its recording and expects the same outcome, output and calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from msgspec.structs import replace

from workbench.decide import decide
from workbench.errors import BadFile
from workbench.events import Event, Forked, ModelCalled, ToolCalled
from workbench.events.text import redact
from workbench.exchange.jsonl import export_jsonl, sessions
from workbench.exchange.recording import MAIN, Recording
from workbench.state import CallModel, State, apply, fold

_NOT_REPLAYED = frozenset(("raw", "extra"))


def export_pytest(events: Iterable[Event], *, title: str = "", place: str = "") -> str:
    """The text of a test file that passes as it is written.

    Keys and tokens are struck out of the recording, and what replaying does not need (providers' raw answers, what
    importers kept aside) is left out of it.

    Args:
        events: a branch, its parents' events included, that `workbench.run.check` agrees with.
        place: how the branch is named.
    """
    lean = tuple(_asked_as_told(_lean(events)))
    state = fold(lean)
    calls = [(event.body.tool, event.body.arguments) for event in lean if isinstance(event.body, ToolCalled)]
    met = [f"{name!a}: {verdict.met}" for name, verdict in state.verdicts.items()]
    title = redact(title or "a recorded run")
    return _FORM.format(
        title=_one_line(title),
        place=_one_line(place or "SESSION"),
        outcome=ascii(state.ended.outcome if state.ended else None),
        output=ascii(state.output),
        calls=_listed([ascii(call) for call in calls]),
        criteria=_listed(met),
        recording=_listed([ascii(line.rstrip()) for line in export_jsonl(Recording(title=title, events=lean))]),
    )


def recorded_events(lines: Iterable[str]) -> tuple[Event, ...]:
    """The events of one session of one branch in this program's JSONL.

    Raises:
        BadFile: the lines are something else.
    """
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    try:
        ((_, read),) = sessions(numbered)
        return read().events
    except ValueError as error:
        raise BadFile("the recording", f"it cannot be read: {error}") from error


def _lean(events: Iterable[Event]) -> Iterator[Event]:
    """The events on one branch, cleaned anew by today's knowledge of keys, without what replaying does not need."""
    for event in events:
        body = event.body
        if isinstance(body, Forked):
            body = body.model_copy(update={"parent": MAIN.number})
        cleaned = type(body).model_validate(_without(body.model_dump()))
        yield replace(event, branch=MAIN.number, body=cleaned)


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        return {name: _without(inner) for name, inner in fields.items() if name not in _NOT_REPLAYED}
    return [_without(inner) for inner in cast("tuple[Any]", value)] if isinstance(value, tuple) else value


def _asked_as_told(events: Iterable[Event]) -> Iterator[Event]:
    """The events, each request with the digests of what it now says: a struck-out key changes them."""
    state = State()
    for event in events:
        if isinstance(event.body, ModelCalled):
            offered = (command for command in decide(state) if isinstance(command, CallModel))
            command = next((one for one in offered if one.key == event.body.call), None)
            if command is not None:
                event = replace(event, body=command.intent())
        state = apply(state, event)
        yield event


def _listed(items: list[str]) -> str:
    """What stands between brackets, an item a line."""
    return "".join([f"\n    {item}," for item in items]) + ("\n" if items else "")


def _one_line(text: str) -> str:
    """For a comment: nothing in it can end it."""
    return ascii(text)[1:-1].replace('"', "'").replace("\\", "/")


_FORM = '''\
"""Replays the run "{title}" without a model, a tool or the network, and expects of it what it did.

Written by: workbench sessions export {place} --format pytest
"""

# ruff: noqa: E501

from workbench.exchange import recorded_events
from workbench.run import Divergence, check

OUTCOME = {outcome}
OUTPUT = {output}
TOOL_CALLS = [{calls}]
CRITERIA = {{{criteria}}}


def replayed():
    """The state that the recording ends in; at each step the rules must offer exactly what was recorded."""
    state = check(recorded_events(RECORDING))
    assert not isinstance(state, Divergence), str(state)
    return state


def test_outcome():
    ended = replayed().ended
    assert (ended.outcome if ended else None) == OUTCOME


def test_output():
    assert replayed().output == OUTPUT


def test_criteria():
    assert {{name: verdict.met for name, verdict in replayed().verdicts.items()}} == CRITERIA


def test_tool_calls():
    calls = [event.body for event in recorded_events(RECORDING) if event.body.kind == "tool_called"]
    assert [(call.tool, call.arguments) for call in calls] == TOOL_CALLS


RECORDING = [{recording}]
'''
