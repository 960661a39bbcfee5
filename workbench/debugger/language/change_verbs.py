"""Verbs that change a run: edits, standing in for the model or a tool, caps, rulings on calls in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from workbench.budget import parse_limit
from workbench.debugger import changing
from workbench.debugger.capping import cap
from workbench.debugger.casting import edit_prompt
from workbench.debugger.language.branch_verbs import forked_after
from workbench.debugger.language.lines import Line, Lines, plain, short
from workbench.debugger.language.verb import Do, nothing, number
from workbench.debugger.verifying import verify
from workbench.errors import Impossible, NotFound, UsedWrongly
from workbench.events import Call
from workbench.events.text import from_json
from workbench.run.editable import EditedField

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session

Ruling = Literal["ran", "not_run", "again", "leave"]
VERIFY = "verify"
RULINGS: dict[str, Ruling] = {"ran": "ran", "not-run": "not_run", "again": "again", "leave": "leave"}


async def edit(talk: Talk, rest: str) -> Lines:
    """Change the prompt, a message, arguments or a result; in a fork where something used it already."""
    what, _, value = rest.partition(" ")
    value = value.strip()
    session = talk.session
    if what == "prompt":
        return await _edit_prompt(talk, session.newest.agent, value)
    if not what:
        raise UsedWrongly("edit what? A call's id (agent.3.1 {…}), an event's number (12 TEXT), or prompt TEXT")
    actor = what.removesuffix(".prompt")
    if actor != what and actor in session.newest.actors:
        return await _edit_prompt(talk, actor, value)
    seq, field, call, was = _target(session, what)
    given = value or await _rewritten(talk, was, f"{field} of {call or f'event {seq}'}")
    return _gone_on(talk, changing.edit(session, seq, field, given, call=call))


async def _edit_prompt(talk: Talk, actor: str, value: str) -> Lines:
    spec = talk.session.newest.specs[actor]
    given = value or await _rewritten(talk, spec.system, "the system prompt")
    return _gone_on(talk, edit_prompt(talk.session, actor, given))


def revert(talk: Talk, rest: str) -> Lines:
    """Take an edit back; without a number, the last one that holds."""
    session = talk.session
    edits = [] if rest else changing.revertible(session)
    if not rest and not edits:
        raise Impossible("nothing was edited in this branch, so there is nothing to revert; edit changes something")
    return _gone_on(talk, changing.revert(session, number(rest) if rest else edits[-1]))


def approve(talk: Talk, rest: str) -> Lines:
    """Let the held call pass."""
    _held_call(talk.session, rest, "approve")
    talk.session.approve()
    return []


def skip(talk: Talk, rest: str) -> Lines:
    """Don't run the held tool call."""
    changing.skip(talk.session, rest)
    return []


def give(talk: Talk, rest: str) -> Lines:
    """Answer as the held tool."""
    if not rest:
        raise UsedWrongly('return what? For instance: return {"status": "delivered"}')
    changing.give(talk.session, rest)
    return []


def say(talk: Talk, rest: str) -> Lines:
    """Speak to the agent."""
    if not rest:
        raise UsedWrongly("say what? For instance: say the order is A-1007")
    talk.session.say(rest)
    return []


def model(talk: Talk, rest: str) -> Lines:
    """Answer as the model, in words or with a tool call."""
    word, _, more = rest.partition(" ")
    if word == "call":
        tool, _, arguments = more.strip().partition(" ")
        changing.answer_as_model(talk.session, "", (Call(name=tool, arguments=_object(tool, arguments.strip())),))
    elif rest:
        changing.answer_as_model(talk.session, rest)
    else:
        raise UsedWrongly(
            'model what? For instance: model I will look that up, or: model call find_order {"order": "A-1007"}'
        )
    return []


def limit(talk: Talk, rest: str) -> Lines:
    """Change or lift a cap, or what follows at it."""
    cap(talk.session, parse_limit(rest))
    return []


def rule_on_partial(ruling: Literal["accept", "discard"]) -> Do:
    """A verb that rules on an answer that was broken off."""

    def do(talk: Talk, rest: str) -> Lines:
        nothing(rest, ruling)
        changing.rule_on_partial(talk.session, ruling)
        return plain("what came counts as the answer; c goes on" if ruling == "accept" else "discarded; c asks again")

    return do


async def settle(talk: Talk, rest: str) -> Lines:
    """Rule on a call in doubt, or let the tool's own check do it."""
    call, _, more = rest.partition(" ")
    word, _, result = more.strip().partition(" ")
    word = word.removeprefix("--").replace("_", "-")
    ruling = RULINGS.get(word)
    if ruling is None and word != VERIFY:
        raise UsedWrongly("settle which call, and how? settle CALL ran RESULT, or CALL not-run, again, leave, verify")
    if ruling != "ran" and result:
        raise UsedWrongly(f"only a call that ran has a result, so nothing can stand behind {word}")
    if ruling is None:
        finding = await verify(talk.desk, talk.session, call)
        return plain(f"the tool's own check says: {short(finding.words)}; c goes on")
    talk.session.settle(call, ruling, result.strip())
    return plain("decided; c goes on") if ruling != "leave" else plain("left open: the run stays held before it")


def _gone_on(talk: Talk, session: Session) -> Lines:
    """The words after a change, which went to `session`: a fork where it was used already."""
    left = talk.session.identity.branch
    if session is talk.session:
        return []
    parent_seq = forked_after(session)
    talk.go_to(session, shown=parent_seq)
    name = session.identity.branch
    return [
        Line(f"that was used already, so {left} stays as it is: now on {name}, forked after event {parent_seq}", "new")
    ]


async def _rewritten(talk: Talk, was: str, what: str) -> str:
    """What a person makes of `was`.

    Raises:
        UsedWrongly: nobody is there to rewrite it.
    """
    if talk.write is None:
        raise UsedWrongly(f"give the new text of {what} on the same line: a script has no editor")
    return await talk.write(was, what)


def _target(session: Session, what: str) -> tuple[int, EditedField, str, str]:
    """The event, field and call that `what` names (a call's id or an event's number), and how it stands."""
    if what.removeprefix("@").isdecimal():
        seq = number(what)
        session.event(seq)
        for field, call, was in changing.editables(session, seq):
            return seq, field, call, was
        raise Impossible(f"event {seq} is {session.event(seq).body.kind}, which cannot be edited")
    answer = what if what.count(".") == 1 else what.rpartition(".")[0]
    for step in session.steps.rows:
        if step.kind == "think" and step.call == answer and step.last != step.seq:
            for field, call, was in changing.editables(session, step.last):
                if call == what or (what == answer and field == "text"):
                    return step.last, field, call, was
    raise NotFound(f"no call goes by {what!r} here; 'calls' lists them")


def _held_call(session: Session, call: str, verb: str) -> None:
    """Refuse to apply `verb` to another call than the held one."""
    held = session.newest.held
    if call and (held is None or held.call != call):
        raise Impossible(f"{call} is not what is held, so {verb} cannot apply to it")


def _object(tool: str, arguments: str) -> str:
    if not tool:
        raise UsedWrongly('model call what? For instance: model call find_order {"order": "A-1007"}')
    try:
        given = from_json(arguments or "{}")
    except ValueError as error:
        raise UsedWrongly(f"the arguments are not JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsedWrongly('the arguments must be a JSON object, such as {"order": "A-1007"}')
    return arguments or "{}"
