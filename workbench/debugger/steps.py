"""The steps of a run, one row for each phase, kept up to date event by event.

A row is what the Steps and Tool-calls panes list: it keeps places in the log and short words, never bodies,
so that a session of any length stays small.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from workbench.debugger.notes import note_of
from workbench.debugger.words import seconds, size
from workbench.events import (
    AnswerRead,
    CallFailed,
    Doubted,
    Event,
    Forked,
    ModelAnswered,
    ModelCalled,
    OutputAccepted,
    OutputGiven,
    OutputRejected,
    Price,
    Recast,
    RunEnded,
    RunStarted,
    Said,
    Served,
    ToolCalled,
    ToolReturned,
    WaitBegan,
    WaitEnded,
    WriterTook,
)
from workbench.safe_text import clipped
from workbench.state import cost_of

Kind = Literal["said", "think", "call", "result", "output", "wait", "note"]
Standing = Literal["done", "held", "running", "failed", "doubt", "broken off", "to come"]
_SHORT = 160
_CHECK = "check"


class Step(msgspec.Struct):
    """One phase.

    Attributes:
        seq: the event that began it; last: the newest event that belongs to it (its fact, once there is one).
        iteration: counts model calls from 1; 0 before the first.
        label: what it is, in a few untrusted words; detail: some more.
        at: seconds since 1970; 0 where an imported recording does not tell the time.
        ms, tokens, cost: once known; None is unknown, as where an imported recording does not say how long it took.
        attempt: above 1, it was asked again.
        until: when a wait that is under way ends, in seconds since 1970.
        served: it is given from the recording that is replayed.
        gist: how a result begins, untrusted.
    """

    seq: int
    last: int
    kind: Kind
    standing: Standing
    actor: str
    iteration: int
    label: str
    detail: str = ""
    call: str = ""
    at: float = 0.0
    ms: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None
    attempt: int = 1
    until: float = 0.0
    served: bool = False
    gist: str = ""

    @property
    def checks(self) -> bool:
        """Whether it is the check of an output, before the output itself."""
        return self.kind == "output" and self.label == _CHECK


class Steps:
    """All steps of a branch in order; `rows` is only ever appended to or changed at its end's open rows."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.rows: list[Step] = []
        self.iteration = 0
        self._open: dict[str, Step] = {}
        self._prices: dict[str, Price | None] = {}
        self._imported = self._told = False
        self._served: set[str] = set()
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Take in what was recorded since."""
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        body = event.body
        match body:
            case RunStarted():
                self._prices = {spec.name: spec.price for spec in body.actors}
                self._imported = self._told = body.origin is not None
            case Said():
                who = body.role if body.role != "user" or self._told else event.by
                self._row(event, "said", "done", _short(body.shown), detail=who)
            case ModelCalled():
                if body.call not in self._open:
                    self.iteration += body.attempt == 1
                self._begun(event, body, body.call, "think", "think")
            case ModelAnswered():
                self._answered(event, body)
            case ToolCalled():
                self._begun(event, body, body.call, "call", body.tool, _short(body.arguments))
            case ToolReturned():
                self._close(event, body.call, body.ms)
                result = self._row(event, "result", "done", "result", detail=size(body.content), call=body.call)
                result.gist = _short(body.content)
            case CallFailed():
                self._failed(event, body)
            case WaitBegan():
                self._wait(event, body)
            case WaitEnded():
                step = self._close(event, f"{body.call} wait", 0)
                if step is not None:
                    step.label, step.ms = _WAITED[body.how], None
            case Recast():
                self._prices[body.spec.name] = body.spec.price
                self._note(event)
            case AnswerRead():
                self._read(body)
                self._row(event, "output", "done", "output", detail=_short(body.output), call=body.call)
            case OutputGiven():
                self._begun(event, body, f"{body.call} check", "output", _CHECK)
            case OutputAccepted():
                step = self._close(event, f"{body.call} check", body.ms)
                if step is not None:
                    step.detail = _short("; ".join(("accepted", *body.notes)))
            case OutputRejected():
                step = self._close(event, f"{body.call} check", body.ms, "failed")
                if step is not None:
                    step.detail = _short(body.message)
            case WriterTook():
                for step in self._open.values():
                    if step.standing == "running":
                        step.standing = "broken off" if step.kind == "wait" else "doubt"
            case Doubted():
                check = self._open.get(f"{body.call} check")
                if check is not None:
                    check.standing = "broken off"
                else:
                    self._open[body.call].standing = "doubt"
            case Served():
                self._served.add(body.call)
            case RunEnded() | Forked():
                self._told = False  # whoever speaks from here on speaks here
                self._note(event)
            case _:
                self._note(event)

    def _note(self, event: Event) -> None:
        note = note_of(event)
        if note is not None:
            standing: Standing = "failed" if note.failed else "done"
            self._row(event, "note", standing, _short(note.label), detail=_short(note.detail), call=note.call)

    def _row(
        self, event: Event, kind: Kind, standing: Standing, label: str, *, detail: str = "", call: str = ""
    ) -> Step:
        step = Step(event.seq, event.seq, kind, standing, event.actor, self.iteration, label, detail, call, event.at)
        step.served = kind in ("think", "call") and call in self._served
        self.rows.append(step)
        return step

    def _begun(
        self,
        event: Event,
        body: ModelCalled | ToolCalled | OutputGiven,
        key: str,
        kind: Kind,
        label: str,
        detail: str = "",
    ) -> None:
        """An intent: a row that is open under `key`, or another attempt of it."""
        step = self._open.get(key)
        if step is None:
            step = self._open[key] = self._row(event, kind, "running", label, detail=detail, call=body.call)
        step.standing, step.attempt, step.last = "running", body.attempt, event.seq

    def _close(self, event: Event, call: str, ms: int, standing: Standing = "done") -> Step | None:
        step = self._open.pop(call, None)
        if step is not None:
            step.standing, step.last = standing, event.seq
            step.ms = None if self._imported and not ms else ms
        return step

    def _answered(self, event: Event, body: ModelAnswered) -> None:
        step = self._close(event, body.call, body.ms, "broken off" if body.partial else "done")
        if step is None:
            return
        step.input_tokens, step.output_tokens = body.usage.input, body.usage.output
        step.detail = _short(body.text) or ", ".join(call.name for call in body.calls)
        price = self._prices.get(event.actor)
        if price is not None and body.usage.input is not None and not body.cached:
            step.cost = cost_of(body.usage, price)

    def _read(self, body: AnswerRead) -> None:
        """What the model said is what was read of it, not the form that it was written in."""
        for step in self.rows[:-4:-1]:
            if step.kind == "think" and step.call == body.call:
                step.detail = _short(body.output) or step.detail

    def _failed(self, event: Event, body: CallFailed) -> None:
        step = self._close(event, body.call, body.ms, "failed")
        if step is None:
            if body.error == "budget":  # refused at a cap, and so never begun
                self._row(event, "result", "failed", "refused", detail=_short(body.message), call=body.call)
            return
        if step.kind == "think":
            self._open[body.call] = step
            step.detail = _short(f"{body.error}: {body.message}")
        else:
            self._row(event, "result", "failed", body.error, detail=_short(body.message), call=body.call)

    def _wait(self, event: Event, body: WaitBegan) -> None:
        """The attempt that failed stays a row; the wait is one of its own, also where another process takes it up."""
        self._open.pop(body.call, None)
        step = self._open.get(f"{body.call} wait")
        if step is None:
            detail = f"{body.error.replace('_', ' ')}, {body.retry} of {body.of}"
            step = self._row(event, "wait", "running", "", detail=_short(detail), call=body.call)
            self._open[f"{body.call} wait"] = step
        step.standing, step.last, step.until = "running", event.seq, body.until
        step.label = f"asked again in {seconds(body.seconds)}"


_WAITED = {
    "elapsed": "waited, asked again",
    "skipped": "asked again at once",
    "stopped": "the wait was stopped",
}


def _short(text: str) -> str:
    return clipped(text[: _SHORT * 2].split("\n", 1)[0], _SHORT)
