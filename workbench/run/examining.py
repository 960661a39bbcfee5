"""Asking a criterion's Python function whether it holds: an effect that changes nothing, so it may be asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from workbench.criteria.seen import Seen, collected_in, seen_calls
from workbench.errors import WorkbenchError
from workbench.events import AnswerRead, FunctionChecked
from workbench.events.messages import Message
from workbench.run.ports import Ports
from workbench.state import Examine, State
from workbench.state.telling import Lookup

LONGEST = 30.0
"""Seconds after which a function that has not answered is given up."""


async def examine(
    command: Examine,
    state: State,
    ports: Ports,
    told: Sequence[Message],
    lookup: Lookup,
    *,
    cancelled: Callable[[], bool],
    within: float = LONGEST,
) -> FunctionChecked:
    """What the function says; whatever goes wrong with it is recorded as its `error`."""
    begun = ports.monotonic()
    answer, error = None, None
    try:
        if ports.checks is None:
            raise WorkbenchError("nothing here runs Python functions")
        async with asyncio.timeout(within):
            answer = await ports.checks(command.function, _seen(command, state, told, lookup))
    except TimeoutError:
        error = f"no answer within {within:.0f} seconds"
    except WorkbenchError as problem:
        error = str(problem)
    except asyncio.CancelledError:
        if not cancelled():
            raise
        error = "broken off"
    except Exception as bug:
        error = f"{type(bug).__name__}: {bug}"
    return FunctionChecked(
        criterion=command.criterion,
        function=command.function,
        answer=command.answer,
        met=bool(answer),
        words=answer if isinstance(answer, str) else "",
        error=error,
        ms=round((ports.monotonic() - begun) * 1000),
    )


def _seen(command: Examine, state: State, told: Sequence[Message], lookup: Lookup) -> Seen:
    answer = lookup(command.answer).body
    messages = tuple(told)
    return Seen(
        output=state.output,
        status=state.status,
        collected=collected_in(answer.claims if isinstance(answer, AnswerRead) else None),
        messages=messages,
        calls=seen_calls(messages),
        verdicts={name: verdict.met for name, verdict in state.verdicts.items()},
    )
