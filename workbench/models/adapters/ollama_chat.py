"""Ollama through its own SDK: one streamed chat, with tools and thinking."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import httpx
import ollama
from msgspec.structs import replace

from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.events.text import as_json
from workbench.events.wire import Wire, digest_of
from workbench.models.adapters.folding import fold, folded
from workbench.models.adapters.ollama_request import ollama_body
from workbench.models.adapters.sdk_errors import seconds_asked
from workbench.models.adapters.text_calls import taken
from workbench.models.endpoints import Endpoint
from workbench.models.loose import Json, a_count, a_string, an_object, objects
from workbench.models.trust import trust


class OllamaChat:
    """A model on an Ollama server."""

    def __init__(self, name: str, endpoint: Endpoint, *, patience: float | None = None) -> None:
        """`patience`: seconds to wait for the next byte; loading a large model counts."""
        self.name = name
        self._endpoint = endpoint
        self._patience = endpoint.patience if patience is None else patience
        self._asked_for: float | None = None
        self._abilities: dict[str, list[str] | None] = {}

    takes_schemas = True

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask once and stream what comes.

        Raises:
            ModelFailed: with what had come as `partial`.
        """
        place = self._endpoint.place
        body = self.body(request)
        gathered = _Gathered()
        wire = Wire("ollama", place.address, digest_of(body))
        try:
            # The SDK's own `chat` leaves out what its types do not know of a tool's schema, and of the answer.
            client = cast(Any, self._client())
            await self._must_see(client, request)
            async with (
                client,
                aclosing(await client._request(dict, "POST", "/api/chat", json=body, stream=True)) as lines,
            ):
                async for line in lines:
                    for delta in gathered.take(line):
                        yield delta
            if not gathered.done:
                raise place.cut_off(gathered.text)
            said = taken(gathered.whole(), request)
            kept = replace(wire, answer=gathered.document()).kept(said)
        except ollama.ResponseError as error:
            status = max(error.status_code, 0)
            failure = place.refusal(status, "", str(error.error), model=request.model, partial=gathered.text)
            failure.raw = replace(wire, status=status, answer={"error": error.error}).kept()
            failure.retry_after = self._asked_for
            raise failure from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise place.no_connection() from None
        except httpx.TimeoutException:
            raise place.too_slow(self._patience, gathered.text) from None
        except httpx.HTTPError:
            raise place.cut_off(gathered.text) from None
        except json.JSONDecodeError as error:
            if error.doc.startswith("{"):
                raise place.cut_off(gathered.text) from None
            raise place.unreadable("lines that are not JSON", gathered.text) from None
        except (ValueError, TypeError, AttributeError):
            # The SDK reads a line before it looks whether it is one.
            raise place.unreadable("lines that are no chat answer", gathered.text) from None
        except RecursionError:
            raise place.unreadable("JSON that is nested too deeply", gathered.text) from None
        yield replace(said, raw=kept)

    def _client(self) -> ollama.AsyncClient:
        headers = {"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else None
        timeout = httpx.Timeout(self._patience, connect=min(self._endpoint.connect, self._patience))
        hooks = {"response": [self._look]}  # the SDK's error has no headers
        return ollama.AsyncClient(
            self._endpoint.url, timeout=timeout, headers=headers, verify=trust(), event_hooks=hooks
        )

    async def _must_see(self, client: Any, request: ModelRequest) -> None:
        """Refuse an image for a model that is known to have no sight: this server would leave it out without a word."""
        image = next((media for message in request.messages for media in message.media), None)
        if image is None:
            return
        if request.model not in self._abilities:
            try:
                told = await client._request(dict, "POST", "/api/show", json={"model": request.model})
                self._abilities[request.model] = told.get("capabilities")
            except (ollama.ResponseError, ValueError):  # not every server that speaks so can be asked this
                self._abilities[request.model] = None
        able = self._abilities[request.model]
        if able is not None and "vision" not in able:
            raise self._endpoint.place.unsendable(image, f"{request.model} has no sight")

    async def _look(self, response: httpx.Response) -> None:
        self._asked_for = seconds_asked(response.headers)

    def body(self, request: ModelRequest) -> Json:
        """The JSON body of a streamed chat.

        Raises:
            ModelFailed: a setting, a tool's name or an image that cannot be sent; nothing was.
        """
        return ollama_body(request, self._endpoint)


class _Gathered:
    """The lines of a stream as far as they have come."""

    def __init__(self) -> None:
        self.text = ""
        self._document: Json = {}
        self._thinking = ""
        self._calls: list[Call] = []

    @property
    def done(self) -> bool:
        """The line that ends it has come."""
        return self._document.get("done") is True

    def take(self, line: Json) -> list[Delta]:
        """Add one line and give what of it can be shown.

        Raises:
            ValueError: it is no piece of a chat answer.
        """
        if not isinstance(line.get("message"), dict):
            raise ValueError("no message")
        said = an_object(line["message"])
        fold(self._document, line)
        deltas: list[Delta] = []
        if thinking := a_string(said.get("thinking")):
            self._thinking += thinking
            deltas.append(Delta(thinking=thinking))
        if content := a_string(said.get("content")):
            self.text += content
            deltas.append(Delta(text=content))
        for call in objects(said.get("tool_calls")):
            function = an_object(call.get("function"))
            name, given = a_string(function.get("name")), a_string(call.get("id"))
            arguments = as_json(function.get("arguments") or {})
            self._calls.append(Call(name=name, arguments=arguments, given=given or None))
            deltas.append(Delta(call=name))
        return deltas

    def whole(self) -> Answer:
        """The answer that the lines make up."""
        last = self._document
        return Answer(
            text=self.text,
            thinking=self._thinking,
            calls=tuple(self._calls),
            usage=Usage(input=a_count(last.get("prompt_eval_count")), output=a_count(last.get("eval_count"))),
            finish=a_string(last.get("done_reason")) or ("tool_calls" if self._calls else "stop"),
            model=a_string(last.get("model")) or None,
        )

    def document(self) -> Json:
        """The answer as the server would have sent it whole."""
        return folded(self._document)
