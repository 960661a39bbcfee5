"""Every fact and intent that a run's log can hold, in the order in which a run meets them; `between` has two more.

A body is frozen, says its `kind` (its name in snake case) and its `version`. Call ids are derived, never drawn:
a model call is `ACTOR.N` (the actor's Nth), a tool call `ACTOR.N.I` (the Ith that answer N asked for).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal

from workbench.events.measures import CapName, Follow
from workbench.events.media import Media, shown
from workbench.events.parts import (
    ActorSpec,
    Call,
    Cap,
    Criterion,
    Effect,
    Evidence,
    Judging,
    Mode,
    Origin,
    Outcome,
    Part,
    Phase,
    Reserve,
    Ruling,
    StandIn,
    Tally,
    Undone,
    Usage,
    UserSide,
)
from workbench.events.text import Json, Text


class Body(Part):
    """What happened. `VERSION` counts the stored forms of this kind (see `workbench.events.upcast`)."""

    kind: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        cls.kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
        KINDS[cls.kind] = cls


KINDS: dict[str, type[Body]] = {}


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


class Request(Part):
    """What a model is asked, as a change of what that actor's model was asked before.

    Attributes:
        base: seq of that actor's last `model_called`, None at the first.
        keep: how many messages of it stay, from the start.
        add: the events whose messages follow.
        head: digest of system prompt, tools and settings.
        chain: rolling digest of all messages: equal chains and heads mean equal requests.
    """

    base: int | None = None
    keep: int = 0
    add: tuple[int, ...] = ()
    head: str = ""
    chain: str = ""


class ModelCalled(Body):
    """Intent: the model is about to be asked. `reserve`: what is set aside for it where a cap asks for that."""

    call: str
    request: Request
    attempt: int = 1
    reserve: Reserve | None = None


class ModelAnswered(Body):
    """Fact: what the model said and which calls it asks for. `partial` if it was cut off and kept.

    Attributes:
        model: who answered, where the provider names it.
        cached: the model was not asked, it had answered this very request before.
        ms: wall time of the call in milliseconds.
        raw: JSON of what the answer held beside this normalised form.
    """

    call: str
    text: Text = ""
    thinking: Text = ""
    calls: tuple[Call, ...] = ()
    usage: Usage = Usage()
    finish: Text = "stop"
    partial: bool = False
    cached: bool = False
    model: Text | None = None
    ms: int = 0
    raw: Json | None = None
    extra: Json | None = None


class ToolCalled(Body):
    """Intent: the tool is about to be run with exactly these arguments."""

    call: str
    tool: Text
    arguments: Json
    effect: Effect = "effect"
    attempt: int = 1


class ToolReturned(Body):
    """Fact: the tool's result, as text for the model and, where it is structured, as JSON."""

    call: str
    content: Text
    data: Json | None = None
    ms: int = 0
    extra: Json | None = None
    media: tuple[Media, ...] = ()

    @property
    def shown(self) -> str:
        """The text, and a line for each image, sound or file."""
        return shown(self.content, self.media)


class CallFailed(Body):
    """Fact: the call did not succeed. A tool's failure is told to the model; a model's is waited out or stops the run.

    Attributes:
        error: a short stable word (`invalid_arguments`, `unknown_tool`, `timeout`, `connection`, …).
        retry_after: seconds that the provider asks to be left alone, where it says so.
        partial: text that had come before the failure.
        cut: it was broken off because the seconds of a cap ran out.
        raw: JSON of the provider's answer, redacted.
    """

    call: str
    error: Text
    message: Text
    retryable: bool = False
    retry_after: float | None = None
    partial: Text = ""
    cut: bool = False
    ms: int = 0
    raw: Json | None = None
    extra: Json | None = None


class WaitBegan(Body):
    """Intent: a model call that failed is made again, but not before `until`.

    Attributes:
        retry, of: which repetition follows, of how many there may be.
        error: why, a short word as in `CallFailed`.
        seconds: how long the wait is, with what chance added to it; until: when it ends, in seconds since 1970.
    """

    call: str
    retry: int
    of: int
    error: Text
    seconds: float
    until: float


class WaitEnded(Body):
    """Fact: the wait is over. `skipped`: a person wants no more of it; `stopped`: a person holds the run."""

    call: str
    how: Literal["elapsed", "skipped", "stopped"] = "elapsed"


class SummaryAsked(Body):
    """The actor's history outgrew its room: its model is asked to sum it up before the first `dropped` messages go."""

    text: Text
    dropped: int


class HistoryCut(Body):
    """From here on the actor's first `dropped` messages are told no more; a line stands in their place.

    Attributes:
        summary: the answer that sums them up, as its event; 0 where they are only left out.
    """

    dropped: int
    summary: int = 0


class OutputGiven(Body):
    """Intent: an answer that would end the actor's turn is about to be checked against its `OutputSpec`."""

    call: str
    attempt: int = 1


class OutputAccepted(Body):
    """Fact: the output is what was asked for.

    Attributes:
        output: its words as they count, which a rule may have changed.
        data: JSON of its value, where it is of a type.
        notes: what was noticed and let pass, in words.
    """

    call: str
    output: Text
    data: Json | None = None
    notes: tuple[Text, ...] = ()
    ms: int = 0


class OutputRejected(Body):
    """Fact: the output is not what was asked for. The message goes back to the model; `final`: it does not."""

    call: str
    message: Text
    final: bool = False
    ms: int = 0


class AnswerRead(Body):
    """An answer without calls ended the actor's turn and was read: what it says and what it claims.

    Attributes:
        how: which reading took: `text`, `json`, `embedded`, `repaired`, `pattern`.
        claims: JSON object of criterion name → value that the agent says it has.
    """

    call: str
    output: Text
    status: Literal["continue", "complete"] | None = None
    how: Literal["text", "json", "embedded", "repaired", "pattern"] = "text"
    claims: Json | None = None


class CriterionJudged(Body):
    """A criterion's verdict changed. `met=None`: only the agent says so; `True` always has evidence.

    `unsure`: its check failed, so that nobody knows (`met` is None); the evidence is that of what it said before.
    """

    name: Text
    met: bool | None
    evidence: Evidence | None = None
    reason: Text = ""
    unsure: bool = False

    @property
    def word(self) -> str:
        """`met`, `not met`, `claimed` or `unknown`."""
        return "unknown" if self.unsure else "claimed" if self.met is None else "met" if self.met else "not met"

    @property
    def words(self) -> str:
        """What shows it, or why nobody knows; "" where nothing does."""
        return self.reason if self.unsure else self.evidence.words if self.evidence else ""


class JudgeAsked(Body):
    """The event's actor, a judge, is shown the run up to `answer` and asked whether these criteria hold.

    It forgets what it was asked before.

    Attributes:
        criteria: their names; what is asked of them is their rubric.
        refs: the events whose messages it is shown.
        chain: digest of those messages.
        form: names the words in which a case is put.
    """

    criteria: tuple[Text, ...]
    refs: tuple[int, ...]
    answer: int
    chain: str
    form: Literal["1"] = "1"


class FunctionChecked(Body):
    """A criterion's Python function looked at the run up to `answer`. `error`: why it could not say."""

    criterion: Text
    function: Text
    answer: int
    met: bool = False
    words: Text = ""
    error: Text | None = None
    ms: int = 0


class Held(Body):
    """The run stands still before `command` because of `gate`."""

    gate: Text
    reason: Text
    command: str = ""
    phase: Phase = ""
    call: str | None = None


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

    Caps of a session or a day count from here. `date` is the day in UTC, `2026-11-24`.
    """

    session: Tally
    day: Tally
    date: str


class RunEnded(Body):
    """The run is over; speaking to it or releasing it opens it again.

    `error`: a short word as in `CallFailed`, where that was the reason.
    """

    outcome: Outcome
    reason: Text = ""
    error: Text | None = None
    retryable: bool = False
