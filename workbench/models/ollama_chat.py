"""Ollama through its own SDK: one streamed chat, with tools and thinking."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Literal, cast

import httpx
import ollama

from workbench.events import Call, ToolSpec, Usage
from workbench.events.messages import Answer, Delta, Message, ModelRequest
from workbench.events.text import as_json
from workbench.models.chat_request import Json, chat_tool, error_text
from workbench.models.endpoints import Endpoint
from workbench.models.failures import Place
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
_KEPT = ("created_at", "total_duration", "load_duration", "prompt_eval_duration", "eval_duration")
SETTINGS = (*_OPTIONS, "response_format", "reasoning_effort", "keep_alive", "extra")
"""`extra` goes among Ollama's options (`num_ctx`, `mirostat`, …)."""


class OllamaChat:
    """A model on an Ollama server."""

    def __init__(self, name: str, endpoint: Endpoint, *, patience: float = PATIENCE) -> None:
        """`patience`: seconds to wait for the next byte; loading a large model counts."""
        self.name = name
        self._endpoint = endpoint
        self._patience = patience

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Ask once and stream what comes.

        Raises:
            ModelFailed: with what had come as `partial`.
        """
        place = self._endpoint.place
        asked = self._asked(request)
        gathered = _Gathered()
        try:
            client = cast(Any, self._client())
            async with client, aclosing(await client.chat(**asked, stream=True)) as lines:
                async for line in lines:
                    for delta in gathered.take(cast(ollama.ChatResponse, line)):
                        yield delta
        except ollama.ResponseError as error:
            status = max(error.status_code, 0)
            raise place.refusal(status, "", str(error.error), model=request.model, partial=gathered.text) from None
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
        if gathered.last is None:
            raise place.cut_off(gathered.text)
        yield gathered.whole(gathered.last)

    def _client(self) -> ollama.AsyncClient:
        headers = {"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else None
        timeout = httpx.Timeout(self._patience, connect=min(_CONNECT, self._patience))
        return ollama.AsyncClient(self._endpoint.url, timeout=timeout, headers=headers, verify=trust())

    def _asked(self, request: ModelRequest) -> Json:
        """What `AsyncClient.chat` takes.

        Raises:
            ModelFailed: a setting or a tool's name that cannot be sent; nothing was.
        """
        place = self._endpoint.place
        options: Json = {}
        asked: Json = {"model": request.model, "messages": _told(request, place), "options": options}
        for name, value in request.settings.items():
            match name:
                case "extra":
                    options.update(value)
                case "response_format":
                    asked["format"] = _format(value)
                case "reasoning_effort":
                    asked["think"] = False if value == "none" else value
                case "keep_alive":
                    asked["keep_alive"] = value
                case "stop":
                    options["stop"] = [value] if isinstance(value, str) else value
                case _ if name in _OPTIONS:
                    options[_OPTIONS[name]] = value
                case _:
                    raise place.unsupported(name, SETTINGS)
        if request.tools:
            asked["tools"] = [self._tool(tool) for tool in request.tools]
        return asked

    def _tool(self, tool: ToolSpec) -> Json:
        return chat_tool(tool, self._endpoint.provider.name)


class _Gathered:
    """The lines of a stream as far as they have come. `last` is the one that ends it."""

    def __init__(self) -> None:
        self.text = ""
        self.last: ollama.ChatResponse | None = None
        self._thinking = ""
        self._calls: list[Call] = []

    def take(self, line: ollama.ChatResponse) -> list[Delta]:
        """Add one line and give what of it can be shown."""
        if line.done:
            self.last = line
        said = line.message
        deltas: list[Delta] = []
        if said.thinking:
            self._thinking += said.thinking
            deltas.append(Delta(thinking=said.thinking))
        if said.content:
            self.text += said.content
            deltas.append(Delta(text=said.content))
        for call in said.tool_calls or ():
            self._calls.append(Call(name=call.function.name, arguments=as_json(dict(call.function.arguments))))
            deltas.append(Delta(call=call.function.name))
        return deltas

    def whole(self, last: ollama.ChatResponse) -> Answer:
        """The answer that the lines make up."""
        kept = {name: last[name] for name in _KEPT if last.get(name)}
        return Answer(
            text=self.text,
            thinking=self._thinking,
            calls=tuple(self._calls),
            usage=Usage(input=last.prompt_eval_count, output=last.eval_count),
            finish=last.done_reason or ("tool_calls" if self._calls else "stop"),
            model=last.model,
            raw=as_json(kept) if kept else None,
        )


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
                    {"function": {"name": call.name, "arguments": _arguments(call)}} for call in message.calls
                ]
            return said
        case "tool":
            return {"role": "tool", "content": error_text(message), "tool_name": message.name}
        case "user":
            return {"role": "user", "content": message.text}
        case _:
            return {"role": "system", "content": message.text}


def _arguments(call: Call) -> Json:
    """Ollama takes an object only: arguments that are none travel inside one."""
    try:
        value: object = json.loads(call.arguments)
    except ValueError:
        value = call.arguments
    return cast(Json, value) if isinstance(value, dict) else {"arguments": value}


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
