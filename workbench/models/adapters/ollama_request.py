"""A request in the form of Ollama's chat: options apart from the messages, images beside their words."""

from __future__ import annotations

import json
from typing import Literal, cast

from workbench.events.messages import Message, ModelRequest
from workbench.models.adapters.chat_request import chat_tool, error_text, object_arguments
from workbench.models.endpoints import Endpoint
from workbench.models.failures import Place
from workbench.models.loose import Json

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
SETTINGS = (*_OPTIONS, "response_format", "reasoning_effort", "keep_alive", "text_calls", "extra")
"""`extra` goes among Ollama's options (`num_ctx`, `mirostat`, …)."""


def ollama_body(request: ModelRequest, endpoint: Endpoint) -> Json:
    """The JSON body of a streamed chat.

    Raises:
        ModelFailed: a setting, a tool's name or an image that cannot be sent; nothing was.
    """
    place = endpoint.place
    place.check_settings(request.settings, SETTINGS)
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
            case "text_calls":
                pass
            case "keep_alive":
                body["keep_alive"] = value
            case "stop":
                options["stop"] = [value] if isinstance(value, str) else value
            case _:
                options[_OPTIONS[name]] = value
    if request.output_schema is not None:
        body["format"] = json.loads(request.output_schema)
    if request.tools and not request.no_tools:  # Ollama knows no other way to have none called
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
