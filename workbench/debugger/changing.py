"""The verbs that change a run: edit and revert, stand in for the model or a tool, skip.

An edit that nothing has used yet is made in place; one that a recorded intent has used leaves the recording as it
is and is made in a fork that begins just before the first use.
"""

from __future__ import annotations

import json
from typing import Any, Literal, TypeVar, cast

from workbench.debugger.casting import casts, revert_cast
from workbench.debugger.session import Session
from workbench.debugger.used import prompt_use, use_of
from workbench.decide import replaceable
from workbench.errors import Impossible, UsedWrongly
from workbench.events import Call, CallFailed, ModelAnswered, Said, ToolReturned, Usage
from workbench.events.text import from_json
from workbench.run.editable import EditedField, editable
from workbench.state import CallModel, CallTool

C = TypeVar("C", CallModel, CallTool)


def edit(session: Session, target: int, field: EditedField, value: str, *, call: str = "") -> Session:
    """Let event `target` say `value`; the session to go on with, which is a fork where the change was used already.

    Args:
        field: `text` of what was said or answered, `content` of a result, `message` of a failure, or the
            `arguments` of the answer's call `call`, as JSON text.

    Raises:
        Impossible: the event has no such field, nothing would change, or a model is being asked it right now.
        UsedWrongly: arguments that are no JSON object, or that the tool's schema refuses.
    """
    run = session.writer()
    was = editable(run.told(target), field, call)
    if was is None:
        raise Impossible(f"event {target} is {run.event(target).body.kind} and has no {field} to edit")
    if was == value:
        raise Impossible("nothing was changed")
    if field == "arguments":
        _check_arguments(session, target, call, value)
    used = use_of(session, target, call)
    if used is None:
        broken_off = run.state.actors[run.event(target).actor].partial
        run.change(target, field, value, call=call)
        if broken_off is not None and broken_off.seq == target:
            run.settle(broken_off.call, "accept")  # what a person makes of a partial answer is the answer
        return session
    actor = run.event(used.seq).actor
    asking = run.state.actors[actor].asking
    if asking is not None and asking.seq <= used.seq and not asking.doubt:
        raise Impossible("the model is being asked this right now: ctrl+c twice breaks it off, then it can be edited")
    fork = session.fork(used.forks_at)
    fork.writer().change(target, field, value, call=call)
    return fork


def revert(session: Session, seq: int) -> Session:
    """Take back the edit, or the change of an actor, that event `seq` made, by the same rule as an edit."""
    run = session.writer()
    found = next(((target, one) for target, edits in run.state.edits.items() for one in edits if one.seq == seq), None)
    if found is None:
        cast = next((one for one in casts(session) if one.seq == seq), None)
        return _uncut(session, seq) if cast is None else revert_cast(session, cast)
    target, gone = found
    used = use_of(session, target, gone.call, after=seq)
    place = session if used is None else session.fork(used.forks_at)
    place.writer().revert(seq)
    return place


def revertible(session: Session) -> list[int]:
    """The events whose edits, or changes of an actor, hold and can be taken back, in order; without any, the cuts."""
    edits = [edit.seq for edits in session.newest.edits.values() for edit in edits]
    changes = sorted([*edits, *[cast.seq for cast in casts(session)]])
    return changes or sorted(cut.seq for actor in session.newest.actors.values() for cut in actor.cuts)


def _uncut(session: Session, seq: int) -> Session:
    """Tell again what the cut at event `seq` left out: in a fork, if a model was asked since."""
    run = session.writer()
    name = next((name for name, one in run.state.actors.items() if any(cut.seq == seq for cut in one.cuts)), None)
    if name is None:
        raise Impossible(f"event {seq} is no edit that holds")
    used = prompt_use(session, name, seq)
    place = session if used is None else session.fork(used.forks_at)
    place.writer().revert(seq)
    return place


def skip(session: Session, call: str = "") -> None:
    """Don't run the held tool call (or `call`); the agent is told that a person skipped it."""
    command = _offered(session, CallTool, call)
    fact = CallFailed(call=command.call, error="skipped", message="a person skipped this call; it was not run")
    session.writer().stand_in(fact)
    session.drive()


def give(session: Session, result: str, call: str = "") -> None:
    """Answer as the tool: the held tool call (or `call`) is not run, and this is its result."""
    command = _offered(session, CallTool, call)
    session.writer().stand_in(ToolReturned(call=command.call, content=result))
    session.drive()


def held_call(session: Session) -> CallTool:
    """The tool call that skip and return are about.

    Raises:
        Impossible: no tool call waits to be made.
    """
    return _offered(session, CallTool, "")


def held_thought(session: Session) -> None:
    """Whether a person could answer as the model now.

    Raises:
        Impossible: no model call waits to be made.
    """
    if session.person.question is None:
        _offered(session, CallModel, "")


def answer_as_model(session: Session, text: str, calls: tuple[Call, ...] = ()) -> None:
    """Answer as the model, which is not asked and costs nothing."""
    if session.person.question is not None:
        session.person.answer(text, calls)
        return
    command = _offered(session, CallModel, "")
    usage = Usage(input=0, output=0)
    fact = ModelAnswered(call=command.call, text=text, calls=calls, usage=usage, model="human", finish="stop")
    session.writer().stand_in(fact)
    session.drive()


def rule_on_partial(session: Session, ruling: Literal["accept", "discard"]) -> None:
    """Let what came of the answer that was broken off count as it is, or have the model asked again.

    Raises:
        Impossible: no answer was broken off here, or it was ruled on already.
    """
    run = session.writer()
    call = next((actor.partial.call for actor in run.state.actors.values() if actor.partial is not None), None)
    if call is None:
        raise Impossible(f"no answer was broken off here, so there is nothing to {ruling}; pause twice breaks one off")
    run.settle(call, ruling)


def undone_by(session: Session, seq: int) -> list[str]:
    """The effect calls after event `seq` that a fork from there would not take back, in words."""
    from workbench.run.inheritance import ABOUT_EFFECTS, undone

    effects = undone(session.events_of(*ABOUT_EFFECTS, after=seq))
    return [f"{one.tool}({one.arguments})" for one in effects]


def editables(session: Session, seq: int) -> list[tuple[EditedField, str, str]]:
    """What can be edited of event `seq`: field, call id where it is arguments, and the text as it stands."""
    run = session.run
    event = run.told(seq) if run is not None else session.event(seq)
    body = event.body
    found: list[tuple[EditedField, str, str]] = []
    if isinstance(body, Said | ModelAnswered):
        found.append(("text", "", body.text))
    if isinstance(body, ToolReturned):
        found.append(("content", "", body.content))
    if isinstance(body, CallFailed):
        found.append(("message", "", body.message))
    if isinstance(body, ModelAnswered):
        for place, call in enumerate(body.calls, 1):
            found.append(("arguments", f"{body.call}.{place}", call.arguments))
    return found


def _offered(session: Session, kind: type[C], call: str) -> C:
    """The command of this kind that could be performed now: the held one, or the one with this id."""
    session.writer()
    held = session.newest.held
    wanted = call or (held.call if held is not None and held.call else "")
    offered = [command for command in replaceable(session.newest) if isinstance(command, kind)]
    chosen = next((command for command in offered if command.call == wanted), None)
    if chosen is None and not call and offered:
        chosen = offered[0]
    if chosen is None:
        what = "tool call" if kind is CallTool else "model call"
        there = ", ".join(command.call for command in offered)
        instead = f"; there is {there}" if there else "; step goes on to the next, and edit changes what is recorded"
        raise Impossible(f"no {what} waits to be made" + (f" with the id {call!r}" if call else "") + instead)
    return chosen


def _check_arguments(session: Session, target: int, call: str, value: str) -> None:
    """Refuse arguments that are no JSON object or that the tool's own schema refuses."""
    results = [row.last for row in session.steps.rows if row.kind == "result" and row.call == call]
    hint = f"; its result is edited by its event: edit {results[-1]}" if results else ""
    try:
        arguments: Any = from_json(value)
    except ValueError as error:
        raise UsedWrongly(f"the arguments are not JSON: {error}{hint}") from error
    if not isinstance(arguments, dict):
        raise UsedWrongly(f'the arguments must be a JSON object, such as {{"order": "A-1007"}}{hint}')
    event = session.event(target)
    body = event.body
    if not isinstance(body, ModelAnswered):
        return
    tool = body.calls[int(call.rpartition(".")[2]) - 1].name
    spec = next((spec for spec in session.newest.specs[event.actor].tools if spec.name == tool), None)
    if spec is None:
        return
    import jsonschema

    try:
        jsonschema.validate(
            cast(dict[str, Any], arguments), json.loads(spec.parameters), cls=jsonschema.Draft202012Validator
        )
    except jsonschema.ValidationError as wrong:
        place = ".".join(str(part) for part in wrong.absolute_path)
        words = f"{place}: {wrong.message}" if place else wrong.message
        raise UsedWrongly(f"{tool} does not take these arguments: {words}") from wrong
