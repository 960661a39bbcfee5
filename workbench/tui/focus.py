"""What the cursor of the focused pane stands on: a step, or one to come, and in the Tool calls one value of a call."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from workbench.tui.panes.coming import Coming

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.debugger.steps import Step
    from workbench.events import ActorSpec
    from workbench.tui.panes.pane import Pane


class Focus(NamedTuple):
    """A step as verbs are about it.

    Attributes:
        kind: `said`, `think`, `call`, `result`, `output`, `note`; "" where the cursor stands on none.
        label: the tool of a call; otherwise what the step is called.
        last: the newest event that belongs to it; None where it is still to come.
        whole: the cursor stands on the call with its result, not on a part of it.
        field, value: the argument or the leaf of a result that the cursor stands on.
    """

    kind: str = ""
    label: str = ""
    call: str = ""
    last: int | None = None
    failed: bool = False
    field: str = ""
    value: object = None
    whole: bool = False


NOTHING = Focus()


def focus_of(pane: Pane) -> Focus:
    """What the cursor of `pane` stands on."""
    from workbench.tui.panes.calls import CallsPane
    from workbench.tui.panes.conversation import ConversationPane
    from workbench.tui.panes.steps import StepsPane

    if isinstance(pane, StepsPane):
        return _step(pane.list.step(pane.list.cursor))
    if isinstance(pane, ConversationPane):
        return _step(pane.talk.step(pane.talk.cursor)) if pane.talk.count else NOTHING
    if isinstance(pane, CallsPane):
        focus = _step(pane.list.at(pane.list.cursor))
        if focus is not NOTHING and pane.detail.has_focus:
            part, field, value = pane.detail.leaf()
            return focus._replace(kind=part or focus.kind, field=field, value=value)
        return focus if focus is NOTHING else focus._replace(whole=True)
    return NOTHING


def _step(step: Step | Coming | None) -> Focus:
    if step is None:
        return NOTHING
    if isinstance(step, Coming):
        return Focus(step.kind, step.label, step.call)
    return Focus(step.kind, step.label, step.call, step.last, step.standing == "failed")


def condition_at(session: Session, focus: Focus) -> str:
    """The breakpoint's expression that names what the cursor stands on."""
    match focus.kind:
        case "call":
            tools = [tool.name for spec in _specs(session) for tool in spec.tools]
            name = focus.label if focus.label in tools and _plain(focus.label) else json.dumps(focus.label)
            known = isinstance(focus.value, str | int | float) and _plain(focus.field)
            if known and not isinstance(focus.value, bool):
                return f"tool {name} if args.{focus.field} == {json.dumps(focus.value, ensure_ascii=False)}"
            return f"tool {name}"
        case "think":
            return "model"
        case "result":
            return "error" if focus.failed else "result"
        case "output":
            return "output"
        case _:
            return ""


def path_at(focus: Focus) -> str:
    """The path to watch that names the value under the cursor; "" where there is none."""
    from workbench.gates.watch import key_of

    root = {"call": "args", "result": "result"}.get(focus.kind)
    if root is None or not focus.field:
        return ""
    return f"{root}{key_of(focus.field)}"


def _plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_]\w*", name) is not None


def _specs(session: Session) -> tuple[ActorSpec, ...]:
    return tuple(session.newest.specs.values())
