"""What somebody changed, from here on: a fork, an edit, another model."""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.parts import ActorSpec, Undone
from workbench.events.text import Json, Text


class Forked(Body):
    """The first event of a fork. `undone` names the effect calls that the parent made after it."""

    parent: int
    parent_seq: int
    undone: tuple[Undone, ...] = ()


class Edited(Body):
    """Somebody changed what event `target` says, from here on; the event itself stays as it was.

    Attributes:
        field: the field of the target's body; `arguments` are those of its call `call`.
        value, was: the field after and before.
        content: digest of the message that the target now is, as its transcript chains it.
    """

    target: int
    field: Literal["text", "content", "message", "arguments"]
    value: Text
    was: Text = ""
    call: str = ""
    content: str = ""


class Reverted(Body):
    """Edit `edit` no longer holds; `content` as in `Edited`, and `arguments` as they are again for an edited call."""

    edit: int
    content: str = ""
    arguments: Json = ""


class Recast(Body):
    """From here on an actor is another: its model, prompt, persona, tools or settings were changed.

    Attributes:
        changed: the fields of `spec` that are others than before; empty where a rule did it, and in older logs.
        reverts: the event whose change of the actor this one takes back.
    """

    spec: ActorSpec
    changed: tuple[str, ...] = ()
    reverts: int | None = None
