"""Writes down a run that happened elsewhere as our engine would have: at each intent, what `decide` offers is recorded.

That is why the recording can be replayed. Nothing is performed: models and tools are not asked.
"""

from __future__ import annotations

from typing import TypeVar

from workbench.decide import decide
from workbench.events import (
    AnswerRead,
    Body,
    By,
    CallFailed,
    Event,
    ModelAnswered,
    RunStarted,
    ToolReturned,
    TurnGiven,
)
from workbench.events.text import as_json
from workbench.exchange.recording import MAIN
from workbench.state import CallModel, CallTool, Conclude, State, apply

NOT_RECORDED = "not_recorded"
"""The error of a call whose result the recording does not hold."""

_Offered = TypeVar("_Offered", CallModel, CallTool, Conclude)


class Recorder:
    """The events of one run, growing.

    Attributes:
        at: seconds since 1970; moves only where the source tells the time.
    """

    def __init__(self, started: RunStarted, at: float) -> None:
        self.events: list[Event] = []
        self.state = State()
        self.at = at
        self.add(started)

    def tick(self, at: float | None) -> None:
        """It is `at` now, unless that was earlier than what is recorded already."""
        if at is not None and at > self.at:
            self.at = at

    def add(self, body: Body, actor: str = "", by: By = "engine") -> int:
        """Record `body`; gives its seq."""
        event = Event(MAIN.number, self.state.seq + 1, self.at, by, actor, body)
        self.state = apply(self.state, event)
        self.events.append(event)
        return event.seq

    def ask(self, actor: str) -> str:
        """Record that the actor's model is asked, whatever must come before it; gives the call's id."""
        self.leave_open_calls(actor)
        if self.state.actors[actor].todo == "rest":
            self.add(TurnGiven(), actor, "rule")
        command = self._offered(actor, CallModel)
        self.add(command.intent(), actor)
        return command.call

    def answer(self, actor: str, answered: ModelAnswered) -> int:
        """Record the answer to the call just asked, and what follows from it.

        Gives the seq of the reading where it ends the actor's turn, else of the answer: what others can hear.
        """
        seq = self.add(answered, actor)
        if not answered.calls:
            call = self._offered(actor, Conclude).call
            return self.add(AnswerRead(call=call, output=answered.text), actor)
        for _ in answered.calls:
            self.add(self._offered(actor, CallTool).intent(), actor)
        return seq

    def result(self, actor: str, fact: ToolReturned | CallFailed) -> None:
        """Record what a call gave."""
        self.add(fact, actor)

    def leave_open_calls(self, actor: str) -> None:
        """Say of the actor's unanswered calls that the recording holds no result."""
        for want in self.state.actors[actor].wants:
            if want.status != "done":
                self.result(
                    actor,
                    CallFailed(
                        call=want.call,
                        error=NOT_RECORDED,
                        message="the recording holds no result of this call",
                        extra=as_json({"absent": True}),
                    ),
                )

    def _offered(self, actor: str, kind: type[_Offered]) -> _Offered:
        return next(command for command in decide(self.state) if isinstance(command, kind) and command.actor == actor)
