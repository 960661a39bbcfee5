"""Which fields of an event a person may edit."""

from __future__ import annotations

from typing import Literal

from workbench.events import Body, CallFailed, Event, ModelAnswered, OutputRejected, Said, ToolReturned

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
