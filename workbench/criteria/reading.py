"""Reading an agent's answer: what it says, whether it calls itself complete, and what it claims to have collected.

An agent with criteria should answer `{"agent_output", "system_status", "collected"}`. Models often miss that, so
the reading falls back by steps and says which one took. Nothing that a model writes makes it fail or crawl.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, cast

import msgspec

from workbench.events.text import as_json, from_json

Status = Literal["continue", "complete"]
How = Literal["text", "json", "embedded", "repaired", "pattern"]


class Reading(msgspec.Struct, frozen=True):
    """An answer as it was read; the fields are those of the event `answer_read`.

    Attributes:
        output: the words for the user.
        status: None where the agent is not asked for one.
        how: which reading took.
        claims: criterion name → the value that the agent says it has.
    """

    output: str
    status: Status | None = None
    how: How = "text"
    claims: dict[str, Any] | None = None


_MARKS = ("agent_output", "system_status")
_OBJECT = re.compile(r"\{\s*\"")
_STATUS = re.compile(
    r"\bsystem[ _-]?status\b\W{0,12}(?:(?:is|is set to|set to)\W{1,6})?(complete|continue)d?\b", re.IGNORECASE
)
_LABEL = re.compile(r"\A\W{0,6}agent[ _-]?output\W{0,4}[:=>]\s*", re.IGNORECASE)
_MENDABLE = 50_000
"""Characters beyond which a broken object is not repaired: the repair is slow, the pattern is not."""


def read_answer(text: str, *, structured: bool) -> Reading:
    """The answer `text`, read with fallbacks where a structured one was asked for; as it is otherwise."""
    if not structured:
        return Reading(text)
    for read in (_exact, _embedded, _repaired, _by_pattern):
        reading = read(text)
        if reading is not None:
            return reading
    return Reading(text, "continue")


def _exact(text: str) -> Reading | None:
    return _of(survive(from_json, text), "json", "")


def _embedded(text: str) -> Reading | None:
    """The last object in the prose that is an answer; it is the agent's last word."""
    return (found := last_object(text, _is_answer)) and _of(found[0], "embedded", text[: found[1]] + text[found[2] :])


def last_object(text: str, wanted: Callable[[Any], bool]) -> tuple[Any, int, int] | None:
    """The last JSON object in the text that is `wanted`, with its start and its end; None where there is none.

    Places that fail are paid for by how far they were read, so that the whole stays linear.
    """
    decode = json.JSONDecoder().raw_decode
    answer: tuple[Any, int, int] | None = None
    at, patience = 0, 4 * len(text) + 1000
    while patience > 0 and (opening := _OBJECT.search(text, at)):
        start, read = opening.start(), len(text)
        try:
            value, at = decode(text, start)
        except (ValueError, RecursionError) as error:
            if isinstance(error, json.JSONDecodeError):
                read = error.pos - start + len(text) // 250  # the error counts the lines up to its place
            patience -= read + 1
            at = start + 1
            continue
        if wanted(value):
            answer = value, start, at
    return answer


def _repaired(text: str) -> Reading | None:
    """An object that is nearly JSON: cut off, single quotes, no quotes, a comma too many, the first brace missing."""
    mark = text.find("agent_output")
    if mark < 0 or len(text) > _MENDABLE:
        return None
    from json_repair import repair_json

    for start, broken in _broken_objects(text, mark):
        value = survive(repair_json, broken, return_objects=True, skip_json_loads=True)
        reading = _of(value, "repaired", text[:start])
        if reading is not None:
            return reading
    return None


def _broken_objects(text: str, mark: int) -> Iterator[tuple[int, str]]:
    """Where the answer may begin, and what is to be repaired: from the first brace on, from the nearest, from none."""
    first, nearest = text.find("{", 0, mark), text.rfind("{", 0, mark)
    if first >= 0:
        yield first, text[first:]
    if nearest > first:
        yield nearest, text[nearest:]
    if first < 0 and text[mark - 1 : mark] in ("'", '"'):
        yield mark - 1, "{" + text[mark - 1 :]


def _by_pattern(text: str) -> Reading | None:
    """The last mention of the status in any spelling; where it has a line for itself, the line is not output."""
    match = max(_STATUS.finditer(text), key=lambda found: found.end(), default=None)
    if match is None:
        return None
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    end = len(text) if end < 0 else end
    around = text[start : match.start()] + text[match.end() : end]
    alone = '"agent_output"' not in text and not re.search(r"[^\W_]", around.replace("system_status", ""))
    output = _LABEL.sub("", (text[:start] + text[end:]).strip()) if alone else text
    return Reading(output, _status(match[1]), "pattern")


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) and any(mark in value for mark in _MARKS)


def _of(value: Any, how: How, around: str) -> Reading | None:
    """The reading of a decoded object, None where it is no answer. `around`: what was said beside it."""
    if not _is_answer(value):
        return None
    answer: dict[str, Any] = value
    said = answer.get("agent_output", around.strip())
    output = said if isinstance(said, str) else "" if said is None else survive(as_json, said)
    collected: Any = answer.get("collected")
    claims = cast("dict[str, Any]", collected) if isinstance(collected, dict) and collected else None
    return None if output is None else Reading(output, _status(answer.get("system_status")), how, claims)


def _status(value: Any) -> Status:
    """What was said of the status; only a plain word for complete is complete."""
    word = value.strip(" \t\r\n.!\"'*`").casefold() if isinstance(value, str) else ""
    return "complete" if word in ("complete", "completed") else "continue"


def survive(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What the function gives, None where the text defeats it (broken, nested too deeply, numbers too long)."""
    try:
        return function(*arguments, **options)
    except (ValueError, RecursionError):
        return None
