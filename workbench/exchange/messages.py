"""The plain chat form of each body that is a message, and the body that a message in chat form is."""

from __future__ import annotations

from typing import Any

from workbench.events import Call, CallFailed, ModelAnswered, Said, ToolReturned, ToolSpec, Usage
from workbench.events.chat_parts import media_of
from workbench.events.text import as_json
from workbench.exchange.shapes import (
    Fields,
    as_extra,
    call_form,
    call_of,
    content_form,
    extra_of,
    kept,
    restored,
    text_of,
)
from workbench.exchange.untrusted import a_count, a_list, a_text, an_object

AGENT_ROLES = ("assistant", "agent", "model")
SYSTEM_ROLES = ("system", "developer")
RESULT_ROLES = ("tool", "function")
_THINKING = ("reasoning_content", "reasoning", "thinking")


def calls_of(message: Fields) -> list[Fields]:
    """The calls that a message asks for, each an object; the older `function_call` is one of them."""
    calls = [asked for call in a_list(message.get("tool_calls")) if (asked := an_object(call))]
    if not calls and isinstance(message.get("function_call"), dict):
        return [{"function": message["function_call"]}]
    return calls


def said_of(message: Fields) -> Said:
    """Somebody's words; other roles than system and developer are the user's to the agent, and kept."""
    role = message["role"] if message["role"] in SYSTEM_ROLES else "user"
    said = Said(text=text_of(message.get("content")), role=role, media=media_of(message.get("content")))
    return said.model_copy(update={"extra": as_extra(kept(_plain_said(said), message))})


def said_form(said: Said) -> Fields:
    """`said` as a message, as its source had it."""
    return restored(_plain_said(said), extra_of(said.extra))


def _plain_said(said: Said) -> Fields:
    return {"role": said.role, "content": content_form(said.text, said.media)}


def answer_of(message: Fields, call: str) -> ModelAnswered:
    """What the agent answered when `call` asked its model."""
    calls = tuple([call_of(asked, f"{call}.{number}") for number, asked in enumerate(calls_of(message), 1)])
    extra: Fields = {}
    thinking = next((key for key in _THINKING if message.get(key) and isinstance(message[key], str)), None)
    if thinking:
        extra["thinking"] = thinking
    if calls and not a_list(message.get("tool_calls")):
        extra["function_call"] = True
    answered = ModelAnswered(
        call=call,
        text=text_of(message.get("content")),
        thinking=message[thinking] if thinking else "",
        calls=calls,
        usage=_usage_of(an_object(message.get("usage"))),
        finish="tool_calls" if calls else "stop",
        model=a_text(message.get("model")) or None,
    )
    plain = _plain_answer(answered, extra)
    whole = "tool_calls" in plain and len(calls) == len(a_list(message.get("tool_calls")))
    extra |= kept(plain, message | {"tool_calls": plain["tool_calls"]} if whole else message)
    return answered.model_copy(update={"extra": as_extra(extra)})


def answer_form(answered: ModelAnswered) -> Fields:
    """`answered` as a message, as its source had it; calls that nobody gave an id have ours."""
    extra = extra_of(answered.extra)
    return restored(_plain_answer(answered, extra), extra)


def _plain_answer(answered: ModelAnswered, extra: Fields) -> Fields:
    plain: Fields = {"role": "assistant", "content": answered.text or (None if answered.calls else "")}
    calls = [call_form(call, f"{answered.call}.{number}") for number, call in enumerate(answered.calls, 1)]
    if calls and extra.get("function_call"):
        plain["function_call"] = calls[0].get("function")
    elif calls:
        plain["tool_calls"] = calls
    if extra.get("thinking"):
        plain[str(extra["thinking"])] = answered.thinking
    return plain


def _usage_of(usage: Fields) -> Usage:
    return Usage(
        input=a_count(usage.get("prompt_tokens")),
        output=a_count(usage.get("completion_tokens")),
        cached=a_count(an_object(usage.get("prompt_tokens_details")).get("cached_tokens")),
        reasoning=a_count(an_object(usage.get("completion_tokens_details")).get("reasoning_tokens")),
    )


def result_of(message: Fields, own: str, call: Call) -> ToolReturned | CallFailed:
    """What a call gave; only a result that is marked as an error is one."""
    failed = message.get("error") is True or message.get("is_error") is True
    content, media = text_of(message.get("content")), () if failed else media_of(message.get("content"))
    extra = as_extra(kept(_plain_result(content_form(content, media), own, call), message))
    if failed:
        return CallFailed(call=own, error="tool_error", message=content, extra=extra)
    return ToolReturned(call=own, content=content, extra=extra, media=media)


def result_form(result: ToolReturned | CallFailed, call: Call) -> Fields:
    """A result as a message, as its source had it; `call` is the one that it answers."""
    returned = isinstance(result, ToolReturned)
    content = content_form(result.content, result.media) if returned else result.message
    return restored(_plain_result(content, result.call, call), extra_of(result.extra))


def _plain_result(content: str | list[Fields], own: str, call: Call) -> Fields:
    return {"role": "tool", "tool_call_id": own if call.given is None else call.given, "content": content}


def tools_of(tools: Any) -> tuple[ToolSpec, ...]:
    """The tools of a document: a list in chat form, or of what that form holds under `function`."""
    specs: dict[str, ToolSpec] = {}
    for tool in a_list(tools):
        told = an_object(an_object(tool).get("function")) or an_object(tool)
        name, parameters = a_text(told.get("name")), told.get("parameters")
        if name:
            schema = as_json(an_object(parameters) or {"type": "object"})
            specs[name] = ToolSpec(name=name, description=a_text(told.get("description")), parameters=schema)
    return tuple(specs.values())


def tools_seen(messages: list[Fields]) -> tuple[ToolSpec, ...]:
    """The tools that the agent called, of which nothing but the name is known."""
    called = [call for message in messages if message["role"] in AGENT_ROLES for call in calls_of(message)]
    return tools_of([call.get("function", call) | {"parameters": None} for call in called])
