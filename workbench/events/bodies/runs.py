"""How a run begins and ends."""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.parts import ActorSpec, Cap, Criterion, Judging, Mode, Origin, Outcome, UserSide
from workbench.events.text import Text


class RunStarted(Body):
    """The run's whole setting, frozen: nothing that is changed on disk later changes what was started.

    Attributes:
        turns: `user` (agent and user by turns) or `recorded` (an import: whoever speaks was given the turn).
        mode: how it stands before the first command; `step` holds there.
    """

    title: Text = ""
    scenario: Text | None = None
    actors: tuple[ActorSpec, ...]
    user: UserSide = UserSide()
    turns: Literal["user", "recorded"] = "user"
    criteria: tuple[Criterion, ...] = ()
    judging: Judging = Judging()
    caps: tuple[Cap, ...] = ()
    seed: int | None = None
    mode: Mode = "run"
    origin: Origin | None = None


class RunEnded(Body):
    """The run is over; speaking to it or releasing it opens it again.

    `error`: a short word as in `CallFailed`, where that was the reason.
    """

    outcome: Outcome
    reason: Text = ""
    error: Text | None = None
    retryable: bool = False
