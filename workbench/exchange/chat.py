"""A conversation in chat form between one agent and its user becomes the log of a run."""

from __future__ import annotations

from typing import Any

import msgspec

from workbench.events import ActorSpec, ModelAnswered, Noted, Origin, Outcome, RunEnded, RunStarted, ToolSpec
from workbench.events.parts import IMPORTED
from workbench.events.text import as_json, clean
from workbench.exchange.messages import AGENT_ROLES, SYSTEM_ROLES, answer_of, calls_of, result_of, said_of, tools_seen
from workbench.exchange.pairing import pair
from workbench.exchange.recorder import Recorder
from workbench.exchange.recording import Recording, Unfit
from workbench.exchange.shapes import Fields, as_extra, kept, text_of
from workbench.exchange.untrusted import a_time, an_object
from workbench.safe_text import clipped

ACTOR = "agent"
UNKNOWN_MODEL = f"{IMPORTED}:unknown"


class Conversation(msgspec.Struct, frozen=True):
    """What a reader of some format found: messages in chat form, and what the document said around them.

    Attributes:
        system: the agent's prompt where it is not among the messages.
        model: `provider:model`.
        at: when it began, seconds since 1970; None where the document does not say.
        around: JSON value of the document without its messages.
    """

    format: str
    messages: list[Any]
    file: str
    record: str = ""
    title: str = ""
    tools: tuple[ToolSpec, ...] = ()
    system: str = ""
    model: str = UNKNOWN_MODEL
    at: float | None = None
    outcome: Outcome = "stopped"
    reason: str = "the recording ends here"
    around: Any = None


def record(conversation: Conversation) -> Recording:
    """The conversation as a session.

    Raises:
        Unfit: it has no messages, or something among them is not a message.
    """
    messages = checked(conversation.messages)
    return _Chat(conversation, messages).recording()


def checked(messages: list[Any]) -> list[Fields]:
    """The messages, if each is an object with a role.

    Raises:
        Unfit: there are none, or one is something else.
    """
    if not messages:
        raise Unfit("it has no messages")
    for place, message in enumerate(messages):
        if not isinstance(an_object(message).get("role"), str):
            raise Unfit(f"message {place} is not an object with a role")
    return messages


def title_of(messages: list[Fields]) -> str:
    """The first line that somebody who is not the agent said, shortened."""
    said = next((text for m in messages if m["role"] == "user" and (text := text_of(m.get("content")).strip())), "")
    return short(said) or "an imported conversation"


def short(text: str, most: int = 72) -> str:
    """The first line of `text`, cleaned, and cut where it is long."""
    return clipped((clean(text).strip().splitlines() or [""])[0].strip(), most)


def plain_system(text: str) -> Fields:
    """The chat form of an agent's prompt."""
    return {"role": "system", "content": text}


class _Chat:
    """One conversation being written down."""

    def __init__(self, conversation: Conversation, messages: list[Fields]) -> None:
        self._conversation, self._messages = conversation, messages
        self._pairs = pair(messages)
        self._answers: dict[int, ModelAnswered] = {}
        self._title = clean(conversation.title or title_of(messages))
        times = [time for message in messages if (time := a_time(message.get("timestamp"))) is not None]
        self._began = conversation.at if conversation.at is not None else min(times, default=None)
        self._run = Recorder(self._started(), self._began or 0.0)

    def _started(self) -> RunStarted:
        conversation, first = self._conversation, self._messages[0]
        system, extra = conversation.system, Fields()
        if conversation.around is not None:
            extra["around"] = conversation.around
        if first["role"] in SYSTEM_ROLES:
            system = text_of(first.get("content"))
            extra["system"] = kept(plain_system(system), first)
        tools = conversation.tools or tools_seen(self._messages)
        origin = Origin(
            format=conversation.format, file=conversation.file, record=conversation.record, extra=as_extra(extra)
        )
        return RunStarted(
            title=self._title,
            actors=(ActorSpec(name=ACTOR, model=conversation.model, system=system, tools=tools),),
            turns="recorded",
            origin=origin,
        )

    def recording(self) -> Recording:
        """Write every message down, then the end."""
        conversation, run = self._conversation, self._run
        skip = self._messages[0]["role"] in SYSTEM_ROLES
        for place, message in list(enumerate(self._messages))[skip:]:
            run.tick(a_time(message.get("timestamp")))
            self._write(place, message)
        run.leave_open_calls(ACTOR)
        run.add(RunEnded(outcome=conversation.outcome, reason=conversation.reason))
        tags = ("imported", conversation.format)
        return Recording(self._title, tuple(run.events), tags=tags, created=self._began)

    def _write(self, place: int, message: Fields) -> None:
        run = self._run
        asked, which = self._pairs.get(place, (-1, 0))
        if message["role"] in AGENT_ROLES:
            answered = self._answers[place] = answer_of(message, run.ask(ACTOR))
            run.answer(ACTOR, answered)
        elif asked in self._answers:
            answered = self._answers[asked]
            run.result(ACTOR, result_of(message, f"{answered.call}.{which + 1}", answered.calls[which]))
        elif asked >= 0 or calls_of(message) or message.get("requestor") == "user":
            noted = Noted(
                text=text_of(message.get("content")), role=message["role"], extra=as_json({"fields": message})
            )
            run.add(noted)
        else:
            run.add(said_of(message), ACTOR, "human")
