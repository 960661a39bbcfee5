"""Anthropic through its own SDK: one streamed message, with tools, thinking and caching markers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import anthropic
import httpx2
from anthropic._streaming import ServerSentEvent

from workbench.events.messages import ModelRequest
from workbench.models.adapters.anthropic_answer import AnthropicAnswer
from workbench.models.adapters.anthropic_request import FORM, anthropic_body
from workbench.models.adapters.streamed import Events, StreamedModel
from workbench.models.endpoints import NO_KEY
from workbench.models.loose import Json
from workbench.models.trust import trust


class _Events(anthropic.AsyncStream[object]):
    """The SDK's stream of decoded events.

    A server that was asked to stream and sends one whole JSON document is taken at its word: it is one event. Servers
    that leave out the names of the events are read all the same.
    """

    ends: list[str]

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.ends = []  # the SDK iterates over a copy of this object, which shares the list

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        if "json" in self.response.headers.get("content-type", ""):
            body = await self.response.aread()
            yield _named(ServerSentEvent(data=body.decode("utf-8", "replace")))
            return
        async for event in super()._iter_events():
            if event.data.startswith("[DONE]"):
                continue
            yield _named(event)


def _named(event: ServerSentEvent) -> ServerSentEvent:
    if event.event is not None or not event.data:
        return event
    document = event.json()
    failed = isinstance(document, dict) and ("error" in document)
    return ServerSentEvent(event="error" if failed else "message", data=event.data)


class AnthropicMessages(StreamedModel):
    """A model behind Anthropic's Messages API, or a server that speaks it."""

    form, called = FORM, "message"
    errors: ClassVar[tuple[type[Exception], ...]] = (anthropic.AnthropicError,)

    def body(self, request: ModelRequest) -> Json:
        return anthropic_body(request, self._endpoint)

    def gathering(self) -> AnthropicAnswer:
        return AnthropicAnswer()

    @asynccontextmanager
    async def opened(self, body: Json, timeout: httpx2.Timeout) -> AsyncGenerator[Events]:
        client = anthropic.AsyncAnthropic(
            api_key=self._endpoint.key or NO_KEY,
            base_url=self._endpoint.base(body["model"]),
            default_query=dict(self._endpoint.query),
            default_headers=self._endpoint.key_headers,
            timeout=timeout,
            max_retries=0,
            http_client=anthropic.DefaultAsyncHttpxClient(verify=trust(), timeout=timeout),
        )
        async with (
            client,
            await client.post("/v1/messages", cast_to=object, body=body, stream=True, stream_cls=_Events) as events,
        ):
            yield events
