"""Conversation: plain talk over many turns, one session for all of them; asked with `await` or without."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, TypedDict, TypeVar, cast

from typing_extensions import TypeForm, Unpack

from workbench.agent.agent import Agent
from workbench.agent.function_model import Answering
from workbench.agent.handed import must_be_several
from workbench.agent.place import ForeignTool, Tool, where
from workbench.agent.result import RunReport
from workbench.agent.running import AgentRun
from workbench.agent.usage import UsageSession
from workbench.agent.waiting import each_of, wait_for
from workbench.errors import BadFile, Impossible, refuse_unknown
from workbench.events.messages import Message, Model
from workbench.events.text import from_json
from workbench.persona.schema import Persona
from workbench.plain_files import read_text

_LARGEST = 512_000_000
Value = TypeVar("Value")


class Options(TypedDict, total=False):
    """What a conversation may be given beside its model; as for an `Agent`. `tags` are those of its session."""

    persona: str | Persona | None
    system: str
    tools: Sequence[str | Tool | ForeignTool | Callable[..., Any]]
    settings: Mapping[str, Any]
    store: str | Path | None
    tags: Sequence[str]


class Conversation:
    """Turns of one session with one model. The session begins with the first words.

    Attributes:
        session: its id; "" before the first words.
        usage: what it used so far.
    """

    def __init__(self, model: str | Model | Answering, **options: Unpack[Options]) -> None:
        """A conversation that begins.

        Raises:
            UsedWrongly: the model's name, a tool or a setting cannot be used.
        """
        refuse_unknown("Conversation", options, Options.__annotations__)
        must_be_several(tags=(options.get("tags", ()), lambda one: isinstance(one, str), "words"))
        self._model, self._options = model, options
        self._place = where(options.get("store", ""))
        self.tags = list(options.get("tags", ()))
        self.session = ""
        self.usage = UsageSession()
        self._last: RunReport | None = None
        self._agent = self._agent_of(str)

    def _agent_of(self, output_type: TypeForm[Value]) -> Agent[None, Value]:
        options = self._options
        return Agent(
            self._model,
            persona=options.get("persona"),
            system=options.get("system", ""),
            tools=options.get("tools", ()),
            output_type=output_type,
            settings=options.get("settings"),
            name="conversation",
            store=options.get("store", ""),
        )

    # -- talking ----------------------------------------------------------------------------------------------

    async def ask(self, words: str) -> str:
        """Say something; what is answered.

        Raises:
            NoOutput: there is no answer; the session says why, and can go on.
        """
        return await self._asked(self._agent, words)

    async def ask_for(self, output_type: TypeForm[Value], words: str) -> Value:
        """Say something that is answered with a value of that type.

        Raises:
            NoOutput: there is no such answer.
        """
        return await self._asked(self._agent_of(output_type), words)

    async def ask_stream(self, words: str) -> AsyncIterator[str]:
        """Say something; the pieces of the answer as they come.

        Raises:
            NoOutput: there is no answer.
        """
        async with self._said(self._agent, words) as run:
            async with aclosing(run.text()) as pieces:
                async for piece in pieces:
                    yield piece
            await run.result()

    def ask_sync(self, words: str) -> str:
        """As `ask`, for callers that cannot await; also inside a running loop, such as a notebook's."""
        return wait_for(lambda: self.ask(words))

    def ask_stream_sync(self, words: str) -> Iterator[str]:
        """As `ask_stream`, for callers that cannot await."""
        return each_of(lambda: self.ask_stream(words))

    def ask_for_sync(self, output_type: TypeForm[Value], words: str) -> Value:
        """As `ask_for`, for callers that cannot await."""
        return wait_for(lambda: self.ask_for(output_type, words))

    async def _asked(self, agent: Agent[None, Value], words: str) -> Value:
        async with self._said(agent, words) as run:
            return (await run.result()).output

    @asynccontextmanager
    async def _said(self, agent: Agent[None, Value], words: str) -> AsyncGenerator[AgentRun[Value]]:
        """The run that answers these words; its session is the conversation's, also where no answer comes."""
        async with agent.run_stream(words, session=self.session, tags=self.tags) as run:
            self.session = run.session
            try:
                yield run
            finally:
                self._last = run.report()
                self.usage.add(self._last)

    # -- keeping ----------------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Message]:
        """What was said so far, the system prompt left out."""
        return self._last.messages if self._last is not None else []

    def export(self) -> dict[str, Any]:
        """The conversation as one document of chat completions, `{"messages", "tools", "tags"}`.

        Raises:
            Impossible: nothing was said yet.
        """
        if self._last is None:
            raise Impossible("nothing was said yet, so there is nothing to export")
        return {**self._place.exported(self._last.events), "tags": list(self.tags)}

    def save(self, path: str | Path) -> None:
        """Write what `export` gives to a file.

        Raises:
            Impossible: nothing was said yet.
            OSError: the file cannot be written.
        """
        text = json.dumps(self.export(), ensure_ascii=False, indent=1)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def from_export(
        cls, document: Mapping[str, Any], model: str | Model | Answering, **options: Unpack[Options]
    ) -> Conversation:
        """A conversation that goes on from an exported one, in a session of its own.

        The system prompt and the tags are those of the document, unless others are given.

        Raises:
            UsedWrongly: the document is no conversation.
        """
        system = options.get("system", "" if options.get("persona") else _system_of(document))
        tags = options.get("tags", [str(tag) for tag in document.get("tags", ())])
        given: Options = {**options, "system": system, "tags": tags}
        made = cls(model, **given)
        made.session, state, read = made._place.taken_in(document, made.tags)
        made._last = RunReport(made.session, state, read)
        return made

    @classmethod
    def load(cls, path: str | Path, model: str | Model | Answering, **options: Unpack[Options]) -> Conversation:
        """A conversation that goes on from a saved one, as `from_export`.

        Raises:
            BadFile: the file cannot be read, or holds no conversation.
        """
        try:
            document = from_json(read_text(Path(path), _LARGEST, pipes=True))
        except ValueError as error:
            raise BadFile(path, f"is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise BadFile(path, "should be a JSON object with messages")
        return cls.from_export(cast("dict[str, Any]", document), model, **options)


def _system_of(document: Mapping[str, Any]) -> str:
    """The text of the document's first message, where that is a system prompt."""
    match document:
        case {"messages": [{"role": "system" | "developer", "content": str(content)}, *_]}:
            return content
        case _:
            return ""
