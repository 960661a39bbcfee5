"""Verbs that go on with a run, and those that walk over what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Lines
from workbench.debugger.language.verb import Do, nothing, number

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.past import Stride
    from workbench.debugger.session import Session


def onward(verb: str, go: Callable[[Session], None]) -> Do:
    """A verb that releases the run; while one looks back, it walks over recorded events instead."""

    def do(talk: Talk, rest: str) -> Lines:
        nothing(rest, verb)
        looking, before = talk.session.looking, talk.session.seq
        go(talk.session)
        return [] if looking is None else talk.walked(before)

    return do


def backward(verb: str, stride: Stride) -> Do:
    """A verb that walks back over recorded events."""

    def do(talk: Talk, rest: str) -> Lines:
        nothing(rest, verb)
        before = talk.session.seq
        talk.session.back(stride)
        return talk.walked(before)

    return do


def until(talk: Talk, rest: str) -> Lines:
    """To an event: a look at one that is recorded, a run to one that is not."""
    seq, session = number(rest), talk.session
    if seq <= session.newest.seq:
        return look(talk, rest)
    session.look(None)
    session.proceed()
    talk.until = seq
    return []


def look(talk: Talk, rest: str) -> Lines:
    """At an event, or at the newest."""
    session = talk.session
    if rest in ("", "newest"):
        session.look(None)
        return []
    session.look(number(rest))
    return talk.walked(session.seq + 1)


def pause(talk: Talk, rest: str) -> Lines:
    """Hold at the next boundary."""
    nothing(rest, "pause")
    talk.session.pause()
    return []


def now(talk: Talk, rest: str) -> Lines:
    """No more waiting before the model is asked again."""
    nothing(rest, "now")
    talk.session.now()
    return []


def take_over(talk: Talk, rest: str) -> Lines:
    """Become the writer."""
    nothing(rest, "take-over")
    talk.session.take_over()
    return []


def leave(talk: Talk, rest: str) -> Lines:
    """Out of it."""
    nothing(rest, "quit")
    talk.over = talk.quit = True
    return []


def close(talk: Talk, rest: str) -> Lines:
    """Out of this session."""
    nothing(rest, "close")
    talk.over = True
    return []
