"""One streamed request through an SDK of the openai family: what chat completions, Responses and Messages share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import ClassVar, Protocol

import httpx2
from msgspec.structs import replace

from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.events.wire import Wire, digest_of
from workbench.models.adapters.sdk_errors import RefusedInStream, meaning
from workbench.models.adapters.text_calls import taken
from workbench.models.care.patience import SIGN_OF_LIFE
from workbench.models.endpoints import Endpoint
from workbench.models.loose import Json


class Gathering(Protocol):
    """An answer as far as it has come.

    Attributes:
        begun: something came that is an answer of this form indeed.
        ended: the model said that it stopped.
        text: what it has said so far.
    """

    begun: bool

    @property
    def ended(self) -> bool: ...
    @property
    def text(self) -> str: ...
    def take(self, event: object) -> Iterator[Delta]: ...
    def whole(self) -> Answer: ...
    def document(self) -> Json: ...


class Events(AbstractAsyncContextManager["Events"], Protocol):
    """The SDK's stream of decoded events.

    Attributes:
        ends: not empty once the server announced the end in its own way.
    """

    response: httpx2.Response
    ends: list[str]

    def __aiter__(self) -> AsyncIterator[object]: ...


class StreamedModel(ABC):
    """A model behind an HTTP endpoint that streams its answer as server-sent events."""

    form: ClassVar[str]
    """The dialect, as `Wire.form` has it."""

    called: ClassVar[str]
    """What an answer is called in a sentence."""

    errors: ClassVar[tuple[type[Exception], ...]]
    """What the SDK raises."""

    spared: ClassVar[dict[str, str]] = {}
    """Fields that a server may refuse and that can be spared: by the word that its refusal holds."""

    def __init__(self, name: str, endpoint: Endpoint, *, patience: float | None = None) -> None:
        """`patience`: seconds to wait for the next byte."""
        self.name = name
        self._endpoint = endpoint
        self._patience = endpoint.patience if patience is None else patience
        self._without: tuple[str, ...] = ()

    @property
    def takes_schemas(self) -> bool:
        """The provider holds an answer to a schema by itself."""
        return self._endpoint.provider.schemas

    @abstractmethod
    def body(self, request: ModelRequest) -> Json:
        """The JSON body that asks for a streamed answer.

        Raises:
            ModelFailed: it holds what cannot be sent.
        """

    @abstractmethod
    def gathering(self) -> Gathering:
        """What the events are put into."""

    @abstractmethod
    def opened(self, body: Json, timeout: httpx2.Timeout) -> AbstractAsyncContextManager[Events]:
        """Send `body` with a client of its own: nothing lingers when it is cancelled, no idle connection is stale."""

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask once and stream what comes.

        Raises:
            ModelFailed: with what had come as `partial`.
        """
        body, place = self.body(request), self._endpoint.place
        answer = self.gathering()
        try:
            async with AsyncExitStack() as held:
                events = await self._accepted(body, held)
                async for event in events:
                    shown = False
                    for delta in answer.take(event):
                        shown = True
                        yield delta
                    if not shown:
                        yield SIGN_OF_LIFE
                self._must_be_whole(events, answer)
            said = taken(answer.whole(), request)
            kept = self._wire(body, answer.document()).kept(said)
        except (*self.errors, httpx2.HTTPError, RefusedInStream) as error:
            failure = meaning(error, place, patience=self._patience, model=request.model, partial=answer.text)
            failure.raw = self._refused(body, error)
            raise failure from None
        except ValueError:
            raise place.unreadable("something that is not JSON", answer.text) from None
        except RecursionError:
            raise place.unreadable("JSON that is nested too deeply", answer.text) from None
        yield replace(said, raw=kept)

    async def _accepted(self, body: Json, held: AsyncExitStack) -> Events:
        """Send `body`; without a field that can be spared, from then on, where the server refuses that."""
        for name in self._without:
            body.pop(name, None)
        timeout = httpx2.Timeout(self._patience, connect=min(self._endpoint.connect, self._patience))
        try:
            return await held.enter_async_context(self.opened(body, timeout))
        except self.errors as error:
            told = str(getattr(error, "body", "")).lower() if getattr(error, "status_code", 0) in (400, 422) else ""
            refused = tuple(name for name, word in self.spared.items() if name in body and word in told)
            if not refused:
                raise
        self._without += refused
        return await self._accepted(body, held)

    def _wire(self, body: Json, document: object, status: int = 0) -> Wire:
        return Wire(self.form, self._endpoint.place.address, digest_of(body), self._without, status, document)

    def _refused(self, body: Json, error: Exception) -> str | None:
        """What the server said no with; None where it said nothing."""
        told = getattr(error, "body", None)
        if told is None:
            return None
        return self._wire(body, told, getattr(error, "status_code", 0)).kept()

    def _must_be_whole(self, events: Events, answer: Gathering) -> None:
        place = self._endpoint.place
        kind = events.response.headers.get("content-type", "no content type").partition(";")[0]
        if not answer.ended and not events.ends:
            if not answer.begun and kind != "text/event-stream":
                raise place.unreadable(kind)
            raise place.cut_off(answer.text)
        if not answer.begun:
            raise place.unreadable(f"something that is no {self.called}")
