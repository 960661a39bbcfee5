"""A run as one document of chat completions: `{"messages", "tools"}`.

A recording from elsewhere gives back the messages that it was made of, in their order and with all their fields.
A run of ours gives what its agent's model has been told, each batch of results in the order of its calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from workbench.events import (
    AnswerRead,
    Call,
    CallFailed,
    Event,
    Forked,
    Heard,
    ModelAnswered,
    Noted,
    OutputRejected,
    Released,
    RunEnded,
    RunStarted,
    Said,
    SummaryAsked,
    ToolReturned,
    ToolSpec,
)
from workbench.exchange.chat import plain_system
from workbench.exchange.messages import answer_form, result_form, said_form
from workbench.exchange.shapes import Fields, content_form, extra_of, restored
from workbench.exchange.untrusted import decode_json

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def export_openai(events: Iterable[Event]) -> dict[str, Any]:
    """The document for a branch's events, its parents' included, from `run_started` on."""
    export = _Export()
    for event in events:
        export.take(event)
    return {"messages": export.done(), "tools": export.tools}


class _Export:
    """The document, growing event by event.

    What came from elsewhere is told in the order of events. After it (from the recorded end, a fork or a release on),
    and in runs of ours, results wait until their batch is whole, and what was said meanwhile follows them.
    """

    def __init__(self) -> None:
        self.tools: list[Fields] = []
        self._messages: list[Fields] = []
        self._agents: set[str] = set()
        self._elsewhere = self._in_source = False
        self._calls: dict[str, Call] = {}
        self._batch: dict[str, Fields | None] = {}
        self._later: list[Fields] = []
        self._spoken: dict[int, tuple[str, str | list[Fields]]] = {}

    def take(self, event: Event) -> None:
        """Take the next event."""
        body = event.body
        match body:
            case RunStarted():
                self._start(body)
            case RunEnded() | Forked() | Released():
                self._in_source = False
            case Noted():
                fields = extra_of(body.extra).get("fields")
                if fields:
                    self._say(fields)
            case Said():
                self._spoken[event.seq] = (event.actor, content_form(body.text, body.media))
                if event.actor in self._agents and not extra_of(body.extra).get("absent"):
                    self._say(said_form(body))
            case OutputRejected():
                if event.actor in self._agents:
                    self._say({"role": "user", "content": body.message})
            case SummaryAsked():
                if event.actor in self._agents:
                    self._say({"role": "user", "content": body.text})
            case AnswerRead():
                self._spoken[event.seq] = (event.actor, body.output)
            case Heard():
                if event.actor in self._agents and not self._elsewhere:
                    self._say(_heard(*self._spoken.get(body.source, ("", ""))))
            case ModelAnswered():
                if event.actor in self._agents:
                    self._answer(body)
            case ToolReturned() | CallFailed():
                if body.call in self._calls:
                    self._result(body)
            case _:
                pass

    def done(self) -> list[Fields]:
        """All messages, those of a batch that is not whole among them."""
        self._close_batch()
        return self._messages

    def _start(self, started: RunStarted) -> None:
        self._elsewhere = self._in_source = started.turns == "recorded"
        agents = [spec for spec in started.actors if spec.role == "agent"] or list(started.actors)
        self._agents = {spec.name for spec in (agents if self._elsewhere else agents[:1])}
        told: dict[str, ToolSpec] = {
            tool.name: tool for spec in agents if spec.name in self._agents for tool in spec.tools
        }
        self.tools = [_tool_form(tool) for tool in told.values()]
        system = agents[0].system
        if not self._elsewhere and system:
            self._messages.append(plain_system(system))
        elif started.origin is not None and "system" in (extra := extra_of(started.origin.extra)):
            self._messages.append(restored(plain_system(system), extra["system"]))

    def _say(self, message: Fields) -> None:
        if self._batch and not self._in_source:
            self._later.append(message)
        else:
            self._messages.append(message)

    def _answer(self, answered: ModelAnswered) -> None:
        self._close_batch()
        self._messages.append(answer_form(answered))
        own = {f"{answered.call}.{number}": call for number, call in enumerate(answered.calls, 1)}
        self._calls |= own
        self._batch = dict.fromkeys(own)

    def _result(self, result: ToolReturned | CallFailed) -> None:
        absent = extra_of(result.extra).get("absent")
        if self._in_source or result.call not in self._batch:
            self._batch.pop(result.call, None)
            if not absent:
                self._messages.append(result_form(result, self._calls[result.call]))
            return
        self._batch[result.call] = result_form(result, self._calls[result.call])
        if None not in self._batch.values():
            self._close_batch()

    def _close_batch(self) -> None:
        self._messages += [message for message in self._batch.values() if message is not None] + self._later
        self._batch, self._later = {}, []


def _heard(speaker: str, words: str | list[Fields]) -> Fields:
    named = {"name": speaker} if _NAME.fullmatch(speaker) else {}
    return {"role": "user", "content": words} | named


def _tool_form(tool: ToolSpec) -> Fields:
    function: Fields = {"name": tool.name, "description": tool.description}
    try:
        function["parameters"] = decode_json(tool.parameters)
    except ValueError:
        function["parameters"] = {"type": "object"}
    return {"type": "function", "function": function}
