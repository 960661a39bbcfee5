"""What a prompt and an output must pass before they count: rules about their words, and functions of the program."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.agent.handed import must_be_one_of, name_of
from workbench.context import ModelRetry, RunContext
from workbench.errors import Refused, UsedWrongly
from workbench.gates.pattern import compiled, problem_of

STRUCK = "[redacted]"


@dataclass(frozen=True)
class ContentRule:
    """A rule about the words of prompts or outputs.

    Attributes:
        pattern: a regular expression, searched without regard to case.
        kind: `blocked`: it must not be found; `required`: it must.
        then: what follows where the rule is broken: `reject` ends the run, `redact` strikes out what was found,
            `ask` has the model answer again, `warn` puts it on record.
        on: whose words. Only the model can be asked again, so `ask` is for outputs.
        message: what is said of it; by default the rule itself.
    """

    pattern: str
    kind: Literal["blocked", "required"] = "blocked"
    then: Literal["reject", "redact", "ask", "warn"] = "reject"
    on: Literal["input", "output", "both"] = "output"
    message: str = ""

    def __post_init__(self) -> None:
        problem = problem_of(self.pattern)
        if problem is not None:
            raise UsedWrongly(f"content rule {self.pattern!r}: {problem}")
        must_be_one_of(
            kind=(self.kind, ("blocked", "required")),
            then=(self.then, ("reject", "redact", "ask", "warn")),
            on=(self.on, ("input", "output", "both")),
        )
        if self.kind == "required" and self.then == "redact":
            raise UsedWrongly(f"content rule {self.pattern!r}: what is required and missing cannot be redacted")
        if self.then == "ask" and self.on != "output":
            raise UsedWrongly(f"content rule {self.pattern!r}: only a model can be asked again: give on='output'")

    def concerns(self, side: Literal["input", "output"]) -> bool:
        """Whether it is about that side's words."""
        return self.on in (side, "both")

    def applied(self, text: str) -> tuple[str, str]:
        """The text as the rule leaves it, and what is to be noted, "" for nothing.

        Raises:
            Refused: the rule rejects it.
            ModelRetry: the model is to answer again.
        """
        found = compiled(self.pattern).search(text) is not None
        if found == (self.kind == "required"):
            return text, ""
        said = self.message or (
            f"the pattern {self.pattern!r} is blocked" if found else f"the pattern {self.pattern!r} is required"
        )
        if self.then == "reject":
            raise Refused(said)
        if self.then == "ask":
            raise ModelRetry(f"This answer cannot be given: {said}. Answer again without that fault.")
        if self.then == "redact":
            return re.sub(self.pattern, STRUCK, text, flags=re.IGNORECASE), f"redacted: {said}"
        return text, f"warning: {said}"


def ruled(rules: Sequence[ContentRule], side: Literal["input", "output"], text: str) -> tuple[str, list[str]]:
    """The text as all rules of that side leave it, and what is to be noted.

    Raises:
        Refused, ModelRetry: as a rule's `then` says.
    """
    notes: list[str] = []
    for rule in rules:
        if rule.concerns(side):
            text, note = rule.applied(text)
            if note:
                notes.append(note)
    return text, notes


async def guarded(
    guards: Sequence[Callable[[RunContext[Any], Any], Any | Awaitable[Any]]], context: RunContext[Any], value: Any
) -> Any:
    """The value as the guards give it on, one after the other; sync or async.

    Raises:
        Refused, ModelRetry: what a guard raises.
        UsedWrongly: a guard gives nothing back.
    """
    for guard in guards:
        given = guard(context, value)
        given = await given if inspect.isawaitable(given) else given
        if given is None and value is not None:
            raise UsedWrongly(
                f"the guard {name_of(guard)} gives None: it must return what it was given, changed or not"
            )
        value = given
    return value
