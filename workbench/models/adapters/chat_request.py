"""A request in the chat-completions form: our messages, tools and settings as OpenAI and its like read them."""

from __future__ import annotations

import json
import re
from base64 import b32encode
from collections.abc import Callable
from hashlib import blake2b
from typing import cast

from workbench.events import Call, ToolSpec
from workbench.events.chat_parts import chat_part
from workbench.events.messages import Message, ModelRequest
from workbench.events.text import from_json
from workbench.events.wire import wire_of
from workbench.models.endpoints import Endpoint
from workbench.models.failures import failed
from workbench.models.loose import Json, an_object, objects

SETTINGS = (
    "temperature", "top_p", "max_tokens", "seed", "stop", "presence_penalty", "frequency_penalty", "tool_choice",
    "parallel_tool_calls", "response_format", "reasoning_effort", "text_calls", "extra",
)  # fmt: skip
_OURS = ("model", "messages", "tools", "stream", "stream_options")
_LONGEST_ID = 40
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def chat_body(request: ModelRequest, endpoint: Endpoint) -> Json:
    """The JSON body of a streamed chat completion.

    Raises:
        ModelFailed: a setting or a tool's name that cannot be sent; nothing was.
    """
    place = endpoint.place
    place.check_settings(request.settings, SETTINGS, _OURS)
    call_id = nine_letters if endpoint.provider.short_ids else plain_id
    body: Json = {"model": request.model, "messages": chat_messages(request, call_id, endpoint)}
    for name, value in request.settings.items():
        if name in ("extra", "text_calls"):
            continue
        # OpenAI's reasoning models refuse the old name; a server in its place knows only that.
        newer = name == "max_tokens" and not endpoint.moved
        body[endpoint.provider.max_tokens if newer else name] = value
    if request.output_schema is not None:
        schema = json.loads(request.output_schema)
        wanted = {"name": "answer", "schema": schema, "strict": is_strict(schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    if request.tools:
        body["tools"] = [chat_tool(tool, place.provider) for tool in request.tools]
        if request.no_tools:
            body["tool_choice"] = "none"
    body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body | request.settings.get("extra", {})


def chat_messages(request: ModelRequest, call_id: Callable[[str], str], endpoint: Endpoint) -> list[Json]:
    """The system prompt and the messages; `call_id` makes of our ids those that the provider takes.

    A tool's message holds text only: images that tools gave follow the batch as the user's.

    Raises:
        ModelFailed: something that goes with a message cannot be sent.
    """
    told: list[Json] = [{"role": "system", "content": request.system}] if request.system else []
    given: list[Json] = []
    for message in request.messages:
        if given and message.role != "tool":
            told.append({"role": "user", "content": given})
            given = []
        told.append(_chat_message(message, call_id, endpoint))
        if message.role == "tool" and message.media:
            given = [*given, {"type": "text", "text": f"{message.name} gave this:"}, *_parts(message, endpoint)]
    return [*told, {"role": "user", "content": given}] if given else told


def chat_tool(tool: ToolSpec, provider: str) -> Json:
    """The tool as the model is told of it.

    Raises:
        ModelFailed: the name is not one that providers take.
    """
    name = checked_name(tool, provider)
    return {
        "type": "function",
        "function": {"name": name, "description": tool.description, "parameters": json.loads(tool.parameters)},
    }


def checked_name(tool: ToolSpec, provider: str) -> str:
    """The tool's name.

    Raises:
        ModelFailed: it is not one that providers take.
    """
    if not _NAME.fullmatch(tool.name):
        raise failed(
            "unsupported_tool_name",
            f"{provider} cannot be sent the tool {tool.name!r}: letters, digits, _ and - only, 64 at most; rename it",
        )
    return tool.name


def object_arguments(call: Call) -> Json:
    """A call's arguments for providers that take an object only: arguments that are none travel inside one."""
    try:
        value: object = from_json(call.arguments)
    except ValueError:
        value = call.arguments
    return cast(Json, value) if isinstance(value, dict) else {"arguments": value}


def is_strict(schema: object) -> bool:
    """Whether a schema says all that OpenAI's strict mode asks for: no other properties, and none left out."""
    if isinstance(schema, list):
        return all(is_strict(item) for item in cast(list[object], schema))
    if not isinstance(schema, dict):
        return True
    fields = cast(Json, schema)
    if fields.get("type") == "object" or "properties" in fields:
        required = cast(list[str], fields.get("required", []))
        if fields.get("additionalProperties") is not False or set(fields.get("properties", {})) != set(required):
            return False
    return all(is_strict(value) for value in fields.values())


def plain_id(id: str) -> str:
    """Our call id in letters, digits, `_` and `-`; long ones become a digest."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", id)
    return plain if len(plain) <= _LONGEST_ID else f"call_{_digest(id, 20)}"


def nine_letters(id: str) -> str:
    """Our call id as nine letters and digits."""
    return _digest(id, 9)


def error_text(message: Message) -> str:
    """A tool message's content: this form has no other place to say that the call failed."""
    return f"Error: {message.text}" if message.failed else message.text


def _parts(message: Message, endpoint: Endpoint) -> list[Json]:
    """What goes with a message's text."""
    place, parts = endpoint.place, list[Json]()
    if message.media and not endpoint.provider.sight:
        raise place.unsendable(message.media[0], "its models read text only")
    for media in message.media:
        part = chat_part(media)
        if part is None:
            raise place.unsendable(media, "give its bytes instead of its address")
        parts.append(part)
    return parts


def _reasoning(message: Message, field: str) -> Json:
    """What a model thought, in the field in which its provider wants it back; nothing of what another form told."""
    wire = wire_of(message.raw, message) if field else None
    if wire is None or wire.form != "openai":
        return {}
    if field == "reasoning_details":
        choices = objects(an_object(wire.answer).get("choices"))
        details = an_object(choices[0].get("message")).get(field) if choices else None
        return {field: details} if details else {}
    if field == "think":
        return {"content": f"<think>{message.thinking}</think>{message.text}"} if message.thinking else {}
    # Before a tool call only: where the turn is over, it has nothing more to say.
    return {field: message.thinking} if message.thinking and message.calls else {}


def _chat_message(message: Message, call_id: Callable[[str], str], endpoint: Endpoint) -> Json:
    match message.role:
        case "assistant":
            said: Json = {"role": "assistant", "content": message.text}
            if message.calls:
                paired = zip(message.calls, message.ids, strict=True)
                said["content"] = message.text or None
                said["tool_calls"] = [_chat_call(call, call_id(ours)) for call, ours in paired]
            return said | _reasoning(message, endpoint.provider.reasoning)
        case "tool":
            return {"role": "tool", "tool_call_id": call_id(message.call), "content": error_text(message)}
        case "user":
            named = {"name": re.sub(r"[^A-Za-z0-9_-]", "_", message.name)[:64]} if message.name else {}
            text: list[Json] = [{"type": "text", "text": message.text}] if message.text else []
            content = [*text, *_parts(message, endpoint)] if message.media else message.text
            return {"role": "user", "content": content, **named}
        case _:
            if message.media:
                raise endpoint.place.unsendable(message.media[0], f"a {message.role} message holds text only")
            # `developer` is OpenAI's own word; `system` is understood by it and everybody else.
            return {"role": "system", "content": message.text}


def _chat_call(call: Call, id: str) -> Json:
    made: Json = {"id": id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
    kept: object = json.loads(call.extra) if call.extra else None
    if isinstance(kept, dict) and "extra_content" in kept:
        made["extra_content"] = cast(Json, kept)["extra_content"]
    return made


def _digest(id: str, letters: int) -> str:
    return b32encode(blake2b(id.encode(), digest_size=16).digest()).decode()[:letters].lower()
