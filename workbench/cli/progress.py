"""A headless run's progress on stderr: a line for each step as it is done, plain text, made safe."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.cli.output import aside
from workbench.criteria.coming import said_in
from workbench.debugger.words import call_words, duration, seconds
from workbench.events import (
    CallFailed,
    CriterionJudged,
    Edited,
    Event,
    Held,
    LimitSet,
    ModelAnswered,
    Recast,
    Redone,
    Reverted,
    Said,
    ToolReturned,
    WaitBegan,
)
from workbench.events.messages import Delta
from workbench.events.remarks import redone_words, remark
from workbench.run import Run
from workbench.run.interventions import takes_over
from workbench.safe_text import clipped, safe_line

_WIDE = 100


class Progress:
    """Watches a run and tells of it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def recorded(self, events: Sequence[Event]) -> None:
        """A line for each fact that a person would want to see go by."""
        for event in events:
            line = self._line(event)
            if line:
                aside(line)

    def _line(self, event: Event) -> str:
        body = event.body
        match body:
            case Said():
                return f"  you     {_short(body.shown)}"
            case ModelAnswered():
                calls = ", ".join(call_words(call.name, call.arguments) for call in body.calls)
                said = said_in(body, self._run.state.specs[event.actor])
                cached = "(recorded)" if event.by == "rule" else "(cached)"
                took = cached if body.cached else duration(body.ms)
                return f"  {event.actor:<7} {_short(said or calls)}  {took}"
            case ToolReturned():
                return f"  result  {_short(body.shown)}  {duration(body.ms)}"
            case CallFailed():
                return f"  failed  {body.error}: {_short(body.message)}"
            case WaitBegan():
                why = f"{body.error.replace('_', ' ')}, {body.retry} of {body.of}"
                return f"  ↻       asked again in {seconds(body.seconds)}: {_short(why)}"
            case Recast() if takes_over(event):
                return f"  model   {_short(body.spec.model)} takes over"
            case Redone():
                return f"  again   {redone_words(body)}"
            case Edited() | Reverted() | Recast() | LimitSet():
                return f"  changed {_short(remark(event))}"
            case CriterionJudged(met=True):
                return f"  met     {body.name}: {_short(body.words)}"
            case Held():
                return f"  held    {body.gate}: {body.reason}"
            case _:
                return ""

    def streamed(self, call: str, delta: Delta) -> None:
        """Pieces are not told: the whole answer is."""

    def progressed(self, call: str, words: str) -> None:
        """A tool says how far it is."""
        aside(f"  …       {_short(words)}")


def _short(text: str) -> str:
    return clipped(safe_line(text), _WIDE)
