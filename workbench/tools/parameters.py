"""A function's parameters as a model meets them: a JSON schema, and a validator for JSON text."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NotRequired, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticSerializationError, to_jsonable_python
from typing_extensions import TypedDict

from workbench.context import ModelRetry, RunContext
from workbench.errors import UsedWrongly, in_short
from workbench.tools.mistakes import describe_mistakes


class _Untitled(GenerateJsonSchema):
    """A field's title only repeats its name: tokens for nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _is_context(annotation: Any) -> bool:
    return (get_origin(annotation) or annotation) is RunContext


@dataclass(frozen=True)
class Parameters:
    """What `owner`, a tool's name, takes.

    Attributes:
        fields: the parameters that a model gives.
        takes_context: whether a RunContext goes first.
        deps: whose context it is, `Shop` of a `RunContext[Shop]`; Any where that is not said.
        returns_nothing: the function is declared `-> None`.
        described: texts for parameters whose annotation has none.
    """

    owner: str
    fields: dict[str, inspect.Parameter]
    takes_context: bool
    returns_nothing: bool
    described: dict[str, str]
    deps: object = Any

    @classmethod
    def of(cls, fn: Callable[..., Any], owner: str, described: dict[str, str], *, context: bool = False) -> Parameters:
        """Read the signature of `fn`.

        Args:
            context: the first parameter must be the context, also where nothing is said of its type.

        Raises:
            UsedWrongly: a parameter that a JSON object cannot fill, or an annotation that cannot be resolved.
        """
        try:
            signature = inspect.signature(fn, eval_str=True)
        except NameError as error:
            raise UsedWrongly(
                f"tool {owner}: an annotation cannot be resolved ({error}); import what it names at module level"
            ) from error
        fields = dict(signature.parameters)
        first = next(iter(fields), "")
        annotation: Any = fields[first].annotation if first else None
        takes_context = _is_context(annotation) or (context and annotation is inspect.Parameter.empty)
        if context and not takes_context:
            raise UsedWrongly(f"tool {owner}: its first parameter should be a RunContext; without one, use tool_plain")
        if takes_context:
            del fields[first]
        for name, field in fields.items():
            if problem := _problem(field):
                raise UsedWrongly(f"tool {owner}: parameter {name!r} {problem}")
        deps = next(iter(get_args(annotation)), Any) if takes_context else Any
        return cls(owner, fields, takes_context, signature.return_annotation is None, described, deps)

    def read(self, arguments: str) -> dict[str, Any]:
        """`arguments`, JSON text of an object, as keywords for the function; empty text and `null` count as `{}`.

        Raises:
            ModelRetry: they do not fit; says each mistake in a sentence.
        """
        try:
            return self._validate(arguments)
        except ValidationError as error:
            if arguments != "{}" and arguments.strip() in {"", "null"}:
                return self.read("{}")
            properties: dict[str, Any] = self.schema["properties"]
            raise ModelRetry(describe_mistakes(self.owner, error, arguments, properties)) from None

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the object that a model gives."""
        schema = self._adapter.json_schema(schema_generator=_Untitled)
        schema.pop("title", None)
        for name, told in schema.setdefault("properties", {}).items():
            if text := self.described.get(name):
                told.setdefault("description", text)
            default = self.fields[name].default
            if default is not inspect.Parameter.empty:
                try:
                    told["default"] = to_jsonable_python(default)
                except PydanticSerializationError:
                    continue  # known to the function alone
        return schema

    @cached_property
    def schema_text(self) -> str:
        """`schema` as compact JSON text."""
        return json.dumps(self.schema, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def _validate(self) -> Callable[[str], dict[str, Any]]:
        return self._adapter.validator.validate_json

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        """Built at first use: most tools of a registry are never called, and a schema takes a millisecond.

        A typed dict, not a model: it validates to keywords directly, leaves out what was not given (so the
        function's own defaults serve), and any parameter name is allowed.
        """
        shape: dict[str, Any] = {}
        for name, field in self.fields.items():
            annotation: Any = Any if field.annotation is inspect.Parameter.empty else field.annotation
            required = field.default is inspect.Parameter.empty
            shape[name] = annotation if required else NotRequired[annotation]
        make: Any = TypedDict
        keywords = make("Arguments", shape)
        keywords.__pydantic_config__ = ConfigDict(extra="forbid")
        try:
            return TypeAdapter(keywords)
        except PydanticUserError as error:
            why = in_short(error.message)
            raise UsedWrongly(f"tool {self.owner}: no JSON schema for its parameters: {why}") from error


def _problem(field: inspect.Parameter) -> str:
    if field.kind in {field.VAR_POSITIONAL, field.VAR_KEYWORD}:
        return "takes any number of values; a tool names each parameter"
    if field.kind is field.POSITIONAL_ONLY:
        return "is positional only; arguments come by name"
    if _is_context(field.annotation):
        return "is a RunContext; it must come first"
    if isinstance(field.default, FieldInfo):
        return "has Field(...) as its default; write Annotated[TYPE, Field(...)] = DEFAULT"
    return ""
