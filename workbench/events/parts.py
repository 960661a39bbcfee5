"""The values that event bodies are made of: calls, usage, tool and actor descriptions, caps, criteria."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from workbench.events.frozen import Part
from workbench.events.measures import CapName, Follow
from workbench.events.media import Media
from workbench.events.text import Json, Text

Ruling = Literal["ran", "not_run", "again", "leave", "accept", "discard"]
"""What a person says of a call in doubt (the first four), or of an answer that was broken off."""
Effect = Literal["read", "idempotent", "effect"]
Mode = Literal["step", "next", "finish", "run"]
Phase = Literal["think", "call", "result", "output", ""]
IMPORTED = "imported"
"""Stands for the provider in the name of a model whose answers were recorded elsewhere, by nobody knows whom."""
Outcome = Literal["completed", "criteria_unmet", "budget", "error", "stopped"]


class Call(Part):
    """One tool call that a model asked for. `arguments` is what the model wrote, valid JSON or not.

    `given` is the id that the provider (or a recording) gave it; ids of our own are `ACTOR.N.I`.
    """

    name: Text
    arguments: Json = "{}"
    given: Text | None = None
    extra: Json | None = None


MOST_TOKENS = 10**9
"""Far more than any model takes or gives at once, and far less than what SQLite can add up."""


def _believable(count: int | None) -> int | None:
    return count if count is None or 0 <= count <= MOST_TOKENS else None


Tokens = Annotated[int | None, AfterValidator(_believable)]
"""A count of tokens; what no call can have used is taken for unknown, in old logs, too."""


class Usage(Part):
    """Tokens as the provider reports them; `None` is unknown, never zero.

    `input` includes those that were `cached`, written to the cache and heard; `output` includes `reasoning` and sound.
    """

    input: Tokens = None
    output: Tokens = None
    cached: Tokens = None
    reasoning: Tokens = None
    cache_write: Tokens = None
    audio_input: Tokens = None
    audio_output: Tokens = None


class Rates(Part):
    """US dollars per million tokens, as decimal text; None where a kind of token is billed as the others are.

    Attributes:
        cached, cache_write: input read from the provider's cache, and written to it.
        audio_input, audio_output: sound, in tokens.
    """

    input: str
    output: str
    cached: str | None = None
    cache_write: str | None = None
    audio_input: str | None = None
    audio_output: str | None = None


class Tier(Rates):
    """What all of a request's tokens cost once its input is longer than `above` tokens."""

    above: int


class Price(Rates):
    """What a model's tokens cost.

    Attributes:
        tiers: other rates for longer requests, the shortest first.
        largest_answer: the most tokens that one answer of the model can have, where that is known.
    """

    source: str = ""
    tiers: tuple[Tier, ...] = ()
    largest_answer: int | None = None


class ToolSpec(Part):
    """A tool as the model is told of it, and how a run may call it.

    Attributes:
        parameters: a JSON schema of an object.
        timeout: seconds after which nobody waits for a call any more.
        parallel: how many calls of it may be under way at once in a run.
        person: a person answers the call; nothing is run.
    """

    name: Text
    description: Text = ""
    parameters: Json = '{"type":"object","properties":{}}'
    effect: Effect = "effect"
    timeout: float | None = None
    parallel: int | None = None
    person: bool = False


class Signature(Part):
    """Which persona spoke: a hash of its canonical form tells two runs apart."""

    name: Text
    version: str = "1.0.0"
    digest: str = ""


class OutputSpec(Part):
    """What an actor's output must be, and how it is asked for.

    Attributes:
        mode: `native` (the provider keeps the answer to the schema), `tool` (a call of `tool` gives it), `text` (the
            answer is read as JSON; without a schema it is taken as it is).
        form: the JSON schema; None where any text will do that the program's own checks accept.
        retries: how many outputs that were rejected go back to the model.
    """

    mode: Literal["native", "tool", "text"] = "text"
    form: Json | None = None
    tool: Text = ""
    retries: int = 1


class Retry(Part):
    """When a model call that failed is made again by itself. A log of before there was one never is.

    Attributes:
        attempts: how often, after the first time; 0 is never.
        seconds: no wait may end later than this after the first failure.
        first, longest: seconds of the first wait, each further one being twice as long, up to the longest.
    """

    attempts: int = 0
    seconds: float = 300.0
    first: float = 1.0
    longest: float = 30.0


class StandIn(Part):
    """A model that takes another's place, with its price as of the run's start."""

    model: Text
    price: Price | None = None


class Window(Part):
    """How a context window is split, in tokens, and what is done when the history outgrows its part.

    Attributes:
        system: for the system prompt and the tools.
        history: for what was said, called and returned.
        answer: for the answer.
        policy: `drop` leaves the oldest messages out, `summarise` has the model sum them up first.
        keep: so many of the newest messages always stay.
    """

    system: int
    history: int
    answer: int
    policy: Literal["drop", "summarise"] = "drop"
    keep: int = 6


class ActorSpec(Part):
    """Who takes part, as frozen at the start.

    Attributes:
        role: `agent` works; `user` is a model that plays the person whom the agent serves; `judge` is asked whether
            criteria hold, and takes no part.
        model: `provider:model`.
        system: the rendered system prompt, complete.
        settings: JSON object of model parameters (temperature, max_tokens, …).
        structured: answers come as `{"agent_output", "system_status"}`.
        output: what its output is checked for, where it is.
        window: how its context window is split; None where nothing is ever cut.
        retry: when its model is asked again after a failure.
        fallbacks: who takes the model's place, one after the other, where asking again does not help.
    """

    name: Text
    role: Literal["agent", "user", "judge"] = "agent"
    model: Text
    system: Text = ""
    persona: Signature | None = None
    tools: tuple[ToolSpec, ...] = ()
    settings: Json = "{}"
    price: Price | None = None
    structured: bool = False
    output: OutputSpec | None = None
    window: Window | None = None
    retry: Retry = Retry()
    fallbacks: tuple[StandIn, ...] = ()


class Cap(Part):
    """A limit on what is used; `None` lifts it.

    Attributes:
        name: what it is on, see `workbench.events.measures`.
        at: what follows when it is reached.
        to: who goes on where that is `degrade`.
    """

    name: CapName
    limit: str | None
    at: Follow = "stop"
    to: StandIn | None = None


class Reserve(Part):
    """What a model call may use at most, set aside until its fact says what it did use.

    Attributes:
        input: tokens that it reads, estimated from the sizes of what it is told.
        output: the largest answer allowed, in tokens.
        cost: US dollars of both as decimal text; None where the price is unknown.
        max_tokens: the largest answer as the request names it, where its settings named none.
    """

    input: int
    output: int
    cost: str | None = None
    max_tokens: int | None = None


class Tally(Part):
    """What was used somewhere. `cost` in US dollars as decimal text; `unpriced` counts answers of unknown price."""

    requests: int = 0
    iterations: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: str = "0"
    unpriced: int = 0
    ms: int = 0


class Check(Part):
    """How a criterion can be seen to hold: words, a value, a call, an expression, a function, or a judge's word.

    Attributes:
        source: whose words count: the `user`'s, the `agent`'s, a tool's `result`.
        pattern: a regular expression, searched without regard to case; its first group, or all of it, is the value.
        tool: the tool that must have returned without an error (`pattern`, if given, must be in its result).
        arguments: JSON object that the arguments of that call must contain.
        field: path of a value, in that tool's structured result or in what the agent says it collected.
        json_schema: JSON schema of that value.
        expression: a condition in the language of breakpoints.
        function: the name of a Python function that says whether it holds.
        rubric: what a judging model is asked.
    """

    source: Literal["user", "agent", "result"] = "user"
    pattern: Text | None = None
    tool: Text | None = None
    arguments: Json | None = None
    field: Text | None = None
    json_schema: Json | None = None
    expression: Text | None = None
    function: Text | None = None
    rubric: Text | None = None


class Criterion(Part):
    """Something that must be true before a run is complete."""

    name: Text
    kind: Literal["required", "condition", "indicator"] = "required"
    description: Text = ""
    check: Check | None = None


class Judging(Part):
    """What asking the run's judge may use: at most so many answers, and US dollars as decimal text (None: no cap)."""

    requests: int = 6
    cost: str | None = None


class UserSide(Part):
    """How the user's turns come about: given lines, a person at the prompt, or an actor with role `user`.

    Attributes:
        media: images, sounds and files that go with the first of the lines.
    """

    kind: Literal["lines", "person", "actor"] = "person"
    lines: tuple[Text, ...] = ()
    actor: Text | None = None
    media: tuple[Media, ...] = ()


class Origin(Part):
    """Where an imported run came from. `extra` keeps what the document said around its messages."""

    format: str
    file: Text = ""
    record: Text = ""
    extra: Json | None = None


class Evidence(Part):
    """The event that shows it, and the words in it that do."""

    seq: int
    words: Text = ""


class Undone(Part):
    """An effect call that a fork's parent made after the fork: the fork does not take it back."""

    call: str
    tool: Text
    arguments: Json
