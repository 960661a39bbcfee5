"""This program's own JSONL: a line for the session, then a line for each event. It imports to an equal session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, TypeGuard, get_args

from pydantic import ValidationError

from workbench.budget import check_limit
from workbench.errors import StoreError, UsedWrongly
from workbench.events import By, Event, LimitSet, RunStarted, as_dict, decode
from workbench.events.text import as_json, clean
from workbench.exchange.recording import Branch, Recording, Unfit, renumbered
from workbench.exchange.shapes import Fields
from workbench.exchange.untrusted import a_count, a_list, a_number, a_text, an_object, decode_json
from workbench.state import State, apply

VERSION = 1
_ABOUT_THE_RUN = frozenset(
    "run_started held released writer_took forked limit_set tallied run_ended noted replay_began"
    " redone difference_ruled".split()
)
_HEAD = frozenset("branch seq at by actor kind v".split())
Lines = list[tuple[int, str]]


def export_jsonl(recording: Recording) -> Iterator[str]:
    """The lines of the file, each with its newline. Branches are numbered from 1 in the order given."""
    numbers = {branch.number: place for place, branch in enumerate(recording.branches, 1)}
    own = {branch.number: recording.own(branch.number) for branch in recording.branches}
    branches = [
        {
            "branch": numbers[branch.number],
            "name": branch.name,
            "parent": None if branch.parent is None else numbers[branch.parent],
            "parent_seq": branch.parent_seq,
            "events": len(own[branch.number]),
        }
        for branch in recording.branches
    ]
    session = {
        "kind": "session",
        "v": VERSION,
        "id": recording.id,
        "title": recording.title,
        "tags": list(recording.tags),
        "created": recording.created,
        "head": numbers[recording.head],
        "branches": branches,
    }
    yield as_json(session) + "\n"
    for events in own.values():
        for event in renumbered(events, numbers):
            yield as_json(as_dict(event)) + "\n"


def sessions(lines: Lines) -> Iterator[tuple[str, partial[Recording]]]:
    """Each session of a file by its label; `lines` are (number, text) of those that are not blank.

    A session is taken whole or refused (`Unfit`), never by halves.
    """
    starts = [place for place, (_, line) in enumerate(lines) if _is_session(line)]
    for start, end in pairwise([*starts, len(lines)]):
        yield f"session at line {lines[start][0]}", partial(_session, lines[start:end])


def _is_session(line: str) -> bool:
    if '"session"' not in line:
        return False
    try:
        return an_object(decode_json(line)).get("kind") == "session"
    except ValueError:
        return False


def _session(lines: Lines) -> Recording:
    head = an_object(decode_json(lines[0][1]))
    if head.get("v") != VERSION:
        raise Unfit(f"it is of form {head.get('v')!r}, and this Workbench reads form {VERSION}")
    branches, told = _branches(head)
    events: dict[int, list[Event]] = {branch.number: [] for branch in branches}
    for number, line in lines[1:]:
        event = _event(number, line)
        if event.branch not in events:
            raise Unfit(f"line {number}: there is no branch {event.branch}")
        events[event.branch].append(event)
    for branch in branches:
        count = told[branch.number]
        if count is not None and count != len(events[branch.number]):
            held = len(events[branch.number])
            raise Unfit(f"it is cut off: branch {branch.name} has {count} events and {held} are here; export it again")
    _check_lineages(branches, events)
    at = a_count(head.get("head"))
    return Recording(
        title=clean(a_text(head.get("title"))),
        events=tuple([event for branch in branches for event in events[branch.number]]),
        branches=branches,
        tags=tuple([clean(tag) for tag in a_list(head.get("tags")) if isinstance(tag, str)]),
        created=a_number(head.get("created")),
        head=at if at in events else branches[0].number,
        id=clean(a_text(head.get("id"))),
    )


def _branches(head: Fields) -> tuple[tuple[Branch, ...], Mapping[int, int | None]]:
    """The branches that the first line tells of, and how many events each should have."""
    found: dict[int, Branch] = {}
    told: dict[int, int | None] = {}
    for fields in map(an_object, a_list(head.get("branches"))):
        number, parent, name = a_count(fields.get("branch")), a_count(fields.get("parent")), a_text(fields.get("name"))
        if number is None or number in found:
            raise Unfit("its first line tells of a branch without a number of its own")
        if parent not in found if found else parent is not None:
            raise Unfit(f"its first line tells of branch {number} before its parent")
        name = clean(name) or (f"b{number}" if found else "main")
        if set(name) & set("/@") or any(name == branch.name for branch in found.values()):
            raise Unfit(f"its first line gives branch {number} a name that is taken or has `/` or `@` in it")
        found[number] = Branch(number, name, parent, (a_count(fields.get("parent_seq")) or 0) if found else 0)
        told[number] = a_count(fields.get("events"))
    if not found:
        raise Unfit("its first line tells of no branches")
    return tuple(found.values()), told


def _event(number: int, line: str) -> Event:
    try:
        fields = an_object(decode_json(line))
    except ValueError as error:
        raise Unfit(f"line {number} is not whole, so nothing of the session is taken ({error})") from None
    branch, seq, at, actor = [fields.get(key) for key in ("branch", "seq", "at", "actor")]
    at = a_number(at)
    if not (_fits(branch) and _fits(seq)) or at is None or not isinstance(actor, str):
        raise Unfit(f"line {number}: branch, seq, at and actor should be two numbers, a time and a name")
    if fields.get("by") not in get_args(By):
        raise Unfit(f"line {number}: by should be one of {', '.join(get_args(By))}")
    body = clean(as_json({key: value for key, value in fields.items() if key not in _HEAD}))
    try:
        version = a_count(fields.get("v", 1))
        fact = decode(a_text(fields.get("kind")), 0 if version is None else version, body)
    except StoreError as error:
        raise Unfit(f"line {number}: {_first_fault(error)}") from None
    return Event(branch, seq, at, fields["by"], clean(actor), fact)


def _first_fault(error: StoreError) -> str:
    """In one line: which field of a damaged body is wrong, or what the error says itself."""
    if isinstance(error.__cause__, ValidationError):
        fault = error.__cause__.errors(include_url=False, include_input=False)[0]
        return ".".join(map(str, fault["loc"])) + f": {fault['msg']}"
    return str(error)


def _fits(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 < value < 1 << 31


def _check_lineages(branches: tuple[Branch, ...], events: Mapping[int, list[Event]]) -> None:
    """Fold every branch, so that what is written to a store can be opened.

    Raises:
        Unfit: an event cannot stand where it stands.
    """
    known = {branch.number: branch for branch in branches}
    roots = {branch.number: _owner(known, branch) for branch in branches}
    wanted = set(roots.values())
    states: dict[tuple[int, int], State] = {(0, 0): State()}
    for branch in branches:
        state = states.get(roots[branch.number])
        if state is None:
            raise Unfit(f"branch {branch.name} forks at event {branch.parent_seq}, which its parent does not have")
        for event in events[branch.number]:
            state = _after(state, event)
            if (branch.number, event.seq) in wanted:
                states[branch.number, event.seq] = state
    if not events[branches[0].number]:
        raise Unfit("it has no events")


def _owner(known: Mapping[int, Branch], branch: Branch) -> tuple[int, int]:
    """The branch and seq that hold the last event before those of `branch` itself; zeros where there is none."""
    at = branch
    while at.parent is not None and branch.parent_seq <= at.parent_seq:
        at = known[at.parent]
    return (at.number, branch.parent_seq) if at is not branch and branch.parent_seq else (0, 0)


def _after(state: State, event: Event) -> State:
    body = event.body
    if event.seq != state.seq + 1:
        raise Unfit(f"event {state.seq + 1} is missing before event {event.seq}")
    if isinstance(body, RunStarted) != (event.seq == 1):
        raise Unfit(f"event {event.seq} is {body.kind!r}; run_started has to be event 1, and only that")
    if isinstance(body, RunStarted) and len({spec.name for spec in body.actors}) != (len(body.actors) or 1):
        raise Unfit("run_started names no actors, or one twice")
    if event.at < state.at:
        raise Unfit(f"event {event.seq} is earlier than the one before it")
    if body.kind not in _ABOUT_THE_RUN and event.actor not in state.actors:
        raise Unfit(f"event {event.seq} is about {event.actor!r}, who takes no part in the run")
    try:
        for cap in [body] if isinstance(body, LimitSet) else body.caps if isinstance(body, RunStarted) else []:
            check_limit(cap.name, cap.limit)
        return apply(state, event)
    except UsedWrongly as error:
        raise Unfit(f"event {event.seq}: {error}") from None
    except (LookupError, ArithmeticError, ValueError):
        raise Unfit(f"event {event.seq} ({body.kind}) cannot stand here") from None
