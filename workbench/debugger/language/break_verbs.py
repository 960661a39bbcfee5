"""Verbs about breakpoints and watches, and the two walks that stop at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger import breaking
from workbench.debugger.language.lines import Line, Lines, columns, plain, short
from workbench.debugger.language.verb import Do, nothing, number
from workbench.debugger.recorded_hits import RecordedHit, hit_before, next_hit
from workbench.debugger.whence import whence
from workbench.errors import Impossible, UsedWrongly
from workbench.gates import Breakpoint

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk

_HOW = 'b tool send_email if args.to !~ "@corp.com", b error, b cost > 0.5, b repeat 3, b model'


def set_break(*, once: bool = False, trace: bool = False) -> Do:
    """A verb that sets a breakpoint; `b` alone lists them."""

    def do(talk: Talk, rest: str) -> Lines:
        if not rest and not once and not trace:
            return listed(talk, "")
        if not rest:
            raise UsedWrongly(f"on what? For instance: {_HOW}")
        return plain(_words(breaking.set_break(talk.session, rest, once=once, trace=trace)))

    return do


def listed(talk: Talk, rest: str) -> Lines:
    """Every breakpoint and the watch."""
    nothing(rest, "list")
    cells = [(str(one.number), short(one.text), _state(one)) for one in talk.session.breakpoints]
    lines = plain(*columns(cells, right=(0,))) if cells else plain(f"no breakpoint is set; for instance: {_HOW}")
    return [*lines, *plain(f"watching {talk.watching}")] if talk.watching else lines


def switch(enabled: bool) -> Do:
    """A verb that switches a breakpoint on or off; without a number, all."""

    def do(talk: Talk, rest: str) -> Lines:
        session = talk.session
        chosen = [_number(rest)] if rest else [one.number for one in session.breakpoints]
        if not chosen:
            raise Impossible("no breakpoint is set")
        return plain(*[_words(breaking.enable(session, one, enabled)) for one in chosen])

    return do


def ignore(talk: Talk, rest: str) -> Lines:
    """Let the next hits of a breakpoint pass."""
    which, _, times = rest.partition(" ")
    if not times:
        raise UsedWrongly("ignore which breakpoint, and how often? For instance: ignore 2 5")
    return plain(_words(breaking.ignore(talk.session, _number(which), number(times.strip(), "how often"))))


def clear(talk: Talk, rest: str) -> Lines:
    """Take one breakpoint away, or all."""
    if rest == "watch":
        talk.watching = ""
        return plain("watching nothing any more")
    breaking.clear(talk.session, _number(rest) if rest else None)
    return plain(f"breakpoint {rest} is gone" if rest else "no breakpoint is set any more")


def watch(talk: Talk, rest: str) -> Lines:
    """Show a value, and let rc stop where it became what it is."""
    path = rest or talk.watching
    if not path:
        raise UsedWrongly('watch what? A path (watch args.to, watch cost) or a text in quotes (watch "A-1007")')
    if path[0] in "\"'":
        talk.watching = path
        return plain(f"watching {short(path)}; rc walks back to the event that first held it")
    value = breaking.watched(talk.session, path)
    talk.watching = path
    shown = "is not there" if value is None else f"is {short(value)}"
    return plain(f"{path} {shown} at event {talk.session.seq}; rc walks back to where it became so")


def value(talk: Talk, rest: str) -> Lines:
    """The value at a path, where one looks; without a path, every value of the run."""
    from workbench.gates.vocabulary import FIELDS

    session = talk.session
    if rest:
        found = breaking.watched(session, rest)
        return plain("nothing is there" if found is None else found)
    there = {name: breaking.watched(session, name) for name in FIELDS if name != "criteria"}
    cells = [(name, short(found)) for name, found in there.items() if found is not None]
    return plain(*columns(cells))


def onward(talk: Talk, rest: str) -> Lines:
    """To the next hold; over recorded events, to the next place where a breakpoint would have held."""
    nothing(rest, "continue")
    session = talk.session
    if session.looking is None:
        session.proceed()
        return []
    before = session.seq
    hit = next_hit(session)
    session.look(None if hit is None else hit.seq)
    return [*talk.walked(before), *_hit(hit)]


def backward(talk: Talk, rest: str) -> Lines:
    """Back to where the watched value changed, else to the last place where a breakpoint would have held."""
    nothing(rest, "rc")
    session, before = talk.session, talk.session.seq
    if talk.watching[:1] in ("'", '"'):
        return _first_held(talk, talk.watching.strip("'\""))
    if talk.watching:
        if breaking.back_to_change(session, talk.watching) is None:
            raise Impossible(f"{talk.watching} was so from the beginning; clear watch walks without it")
        value = breaking.watched(session, talk.watching)
        shown = "is not there any more" if value is None else f"became {short(value)}"
        return [*talk.walked(before), Line(f"{talk.watching} {shown} here", "new")]
    hit = hit_before(session)
    if hit is None:
        session.back("run")
        return talk.walked(before)
    session.look(hit.seq)
    return [*talk.walked(before), *_hit(hit)]


def _first_held(talk: Talk, text: str) -> Lines:
    """Back to the event that introduced a text."""
    session, before = talk.session, talk.session.seq
    found = whence(session.events(0, before), text)
    if found.first is None or found.first.seq == before:
        where = "no event up to here holds it" if found.first is None else "this is the event that first held it"
        raise Impossible(f"{where}: {short(text, 60)}; clear watch walks without it")
    session.look(found.first.seq)
    return [*talk.walked(before), Line(short(str(found), 200), "wrong" if found.invented else "new")]


def _hit(hit: RecordedHit | None) -> Lines:
    return [] if hit is None else [Line(f"here it would hold: {short(hit.reason)}", "held")]


def _number(text: str) -> int:
    return number(text, "a breakpoint's number")


def _words(one: Breakpoint) -> str:
    state = _state(one)
    return f"breakpoint {one.number}: {short(one.text)}" + (f" ({state})" if state else "")


def _state(one: Breakpoint) -> str:
    parts = [
        "" if one.enabled else "off",
        "once" if one.once else "",
        "trace" if one.trace else "",
        f"ignores {one.ignore} more" if one.ignore else "",
        f"{one.hits} hits" if one.hits > 1 else "1 hit" if one.hits else "",
    ]
    return ", ".join(part for part in parts if part)
