"""The check of an output before it counts: by what the program brought along, or by its JSON schema alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from workbench.context import ModelRetry
from workbench.criteria.json_text import json_texts
from workbench.criteria.reading import read_answer
from workbench.errors import CallProblem
from workbench.events import ActorSpec, ModelAnswered, OutputAccepted, OutputRejected, OutputSpec
from workbench.events.text import from_json
from workbench.run.ports import Checked, ContextOf, OutputCheck
from workbench.state import CheckOutput, State
from workbench.state.telling import Lookup


class Checking:
    """Checks outputs. `check` is the program's own; without one the schema serves."""

    def __init__(
        self, check: OutputCheck | None, lookup: Lookup, context: ContextOf, monotonic: Callable[[], float]
    ) -> None:
        self._check, self._lookup, self._context, self._monotonic = check, lookup, context, monotonic

    async def check(
        self, command: CheckOutput, state: State, cancelled: Callable[[], bool]
    ) -> OutputAccepted | OutputRejected | None:
        """Check the actor's last answer, which `command` names. None where a person broke the check off."""
        spec, log, begun = state.specs[command.actor], state.actors[command.actor].log, self._monotonic()
        answer = self._lookup(log[len(log) - 1]).body
        assert isinstance(answer, ModelAnswered)
        reading = read_answer(answer.text, structured=spec.structured)
        if spec.structured and reading.status != "complete":
            return OutputAccepted(call=command.call, output=reading.output)  # it speaks, and has not come to its output

        def rejected(message: str, *, final: bool = False) -> OutputRejected:
            return OutputRejected(call=command.call, message=message, final=final, ms=self._ms(begun))

        try:
            found = await self.judge(spec, reading.output, command.actor, command.call, command.attempt, state)
        except ModelRetry as retry:
            return rejected(str(retry))
        except CallProblem as problem:
            return rejected(problem.message, final=True)
        except asyncio.CancelledError:
            if not cancelled():
                raise
            return None  # nothing was found out: it is checked again
        except Exception as bug:
            return rejected(f"the check of the output raised {type(bug).__name__}: {bug}", final=True)
        return OutputAccepted(
            call=command.call, output=found.output, data=found.data, notes=found.notes, ms=self._ms(begun)
        )

    async def judge(self, spec: ActorSpec, given: str, actor: str, call: str, attempt: int, state: State) -> Checked:
        """What `given` counts as.

        Raises:
            ModelRetry: it is wrong, and the model can mend it.
            CallProblem: it is wrong, and must not go back to the model.
        """
        assert spec.output is not None
        if self._check is None:
            return by_schema(spec.output, given)
        return await self._check(given, self._context(actor, call, attempt, state))

    def _ms(self, begun: float) -> int:
        return round((self._monotonic() - begun) * 1000)


def by_schema(spec: OutputSpec, given: str) -> Checked:
    """What the schema alone says; the program's types and guards are not here.

    Raises:
        ModelRetry: the text is no JSON, or not of that form.
    """
    note = ("only its schema was checked: the program that began this session is not here",)
    if spec.form is None:
        return Checked(given, None, note)
    from jsonschema import Draft202012Validator

    validator: Any = Draft202012Validator(json.loads(spec.form))
    wrong = "it is no JSON"
    for text in json_texts(given):
        try:
            value = from_json(text)
        except ValueError:
            continue
        fault = next(iter(validator.iter_errors(value)), None)
        if fault is None:
            return Checked(text, text, note)
        wrong = f"{fault.json_path}: {fault.message}"
    raise ModelRetry(f"The output is not of the form that was asked for: {wrong}. Give it again as JSON of that form.")
