"""Tool calls that a model wrote as text in place of calling: found in the ways that models have, and never invented.

    <tool_call>{"name": …, "arguments": {…}}</tool_call>      [TOOL_CALLS] [{…}, {…}]      <function=NAME>{…}</function>
    ```json, ```tool_code or a bare object behind the words, as JSON or as Python writes a call

A call counts where it names a tool that the model was given. A bare object counts only where nothing follows it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import cast

from msgspec.structs import replace

from workbench.events import Call
from workbench.events.messages import Answer, ModelRequest
from workbench.events.text import as_json, from_json
from workbench.models.loose import Json, an_object

_LONGEST = 100_000
_TAGGED = re.compile(
    r"<tool_call>(.*?)(?:</tool_call>|\Z)|\[TOOL_CALLS\](.*?)(?:\[/TOOL_CALLS\]|\Z)|<\|python_tag\|>(.*?)(?:<\||\Z)",
    re.DOTALL,
)
_FUNCTION = re.compile(r"<function=([A-Za-z0-9_-]+)>(.*?)(?:</function>|\Z)", re.DOTALL)
_BLOCK = re.compile(r"```(?:tool_code|tool_call|tool|json|python)?[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_BARE = re.compile(r"^[ \t]*(?=[{\[])", re.MULTILINE)
_NAMES = ("name", "tool", "tool_name", "function", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "input")
_decoder = json.JSONDecoder()


def calls_in(text: str, names: Collection[str]) -> tuple[tuple[Call, ...], str]:
    """The calls that `text` holds of the tools `names`, and its words before them; no calls and all of it if none."""
    if len(text) > _LONGEST or not any(name in text for name in names):
        return (), text
    for pieces in (_tagged(text), _functions(text), _blocks(text), _bare(text)):
        calls: list[Call] = []
        start = len(text)
        for place, found in pieces:
            known = [call for call in found if call.name in names]
            if known and len(known) == len(found):
                calls += known
                start = min(start, place)
        if calls:
            return tuple(calls), text[:start]
    return (), text


def taken(answer: Answer, request: ModelRequest) -> Answer:
    """The answer; where the setting `text_calls` asks for it, with the calls that it holds as text only."""
    if answer.calls or not request.settings.get("text_calls"):
        return answer
    calls, words = calls_in(answer.text, [tool.name for tool in request.tools])
    return replace(answer, text=words, calls=calls, finish="tool_calls") if calls else answer


Found = Iterator[tuple[int, list[Call]]]


def _tagged(text: str) -> Found:
    for match in _TAGGED.finditer(text):
        yield match.start(), _read(next(group for group in match.groups() if group is not None))


def _functions(text: str) -> Found:
    for match in _FUNCTION.finditer(text):
        value = _values(match[2])
        yield match.start(), [Call(name=match[1], arguments=as_json(value[0] if value else {}))]


def _blocks(text: str) -> Found:
    for match in _BLOCK.finditer(text):
        yield match.start(), _read(match[1])


def _bare(text: str) -> Found:
    """An object or a list at the start of a line, behind which nothing comes."""
    for match in _BARE.finditer(text):
        values, end = _decoded(text, match.end())
        if values and not text[end:].strip(" \n\t]}"):
            yield match.start(), _all(map(_call, values))
            return


def _read(told: str) -> list[Call]:
    """The calls in a piece of text that should hold nothing else; none where it holds something else."""
    values = _values(told)
    return _all(map(_call, values) if values else _python(told))


def _all(found: Iterable[Call | None]) -> list[Call]:
    """The calls, if each is one; else none."""
    calls = list(found)
    return [call for call in calls if call is not None] if None not in calls else []


def _values(told: str) -> list[object]:
    opening = re.search(r"[{\[]", told)
    return [] if opening is None or told[: opening.start()].strip() else _decoded(told, opening.start())[0]


def _decoded(text: str, start: int) -> tuple[list[object], int]:
    """The objects from `start` on, those of a list (which may lack its end) one by one; and where they end."""
    values: list[object] = []
    place = start + 1 if text[start : start + 1] == "[" else start
    while True:
        gap = re.compile(r"[\s,;]*").match(text, place)
        place = gap.end() if gap else place
        if text[place : place + 1] != "{":
            return values, place
        try:
            value, place = _decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return [], place
        values.append(value)


def _call(value: object) -> Call | None:
    """An object that says whom it calls and with what; other fields beside the name are the arguments."""
    told = an_object(value)
    told = an_object(told.get("tool_call")) or an_object(told.get("function")) or told
    word = next((word for word in _NAMES if isinstance(told.get(word), str)), None)
    if word is None:
        return None
    named = next((field for field in _ARGUMENTS if field in told), None)
    given: object = {name: one for name, one in told.items() if name not in (word, "type", "id")}
    if named is not None:
        given = told[named]
    if isinstance(given, str):
        try:
            given = from_json(given)
        except ValueError:
            return None
    return (
        Call(name=str(told[word]), arguments=as_json(an_object(cast(object, given))))
        if isinstance(given, dict)
        else None
    )


def _python(told: str) -> list[Call | None]:
    """Calls as Python writes them, a statement each; their arguments are named, and plain values."""
    try:
        statements = ast.parse(told.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [_python_call(statement) for statement in statements]


def _python_call(statement: ast.stmt) -> Call | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print" and value.args:
        value = value.args[0]
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name) or value.args:
        return None
    given: Json = {}
    for keyword in value.keywords:
        if keyword.arg is None:
            return None
        try:
            given[keyword.arg] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, RecursionError):
            return None
    return Call(name=value.func.id, arguments=as_json(given))
