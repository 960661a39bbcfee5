"""One request on its way through middleware: what is asked in the end, what came of it, and the facts of both.

Every exchange with the model can be told from the log: what middleware asks otherwise (`request_changed`), and what the
model said where that is not what the call gave (`answer_changed`). The call's own fact counts what the last exchange
used; what the others used stands beside what they gave.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from msgspec.structs import replace

from workbench.agent.handed import a_request, an_answer
from workbench.errors import CallProblem, ModelFailed
from workbench.events import AnswerChanged, Body, RequestChanged, Usage
from workbench.events.altered import changes_of
from workbench.events.messages import Answer, Delta, Model, ModelRequest
from workbench.events.text import as_json
from workbench.events.wire import wire_of

Next = Callable[[ModelRequest], Awaitable[Answer]]
"""Asks the next middleware, and the last one the model."""

Processing = Callable[[ModelRequest, Next], Awaitable[Answer]]

_SAID = ("text", "thinking", "calls", "finish")
_NOTHING = Usage(input=0, output=0)


class Passage:
    """The way of `request` through `middleware` (names and functions, from the agent to the model).

    Attributes:
        streamed: what comes by the way, pieces and facts; whoever reads it puts the end.
    """

    def __init__(self, model: Model, middleware: Sequence[tuple[str, Processing]], request: ModelRequest) -> None:
        self.streamed: asyncio.Queue[Delta | None] = asyncio.Queue()
        self._model, self._middleware, self._asked = model, middleware, request
        self._exchanges = 0
        self._last: Answer | Exception | None = None
        self._repeats = ""
        self._changed_by: list[str] = []

    async def through(self) -> Answer:
        """What comes of it; the facts of what was changed are told before.

        Raises:
            ModelFailed: the model or a middleware has no answer.
        """
        try:
            answer = await self._at(0, self._asked, ())
        except Exception as problem:
            if problem is not self._last:
                used = self._last.usage if isinstance(self._last, Answer) else None
                self._tell(AnswerChanged(call=self._asked.call, by=self._by(), was=self._was(None), usage=used))
            raise
        last = self._last
        if isinstance(last, Answer):
            answer = replace(answer, usage=last.usage, model=answer.model or last.model, raw=_kept(last, answer))
        else:  # no model said this
            answer = replace(answer, usage=_NOTHING, model=answer.model or "rule")
        if not isinstance(last, Answer) or _said(last, answer):
            self._tell(AnswerChanged(call=self._asked.call, by=self._by(), was=self._was(answer)))
        return answer

    async def _at(self, place: int, request: ModelRequest, by: tuple[str, ...]) -> Answer:
        """Through the middleware from `place` on; `by`: who changed the request so far."""
        if place == len(self._middleware):
            return await self._exchange(request, by)
        name, process = self._middleware[place]
        came: list[Answer | Exception] = []

        async def on(asked: ModelRequest) -> Answer:
            a_request(asked, name)
            if came:
                self._repeats = name
            changed = asked is not request and changes_of(request, asked) != "{}"
            try:
                answer = await self._at(place + 1, asked, (*by, name) if changed else by)
            except Exception as problem:
                came.append(problem)
                raise
            came.append(answer)
            return answer

        try:
            given = process(request, on)
            answer = an_answer(await given if inspect.isawaitable(given) else given, name)
        except Exception as problem:
            if not came or problem is not came[-1]:
                self._changed_by.append(name)
            raise
        told = came[-1] if came else None
        if not isinstance(told, Answer) or _said(told, answer):
            self._changed_by.append(name)
        return answer

    async def _exchange(self, request: ModelRequest, by: tuple[str, ...]) -> Answer:
        """Ask the model itself."""
        if self._exchanges:
            used = self._last.usage if isinstance(self._last, Answer) else None
            by_whom = (self._repeats,)
            self._tell(AnswerChanged(call=self._asked.call, by=by_whom, was=self._was(None), again=True, usage=used))
            self._changed_by.clear()
        self._exchanges += 1
        changes = changes_of(self._asked, request)
        if changes != "{}" or self._exchanges > 1:
            self._tell(RequestChanged(call=self._asked.call, by=by, changes=changes))
        self._last = None
        answer: Answer | None = None
        if request.aside and by:
            self.streamed.put_nowait(Delta(note=f"{by[-1]} asks the model first"))
        try:
            async for piece in self._model.ask(request):
                if isinstance(piece, Answer):
                    answer = piece
                elif piece.note or piece.fact is not None or not request.aside:
                    self.streamed.put_nowait(piece)
            if answer is None:
                raise ModelFailed("cut_off", "the answer ended before it was whole", retryable=True)
        except Exception as problem:
            self._last = problem
            raise
        self._last = answer
        return answer

    def _tell(self, fact: Body) -> None:
        self.streamed.put_nowait(Delta(fact=fact))

    def _by(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._changed_by))

    def _was(self, given: Answer | None) -> str | None:
        """JSON of what came of the last exchange, without what is `given` just so; None where there was none."""
        if self._last is None:
            return None
        if isinstance(self._last, Answer):
            return as_json(_said(self._last, given))
        kind = self._last.type if isinstance(self._last, CallProblem) else type(self._last).__name__
        return as_json({"error": kind, "message": str(self._last)})


def _said(answer: Answer, given: Answer | None) -> dict[str, Any]:
    said = {name: getattr(answer, name) for name in _SAID}
    said = {name: value for name, value in said.items() if (value != getattr(given, name) if given else value)}
    if "calls" in said:
        said["calls"] = [call.model_dump(mode="json", exclude_defaults=True) for call in answer.calls]
    return said


def _kept(last: Answer, answer: Answer) -> str | None:
    """The wire of what the model said, beside the answer that is given: what is said otherwise there stays in it."""
    wire = wire_of(last.raw, last)
    return last.raw if wire is None else wire.kept(answer)
