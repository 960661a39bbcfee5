"""Caps: changed, reached, and what was used of those that several runs share."""

from __future__ import annotations

from workbench.events.bodies.body import Body
from workbench.events.measures import CapName, Follow
from workbench.events.parts import StandIn, Tally
from workbench.events.text import Text


class LimitSet(Body):
    """A cap was changed; `None` lifts it. `at` (and `to`) is what follows at it, where that is chosen anew."""

    name: CapName
    limit: str | None
    at: Follow | None = None
    to: StandIn | None = None


class CapReached(Body):
    """A cap was reached at which the run goes on in another way, before `actor` did what had no room.

    Attributes:
        at: what follows: it goes on as before (`warn`), without tools (`deny_tools`), for one last answer (`wrap_up`)
            or with another model (`degrade`).
        limit: of the cap at that time; another one makes it a cap again.
    """

    name: CapName
    at: Follow
    limit: str
    reason: Text


class Tallied(Body):
    """What this session (all its branches) and this workspace today had used when this was recorded.

    Caps of a session or a day count from here.

    Attributes:
        date: the day in UTC, `2026-11-24`.
        session_aside, day_aside: what calls of models that others had under way had set aside then.
    """

    session: Tally
    day: Tally
    date: str
    session_aside: Tally = Tally()
    day_aside: Tally = Tally()
