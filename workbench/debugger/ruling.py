"""A person's change as a rule that makes it again by itself: under which condition, and what it does.

The condition says when a change of this kind was made: the tool and the arguments that were changed, the tool whose
result was, the model call that a person answered.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from workbench.debugger.breaking import clear, set_break
from workbench.errors import Impossible
from workbench.events import CallFailed, Edited, Event, ModelAnswered, Recast, ToolCalled, ToolReturned
from workbench.events.text import from_json
from workbench.gates.grammar import LONGEST
from workbench.gates.moments import call_of

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.gates import Breakpoint


def make_rule(session: Session, condition: str = "") -> Breakpoint:
    """Let the last change that a person made here be made by itself from now on, where `condition` is true.

    Without a condition, where what was changed is as it was then.

    Raises:
        Impossible: nobody changed anything here that a rule could do.
        UsedWrongly: the condition says nothing, or the rule could never be done or would never end.
    """
    own, action = last_change(session)
    return set_break(session, f"{condition or own} do {action}")


def switch_rule(session: Session) -> tuple[Breakpoint, bool]:
    """Make a rule of the last change, or take it away again where it is one; and whether it is one now.

    Raises:
        Impossible: as `make_rule`.
    """
    condition, action = last_change(session)
    there = next((one for one in session.breakpoints if (one.text, one.action) == (condition, action)), None)
    if there is None:
        return make_rule(session), True
    clear(session, there.number)
    return there, False


def last_change(session: Session) -> tuple[str, str]:
    """The condition and the action of the last change that a person made here and that holds.

    Raises:
        Impossible: there is none.
    """
    holding = {one.seq for edits in session.newest.edits.values() for one in edits}
    for seq in range(session.newest.seq, 0, -1):
        event = session.event(seq)
        if event.by != "human":
            continue
        if isinstance(event.body, Recast):
            raise Impossible("what was changed last holds from there on by itself, so it needs no rule")
        rule = _of_edit(session, event) if seq in holding else _of_standing_in(session, event)
        if rule is not None:
            return rule
    raise Impossible("nothing was edited, skipped or answered here by a person, so there is nothing to make a rule of")


def _of_edit(session: Session, event: Event) -> tuple[str, str] | None:
    edit = event.body
    assert isinstance(edit, Edited)
    target = session.event(edit.target)
    if isinstance(target.body, ModelAnswered) and edit.field == "arguments":
        tool = target.body.calls[int(edit.call.rpartition(".")[2]) - 1].name
        return _of_arguments(tool, edit.was, edit.value)
    if isinstance(target.body, ToolReturned | CallFailed):
        made = call_of(target, target.body.call, session.event)
        return None if made is None else (f"result if tool == {_quoted(made.tool)}", f"set result {edit.value}")
    return f"text == {_quoted(edit.was)}", f"set text {edit.value}"


def _of_arguments(tool: str, was: str, value: str) -> tuple[str, str]:
    """The arguments that were changed are set again where they are what they were."""
    before, after = _object(was), _object(value)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    condition = _condition(tool, {name: before[name] for name in changed if name in before})
    if len(changed) == 1 and changed[0] in after and before:
        return condition, f"set args{_inside(changed[0])} {json.dumps(after[changed[0]], ensure_ascii=False)}"
    return condition, f"set args {value}"


def _of_standing_in(session: Session, event: Event) -> tuple[str, str] | None:
    body = event.body
    if isinstance(body, ModelAnswered):
        asks = " ".join(f"call {call.name} {call.arguments}" for call in body.calls[:1])
        iteration = session.state_at(event.seq).meters.iterations
        return f"model if iteration == {iteration}", f"model {asks or body.text}"
    if isinstance(body, ToolReturned | CallFailed):
        made = next((one for one in _intents(session, event.seq) if one.call == body.call), None)
        if made is None:
            return None
        if isinstance(body, ToolReturned):
            return _condition(made.tool, _object(made.arguments)), f"return {body.content}"
        if body.error == "skipped":
            return f"tool {_named(made.tool)}", "skip"
    return None


def _intents(session: Session, seq: int) -> list[ToolCalled]:
    """The tool call that a person's event just before `seq` began."""
    body = session.event(seq - 1).body
    return [body] if isinstance(body, ToolCalled) else []


def _condition(tool: str, arguments: dict[str, Any]) -> str:
    """That this tool is called with these arguments, as far as a condition can say it."""
    condition = f"tool {_named(tool)}"
    word = "if"
    for name, value in arguments.items():
        more = f" {word} args{_inside(name)} == {_literal(value)}" if _literal(value) else ""
        if more and len(condition) + len(more) < LONGEST:
            condition, word = condition + more, "and"
    return condition


def _named(tool: str) -> str:
    return tool if re.fullmatch(r"[A-Za-z_][\w.\-]*", tool) else _quoted(tool)


def _inside(name: str) -> str:
    """The step of a path to a field of that name."""
    return f".{name}" if re.fullmatch(r"\w[\w\-]*", name) else f"[{_quoted(name)}]"


def _literal(value: Any) -> str:
    """A value as conditions write it; "" where they cannot."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _quoted(value) if value.isprintable() else ""
    written = json.dumps(value)
    return written if isinstance(value, int | float) and "e" not in written and "n" not in written else ""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _object(text: str) -> dict[str, Any]:
    try:
        value: object = from_json(text)
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
