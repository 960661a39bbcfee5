"""What the log of a replay holds beside what every run's does: its recording, what came of it, what was ruled."""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.text import Text

Live = Literal["model", "tools"]
"""Which side of a replay is asked anew; the other is served from the recording."""
Choice = Literal["recorded", "once", "live", "stop"]
"""What a person chooses where a replay differs.

`recorded`: what was recorded in this place is used; `once`: this one call is made, and the replay goes on; `live`:
nothing is compared or served any more; `stop`: the replay ends.
"""


class ReplayBegan(Body):
    """From here on this branch replays the branch `source` as it was at its event `upto`."""

    source: int
    upto: int
    live: Live


class Served(Body):
    """The fact of `call`, which follows, is that of `source` in the recording: no model was asked, no tool was run."""

    call: str
    source: str


class Redone(Body):
    """What somebody did at event `source` of the recording, and what follows here, was done again by rule.

    `already`: it was so here without that, and nothing follows.
    """

    source: int
    already: bool = False


class DifferenceRuled(Body):
    """Somebody chose what follows where a replay differs from its recording.

    Attributes:
        call: the command that is held there, as its hold names it; "" where a recording was only checked.
        target: the recorded event that the rules do not give, where a recording was checked; 0 elsewhere.
        change: the recorded event at which somebody changed what is otherwise here, where that is what differs;
            0 elsewhere. `recorded` changes it here, too, and `once` leaves it.
        leaf: what differs first; recorded, now: both sides of it, in JSON and shortened.
    """

    choice: Choice
    call: str = ""
    target: int = 0
    change: int = 0
    leaf: Text = ""
    recorded: Text = ""
    now: Text = ""
