"""A session as one page to read and send on: what came of it, budget, criteria, steps, conversation, every event."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from workbench.budget import spent
from workbench.criteria.coming import said_in, so_far
from workbench.events import (
    ActorSpec,
    Call,
    CallFailed,
    Event,
    ModelAnswered,
    ModelCalled,
    Recast,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
    as_dict,
)
from workbench.events.remarks import remark
from workbench.events.text import from_json
from workbench.exchange.html_page import Html, element, folded, joined, meter, page, table
from workbench.state import State, as_edited, cost_of, fold

_LONG = 1_500


def export_html(events: Sequence[Event], *, title: str = "", place: str = "") -> str:
    """The page of a branch's events, its parents' included, from `run_started` on.

    Args:
        place: how the branch is named, for the page's head.
    """
    state = fold(events)
    first = next((event.at for event in events if event.at), 0.0)
    when = f" · {_time(first)}" if first else ""
    return page(
        title or place or "A session",
        element("h1", title or "A session"),
        element("p", f"{place} · {len(events)} events{when}", kind="grey"),
        _summary(events, state),
        *_criteria(state),
        *_budget(state),
        element("h2", "Steps"),
        table(("", "", "time", "tokens", "cost"), _steps(events, state), kind="steps"),
        element("h2", "Conversation"),
        *_conversation(events, state),
        element("h2", "Events"),
        folded(f"all {len(events)}", table((), _log(events), kind="log code")),
    )


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _took(ms: int, *, imported: bool) -> str:
    """How long something took; an import that says nothing of time has zeros."""
    return "?" if imported and not ms else _seconds(ms)


def _seconds(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _summary(events: Sequence[Event], state: State) -> Html:
    used = [event.body.usage for event in events if isinstance(event.body, ModelAnswered)]
    counted = all(usage.input is not None and usage.output is not None for usage in used)
    ended, held, meters = state.ended, state.held, state.meters
    if ended is not None:
        look = "good" if ended.outcome == "completed" else "bad"
        stands, why = element("b", ended.outcome.replace("_", " "), kind=look), ended.reason
    elif held is not None:
        stands, why = element("b", f"held, {held.gate}", kind="held"), held.reason
    else:
        stands, why = element("b", "not ended"), ""
    rows: list[tuple[str, str]] = [("outcome", joined([stands, f" · {why}" if why else ""]))]
    for spec in state.specs.values():
        persona = f" as {spec.persona.name} {spec.persona.version}" if spec.persona else ""
        rows.append((spec.name, f"{spec.model}{persona}"))
    if state.output:
        rows.append(("output", element("pre", state.output)))
    rows.append(("calls", f"{meters.requests} of models, {meters.tool_calls} of tools"))
    rows.append(("tokens", f"{meters.input_tokens} in, {meters.output_tokens} out" if counted else "unknown"))
    rows.append(("cost", "unknown" if meters.unpriced else f"${meters.cost:f}"))
    return table((), rows, kind="facts")


def _criteria(state: State) -> Iterator[Html]:
    criteria = state.started.criteria if state.started else ()
    if not criteria:
        return
    rows: list[tuple[str, str, str, str]] = []
    for one in criteria:
        verdict = state.verdicts.get(one.name)
        word = {
            "met": element("b", "✓ met", kind="good"),
            "claimed": element("b", "~ claimed", kind="held"),
            "unknown": element("b", "? unknown", kind="held"),
        }
        standing = "unmet" if verdict is None else verdict.standing
        shown = "" if verdict is None else verdict.words or verdict.reason
        if standing == "unknown" and verdict is not None:
            shown = verdict.reason
        if verdict is not None and verdict.seq is not None:
            shown = element("a", shown or f"event {verdict.seq}", link=f"e{verdict.seq}")
        rows.append((one.name, one.kind, word.get(standing, "not met"), shown))
    yield element("h2", "Criteria")
    yield table(("criterion", "kind", "verdict", "evidence"), rows)


def _budget(state: State) -> Iterator[Html]:
    caps = {name: limit for name, limit in state.limits.items() if limit is not None}
    if not caps:
        return
    rows: list[tuple[str, str, str]] = []
    for name, limit in caps.items():
        used = spent(state.meters, name)
        drawn = meter(float(used), float(limit)) if used is not None and float(limit) > 0 else ""
        rows.append((name.replace("_", " "), f"{'unknown' if used is None else f'{used:f}'} of {limit}", drawn))
    yield element("h2", "Budget")
    yield table((), rows, kind="facts")


def _steps(events: Sequence[Event], state: State) -> Iterator[tuple[str, ...]]:
    """A row for each call's fact: what it was, how long it took, its tokens and cost."""
    prices = {spec.name: spec.price for spec in (state.started.actors if state.started else ())}
    imported = state.started is not None and state.started.origin is not None
    tools: dict[str, str] = {}
    iteration = 0
    for event in events:
        body = event.body
        match body:
            case Recast():
                prices[body.spec.name] = body.spec.price
            case ModelCalled(attempt=1):
                iteration += 1
            case ToolCalled():
                tools[body.call] = body.tool
            case ModelAnswered():
                usage, price = body.usage, prices.get(event.actor)
                known = usage.input is not None and usage.output is not None
                cost = f"${cost_of(usage, price):f}" if price is not None and known else "?"
                tokens = f"{usage.input} → {usage.output}" if known else "?"
                what = element("a", f"{event.actor} thinks", link=f"e{event.seq}")
                yield str(iteration), what, _took(body.ms, imported=imported), tokens, cost
            case ToolReturned() | CallFailed():
                failed = isinstance(body, CallFailed)
                words = f"{tools.get(body.call, 'model')}{' failed' if failed else ''}"
                what = element("a", words, link=f"e{event.seq}", kind="bad" if failed else "")
                yield "", what, _took(body.ms, imported=imported), "", ""
            case _:
                continue


def _conversation(events: Sequence[Event], state: State) -> Iterator[Html]:
    tools: dict[str, str] = {}
    for event in events:
        said = as_edited(event, state.edits.get(event.seq, ()))
        body = said.body
        if isinstance(body, ModelAnswered):
            tools |= {f"{body.call}.{place}": call.name for place, call in enumerate(body.calls, 1)}
        spec = state.specs.get(event.actor)
        blocks = list(_blocks(said, tools, spec))
        if said is not event and blocks:
            blocks.append(folded("as it was recorded, before the edit", *_blocks(event, tools, spec, anchor=False)))
        yield from blocks


def _blocks(event: Event, tools: dict[str, str], spec: ActorSpec | None, *, anchor: bool = True) -> Iterator[Html]:
    """What a reader sees of one event; nothing of most kinds. `spec` says how the answers of its actor are read."""
    body, place = event.body, f"e{event.seq}" if anchor else ""
    match body:
        case RunStarted():
            for one in body.actors:
                yield _prompt(one.name, one.system, [tool.name for tool in one.tools])
        case Recast():
            yield _prompt(body.spec.name, body.spec.system, [tool.name for tool in body.spec.tools])
        case Said():
            yield _message(event, body.role, _text(body.shown), who=f"{body.role} to {event.actor}", id=place)
        case ModelAnswered():
            thinking = [folded("thinking", _text(body.thinking), kind="grey")] if body.thinking else []
            said = said_in(body, spec)
            words = [_text(said)] if said else []
            cut = [element("p", "cut off here", kind="held")] if body.partial else []
            spoken = [*thinking, *words, *cut]
            if spoken or not body.calls:
                yield _message(event, "assistant", *spoken, who=event.actor, id=place)
            for number, call in enumerate(body.calls):
                yield _call(event, call, "" if number or spoken else place)
        case ToolReturned():
            who = f"result of {tools.get(body.call, body.call)}"
            yield _message(event, "result", _code(body.shown), who=who, ms=body.ms, id=place)
        case CallFailed():
            who = f"{tools.get(body.call, 'the model')} failed: {body.error}"
            partial = [folded("what had come before", _text(came))] if (came := so_far(body.partial, spec)) else []
            yield _message(event, "result failed", _text(body.message), *partial, who=who, ms=body.ms, id=place)
        case _:
            words = remark(event)
            if words:
                yield element("p", f"{event.seq} · {words}", kind="note", id=place)


def _prompt(actor: str, system: str, tools: list[str]) -> Html:
    named = f"tools: {', '.join(tools)}" if tools else "no tools"
    return folded(f"system prompt of {actor}, {named}", _text(system), kind="message")


def _message(event: Event, role: str, *children: str, who: str, ms: int | None = None, id: str = "") -> Html:
    took = f"{_seconds(ms)} · " if ms else ""
    by = " · by a person" if event.by == "human" and role != "user" else ""
    head = element("header", element("b", who), element("span", by), element("span", f"{took}@{event.seq}"))
    return element("article", head, *children, kind=f"message {role}", id=id)


def _call(event: Event, call: Call, id: str) -> Html:
    head = element("header", element("b", f"{event.actor} calls {call.name}"), element("span", f"@{event.seq}"))
    return element("article", head, _code(call.arguments), kind="message call", id=id)


def _text(text: str) -> Html:
    if len(text) <= _LONG:
        return element("pre", text)
    return folded(f"{text[:160].split(chr(10), 1)[0]} … ({len(text)} characters)", element("pre", text))


def _code(text: str) -> Html:
    """JSON laid out where it is JSON."""
    try:
        value = from_json(text)
        shown = json.dumps(value, ensure_ascii=False, indent=2) if isinstance(value, dict | list) else text
    except ValueError:
        shown = text
    block = element("pre", shown, kind="code")
    return block if len(shown) <= _LONG else folded(f"{text[:120]} … ({len(text)} characters)", block, kind="code")


def _log(events: Sequence[Event]) -> Iterator[tuple[str, ...]]:
    for event in events:
        fields = as_dict(event)
        body = {name: value for name, value in fields.items() if name not in _HEAD}
        yield str(event.seq), event.by, event.body.kind, json.dumps(body, ensure_ascii=False)


_HEAD = frozenset(("branch", "seq", "by", "kind", "v"))
