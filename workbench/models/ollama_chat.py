"""Ollama through its own SDK: one streamed chat, with tools and thinking."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Literal, cast

import httpx
import ollama
from msgspec.structs import replace

from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta, Message, ModelRequest
from workbench.events.text import as_json
from workbench.events.wire import Wire, digest_of
from workbench.models.chat_request import chat_tool, error_text, object_arguments
from workbench.models.endpoints import Endpoint
from workbench.models.failures import Place
from workbench.models.folding import fold, folded
from workbench.models.loose import Json, a_count, a_string, an_object, objects
from workbench.models.trust import trust

PATIENCE = 600.0
_CONNECT = 10.0
_OPTIONS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": "num_predict",
    "seed": "seed",
    "stop": "stop",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}
SETTINGS = (*_OPTIONS, "response_format", "reasoning_effort", "keep_alive", "extra")
"""`extra` goes among Ollama's options (`num_ctx`, `mirostat`, …)."""


class OllamaChat:
    """A model on an Ollama server."""

    def __init__(self, name: str, endpoint: Endpoint, *, patience: float = PATIENCE) -> None:
        """`patience`: seconds to wait for the next byte; loading a large model counts."""
        self.name = name
        self._endpoint = endpoint
        self._patience = patience

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
            async with (
                client,
                aclosing(await client._request(dict, "POST", "/api/chat", json=body, stream=True)) as lines,
            ):
                async for line in lines:
                    for delta in gathered.take(line):
                        yield delta
        except ollama.ResponseError as error:
            status = max(error.status_code, 0)
            failure = place.refusal(status, "", str(error.error), model=request.model, partial=gathered.text)
            failure.raw = replace(wire, status=status, answer={"error": error.error}).kept()
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
        if not gathered.done:
            raise place.cut_off(gathered.text)
        said = gathered.whole()
        yield replace(said, raw=replace(wire, answer=gathered.document()).kept(said))

    def _client(self) -> ollama.AsyncClient:
        headers = {"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else None
        timeout = httpx.Timeout(self._patience, connect=min(_CONNECT, self._patience))
        return ollama.AsyncClient(self._endpoint.url, timeout=timeout, headers=headers, verify=trust())

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


def ollama_body(request: ModelRequest, endpoint: Endpoint) -> Json:
    """See `OllamaChat.body`."""
    place = endpoint.place
    options: Json = {}
    body: Json = {"model": request.model, "messages": _told(request, place), "options": options, "stream": True}
    for name, value in request.settings.items():
        match name:
            case "extra":
                options.update(value)
            case "response_format":
                body["format"] = _format(value)
            case "reasoning_effort":
                body["think"] = False if value == "none" else value
            case "keep_alive":
                body["keep_alive"] = value
            case "stop":
                options["stop"] = [value] if isinstance(value, str) else value
            case _ if name in _OPTIONS:
                options[_OPTIONS[name]] = value
            case _:
                raise place.unsupported(name, SETTINGS)
    if request.output_schema is not None:
        body["format"] = json.loads(request.output_schema)
    if request.tools:
        body["tools"] = [chat_tool(tool, endpoint.provider.name) for tool in request.tools]
    return body


def _told(request: ModelRequest, place: Place) -> list[Json]:
    told: list[Json] = [{"role": "system", "content": request.system}] if request.system else []
    return told + [_message(message) | _images(message, place) for message in request.messages]


def _images(message: Message, place: Place) -> Json:
    """Ollama takes images, as bytes, beside the words of any message."""
    for media in message.media:
        if media.kind != "image" or not media.data:
            raise place.unsendable(media, "it takes images only, and as bytes")
    return {"images": [media.data for media in message.media]} if message.media else {}


def _message(message: Message) -> Json:
    match message.role:
        case "assistant":
            said: Json = {"role": "assistant", "content": message.text}
            if message.thinking:
                said["thinking"] = message.thinking
            if message.calls:
                said["tool_calls"] = [
                    {"function": {"name": call.name, "arguments": object_arguments(call)}} for call in message.calls
                ]
            return said
        case "tool":
            return {"role": "tool", "content": error_text(message), "tool_name": message.name}
        case "user":
            return {"role": "user", "content": message.text}
        case _:
            return {"role": "system", "content": message.text}


def _format(value: object) -> Literal["", "json"] | Json:
    """OpenAI's `response_format` (or Ollama's own) as Ollama's `format`."""
    if not isinstance(value, dict):
        return "json" if value in ("json", "json_object") else ""
    wanted = cast(Json, value)
    match wanted.get("type"):
        case "json_schema":
            return wanted["json_schema"]["schema"]
        case "json_object":
            return "json"
        case "text":
            return ""
        case _:
            return wanted
