"""OpenAI and everything that speaks chat completions as it does: one streamed request through the openai SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx2
import openai
from openai._streaming import ServerSentEvent

from workbench.errors import ModelFailed
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.models.chat_answer import ChatAnswer
from workbench.models.chat_request import Json, chat_body
from workbench.models.endpoints import NO_KEY, Endpoint
from workbench.models.trust import trust

PATIENCE = 600.0
"""Seconds without a byte before we give up: a local model may read a long prompt for minutes."""
_CONNECT = 10.0


class _Chunks(openai.AsyncStream[object]):
    """The SDK's stream of decoded events, which also tells whether the end was announced.

    A server that was asked to stream and sends one whole JSON document is taken at its word: it is one event.
    """

    done = False

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        if "json" in self.response.headers.get("content-type", ""):
            body = await self.response.aread()
            self.done = True
            yield ServerSentEvent(data=body.decode("utf-8", "replace"))
            return
        async for event in super()._iter_events():
            self.done = self.done or event.data.startswith("[DONE]")
            yield event


class OpenAIChat:
    """A model behind a chat-completions endpoint."""

    def __init__(self, name: str, endpoint: Endpoint, *, patience: float = PATIENCE) -> None:
        """`patience`: seconds to wait for the next byte."""
        self.name = name
        self._endpoint = endpoint
        self._patience = patience
        self._counts_usage = True

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask once and stream what comes.

        Raises:
            ModelFailed: with what had come as `partial`.
        """
        body = chat_body(request, self._endpoint)
        answer = ChatAnswer()
        try:
            async with self._client() as client, await self._open(client, body) as chunks:
                async for chunk in chunks:
                    for delta in answer.take(chunk):
                        yield delta
                self._must_be_whole(chunks, answer)
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise self._failure(error, request.model, answer.text) from None
        except ValueError:
            raise self._endpoint.place.unreadable("something that is not JSON", answer.text) from None
        yield answer.whole()

    async def _open(self, client: openai.AsyncOpenAI, body: Json) -> _Chunks:
        if not self._counts_usage:
            body = {name: value for name, value in body.items() if name != "stream_options"}
        try:
            return await client.post("/chat/completions", cast_to=object, body=body, stream=True, stream_cls=_Chunks)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            if not self._counts_usage or "stream_options" not in str(error.body):
                raise
        self._counts_usage = False
        return await self._open(client, body)

    def _client(self) -> openai.AsyncOpenAI:
        """A client for one request: nothing lingers when it is cancelled, and no idle connection can be stale."""
        timeout = httpx2.Timeout(self._patience, connect=min(_CONNECT, self._patience))
        elsewhere = self._endpoint.provider.name != "openai"
        unsaid = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()} if elsewhere else {}
        return openai.AsyncOpenAI(
            api_key=self._endpoint.key or NO_KEY,
            base_url=self._endpoint.url,
            timeout=timeout,
            max_retries=0,
            default_headers=cast(dict[str, str], unsaid),
            http_client=openai.DefaultAsyncHttpxClient(verify=trust(), timeout=timeout),
        )

    def _must_be_whole(self, chunks: _Chunks, answer: ChatAnswer) -> None:
        place = self._endpoint.place
        kind = chunks.response.headers.get("content-type", "no content type").partition(";")[0]
        if answer.finish is None and not chunks.done:
            if not answer.begun and kind != "text/event-stream":
                raise place.unreadable(kind)
            raise place.cut_off(answer.text)
        if not answer.begun:
            raise place.unreadable("something that is no chat completion")

    def _failure(self, error: openai.OpenAIError | httpx2.HTTPError, model: str, partial: str) -> ModelFailed:
        place = self._endpoint.place
        if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return place.no_connection()
        if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
            return place.too_slow(self._patience, partial)
        if isinstance(error, openai.APIConnectionError) or not isinstance(error, openai.APIError):
            return place.cut_off(partial)
        told = _error_of(error.body)
        refused = isinstance(error, openai.APIStatusError)
        code = " ".join(str(told[name]) for name in ("code", "type", "status") if told.get(name))
        words = str(told.get("message") or ("" if refused else error.message))
        words = f"{words}: {upstream}" if (upstream := _upstream(told)) else words
        status = error.status_code if refused else _status(told)
        return place.refusal(status, code, words, model=model, partial=partial)


def _error_of(body: object) -> dict[str, Any]:
    """The object that describes an error, at whatever depth the server put it."""
    if isinstance(body, list) and body:
        return _error_of(cast(list[object], body)[0])
    if isinstance(body, dict):
        told = cast(dict[str, Any], body)
        inner = told.get("error")
        if isinstance(inner, dict):
            return cast(dict[str, Any], inner)
        if isinstance(inner, str):
            return told | {"message": inner}
        return told if "message" in told else told | {"message": told.get("detail")}
    return {"message": body} if isinstance(body, str) and not body.lstrip().startswith("<") else {}


def _upstream(told: dict[str, Any]) -> str:
    """What the provider behind a router said: the router's own message is but a general one."""
    behind = told.get("metadata")
    raw = cast(dict[str, Any], behind).get("raw") if isinstance(behind, dict) else None
    return raw if isinstance(raw, str) else ""


def _status(told: dict[str, Any]) -> int:
    """The HTTP status that an error inside a stream speaks of, 0 if none."""
    for name in ("status_code", "status", "code"):
        value = told.get(name)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return 0
