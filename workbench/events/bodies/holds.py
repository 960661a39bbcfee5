"""Standing still and going on; calls of which nobody knows whether they happened."""

from __future__ import annotations

from workbench.events.bodies.body import Body
from workbench.events.parts import Mode, Phase, Ruling
from workbench.events.text import Text


class Held(Body):
    """The run stands still before `command` because of `gate`.

    `due`: a model failed, and the wait before it is asked again begins once the run goes on.
    """

    gate: Text
    reason: Text
    command: str = ""
    phase: Phase = ""
    call: str | None = None
    due: bool = False


class Released(Body):
    """The run may go on in `mode`; `grant` names the one command that may pass the gates that asked."""

    mode: Mode = "run"
    grant: str = ""


class WriterTook(Body):
    """A process took over a branch that had open calls: whether they happened is now in doubt.

    `waits`: waits that were under way are waited to their end, whatever is said or released before that.
    """

    process: Text
    waits: bool = False


class Doubted(Body):
    """A call was broken off while under way, and what came of it is not known: an effect, or the check of an output."""

    call: str
    reason: Text = ""


class Settled(Body):
    """Somebody ruled on a call in doubt (what it returned, if it ran, follows as its fact), or on a partial answer.

    A partial answer that is accepted counts as it is; one that is discarded was never given, and is asked for again.
    """

    call: str
    ruling: Ruling
