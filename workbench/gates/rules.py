"""Rules: what a breakpoint does by itself in the place of a hold, as a person did it once.

skip      return {"status": "lost"}      model I will look that up.      model call find_order {"order": "A-1"}
set args.amount "64.50"      set args {"order": "A-1"}      set result out of stock      set text Never mind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Literal, cast

import msgspec

from workbench.errors import UsedWrongly
from workbench.events import (
    Body,
    Call,
    CallFailed,
    Edited,
    Event,
    ModelAnswered,
    Said,
    ToolReturned,
    Usage,
)
from workbench.events.text import from_json
from workbench.gates.conditions import Condition, Every, Happens, Key, about
from workbench.gates.vocabulary import About
from workbench.state import CallModel, CallTool, Hold, State, content_of, edited_body
from workbench.state.telling import Lookup

MOST_IN_A_ROW = 5
"""How many answers rules may give as the model one after the other, before a person is asked."""
HOW = "skip, return RESULT, model TEXT, model call TOOL {JSON}, set args.NAME VALUE, set result TEXT, set text TEXT"
_PATH = re.compile(r'(args|result|text)((?:\.[\w\-]+|\[(?:\d+|"(?:\\.|[^"\\])*")\])*)(?=[\s=]|$)')
_KEY = re.compile(r'\.([\w\-]+)|\[(\d+)\]|\[("(?:\\.|[^"\\])*")\]')
_WORD = re.compile(r"\s+do\s+(?=(?:skip|return|model|set)\b)")
_QUOTED = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)

Verb = Literal["skip", "return", "model", "set"]


class Deed(msgspec.Struct, frozen=True):
    """What a rule does now: `bodies` are recorded for `actor`, by rule, in the place of asking a person."""

    number: int
    actor: str
    bodies: tuple[Body, ...]


class Action(msgspec.Struct, frozen=True):
    """What a rule does.

    Attributes:
        value: the result, the model's words, or what is set: JSON text where something inside is set.
        calls: what the model asks for.
        root, keys: what is set: `args`, `result` or `text`, and the path inside of it.
    """

    verb: Verb
    value: str = ""
    calls: tuple[Call, ...] = ()
    root: str = ""
    keys: tuple[Key, ...] = ()

    @property
    def about(self) -> About:
        """The kind of moment at which it can be done."""
        return "event" if self.root in ("result", "text") else "command"


def split(text: str) -> tuple[str, str]:
    """The condition and the action of `CONDITION do ACTION`; "" where there is no action."""
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    found = _WORD.search(bare)
    return (text.strip(), "") if found is None else (text[: found.start()].strip(), text[found.end() :].strip())


def read_action(text: str) -> Action:
    """The action that `text` is.

    Raises:
        UsedWrongly: it is none; says what there is.
    """
    verb, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    match verb:
        case "skip":
            if rest:
                raise UsedWrongly(f"skip takes nothing behind it, and {rest[:40]!r} was given")
            return Action("skip")
        case "return" if rest:
            return Action("return", rest)
        case "model" if rest:
            return _answering(rest)
        case "set" if rest:
            return _setting(rest)
        case "return" | "model" | "set":
            raise UsedWrongly(f"{verb} what? A rule can do: {HOW}")
        case _:
            raise UsedWrongly(f"{verb[:40]!r} is nothing that a rule can do; there are: {HOW}")


def _answering(rest: str) -> Action:
    word, _, more = rest.partition(" ")
    if word != "call":
        return Action("model", rest)
    tool, _, arguments = more.strip().partition(" ")
    arguments = arguments.strip() or "{}"
    if not tool or not isinstance(_json(arguments), dict):
        raise UsedWrongly('a call goes: model call find_order {"order": "A-1007"}, its arguments a JSON object')
    return Action("model", calls=(Call(name=tool, arguments=arguments),))


def _setting(rest: str) -> Action:
    found = _PATH.match(rest)
    if found is None:
        raise UsedWrongly(f"set what? args, result or text, or a path in the first two, but not {rest[:40]!r}")
    root, value = found[1], rest[found.end() :].strip().removeprefix("=").strip()
    keys = tuple([_key(key) for key in _KEY.finditer(found[2])])
    if not value:
        raise UsedWrongly(f"set {found[0]} to what? A rule can do: {HOW}")
    if root == "text" and keys:
        raise UsedWrongly("a text has nothing inside of it: set text TEXT")
    if root == "args" and not keys and not isinstance(_json(value), dict):
        raise UsedWrongly('the arguments must be a JSON object, such as {"order": "A-1007"}')
    if keys and _json(value) is _BROKEN:
        raise UsedWrongly(f'{value[:40]!r} is no JSON: a text stands in quotes, as in set {found[0]} "64.50"')
    return Action("set", value, (), root, keys)


def _key(key: re.Match[str]) -> Key:
    if key[2]:
        return int(key[2])
    return key[1] or str(json.loads(key[3]))


def check(action: Action, alternatives: Iterable[Condition]) -> None:
    """Refuse a rule that could never be done, or that would never end.

    Raises:
        UsedWrongly: says why, and what would do.
    """
    for part in alternatives:
        asked = about(part)
        if asked != action.about or _never(action, part):
            wants = {
                "set": 'a result or a text that was recorded: result contains "x" do set result TEXT'
                if action.about == "event"
                else "a tool call that is about to be made: tool NAME do set args.KEY VALUE",
                "model": "a model that is about to be asked: model if iteration == 2 do model TEXT",
            }.get(action.verb, f"a tool call that is about to be made: tool NAME do {action.verb}")
            raise UsedWrongly(f"the condition is never true where {action.verb} can be done; it needs {wants}")
        if action.calls and isinstance(part, Happens):
            raise UsedWrongly(
                "this rule would answer every model call with another call and never end: say when, "
                "as in model if iteration == 2 do model call …"
            )


def _never(action: Action, part: Condition) -> bool:
    """Whether the alternative names a moment of the other kind of command."""
    words = {one.word for one in (part.parts if isinstance(part, Every) else (part,)) if isinstance(one, Happens)}
    others = {"call", "tool", "output"} if action.verb == "model" else {"think", "model", "output"}
    return action.about == "command" and bool(words & others)


# -- doing it -----------------------------------------------------------------------------------------------------


def deed_at(action: Action, number: int, command: CallModel | CallTool, state: State, lookup: Lookup) -> Deed | None:
    """What the rule does in the place of `command`; None where it can do nothing to it."""
    if isinstance(command, CallModel):
        if action.verb != "model":
            return None
        usage = Usage(input=0, output=0)
        answer = ModelAnswered(call=command.call, text=action.value, calls=action.calls, usage=usage, model="rule")
        return Deed(number, command.actor, (command.intent(), answer))
    match action.verb:
        case "skip":
            words = f"rule {number} skipped this call; it was not run"
            fact: Body = CallFailed(call=command.call, error="skipped", message=words)
        case "return":
            fact = ToolReturned(call=command.call, content=action.value)
        case "set":
            return _edited_call(action, number, command, state, lookup)
        case _:
            return None
    return Deed(number, command.actor, (command.intent(), fact))


def _edited_call(action: Action, number: int, command: CallTool, state: State, lookup: Lookup) -> Deed | None:
    """The arguments as they are set; None where they are so already."""
    log = state.actors[command.actor].log
    answer = lookup(log[len(log) - 1])  # the batch that is being called is the last thing that was said
    return _edit(number, answer, "arguments", command.arguments, _set(command.arguments, action), command.call)


def deed_after(action: Action, number: int, event: Event) -> Deed | None:
    """What the rule makes of what `event` says; None where there is nothing to change."""
    body = event.body
    if action.root == "result" and isinstance(body, ToolReturned):
        return _edit(number, event, "content", body.content, _set(body.content, action))
    if action.root == "result" and isinstance(body, CallFailed):
        return _edit(number, event, "message", body.message, _set(body.message, action))
    if action.root == "text" and isinstance(body, Said | ModelAnswered):
        return _edit(number, event, "text", body.text, action.value)
    return None


def _edit(
    number: int,
    event: Event,
    field: Literal["arguments", "content", "message", "text"],
    was: str,
    value: str | None,
    call: str = "",
) -> Deed | None:
    if value is None or value == was:
        return None
    content = f"{content_of(edited_body(event.body, field, value, call)):016x}"
    edited = Edited(target=event.seq, field=field, value=value, was=was, call=call, content=content)
    return Deed(number, event.actor, (edited,))


def _set(was: str, action: Action) -> str | None:
    """`was` with what is set in it; None where the path leads nowhere."""
    if not action.keys:
        return action.value
    value = whole = _json(was)
    *way, last = action.keys
    for key in way:
        value = _inside(value, key)
    if isinstance(value, dict):
        cast("dict[str, Any]", value)[str(last)] = _json(action.value)
    elif isinstance(value, list) and isinstance(last, int) and last < len(cast("list[Any]", value)):
        cast("list[Any]", value)[last] = _json(action.value)
    else:
        return None
    return json.dumps(whole, ensure_ascii=False)


def _inside(value: object, key: Key) -> object:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).get(str(key))
    if isinstance(value, list) and isinstance(key, int):
        items = cast("list[object]", value)
        return items[key] if key < len(items) else None
    return None


_BROKEN = object()


def _json(text: str) -> object:
    """The JSON value of `text`, `_BROKEN` where it is none."""
    try:
        value: object = from_json(text)
        return value
    except ValueError:
        return _BROKEN


def endless(number: int, command: CallModel) -> Hold:
    """The hold before a model call that rules would answer for ever."""
    reason = f"rule {number} answered as the model {MOST_IN_A_ROW} times in a row; c asks the model itself"
    return Hold("break", reason, command.key, command.phase, command.call)
