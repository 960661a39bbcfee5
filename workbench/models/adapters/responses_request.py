"""A request in the form of OpenAI's Responses: items instead of messages, and reasoning sent back as it came."""

from __future__ import annotations

import json
from collections.abc import Iterator

from workbench.events import Media, ToolSpec
from workbench.events.messages import Message, ModelRequest
from workbench.events.wire import wire_of
from workbench.models.adapters.chat_request import checked_name, error_text, is_strict, plain_id
from workbench.models.endpoints import Endpoint
from workbench.models.failures import Place
from workbench.models.loose import Json, an_object, objects

FORM = "responses"
SETTINGS = (
    "temperature", "top_p", "max_tokens", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort",
    "extra",
)  # fmt: skip
_PLAIN = ("temperature", "top_p", "parallel_tool_calls")
_OURS = ("model", "input", "instructions", "tools", "stream", "store", "previous_response_id", "conversation")
_CALLS = ("function_call", "custom_tool_call")


def responses_body(request: ModelRequest, endpoint: Endpoint) -> Json:
    """The JSON body of a streamed response. Nothing is left with the provider: the log is what remembers.

    Raises:
        ModelFailed: a setting, a tool's name or an image that cannot be sent; nothing was.
    """
    place, told = endpoint.place, request.settings
    place.check_settings(told, SETTINGS, _OURS)
    body: Json = {"model": request.model, "input": list(_items(request, place))}
    if request.system:
        body["instructions"] = request.system
    if request.tools:
        body["tools"] = [_tool(tool, place) for tool in request.tools]
    body |= {name: told[name] for name in _PLAIN if name in told}
    if "max_tokens" in told:
        body["max_output_tokens"] = told["max_tokens"]
    if request.tools and request.no_tools:
        body["tool_choice"] = "none"
    elif "tool_choice" in told:
        body["tool_choice"] = _choice(told["tool_choice"])
    if "reasoning_effort" in told:
        body["reasoning"] = {"effort": told["reasoning_effort"]}
    if form := _format(request):
        body["text"] = {"format": form}
    body |= {"stream": True, "store": False, "include": ["reasoning.encrypted_content"]}
    return body | told.get("extra", {})


def _choice(asked: object) -> object:
    match asked:
        case {"function": {"name": str(name)}}:
            return {"type": "function", "name": name}
        case _:
            return asked


def _format(request: ModelRequest) -> Json:
    """Chat completions' `response_format`, or a schema, in the flatter form of this API."""
    wanted = an_object(request.settings.get("response_format"))
    form: Json = wanted
    if wanted.get("type") == "json_schema":
        form = {"type": "json_schema"} | an_object(wanted.get("json_schema"))
    if request.output_schema is not None:
        schema = json.loads(request.output_schema)
        form = {"type": "json_schema", "name": "answer", "schema": schema, "strict": is_strict(schema)}
    return form


def _tool(tool: ToolSpec, place: Place) -> Json:
    return {
        "type": "function",
        "name": checked_name(tool, place.provider),
        "description": tool.description,
        "parameters": json.loads(tool.parameters),
        "strict": False,
    }


def _items(request: ModelRequest, place: Place) -> Iterator[Json]:
    for message in request.messages:
        match message.role:
            case "assistant":
                yield from _answer(message)
            case "tool":
                output: object = error_text(message)
                if message.media:
                    output = _content(message, error_text(message), place)
                yield {"type": "function_call_output", "call_id": plain_id(message.call), "output": output}
            case _:
                text = f"{message.name}: {message.text}" if message.name else message.text
                content = _content(message, text, place) if message.media else text
                yield {"role": message.role, "content": content}


def _answer(message: Message) -> Iterator[Json]:
    """What the model said, in its own items where it said them in this form and they still say the same."""
    calls: list[Json] = [
        {"type": "function_call", "call_id": plain_id(ours), "name": call.name, "arguments": call.arguments}
        for call, ours in zip(message.calls, message.ids, strict=True)
    ]
    words: list[Json] = [{"role": "assistant", "content": message.text}] if message.text else []
    wire = wire_of(message.raw, message)
    items = objects(an_object(wire.answer).get("output")) if wire is not None and wire.form == FORM else []
    asked = [item for item in items if item.get("type") in _CALLS]
    if said_in(items) != message.text or len(asked) != len(calls):
        yield from [*words, *calls]
        return
    following = iter(zip(calls, asked, strict=True))
    for item in items:
        if item.get("type") not in _CALLS:
            yield {name: value for name, value in item.items() if value is not None}
            continue
        call, kept = next(following)
        yield call | ({"id": kept["id"]} if kept.get("id") and kept.get("type") == "function_call" else {})


def said_in(items: list[Json]) -> str:
    """The words of a response's messages; those of a refusal are words, too."""
    parts = [part for item in items if item.get("type") == "message" for part in objects(item.get("content"))]
    return "".join(str(part.get("text") or part.get("refusal") or "") for part in parts)


def _content(message: Message, text: str, place: Place) -> list[Json]:
    words: list[Json] = [{"type": "input_text", "text": text}] if text else []
    return words + [_part(media, place) for media in message.media]


def _part(media: Media, place: Place) -> Json:
    match media.kind:
        case "image":
            return {"type": "input_image", "image_url": media.data_url, "detail": "auto"}
        case "file" if media.url:
            return {"type": "input_file", "file_url": media.url}
        case "file":
            return {"type": "input_file", "filename": media.name or "file", "file_data": media.data_url}
        case _:
            raise place.unsendable(media, "this API takes images and files; sounds go by chat completions")
