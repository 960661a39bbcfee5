"""What can be edited where the cursor stands, and what an edit of it would mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workbench.debugger import changing
from workbench.debugger.casting import edit_prompt
from workbench.debugger.changing import editables, undone_by
from workbench.debugger.used import Use, prompt_use, use_of
from workbench.events import AnswerRead, Said
from workbench.tui.pieces import cut

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.run.editable import EditedField
    from workbench.tui.focus import Focus


class Target(NamedTuple):
    """A text that a person may change.

    Attributes:
        name: what it is, in words.
        was: as it reads now.
        seq, field, call: as `changing.edit` takes them; `seq` 0 is the system prompt of `actor`.
        parameters: the JSON schema of a call's arguments.
    """

    name: str
    was: str
    seq: int
    field: EditedField = "text"
    call: str = ""
    actor: str = ""
    parameters: str = ""

    def use(self, session: Session) -> Use | None:
        """Who used it already, so that a change is made in a fork."""
        if not self.seq:
            return prompt_use(session, self.actor)
        return use_of(session, self.seq, self.call)

    def edit(self, session: Session, value: str) -> Session:
        """Change it; the session to go on with."""
        if not self.seq:
            return edit_prompt(session, self.actor, value)
        return changing.edit(session, self.seq, self.field, value, call=self.call)


_CALL = 64
"""Cells for a call that is not undone."""


def consequences(session: Session, use: Use | None) -> list[str]:
    """What a change of something with this use means, in words; none where it is made in place."""
    if use is None:
        return []
    words = f"this was used by call {use.call} already: the change is made in a fork from @{use.forks_at}"
    return [words, *not_undone(session, use.forks_at)]


def not_undone(session: Session, seq: int) -> list[str]:
    """What of the world a fork after event `seq` would not take back, in words; nothing where it leaves nothing."""
    undone = [cut(call, _CALL) for call in undone_by(session, seq)]
    return [f"not undone: {', '.join(undone)}"] if undone else []


def targets(session: Session, focus: Focus) -> list[Target]:
    """What can be edited where the cursor stands, the likeliest first."""
    found: list[Target] = []
    match focus.kind:
        case "said" | "result" if focus.last is not None:
            found = _of_event(session, focus.last)
        case "call":
            found = [one for one in _of_event(session, _answer_of(session, focus.call)) if one.call == focus.call]
            if focus.whole and focus.last is not None:
                found += _of_event(session, focus.last)
        case "think" if focus.last is not None:
            found = [*_of_event(session, focus.last), _prompt(session, session.event(focus.last).actor)]
        case "output" if focus.last is not None:
            body = session.event(focus.last).body
            found = _of_event(session, _answer_of(session, body.call)) if isinstance(body, AnswerRead) else []
        case _:
            found = []
    return found or [_prompt(session, session.newest.agent)]


def _of_event(session: Session, seq: int | None) -> list[Target]:
    if seq is None:
        return []
    event = session.event(seq)
    found: list[Target] = []
    for field, call, was in editables(session, seq):
        tool = _tool(session, call or str(getattr(event.body, "call", "")))
        who = "you" if event.by == "human" else "the user"
        said = f"what {who} said" if getattr(event.body, "role", "user") == "user" else "the line"
        names = {
            "text": said if isinstance(event.body, Said) else "what the model answered",
            "content": f"the result of {tool}",
            "message": f"why {tool} failed",
            "arguments": f"the arguments of {tool}",
        }
        specs = session.newest.specs[event.actor].tools
        schema = next((spec.parameters for spec in specs if spec.name == tool), "") if call else ""
        found.append(Target(names[field], was, seq, field, call, event.actor, schema))
    return found


def _prompt(session: Session, actor: str) -> Target:
    return Target(f"the system prompt of {actor}", session.newest.specs[actor].system, 0, actor=actor)


def _answer_of(session: Session, call: str) -> int | None:
    """The answer that asked for the tool call `call`, or that is the answer to the model call `call`."""
    answer = call.rpartition(".")[0] if call.count(".") > 1 else call
    for step in reversed(session.steps.rows):
        if step.kind == "think" and step.call == answer and step.last != step.seq:
            return step.last
    return None


def _tool(session: Session, call: str) -> str:
    """The tool of a call."""
    from workbench.events import ModelAnswered

    seq = _answer_of(session, call)
    body = None if seq is None else session.event(seq).body
    place = call.rpartition(".")[2]
    if not isinstance(body, ModelAnswered) or call.count(".") < 2 or not place.isdecimal():
        return "the model"
    return body.calls[int(place) - 1].name if int(place) <= len(body.calls) else "a tool"
