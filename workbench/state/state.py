"""The state that a log folds to: those who take part, what was used in all, why it stands still, how it ended."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Literal

import msgspec

from workbench.events import (
    ActorSpec,
    Follow,
    Mode,
    Outcome,
    Phase,
    RunStarted,
    StandIn,
    Tally,
    Undone,
    measure_of,
)
from workbench.state.actor import Actor, Copied, Meters, Want

Standing = Literal["met", "unknown", "regressed", "claimed", "unmet"]


class Edit(msgspec.Struct, frozen=True):
    """A change to what an event says: the event `seq` that made it, and what it changes as in `Edited`.

    `grew`: how much longer the field is for it.
    """

    seq: int
    field: str
    value: str
    call: str = ""
    grew: int = 0


class Replay(msgspec.Struct, frozen=True):
    """The recording that a branch replays, and what was made of it so far.

    Attributes:
        source, upto: the branch that is the recording, and its last event that counts.
        live: which side is asked anew; `both` where a person went live, and nothing is compared any more.
        since: the event with which it began.
        served: calls here and in the recording, in order: the facts of the first were those of the second.
        passed: commands that differ, by their key, for which a person chose what was recorded.
        alone: those for which a person chose that they are made, and that the replay goes on after them.
        known: leaf and both sides of each difference for which either was chosen.
        redone: what somebody did in the recording and was done again, in order: its event there, and the first one here
            (0 where it was so already).
        wanted: events there whose change differs here, for which a person chose that it is made all the same.
        left: those for which a person chose that it is not made.
        accepted: the same for a recording that is only checked: events that the rules do not give.
    """

    source: int = 0
    upto: int = 0
    live: Literal["model", "tools", "both", ""] = ""
    since: int = 0
    served: tuple[tuple[str, str], ...] = ()
    passed: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    known: tuple[tuple[str, str, str], ...] = ()
    redone: tuple[tuple[int, int], ...] = ()
    wanted: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    accepted: tuple[int, ...] = ()


class Hold(msgspec.Struct, frozen=True):
    """Why the run stands still, and before which command.

    Attributes:
        cap: the cap that has no room, where that is why; `follow` is what follows instead of standing still.
    """

    gate: str
    reason: str
    command: str = ""
    phase: Phase = ""
    call: str | None = None
    since: float = 0.0
    cap: str = ""
    follow: Follow = "pause"


class Verdict(msgspec.Struct, frozen=True):
    """Where a criterion stands: `met` None is a claim; `seq` and `words` are its evidence.

    Attributes:
        regressed: it was met before, and is no more.
        unsure: its check failed, so that nobody knows (`met` is None); `held`: what it said last was that it is met.
    """

    met: bool | None
    seq: int | None = None
    words: str = ""
    reason: str = ""
    regressed: bool = False
    unsure: bool = False
    held: bool = False

    @property
    def standing(self) -> Standing:
        """The verdict in a word."""
        if self.met:
            return "met"
        if self.unsure:
            return "unknown"
        return "regressed" if self.regressed else "claimed" if self.met is None else "unmet"


class Ended(msgspec.Struct, frozen=True):
    """How the run ended."""

    outcome: Outcome
    reason: str = ""
    error: str | None = None
    retryable: bool = False


class Reached(msgspec.Struct, frozen=True):
    """A cap that was reached, at event `seq`, and what followed."""

    at: Follow
    seq: int


class Elsewhere(msgspec.Struct, frozen=True):
    """What the session and the day had used when this run had used `base`, and what others had set aside; `Tallied`."""

    session: Tally
    day: Tally
    date: str
    base: Meters
    session_aside: Tally = Tally()
    day_aside: Tally = Tally()


class State(Copied):
    """A run at one moment; `workbench.state.apply` is the only thing that makes one.

    Attributes:
        specs: the actors as the run's start froze them, or as they were recast since.
        limits: of the caps by name, None where lifted; `follows` has what follows at each, `standbys` who goes on.
        reached: the caps that the run went on beyond, and how.
        recent: when models were asked in the last minute, and by which actor; kept where a cap counts that.
        forked: what was used when this branch left its parent.
        volume: bytes of what was said last, which others may hear.
        examined: the answer for which each criterion was last looked at by its function or a judge.
        judging: what judges cost in US dollars, None where nobody knows.
        replay: what is replayed here, and what a person let pass in it; None where nothing is.
    """

    branch: int = 0
    seq: int = 0
    at: float = 0.0
    started: RunStarted | None = None
    actors: dict[str, Actor] = {}
    mode: Mode = "run"
    grant: str = ""
    held: Hold | None = None
    ended: Ended | None = None
    meters: Meters = msgspec.field(default_factory=Meters)
    limits: dict[str, str | None] = {}
    follows: dict[str, Follow] = {}
    standbys: dict[str, StandIn] = {}
    reached: dict[str, Reached] = {}
    recent: tuple[tuple[float, str], ...] = ()
    elsewhere: Elsewhere | None = None
    forked: Meters | None = None
    volume: int = 0
    verdicts: dict[str, Verdict] = {}
    status: Literal["continue", "complete"] | None = None
    output: str = ""
    floor: tuple[str, int] = ("", 0)
    lines: int = 0
    spoken: dict[int, int] = {}
    undone: tuple[Undone, ...] = ()
    edits: dict[int, tuple[Edit, ...]] = {}
    specs: dict[str, ActorSpec] = {}
    examined: dict[str, int] = {}
    judging: Decimal | None = Decimal(0)
    replay: Replay | None = None

    def own(self, name: str) -> Actor:
        """A copy of the actor that belongs to this state alone; for the fold."""
        actor = self.actors[name].__copy__()
        self.actors = {**self.actors, name: actor}
        return actor

    def toolless(self, actor: str) -> str:
        """The cap that was reached and leaves the actor without any tool; "" where it has those it was given."""
        for name, one in self.reached.items():
            measure = measure_of(name)
            if measure.actor in ("", actor) and (one.at == "wrap_up" or (one.at == "deny_tools" and not measure.tool)):
                return name
        return ""

    def wraps_up(self, actor: str) -> bool:
        """Whether a cap was reached that leaves the actor one last answer."""
        return any(one.at == "wrap_up" and measure_of(name).actor in ("", actor) for name, one in self.reached.items())

    def settings(self, actor: str) -> dict[str, Any]:
        """The model parameters of the request that the actor's model is asked, as far as it was reserved for."""
        text = self.specs[actor].settings
        settings: dict[str, Any] = {} if text == "{}" else json.loads(text)
        asking = self.actors[actor].asking
        if asking is not None and asking.reserve is not None and asking.reserve.max_tokens is not None:
            settings["max_tokens"] = asking.reserve.max_tokens
        return settings

    def output_schema(self, actor: str) -> str | None:
        """The JSON schema that the actor's model is to keep its answer to; none where it is to sum up its history."""
        output = self.specs[actor].output
        return None if output is None or output.mode != "native" or self.actors[actor].summing else output.form

    @property
    def agent(self) -> str:
        """The first actor that works, whom the person speaks to."""
        assert self.started is not None
        return next((spec.name for spec in self.started.actors if spec.role == "agent"), self.started.actors[0].name)

    @property
    def open_calls(self) -> list[str]:
        """Ids of the calls that were begun and have no fact yet, in doubt or not."""
        calls: list[str] = []
        for actor in self.actors.values():
            if actor.asking is not None:
                calls.append(actor.asking.call)
            if actor.checking is not None:
                calls.append(actor.checking.call)
            calls += [want.call for want in actor.wants if want.status in ("open", "doubt")]
        return calls

    @property
    def under_way(self) -> bool:
        """Whether a call or a wait was begun that has no fact and is not in doubt."""
        return any(
            any(begun is not None and not begun.doubt for begun in (actor.asking, actor.checking))
            or any(want.status == "open" for want in actor.wants)
            or (actor.recovery is not None and actor.recovery.wait == "open")
            for actor in self.actors.values()
        )

    @property
    def doubtful(self) -> list[Want]:
        """Tool calls that were begun by a process that is gone."""
        return [want for actor in self.actors.values() for want in actor.wants if want.status == "doubt"]
