"""Which fields of an event a person may edit, and the event that an edit, or taking one back, is."""

from __future__ import annotations

from typing import Literal

from workbench.events import (
    Body,
    CallFailed,
    Edited,
    Event,
    ModelAnswered,
    OutputRejected,
    Reverted,
    Said,
    ToolReturned,
)
from workbench.state import Edit, as_edited, content_of, edited_body

EditedField = Literal["text", "content", "message", "arguments"]

_WHERE: dict[EditedField, tuple[type[Body], ...]] = {
    "text": (Said, ModelAnswered),
    "content": (ToolReturned,),
    "message": (CallFailed, OutputRejected),
}


def editable(event: Event, field: EditedField, call: str = "") -> str | None:
    """What an editable field of the event says; None where it has none. `arguments` are those of its call `call`."""
    body = event.body
    if field == "arguments":
        if not isinstance(body, ModelAnswered):
            return None
        answer, _, place = call.rpartition(".")
        fits = answer == body.call and place.isdecimal() and 1 <= int(place) <= len(body.calls)
        return body.calls[int(place) - 1].arguments if fits else None
    return str(getattr(body, field)) if isinstance(body, _WHERE[field]) else None


def edit_of(told: Event, field: EditedField, value: str, call: str = "") -> Edited | None:
    """The edit that lets `told`, an event as it reads now, say `value`; None where it has no such field."""
    was = editable(told, field, call)
    if was is None:
        return None
    content = f"{content_of(edited_body(told.body, field, value, call)):016x}"
    return Edited(target=told.seq, field=field, value=value, was=was, call=call, content=content)


def reversal_of(event: Event, edits: tuple[Edit, ...], edit: int) -> Reverted | None:
    """What takes back the edit that event `edit` made; None where it is none of the `edits` of `event`."""
    gone = next((one for one in edits if one.seq == edit), None)
    if gone is None:
        return None
    told = as_edited(event, tuple([one for one in edits if one is not gone]))
    arguments = (editable(told, "arguments", gone.call) or "") if gone.field == "arguments" else ""
    return Reverted(edit=edit, content=f"{content_of(told.body):016x}", arguments=arguments)
