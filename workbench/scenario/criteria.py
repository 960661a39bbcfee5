"""The form of acceptance criteria: what must be true, and how it can be seen to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from workbench.criteria.expressions import problem_of_expression
from workbench.criteria.values import problem_of_arguments, problem_of_schema
from workbench.gates.grammar import BadCondition, parse_keys
from workbench.gates.pattern import problem_of, proves_nothing
from workbench.scenario.fields import Form, Line, ModelName, Money, ScriptForm

CriterionName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


def _pattern(value: str) -> str:
    problem = problem_of(value)
    if problem is not None:
        raise ValueError(problem)
    if proves_nothing(value):
        raise ValueError("this pattern finds an empty text everywhere, so it would always hold")
    return value


def _path(value: str) -> str:
    try:
        parse_keys(value)
    except BadCondition as bad:
        raise ValueError(f"should be a path, as in 'order.items[0].price': column {bad.column}: {bad.problem}") from bad
    return value


def _expression(value: str) -> str:
    problem = problem_of_expression(value)
    if problem is not None:
        raise ValueError(problem)
    return value


def _arguments(value: dict[str, Any]) -> dict[str, Any]:
    problem = problem_of_arguments(value)
    if problem is not None:
        raise ValueError(problem)
    return value


def _json_schema(value: dict[str, Any]) -> dict[str, Any]:
    problem = problem_of_schema(value)
    if problem is not None:
        raise ValueError(problem)
    return value


def name_of(function: Callable[..., object]) -> str:
    """What a function that a program gives is called in a log: its module and its name in there."""
    named = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{getattr(function, '__module__', '')}:{named}"


def _function(value: Any) -> Any:
    if not callable(value) and not re.fullmatch(r"[\w./-]+\.py:\w+", str(value)):
        raise ValueError("should be FILE.py:NAME, a function in a file of the workspace")
    return value


CheckFunction = Annotated[
    str | Callable[..., object],
    BeforeValidator(_function),
    PlainSerializer(lambda value: name_of(value) if callable(value) else value, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[\w./-]+\.py:\w+$"}),
]


class CheckForm(Form):
    """How a criterion can be seen to hold."""

    source: Literal["user", "agent", "result"] = "user"
    """Whose words count: the user's, the agent's, or a tool's result."""
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    """A regular expression, searched without regard to case; its first group, or all of it, is the value."""
    tool: Line | None = None
    """The tool that must have returned without an error (and with `pattern` in its result, if there is one)."""
    arguments: Annotated[dict[str, Any], AfterValidator(_arguments)] | None = None
    """What the call of that tool must have been given: each value, or a comparison such as `{">": 100}`."""
    field: Annotated[str, AfterValidator(_path)] | None = None
    """The path of a value: in the result of `tool`, or without one in what the agent says it collected."""
    json_schema: Annotated[dict[str, Any], AfterValidator(_json_schema)] | None = None
    """The JSON schema of that value."""
    expression: Annotated[Line, AfterValidator(_expression)] | None = None
    """A condition in the language of breakpoints: "cost < 0.10 and criteria.order_id"."""
    function: CheckFunction | None = None
    """A Python function of a file in the workspace, `checks.py:NAME`, asked at every answer of the agent.

    A program may give the function itself.
    """
    rubric: Line | None = None
    """What a judging model is asked once all else is met and the agent says that it is complete."""

    @model_validator(mode="after")
    def _checks(self) -> CheckForm:
        ways = [
            name
            for name, given in (
                ("words", (self.pattern or self.tool) and not self.field),
                ("field", self.field),
                ("expression", self.expression),
                ("function", self.function),
                ("rubric", self.rubric),
            )
            if given
        ]
        if len(ways) != 1:
            raise ValueError(
                "a check needs one of: a pattern, a tool, a field, an expression, a function, a rubric"
                + (f"; it has {' and '.join(ways)}, which are criteria of their own" if ways else "")
            )
        if self.arguments is not None and self.tool is None:
            raise ValueError("arguments are those of a tool: name it with 'tool'")
        if self.json_schema is not None and self.field is None:
            raise ValueError("a JSON schema judges a value: name it with 'field'")
        return self


class CriterionForm(Form):
    """One criterion."""

    name: CriterionName
    description: str = ""
    """What the agent is told of it."""
    check: CheckForm | None = None
    """Without one, only the agent's word stands for it."""


def _named(value: Any) -> Any:
    """A plain sentence as a criterion named after its first words."""
    if not isinstance(value, str):
        return value
    words = re.findall(r"[a-z0-9]+", value.lower())
    return {"name": "_".join(words[:6])[:64], "description": value}


Criteria = tuple[
    Annotated[
        CriterionForm,
        BeforeValidator(_named, json_schema_input_type=CriterionForm | str),
    ],
    ...,
]


class JudgeForm(Form):
    """The model that judges rubrics, and what that may use."""

    model: ModelName | None = None
    """`provider:model`; left out, the script below judges, or without one the agent's own model."""
    script: ScriptForm | None = None
    """What the scripted model says as the judge."""
    requests: Annotated[int, Field(ge=1, le=1000)] = 6
    """At most so many answers in a run."""
    cost: Money = None
    """US dollars that judging may cost in a run."""


class AcceptanceCriteria(Form):
    """What must be true before the run is complete."""

    required_information: Criteria = ()
    """Facts that the agent must collect."""
    completion_conditions: Criteria = ()
    """What must have happened."""
    success_indicators: Criteria = ()
    """What shows that it went well."""
    judge: JudgeForm = JudgeForm()
    """Who judges rubrics."""

    @property
    def groups(self) -> dict[str, Criteria]:
        """The three groups by their field."""
        return {
            "required_information": self.required_information,
            "completion_conditions": self.completion_conditions,
            "success_indicators": self.success_indicators,
        }

    @property
    def judged(self) -> bool:
        """Whether any criterion is a rubric."""
        every = (criterion for group in self.groups.values() for criterion in group)
        return any(criterion.check is not None and criterion.check.rubric for criterion in every)

    @property
    def functions(self) -> dict[str, Callable[..., object]]:
        """The functions that a program gave, by the names that a log has for them."""
        checks = [
            criterion.check for group in self.groups.values() for criterion in group if criterion.check is not None
        ]
        return {name_of(check.function): check.function for check in checks if callable(check.function)}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all criteria."""
        return tuple(criterion.name for group in self.groups.values() for criterion in group)

    @model_validator(mode="after")
    def _distinct(self) -> AcceptanceCriteria:
        names = self.names
        twice = [name for place, name in enumerate(names) if name in names[:place]]
        if twice:
            raise ValueError(f"two criteria are named {twice[0]!r}; names must differ")
        return self


class CriteriaForm(Form):
    """A file of criteria alone, to be tried on recorded runs."""

    acceptance_criteria: AcceptanceCriteria
    """What is tried."""
