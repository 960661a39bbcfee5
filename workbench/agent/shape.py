"""The shape of an agent's output: its type, how it is asked for, and what it must pass before it counts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any, Generic, Literal, cast

from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic_core import ErrorDetails
from typing_extensions import TypeForm

from workbench.agent.guards import ContentRule, guarded, ruled
from workbench.agent.result import Output
from workbench.context import ModelRetry, RunContext
from workbench.criteria.json_text import json_texts
from workbench.errors import UsedWrongly, in_short
from workbench.events import OutputSpec, ToolSpec
from workbench.events.text import as_json
from workbench.run.ports import Checked

OutputMode = Literal["auto", "native", "tool", "text"]
OutputGuard = Callable[[RunContext[Any], Any], Any | Awaitable[Any]]

FINAL = "final_result"
"""The tool whose call gives the output, where it is asked for by a tool."""

_MISTAKES = 5


class Shape(Generic[Output]):
    """What `output_type` asks for, and who looks at it: `rules` and `guards`."""

    def __init__(
        self,
        output_type: TypeForm[Output],
        *,
        mode: OutputMode = "auto",
        retries: int = 2,
        rules: Sequence[ContentRule] = (),
        guards: Sequence[OutputGuard] = (),
    ) -> None:
        """Raises `UsedWrongly` where no JSON schema can be made of the type."""
        if cast(object, output_type) is None:
            raise UsedWrongly("output_type takes a type; leave it out where the output is text")
        self._type: Any = output_type
        self.typed = self._type is not str
        self._text = not self.typed
        self._mode: OutputMode = mode
        self._retries = retries
        self._rules, self.guards = [rule for rule in rules if rule.concerns("output")], list(guards)
        if not self._text:
            _ = self._form  # a type without a schema is refused now

    # -- how it is asked for ----------------------------------------------------------------------------------

    def spec(self, *, native: bool, structured: bool) -> OutputSpec | None:
        """What the run must know of it; None where any text will do.

        Args:
            native: the model's provider keeps answers to a schema.
            structured: answers have the form that acceptance criteria ask for, so only a tool can give the output.
        """
        if self._text:
            return OutputSpec(retries=self._retries) if self._rules or self.guards else None
        mode: Literal["native", "tool", "text"] = "native" if native else "tool"
        if structured:
            mode = "tool"
        elif self._mode != "auto":
            mode = self._mode
        tool = FINAL if mode == "tool" else ""
        return OutputSpec(mode=mode, form=as_json(self._form), tool=tool, retries=self._retries)

    def tools(self, spec: OutputSpec | None) -> tuple[ToolSpec, ...]:
        """The final tool, where the output is asked for by one."""
        if spec is None or not spec.tool:
            return ()
        about = "Give your final output. Call this once, when the work is done; nothing follows it."
        return (ToolSpec(name=spec.tool, description=about, parameters=spec.form or "{}", effect="read"),)

    def words(self, spec: OutputSpec | None) -> str:
        """What the system prompt must say of it, "" where the provider or a tool says it."""
        if spec is None or spec.mode != "text" or spec.form is None:
            return ""
        return f"Answer with JSON of this schema, and nothing around it:\n\n{spec.form}"

    # -- whether it is right ----------------------------------------------------------------------------------

    async def check(self, given: str, context: RunContext[Any]) -> Checked:
        """What the text counts as.

        Raises:
            ModelRetry: it is not of the type, or a guard or rule wants another.
            Refused: a guard or rule refuses it for good.
        """
        value = given if self._text else self._parsed(given)
        value = await guarded(self.guards, context, value)
        text, notes = ruled(self._rules, "output", self._written(value))
        if self._text:
            return Checked(text, None, tuple(notes))
        self._parsed(text)  # a rule may have struck out what the type needs
        return Checked(text, text, tuple(notes))

    def of(self, output: str) -> Output:
        """The value of an output that was accepted.

        Raises:
            ModelRetry: it was not, or was changed since.
        """
        return cast(Output, output if self._text else self._parsed(output))

    # -- inside -----------------------------------------------------------------------------------------------

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        try:
            return TypeAdapter(self._type)
        except PydanticUserError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: PydanticUserError) -> UsedWrongly:
        return UsedWrongly(f"output_type {self._type!r}: no JSON schema for it: {in_short(error.message)}")

    @cached_property
    def _wrapped(self) -> type[BaseModel] | None:
        """What is no object goes in a field of one: tools and providers take nothing else."""
        try:
            schema = self._adapter.json_schema()
        except PydanticUserError as error:
            raise self._unusable(error) from error
        if schema.get("type") == "object":
            return None
        return create_model("Output", response=(self._type, ...))

    @cached_property
    def _form(self) -> dict[str, Any]:
        return self._wrapped.model_json_schema() if self._wrapped else self._adapter.json_schema()

    def _written(self, value: Any) -> str:
        if self._text:
            return str(value)
        try:
            return self._adapter.dump_json(value).decode()
        except ValueError as error:
            raise ModelRetry(f"The output cannot be written as JSON: {error}") from error

    def _parsed(self, given: str) -> Any:
        """The value in the text, as the schema or the bare type has it."""
        first: ValidationError | None = None
        for text in json_texts(given):
            for read in (self._unwrapped, self._adapter.validate_json):
                try:
                    return read(text)
                except ValidationError as error:
                    if first is None or first.errors()[0]["type"] == "json_invalid":
                        first = error
        assert first is not None
        raise ModelRetry(self._complaint(first)) from first

    def _unwrapped(self, text: str) -> Any:
        """The value of what is no object from the object that it was asked for in."""
        if self._wrapped is None:
            return self._adapter.validate_json(text)
        return cast(Any, self._wrapped.model_validate_json(text)).response

    def _complaint(self, error: ValidationError) -> str:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        told = "; ".join(map(_mistake, wrong[:_MISTAKES]))
        more = f"; and {len(wrong) - _MISTAKES} more" if len(wrong) > _MISTAKES else ""
        wanted = json.dumps(self._form)
        return f"The output is not what was asked for: {told}{more}. Give it again, as JSON of: {wanted}"


def _mistake(detail: ErrorDetails) -> str:
    place = ".".join(map(str, detail["loc"]))
    return f"{place}: {detail['msg']}" if place else detail["msg"]
