"""A run's events as spans in the words of OpenTelemetry's GenAI conventions; the only place that knows those words.

    invoke_workflow SCENARIO          the run, from its start (or from where it was opened again) to its end
    └── invoke_agent ACTOR            one turn of an actor, from its first thought to its answer
        ├── chat MODEL                one model call, each attempt by itself
        └── execute_tool TOOL         one tool call, each attempt by itself

Ids follow from the session and the events, so that a session has the same spans however often it is exported, and
whoever sends them. Times are those of the events.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, cast

import msgspec

from workbench.events import (
    AnswerRead,
    CallFailed,
    CriterionJudged,
    Doubted,
    Event,
    Held,
    ModelAnswered,
    ModelCalled,
    Recast,
    Released,
    RunEnded,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
)
from workbench.events.messages import Message
from workbench.events.text import as_json
from workbench.state import cost_of
from workbench.state.telling import message_of

Value = str | int | float | bool | list[str]

_PROVIDERS = {
    "openai-responses": "openai",
    "azure": "azure.ai.openai",
    "gemini": "gcp.gemini",
    "grok": "x_ai",
    "mistral": "mistral_ai",
}
"""Our names of providers that the conventions name otherwise."""
_SETTINGS = {
    "temperature": "gen_ai.request.temperature",
    "max_tokens": "gen_ai.request.max_tokens",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "stop": "gen_ai.request.stop_sequences",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
}


class Moment(msgspec.Struct):
    """Something that happened within a span, at a time in seconds."""

    name: str
    at: float
    attributes: dict[str, Value]


class Span(msgspec.Struct):
    """One piece of work. Times in seconds since 1970; ids in hex; `error` is "" where it succeeded.

    Attributes:
        client: it asks somebody else (a model); other spans are our own work.
    """

    trace: str
    id: str
    parent: str
    name: str
    begun: float
    attributes: dict[str, Value]
    ended: float = 0.0
    client: bool = False
    error: str = ""
    moments: list[Moment] = []


class Spans:
    """Takes a run's events one after the other and gives each span when it is over.

    `content`: what was said, called and returned goes along; else only names, figures and times do.
    """

    def __init__(self, session: str, branch: str, *, content: bool) -> None:
        self._session, self._content = session, content
        self._trace = _digest(f"{session}/{branch}", 32)
        self._last = 0.0
        self._started: RunStarted | None = None
        self._specs: dict[str, Any] = {}
        self._workflow: Span | None = None
        self._turns: dict[str, Span] = {}
        self._calls: dict[str, Span] = {}
        self._events: dict[int, Event] = {}
        self._names: dict[str, str] = {}

    def feed(self, event: Event) -> list[Span]:
        """The spans that end with this event."""
        self._last = event.at
        if self._content:
            self._events[event.seq] = event
        body = event.body
        match body:
            case RunStarted():
                self._started = body
                self._specs = {spec.name: spec for spec in body.actors}
                self._open_workflow(event)
            case Recast():
                self._specs[body.spec.name] = body.spec
            case Said() | Released() if self._workflow is None and self._started is not None:
                self._open_workflow(event)
            case ModelCalled():
                self._model_called(event, body)
            case ToolCalled():
                self._tool_called(event, body)
            case ModelAnswered() | ToolReturned() | CallFailed() | Doubted():
                return self._call_over(event, body)
            case AnswerRead():
                return self._turn_over(event, body)
            case CriterionJudged():
                self._moment("gen_ai.evaluation.result", event, _verdict(body))
            case Held():
                self._moment("workbench.held", event, {"workbench.gate": body.gate, "workbench.reason": body.reason})
            case RunEnded():
                return self._run_over(event, body)
            case _:
                pass
        return []

    def rest(self) -> list[Span]:
        """The spans that are not over yet, as if they ended with the newest event."""
        still = [*([self._workflow] if self._workflow else []), *self._turns.values(), *self._calls.values()]
        for span in still:
            span.ended, span.attributes["workbench.open"] = self._last, True
        return still

    # -- begun ------------------------------------------------------------------------------------------------

    def _open_workflow(self, event: Event) -> None:
        assert self._started is not None
        name = self._started.scenario or self._started.title or "run"
        self._workflow = self._span(f"workflow {event.seq}", "", f"invoke_workflow {name}", event, {
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.workflow.name": name,
            "workbench.title": self._started.title,
        })  # fmt: skip

    def _turn(self, event: Event) -> Span:
        if event.actor not in self._turns:
            spec = self._specs[event.actor]
            attributes = self._about(event.actor) | {"gen_ai.operation.name": "invoke_agent"}
            if spec.persona is not None:
                attributes["gen_ai.agent.version"] = spec.persona.version
            if self._content and spec.system:
                attributes["gen_ai.system_instructions"] = as_json([{"type": "text", "content": spec.system}])
            parent = self._workflow.id if self._workflow is not None else ""
            name = f"invoke_agent {event.actor}"
            self._turns[event.actor] = self._span(f"turn {event.seq}", parent, name, event, attributes)
        return self._turns[event.actor]

    def _model_called(self, event: Event, body: ModelCalled) -> None:
        turn, spec = self._turn(event), self._specs[event.actor]
        settings: dict[str, Any] = json.loads(spec.settings)
        attributes = self._about(event.actor) | {
            "gen_ai.operation.name": "chat",
            "gen_ai.output.type": "json" if spec.structured else "text",
            "workbench.attempt": body.attempt,
        }
        for name, word in _SETTINGS.items():
            value = settings.get(name)
            if value is not None:
                attributes[word] = (
                    [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else value
                )
        if self._content:
            said = [self._message(seq) for seq in body.request.add]
            attributes["gen_ai.input.messages"] = as_json(said)
            attributes["workbench.input.kept"] = body.request.keep
        name = f"chat {attributes['gen_ai.request.model']}"
        span = self._span(f"{body.call} {event.seq}", turn.id, name, event, attributes)
        span.client = True
        self._calls[body.call] = span

    def _tool_called(self, event: Event, body: ToolCalled) -> None:
        turn, spec = self._turn(event), self._specs[event.actor]
        told = next((tool.description for tool in spec.tools if tool.name == body.tool), "")
        attributes: dict[str, Value] = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": body.tool,
            "gen_ai.tool.call.id": body.call,
            "gen_ai.tool.type": "function",
            "gen_ai.conversation.id": self._session,
            "gen_ai.agent.name": event.actor,
            "workbench.tool.effect": body.effect,
            "workbench.attempt": body.attempt,
        }
        if told:
            attributes["gen_ai.tool.description"] = told
        if self._content:
            attributes["gen_ai.tool.call.arguments"] = body.arguments
        name = f"execute_tool {body.tool}"
        self._calls[body.call] = self._span(f"{body.call} {event.seq}", turn.id, name, event, attributes)

    # -- over -------------------------------------------------------------------------------------------------

    def _call_over(self, event: Event, body: ModelAnswered | ToolReturned | CallFailed | Doubted) -> list[Span]:
        span = self._calls.pop(body.call, None)
        if span is None:
            return []
        if isinstance(body, ModelAnswered):
            self._answered(span, event, body)
        elif isinstance(body, ToolReturned) and self._content:
            span.attributes["gen_ai.tool.call.result"] = body.shown
        elif isinstance(body, CallFailed):
            span.error, span.attributes["error.type"] = body.message, body.error
        elif isinstance(body, Doubted):
            span.error, span.attributes["error.type"] = body.reason or "in doubt", "in_doubt"
        if event.by != "engine":
            span.attributes["workbench.by"] = event.by
        span.ended = event.at
        return [span]

    def _answered(self, span: Span, event: Event, body: ModelAnswered) -> None:
        attributes, usage = span.attributes, body.usage
        attributes["gen_ai.response.finish_reasons"] = [body.finish]
        if body.model:
            attributes["gen_ai.response.model"] = body.model
        figures = {
            "gen_ai.usage.input_tokens": usage.input,
            "gen_ai.usage.output_tokens": usage.output,
            "gen_ai.usage.cache_read.input_tokens": usage.cached,
            "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
        }
        known = {word: figure for word, figure in figures.items() if figure is not None}
        attributes |= known
        price = self._specs[event.actor].price
        if price is not None and usage.input is not None and usage.output is not None:
            attributes["workbench.cost.usd"] = float(cost_of(usage, price))
        if self._content:
            said = _told(message_of(event, self._lookup, self._names))
            attributes["gen_ai.output.messages"] = as_json([said | {"finish_reason": body.finish}])
        turn = self._turns.get(event.actor)
        if turn is not None:
            for word in ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"):
                before = turn.attributes.get(word, 0)
                assert isinstance(before, int)
                turn.attributes[word] = before + known.get(word, 0)

    def _turn_over(self, event: Event, body: AnswerRead) -> list[Span]:
        turn = self._turns.pop(event.actor, None)
        if turn is None:
            return []
        if self._content:
            parts = [{"type": "text", "content": body.output}]
            turn.attributes["gen_ai.output.messages"] = as_json([{"role": "assistant", "parts": parts}])
        turn.ended = event.at
        return [turn]

    def _run_over(self, event: Event, body: RunEnded) -> list[Span]:
        over = [*self._turns.values(), *self._calls.values()]
        workflow = self._workflow
        if workflow is not None:
            workflow.attributes["workbench.outcome"] = body.outcome
            over.append(workflow)
        for span in over:
            span.ended = event.at
            if body.outcome == "error":
                span.error, span.attributes["error.type"] = body.reason, body.error or "error"
        self._calls, self._turns, self._workflow = {}, {}, None
        return over

    # -- inside -----------------------------------------------------------------------------------------------

    def _span(self, key: str, parent: str, name: str, event: Event, attributes: dict[str, Value]) -> Span:
        attributes.setdefault("gen_ai.conversation.id", self._session)
        return Span(self._trace, _digest(f"{self._trace} {key}", 16), parent, name, event.at, attributes, moments=[])

    def _about(self, actor: str) -> dict[str, Value]:
        provider, _, model = self._specs[actor].model.partition(":")
        told: dict[str, Value] = {
            "gen_ai.provider.name": str(_PROVIDERS.get(provider, provider)),
            "gen_ai.request.model": model,
            "gen_ai.agent.name": actor,
        }
        return told

    def _moment(self, name: str, event: Event, attributes: dict[str, Value]) -> None:
        span = self._turns.get(event.actor) or self._workflow
        if span is not None:
            span.moments.append(Moment(name, event.at, attributes))

    def _lookup(self, seq: int) -> Event:
        return self._events[seq]

    def _message(self, seq: int) -> dict[str, Any]:
        return _told(message_of(self._events[seq], self._lookup, self._names))


def spans_of(events: Iterable[Event], session: str, branch: str, *, content: bool = True) -> list[Span]:
    """All spans of a recording, in the order in which they began."""
    spans = Spans(session, branch, content=content)
    found = [span for event in events for span in spans.feed(event)]
    return sorted([*found, *spans.rest()], key=lambda span: (span.begun, -span.ended))


def _told(message: Message) -> dict[str, Any]:
    """A message as the conventions write it."""
    parts: list[dict[str, Any]] = []
    if message.thinking:
        parts.append({"type": "reasoning", "content": message.thinking})
    if message.role == "tool":
        parts.append({"type": "tool_call_response", "id": message.call, "response": message.shown})
    elif message.shown:
        parts.append({"type": "text", "content": message.shown})
    for call, ours in zip(message.calls, message.ids, strict=True):
        parts.append({"type": "tool_call", "id": ours, "name": call.name, "arguments": call.arguments})
    return {"role": message.role, "parts": parts}


def _verdict(body: CriterionJudged) -> dict[str, Value]:
    attributes: dict[str, Value] = {"gen_ai.evaluation.name": body.name, "gen_ai.evaluation.score.label": body.word}
    words = body.evidence.words if body.evidence is not None and not body.unsure else body.reason
    if words:
        attributes["gen_ai.evaluation.explanation"] = words
    return attributes


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
