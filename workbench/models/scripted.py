"""A model that answers from a script: deterministic, free, and at the same place after a crash or a fork.

What it says depends on the request alone, never on how often it was asked: its position in the script is the
number of answers that the request holds already.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from time import monotonic

from workbench.errors import ModelFailed, UsedWrongly
from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.events.script import Script, ScriptTurn
from workbench.events.text import as_json

_CHARACTERS_A_TOKEN = 4
_LATE = 0.1
"""Seconds that a stream catches up with where it was held up; what is later than that stays late."""


class ScriptedModel:
    """Says the turns of a script, at the script's pace."""

    def __init__(self, name: str, script: Script) -> None:
        """Raises `UsedWrongly` where a turn's `when` is no regular expression."""
        self.name = name
        self._always = [turn for turn in script.turns if turn.when is None]
        self._sometimes = [(_pattern(turn.when), turn) for turn in script.turns if turn.when is not None]
        self._spent = ScriptTurn(say=script.spent)

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Stream the turn that is due.

        Raises:
            ModelFailed: the script says that this attempt fails.
        """
        turn = self._due(request)
        if turn.delay:
            await asyncio.sleep(turn.delay)
        if turn.fail is not None and request.attempt <= turn.fail.attempts:
            raise ModelFailed(turn.fail.error, turn.fail.message, retryable=turn.fail.retryable)
        text = _spoken(turn, request.structured)
        calls = tuple(
            Call(name=call.tool, arguments=as_json(call.args) if call.raw is None else call.raw) for call in turn.calls
        )
        said = [Delta(thinking=piece) for piece in pieces(turn.think, turn.pace)]
        said += [Delta(text=piece) for piece in pieces(text, turn.pace)]
        said += [Delta(call=call.name) for call in calls]
        due = monotonic()
        for delta in said:
            if turn.pace:
                # By the clock, not by sums of sleeps: a loop rounds each of them up to a millisecond or more.
                due = max(due + 1 / turn.pace, monotonic() - _LATE)
                await asyncio.sleep(max(0.0, due - monotonic()))
            yield delta
        reasoning = _tokens(len(turn.think))
        written = len(text) + sum(len(call.name) + len(call.arguments) for call in calls)
        yield Answer(
            text=text,
            thinking=turn.think,
            calls=calls,
            usage=Usage(input=_asked(request), output=_tokens(written) + reasoning, reasoning=reasoning or None),
            finish="tool_calls" if calls else "stop",
            model=self.name,
        )

    def _due(self, request: ModelRequest) -> ScriptTurn:
        if self._sometimes and len(request.messages):
            newest = request.messages[-1].text
            for pattern, turn in self._sometimes:
                if pattern.search(newest):
                    return turn
        position = answers_in(request)
        return self._always[position] if position < len(self._always) else self._spent


def answers_in(request: ModelRequest) -> int:
    """How many answers the request's messages hold: the position in a script or a recording."""
    return sum(message.role == "assistant" for message in request.messages)


def pieces(text: str, pace: float = 0.0) -> list[str]:
    """`text` as it streams: word by word where there is a pace, else in runs of some dozen words."""
    words = re.findall(r"\s*\S+|\s+", text)
    size = 1 if pace else 24
    return ["".join(words[start : start + size]) for start in range(0, len(words), size)]


def _pattern(when: str) -> re.Pattern[str]:
    try:
        return re.compile(when, re.IGNORECASE)
    except re.error as error:
        raise UsedWrongly(f"the script's 'when: {when}' is no regular expression: {error}") from None


def _spoken(turn: ScriptTurn, structured: bool) -> str:
    if not structured or turn.status is None:
        return turn.say
    answer: dict[str, object] = {"agent_output": turn.say, "system_status": turn.status}
    if turn.claims is not None:
        answer["collected"] = turn.claims
    return as_json(answer)


def _asked(request: ModelRequest) -> int:
    """Tokens of the whole request by its characters: equal requests cost the same, and long ones little time."""
    return _tokens(len(request.system) + sum(len(message.text) for message in request.messages))


def _tokens(characters: int) -> int:
    return -(-characters // _CHARACTERS_A_TOKEN)
