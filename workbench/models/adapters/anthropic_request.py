"""A request in the form of Anthropic's Messages: blocks of content, thinking sent back as it came, caching markers."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from itertools import groupby
from typing import Any, cast

from workbench.events import Media, ToolSpec
from workbench.events.messages import Message, ModelRequest
from workbench.events.wire import wire_of
from workbench.models.adapters.chat_request import checked_name, object_arguments, plain_id
from workbench.models.endpoints import Endpoint
from workbench.models.failures import Place
from workbench.models.loose import Json, an_object, objects

FORM = "anthropic"
MOST_TOKENS = 8192
"""How long an answer may get where no `max_tokens` is set: this API insists on a number."""
SETTINGS = (
    "temperature", "top_p", "top_k", "max_tokens", "stop", "tool_choice", "parallel_tool_calls", "response_format",
    "reasoning_effort", "thinking", "prompt_cache", "extra",
)  # fmt: skip
"""`thinking` is Anthropic's own object; `prompt_cache` is true, `5m` or `1h`."""
_OURS = ("model", "messages", "system", "tools", "stream")
_PLAIN = ("temperature", "top_p", "top_k", "thinking")
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")


def anthropic_body(request: ModelRequest, endpoint: Endpoint) -> Json:
    """The JSON body of a streamed message.

    Raises:
        ModelFailed: a setting, a tool's name or an image that cannot be sent; nothing was.
    """
    place, told = endpoint.place, request.settings
    place.check_settings(told, SETTINGS, _OURS)
    body: Json = {"model": request.model, "max_tokens": _most(told), "messages": _messages(request, place)}
    if request.system:
        body["system"] = [{"type": "text", "text": request.system}]
    if request.tools:
        body["tools"] = [_tool(tool, place) for tool in request.tools]
    body |= {name: told[name] for name in _PLAIN if name in told}
    if "stop" in told:
        body["stop_sequences"] = [told["stop"]] if isinstance(told["stop"], str) else told["stop"]
    if choice := {"type": "none"} if request.tools and request.no_tools else _choice(told):
        body["tool_choice"] = choice
    if output := _output(request, place):
        body["output_config"] = output
    if told.get("reasoning_effort") == "none":
        body["thinking"] = {"type": "disabled"}
    if told.get("prompt_cache"):
        _mark(body, told["prompt_cache"])
    body["stream"] = True
    return body | told.get("extra", {})


def _most(told: Json) -> int:
    """The longest answer; thinking counts, so its budget comes on top of what nobody set."""
    thinking = an_object(told.get("thinking")).get("budget_tokens")
    return told.get("max_tokens") or MOST_TOKENS + (thinking if isinstance(thinking, int) else 0)


def _choice(told: Json) -> Json:
    """`tool_choice` as OpenAI or Anthropic write it, and whether several calls may come at once."""
    asked = told.get("tool_choice")
    match asked:
        case None:
            choice: Json = {}
        case "required":
            choice = {"type": "any"}
        case str():
            choice = {"type": asked}
        case {"function": {"name": name}}:
            choice = {"type": "tool", "name": name}
        case _:
            choice = dict(cast(Json, asked))
    if told.get("parallel_tool_calls") is False:
        choice = (choice or {"type": "auto"}) | {"disable_parallel_tool_use": True}
    return choice


def _output(request: ModelRequest, place: Place) -> Json:
    """How much effort, and which form the answer must have."""
    effort, wanted = request.settings.get("reasoning_effort"), an_object(request.settings.get("response_format"))
    output: Json = {"effort": effort} if effort not in (None, "none") else {}
    match wanted:
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            output["format"] = {"type": "json_schema", "schema": schema}
        case {"type": "text"}:
            pass
        case _ if "response_format" in request.settings:
            raise place.unsupported("response_format", ())
        case _:
            pass
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": json.loads(request.output_schema)}
    return output


def _mark(body: Json, lasting: object) -> None:
    """Mark what can be cached up to: the tools, the system prompt, and the newest message."""
    marker: Json = {"type": "ephemeral"} | ({"ttl": lasting} if isinstance(lasting, str) else {})
    for blocks in (
        body.get("tools"),
        body.get("system"),
        body["messages"][-1]["content"] if body["messages"] else None,
    ):
        if blocks:
            blocks[-1] = blocks[-1] | {"cache_control": marker}


def _tool(tool: ToolSpec, place: Place) -> Json:
    described = {"description": tool.description} if tool.description else {}
    return {
        "name": checked_name(tool, place.provider),
        **described,
        "input_schema": json.loads(tool.parameters),
    }


def _messages(request: ModelRequest, place: Place) -> list[Json]:
    """The messages in blocks. Results of one batch are one message; an answer that said nothing is none."""
    told: list[Json] = []
    for tools, run in groupby(request.messages, lambda message: message.role == "tool"):
        if tools:
            told.append({"role": "user", "content": [_result(message, place) for message in run]})
            continue
        for message in run:
            blocks = _answer(message) if message.role == "assistant" else _said(message, place)
            if blocks:
                role = "system" if message.role == "developer" else message.role
                told.append({"role": role, "content": blocks})
    return told


def _said(message: Message, place: Place) -> list[Json]:
    """Somebody's words. There is no place for a speaker's name but in them."""
    text = f"{message.name}: {message.text}" if message.name else message.text
    if message.role != "user" and message.media:
        raise place.unsendable(message.media[0], f"a {message.role} message holds text only")
    words: list[Json] = [] if message.media and not text else [{"type": "text", "text": text}]
    # Pictures stand before the question about them: that is how this API reads them best.
    return [*_media(message.media, place), *words]


def _result(message: Message, place: Place) -> Json:
    words: list[Json] = [{"type": "text", "text": message.text}] if message.text else []
    told: Json = {"type": "tool_result", "tool_use_id": plain_id(message.call)}
    if content := [*words, *_media(message.media, place)]:
        told["content"] = content
    return told | ({"is_error": True} if message.failed else {})


def _answer(message: Message) -> list[Json]:
    """What the model said, in its own blocks where it said them in this form and they still say the same."""
    calls = [
        {"type": "tool_use", "id": plain_id(ours), "name": call.name, "input": object_arguments(call)}
        for call, ours in zip(message.calls, message.ids, strict=True)
    ]
    kept = list(_kept(message, calls))
    if kept:
        return kept
    return [*([{"type": "text", "text": message.text}] if message.text.strip() else []), *calls]


def _kept(message: Message, calls: list[Json]) -> Iterator[Json]:
    """The blocks that this API gave, thinking with its signature among them; none if they say something else now."""
    wire = wire_of(message.raw, message)
    if wire is None or wire.form != FORM:
        return
    blocks = objects(an_object(wire.answer).get("content"))
    said = "".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")
    if said != message.text or sum(block.get("type") == "tool_use" for block in blocks) != len(calls):
        thinking = [block for block in blocks if block.get("type") in ("thinking", "redacted_thinking")]
        text: list[Json] = [{"type": "text", "text": message.text}] if message.text.strip() else []
        yield from [*thinking, *text, *calls]
        return
    following = iter(calls)
    for block in blocks:
        match block.get("type"):
            case "tool_use":
                yield next(following)
            case "text" if not str(block.get("text", "")).strip():
                continue
            case "thinking" if not block.get("signature"):
                continue
            case _:
                yield {name: value for name, value in block.items() if value is not None}


def _media(media: tuple[Media, ...], place: Place) -> list[Json]:
    return [_block(one, place) for one in media]


def _block(media: Media, place: Place) -> Json:
    source: Json = {"type": "url", "url": media.url}
    if media.data:
        source = {"type": "base64", "media_type": media.mime, "data": media.data}
    titled = {"title": media.name} if media.name else {}
    match media.kind:
        case "image" if media.url or media.mime in _IMAGES:
            return {"type": "image", "source": source}
        case "image":
            raise place.unsendable(media, "it takes JPEG, PNG, GIF and WebP")
        case "file" if media.url or media.mime == "application/pdf":
            return {"type": "document", "source": source, **titled}
        case "file" if media.mime.startswith("text/"):
            text: Any = b64decode(media.data).decode("utf-8", "replace")
            return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}, **titled}
        case _:
            raise place.unsendable(media, "it takes images, PDF and text")
