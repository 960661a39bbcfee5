"""What enters transcripts from outside and leaves them again, and what is only noted beside them."""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.media import Media, shown
from workbench.events.text import Json, Text


class Said(Body):
    """Somebody outside said this to the event's actor; it enters that actor's transcript."""

    text: Text
    role: Literal["user", "system", "developer"] = "user"
    extra: Json | None = None
    media: tuple[Media, ...] = ()

    @property
    def shown(self) -> str:
        """The words, and a line for each image, sound or file."""
        return shown(self.text, self.media)


class Heard(Body):
    """The event's actor heard what another said in event `source`; it enters the transcript as the user's."""

    source: int


class TurnGiven(Body):
    """The event's actor is to speak although it heard nothing new."""


class Noted(Body):
    """Part of the record, in nobody's transcript: what a recording held that an agent never saw."""

    text: Text
    role: Text = "note"
    extra: Json | None = None


class SummaryAsked(Body):
    """The actor's history outgrew its room: its model is asked to sum it up before the first `dropped` messages go.

    `again`: a model that called a tool instead may have been asked again, as was the rule where form 1 was written.
    """

    VERSION = 2
    text: Text
    dropped: int
    again: bool = False


class HistoryCut(Body):
    """From here on the actor's first `dropped` messages are told no more; a line stands in their place.

    Attributes:
        summary: the answer that sums them up, as its event; 0 where they are only left out.
    """

    dropped: int
    summary: int = 0

    @property
    def words(self) -> str:
        """`12 messages summed up`."""
        return f"{self.dropped} messages {'summed up' if self.summary else 'left out'}"
