"""OpenAI and everything that speaks chat completions as it does: one streamed request through the openai SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, cast

import httpx2
import openai
from openai._streaming import ServerSentEvent
from openai._types import RequestOptions

from workbench.events.messages import ModelRequest
from workbench.models.adapters.chat_answer import ChatAnswer
from workbench.models.adapters.chat_request import chat_body
from workbench.models.adapters.streamed import Events, StreamedModel
from workbench.models.endpoints import NO_KEY, Endpoint
from workbench.models.loose import Json
from workbench.models.trust import trust


class Chunks(openai.AsyncStream[object]):
    """The SDK's stream of decoded events, which also tells whether the end was announced.

    A server that was asked to stream and sends one whole JSON document is taken at its word: it is one event.
    """

    ends: list[str]

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        self.ends = []
        if "json" in self.response.headers.get("content-type", ""):
            body = await self.response.aread()
            self.ends.append("document")
            yield ServerSentEvent(data=body.decode("utf-8", "replace"))
            return
        async for event in super()._iter_events():
            if event.data.startswith("[DONE]"):
                self.ends.append(event.data)
            yield event


def client_of(endpoint: Endpoint, model: str, timeout: httpx2.Timeout) -> openai.AsyncOpenAI:
    """A client for one request to `model`."""
    elsewhere = endpoint.provider.prices != "openai"
    unsaid = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()} if elsewhere else {}
    return openai.AsyncOpenAI(
        api_key=endpoint.key or NO_KEY,
        base_url=endpoint.base(model),
        timeout=timeout,
        max_retries=0,
        default_headers=cast(dict[str, str], unsaid | endpoint.key_headers),
        default_query=dict(endpoint.query),
        http_client=openai.DefaultAsyncHttpxClient(verify=trust(), timeout=timeout),
    )


async def posted(client: openai.AsyncOpenAI, path: str, body: Json, endpoint: Endpoint) -> Chunks:
    """Ask for a stream. Where the key has a header of its own, it is in no other."""
    unsaid = {"headers": {"Authorization": openai.Omit()}} if endpoint.key_headers else {}
    options = cast(RequestOptions, unsaid)
    return await client.post(path, cast_to=object, body=body, options=options, stream=True, stream_cls=Chunks)


class OpenAIChat(StreamedModel):
    """A model behind a chat-completions endpoint."""

    form, called = "openai", "chat completion"
    errors: ClassVar[tuple[type[Exception], ...]] = (openai.OpenAIError,)
    spared: ClassVar[dict[str, str]] = {"stream_options": "stream_options"}

    def body(self, request: ModelRequest) -> Json:
        return chat_body(request, self._endpoint)

    def gathering(self) -> ChatAnswer:
        return ChatAnswer()

    @asynccontextmanager
    async def opened(self, body: Json, timeout: httpx2.Timeout) -> AsyncGenerator[Events]:
        async with (
            client_of(self._endpoint, body["model"], timeout) as client,
            await posted(client, "/chat/completions", body, self._endpoint) as chunks,
        ):
            yield chunks
