"""Verbs about breakpoints and watches, and the two walks that stop at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.debugger import breaking, walks
from workbench.debugger.language.lines import Line, Lines, Look, columns, plain, short
from workbench.debugger.language.verb import Do, nothing, number
from workbench.debugger.watching import value_at
from workbench.errors import Impossible, UsedWrongly
from workbench.gates import Breakpoint

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session

_HOW = 'b tool send_email if args.to !~ "@corp.com", b error, b cost > 0.5, b repeat 3, b model'
_WORDS = 200

_LOOKS: dict[str, Look] = {"watch": "new", "invented": "wrong", "break": "held", "end": "text"}


def set_break(*, once: bool = False, trace: bool = False) -> Do:
    """A verb that sets a breakpoint; `b` alone lists them."""

    def do(talk: Talk, rest: str) -> Lines:
        if not rest and not once and not trace:
            return listed(talk, "")
        if not rest:
            raise UsedWrongly(f"on what? For instance: {_HOW}")
        return _set(talk, rest, once=once, trace=trace)

    return do


def _set(talk: Talk, text: str, *, once: bool = False, trace: bool = False) -> Lines:
    one = breaking.set_break(talk.session, text, once=once, trace=trace)
    remark = breaking.remark(talk.session, one)
    return [*plain(_words(one)), *(plain(f"  {remark}", look="held") if remark else [])]


def make_rule(talk: Talk, rest: str) -> Lines:
    """The last change that a person made, made again by itself; or a rule that is written out."""
    from workbench.debugger.ruling import make_rule
    from workbench.gates.rules import split

    if split(rest)[1]:
        return _set(talk, rest)
    return plain(_words(make_rule(talk.session, rest)))


def listed(talk: Talk, rest: str) -> Lines:
    """Every breakpoint and watch."""
    nothing(rest, "list")
    cells = [(str(one.number), short(one.words), breaking.state_of(one)) for one in talk.session.breakpoints]
    lines = plain(*columns(cells, right=(0,))) if cells else plain(f"no breakpoint is set; for instance: {_HOW}")
    return [*lines, *plain(*[f"watching {short(text)}" for text in talk.session.watches])]


def switch(enabled: bool) -> Do:
    """A verb that switches a breakpoint on or off; without a number, all."""

    def do(talk: Talk, rest: str) -> Lines:
        session = talk.session
        chosen = [_number(rest)] if rest else [one.number for one in session.breakpoints]
        if not chosen:
            raise Impossible("no breakpoint is set; b CONDITION sets one")
        return plain(*[_words(breaking.enable(session, one, enabled)) for one in chosen])

    return do


def ignore(talk: Talk, rest: str) -> Lines:
    """Let the next hits of a breakpoint pass."""
    which, _, times = rest.partition(" ")
    if not times:
        raise UsedWrongly("ignore which breakpoint, and how often? For instance: ignore 2 5")
    return plain(_words(breaking.ignore(talk.session, _number(which), number(times.strip(), "a number of times"))))


def clear(talk: Talk, rest: str) -> Lines:
    """Take one breakpoint away, or all; or the watches."""
    word, _, text = rest.partition(" ")
    if word == "watch":
        watches = talk.session.watches
        if text.strip():
            watches.remove(text.strip())
        else:
            watches.clear()
        left = ", ".join(short(one) for one in watches)
        return plain(f"watching {left}" if left else "watching nothing any more")
    breaking.clear(talk.session, _number(rest) if rest else None)
    return plain(f"breakpoint {rest} is gone" if rest else "no breakpoint is set any more")


def watch(talk: Talk, rest: str) -> Lines:
    """Show a value, and let rc stop where it became what it is; alone: every value that is watched."""
    watches = talk.session.watches
    if rest:
        return plain(_watched(talk, watches.add(rest)))
    if not len(watches):
        raise UsedWrongly('watch what? A path (watch args.to, watch cost) or a text in quotes (watch "A-1007")')
    return plain(*[_watched(talk, text) for text in watches])


def _watched(talk: Talk, text: str) -> str:
    session = talk.session
    if text[0] in "\"'":
        return f"watching {short(text)}; rc walks back to the event that first held it"
    value = session.watches.told(session, text).value
    shown = "is not there" if value is None else f"is {short(value)}"
    return f"{text} {shown} at event {session.seq}; rc walks back to where it became so"


def value(talk: Talk, rest: str) -> Lines:
    """The value at a path, where one looks; without a path, every value of the run."""
    from workbench.gates.vocabulary import FIELDS

    session = talk.session
    if rest:
        found = value_at(session, rest)
        return plain("nothing is there" if found is None else found)
    there = {name: value_at(session, name) for name in FIELDS if name != "criteria"}
    cells = [(name, short(found)) for name, found in there.items() if found is not None]
    return plain(*columns(cells))


def onward(talk: Talk, rest: str) -> Lines:
    """To the next hold; over recorded events, to the next place where a watch changed or a breakpoint would hold."""
    nothing(rest, "continue")
    return _walk(talk, walks.onward)


def backward(talk: Talk, rest: str) -> Lines:
    """Back to where a watch changed or a breakpoint would have held."""
    nothing(rest, "rc")
    return _walk(talk, walks.backward)


def _walk(talk: Talk, walk: Callable[[Session], walks.Stop]) -> Lines:
    session, before, looking = talk.session, talk.session.seq, talk.session.looking
    stop = walk(session)
    if looking is None and session.looking is None:
        return []
    words = [Line(short(stop.words, _WORDS), _LOOKS[stop.kind])] if stop.words else []
    return [*talk.walked(before), *words]


def _number(text: str) -> int:
    return number(text, "a breakpoint's number")


def _words(one: Breakpoint) -> str:
    state = breaking.state_of(one)
    what = "rule" if one.action else "breakpoint"
    return f"{what} {one.number}: {short(one.words)}" + (f" ({state})" if state else "")
