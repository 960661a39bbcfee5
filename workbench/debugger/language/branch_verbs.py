"""Verbs about branches: fork, the tree of them, going from one to another."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from workbench.budget import spent
from workbench.debugger import forking
from workbench.debugger.changing import undone_by
from workbench.debugger.language.lines import Line, Lines, short
from workbench.debugger.language.verb import nothing, number
from workbench.debugger.language.where import sentence
from workbench.debugger.words import dollars, standing
from workbench.errors import Impossible, UsedWrongly
from workbench.events import Forked
from workbench.state import State

if TYPE_CHECKING:
    from workbench.debugger.desk import BranchLine
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session


async def fork(talk: Talk, rest: str) -> Lines:
    """Leave this branch after an event; with --n, several forks that are run to their end or first hold."""
    seq, many, model, persona = _fork_words(rest)
    session = talk.session
    seq = session.seq if seq is None else seq
    forks = forking.fork(talk.desk, session, seq, many or 1, model=model, persona=persona)
    for one in forks:
        talk.join(one)
    if many is None:
        talk.go_to(forks[0], shown=seq)
        return [Line(f"now on {forks[0].identity.branch}; switch {session.identity.branch} goes back", "new")]
    talk.show([Line(f"not undone: {short(words)}", "held") for words in undone_by(session, seq)])
    for one in forks:
        one.proceed()
    for one in forks:
        await talk.stand_still(one)
    return [Line(f"{one.identity.branch}  {_outcome(talk, one)}") for one in forks]


def _fork_words(rest: str) -> tuple[int | None, int | None, str | None, str | None]:
    """Place, how many, model and persona."""
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise UsedWrongly(f"{short(rest, 60)!r} has a quote that is never closed") from error
    seq: int | None = None
    given: dict[str, str] = {}
    while words:
        word = words.pop(0)
        if word in ("--n", "--model", "--persona"):
            if not words:
                raise UsedWrongly(f"{word} needs something behind it")
            given[word] = words.pop(0)
        elif seq is None:
            seq = number(word)
        else:
            raise UsedWrongly(f"{word!r} says nothing; a fork goes: fork [SEQ] [--n N] [--model P:M] [--persona NAME]")
    many = number(given["--n"], "a number of forks") if "--n" in given else None
    if many is not None and not 1 <= many <= forking.MOST_FORKS:
        raise UsedWrongly(f"--n {many}: should be 1 to {forking.MOST_FORKS}")
    return seq, many, given.get("--model"), given.get("--persona")


def _outcome(talk: Talk, session: Session) -> str:
    state = session.newest
    return f"{sentence(session, steady=talk.steady)}  {_figures(state)}  {short(state.output, 60)}".rstrip()


def tree(talk: Talk, rest: str) -> Lines:
    """Every branch, under the one that it left."""
    nothing(rest, "branches")
    rows = talk.desk.branches(talk.session.identity.session)
    below: dict[str | None, list[BranchLine]] = {}
    for row in rows:
        below.setdefault(row.parent, []).append(row)
    lines: Lines = []

    def add(parent: str | None, depth: int) -> None:
        for row in below.get(parent, []):
            mark = "→" if row.name == talk.session.identity.branch else " "
            left = f" left {parent} after {row.parent_seq}" if parent else ""
            words = f"{row.name}{left}, {row.last_seq} events  {_figures(row.state)}  {_stands(row.state, talk.steady)}"
            lines.append(Line(f"{mark} {'  ' * depth}{words}", "strong" if mark == "→" else "text"))
            add(row.name, depth + 1)

    add(None, 0)
    return lines


def _stands(state: State, steady: bool) -> str:
    if state.ended is None and state.held is not None:
        return f"held · {state.held.gate}" if steady else short(standing(state), 60)
    return short(standing(state), 60)


def _figures(state: State) -> str:
    """Cost and criteria in a few words."""
    listed = state.started.criteria if state.started else ()
    met = sum(verdict.met is True for verdict in state.verdicts.values())
    return dollars(spent(state.meters, "cost")) + (f"  {met} of {len(listed)} met" if listed else "")


def switch(talk: Talk, rest: str) -> Lines:
    """Go to another branch."""
    if not rest:
        names = ", ".join(row.name for row in talk.desk.branches(talk.session.identity.session))
        raise UsedWrongly(f"switch to which branch? There are: {names}")
    if rest == talk.session.identity.branch:
        raise Impossible(f"{rest} is where you are")
    if talk.session.driving:
        raise Impossible("this branch is under way: pause holds it, then you can leave it")
    talk.go_to(talk.branch(rest))
    return []


def forked_after(session: Session) -> int:
    """The event of its parent after which a fork begins."""
    for event in reversed(session.events()):
        if isinstance(event.body, Forked):
            return event.body.parent_seq
    raise Impossible(f"{session.identity.branch} is no fork")
