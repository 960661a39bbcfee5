"""Verbs that look: where one is, the steps, the calls, what the model saw, what was used and what is met."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Line, Lines, Look, block, columns, plain, short
from workbench.debugger.language.telling import short_call, told
from workbench.debugger.language.verb import nothing, number
from workbench.debugger.language.where import place, sentence
from workbench.debugger.meters import COUNTERS, Meter, meters, off_by
from workbench.debugger.replaying import saved, served
from workbench.debugger.whence import around
from workbench.debugger.words import count, duration
from workbench.errors import Impossible, NotFound, UsedWrongly
from workbench.events import measure_of

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session
    from workbench.debugger.steps import Step
    from workbench.events import ActorSpec, Event

_ROWS = 20
_FOUND = 100
_SIGNS = {"met": "✓", "unmet": "✗", "claimed": "~", "unknown": "?", "regressed": "↓"}


def where(talk: Talk, rest: str) -> Lines:
    """The place, and the one sentence."""
    nothing(rest, "where")
    return [Line(f"{place(talk.session)}  {sentence(talk.session, steady=talk.steady)}", "held")]


def steps(talk: Talk, rest: str) -> Lines:
    """The steps around the place one looks at."""
    session, rows = talk.session, talk.session.steps.rows
    if not rows:
        return plain("nothing has happened yet: s takes the first step")
    here = max((at for at, row in enumerate(rows) if row.seq <= session.seq), default=0)
    most = len(rows) if rest == "all" else number(rest, "a number of steps") if rest else _ROWS
    first = max(0, here - most + 1)
    shown = rows[first : here + 1] if most < len(rows) else rows
    cells = [_step(row, row is rows[here], timed=not talk.steady) for row in shown]
    lines = [Line(text, _look(row)) for text, row in zip(columns(cells, right=(0, 1)), shown, strict=True)]
    left_out = len(rows) - len(shown)
    return [*lines, *plain(f"{left_out} more: steps all", look="faint")] if left_out else lines


def _step(step: Step, here: bool, *, timed: bool) -> tuple[str, ...]:
    named = step.kind in ("call", "note") or (step.kind == "result" and step.standing == "failed")
    words = (
        step.label
        if step.kind == "said"
        else f"{step.label}: {step.detail}".removesuffix(": ")
        if named
        else step.detail
    )
    figures = "" if step.input_tokens is None else f"{count(step.input_tokens)}+{count(step.output_tokens or 0)} tok"
    took = f" {duration(step.ms)}" if timed and step.ms else ""
    mark = f"{'→' if here else ' '}{step.seq}"
    state = "" if step.standing == "done" else step.standing
    return mark, str(step.iteration or ""), step.kind, step.call, short(words, 80), (figures + took).strip(), state


def _look(step: Step) -> Look:
    return "wrong" if step.standing == "failed" else "held" if step.standing in ("held", "doubt") else "text"


def calls(talk: Talk, rest: str) -> Lines:
    """Every tool call, or one with its arguments and result."""
    rows = [row for row in talk.session.steps.rows if row.kind == "call"]
    if rest:
        return _call(talk.session, rest, rows)
    waiting = [want for actor in talk.session.newest.actors.values() for want in actor.wants if want.status == "wanted"]
    cells = [(row.call, short_call(row.label, row.detail), row.standing) for row in rows]
    cells += [(want.call, short_call(want.tool, want.arguments), "to come") for want in waiting]
    return plain(*columns(cells)) if cells else plain("no tool was called yet")


def _call(session: Session, call: str, rows: list[Step]) -> Lines:
    row = next((row for row in rows if row.call == call), None)
    if row is None:
        raise NotFound(f"no tool call goes by {call!r}; 'calls' lists them")
    lines = [Line(f"{call} {row.label}, {row.standing}", "strong")]
    for seq in dict.fromkeys((row.seq, row.last)):
        body = session.event(seq).body
        for name, title in (("arguments", "arguments"), ("content", "result"), ("message", "failed")):
            text = getattr(body, name, None)
            if isinstance(text, str):
                lines += [*plain(f"  {title} @{seq}", look="faint"), *block(text, 4)]
    return lines


def event(talk: Talk, rest: str) -> Lines:
    """One event, whole."""
    from workbench.events import as_dict
    from workbench.events.text import as_json

    session = talk.session
    seq = number(rest) if rest else session.seq
    if not 1 <= seq <= session.newest.seq:
        raise Impossible(f"there is no event {seq}: this branch has 1 to {session.newest.seq}")
    fields = as_dict(session.event(seq))
    varying = ("branch", "at", "ms", "v") if talk.steady else ("branch", "v")
    lines: Lines = []
    for name, value in fields.items():
        if name not in varying:
            head, *more = block(value if isinstance(value, str) else as_json(value), 0)
            lines += [Line(f"{name:<10}{head.text}"), *[Line(" " * 10 + line.text) for line in more]]
    return lines


def search(talk: Talk, rest: str) -> Lines:
    """Every event that says the text."""
    if not rest:
        raise UsedWrongly("find what? For instance: find A-1007")
    wanted = re.compile(r"\s+".join(map(re.escape, rest.split())), re.IGNORECASE)
    lines: Lines = []
    found = 0
    for event in talk.session.events():
        said = next((one for one in map(wanted.search, _texts(event.body)) if one is not None), None)
        if said is None:
            continue
        found += 1
        if found <= _FOUND:
            lines += _found(event, talk.session.newest.specs, wanted, said)
    if not found:
        return plain(f"nothing says {short(rest, 60)!r} up to event {talk.session.newest.seq}")
    left_out = f"{found - _FOUND} more events say it: look for more of it"
    return [*lines, *plain(left_out, look="faint")] if found > _FOUND else lines


def _found(event: Event, specs: Mapping[str, ActorSpec], wanted: re.Pattern[str], said: re.Match[str]) -> Lines:
    """The lines of an event, and where they are cut before the words, those words with some around them."""
    lines = told([event], specs)
    if any(wanted.search(line.text) for line in lines):
        return lines
    head = lines or [Line(f"{event.seq:>5}  {event.body.kind}", "faint")]
    return [*head, Line(f"{'':16}{short(around(said.string, said.start(), said.end()))}", "new")]


def _texts(body: object) -> list[str]:
    """What a body says, in any of its fields that hold words."""
    said = [getattr(body, name, "") for name in ("text", "content", "message", "output", "arguments", "value")]
    asked = [part for call in getattr(body, "calls", ()) for part in (call.name, call.arguments)]
    return [text for text in (*said, *asked) if isinstance(text, str)]


def budget(talk: Talk, rest: str) -> Lines:
    """What was used, and of each cap: what is set aside, and what follows at it."""
    nothing(rest, "budget")
    state = talk.session.state
    cells: list[tuple[str, ...]] = []
    for one in meters(state, COUNTERS):
        if talk.steady and one.name == "seconds":
            continue
        follow = f"then {one.follow.replace('_', ' ')}{' (reached)' if one.reached else ''}"
        cap = f"of {_exact(one, one.limit)}, {follow}" if one.limit is not None else "no cap"
        more = [f"{_exact(one, one.aside)} set aside"] if one.aside else []
        more += [f"{_exact(one, one.added)} since the fork"] if one.added else []
        cells.append((one.name, _exact(one, one.used), ", ".join([cap, *more])))
    off, given = off_by(state), saved(talk.session)
    more = [f"what requests read was estimated {off}"] if off else []
    return plain(*columns(cells, right=(1,)), *more, *([] if given is None else [served(given)]))


def _exact(meter: Meter, amount: Decimal | None) -> str:
    """An amount to the last token."""
    counts = measure_of(meter.name).what not in ("cost", "seconds")
    return str(int(amount)) if counts and amount is not None else meter.shown(amount)


def criteria(talk: Talk, rest: str) -> Lines:
    """Each criterion, its verdict and the evidence."""
    nothing(rest, "criteria")
    state = talk.session.state
    listed = state.started.criteria if state.started else ()
    if not listed:
        return plain("this run has no criteria: a scenario names them under acceptance_criteria")
    lines: Lines = []
    for criterion in listed:
        verdict = state.verdicts.get(criterion.name)
        word = "unmet" if verdict is None else verdict.standing
        shown = f"  @{verdict.seq} {short(verdict.words, 60)}" if verdict is not None and verdict.seq else ""
        if verdict is not None and verdict.unsure:
            shown = f"{shown}  {'met before; ' if verdict.held else ''}{short(verdict.reason)}"
        look: Look = "good" if word == "met" else "held" if word in ("claimed", "unknown") else "text"
        lines.append(Line(f"{_SIGNS[word]} {word:<7} {short(criterion.name, 40)} ({criterion.kind}){shown}", look))
    return lines


def model_call(session: Session, rest: str) -> int:
    """The event of the model call that `rest` names; by default the last up to the place one looks at.

    Raises:
        NotFound: there is none.
    """
    asked = [row for row in session.steps.rows if row.kind == "think"]
    if not rest:
        asked = [row for row in asked if row.seq <= session.seq]
        if not asked:
            raise NotFound("no model was asked up to here; s steps to the first call")
        return asked[-1].seq
    if rest.removeprefix("@").isdecimal():
        return number(rest)
    row = next((row for row in asked if row.call == rest), None)
    if row is None:
        raise NotFound(f"no model call goes by {rest!r}; 'steps' lists them")
    return row.seq
