"""The form of a scenario file."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from workbench.criteria.expressions import problem_of_expression
from workbench.criteria.values import problem_of_arguments, problem_of_schema
from workbench.events import Follow
from workbench.events.script import Script, ScriptTurn
from workbench.gates.grammar import BadCondition, parse_keys
from workbench.gates.pattern import problem_of, proves_nothing
from workbench.persona.schema import Name


class Form(BaseModel):
    """A part of a scenario; frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


Line = Annotated[str, Field(min_length=1)]
ModelName = Annotated[
    str, Field(pattern=r"^(human|[a-z][a-z0-9_-]*:\S+)$", examples=["scripted:support-desk", "openai:gpt-5-mini"])
]
CriterionName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


def _form_of_script(value: Any) -> str:
    return "turns" if isinstance(value, list | tuple) else "script"


ScriptForm = Annotated[
    Annotated[tuple[ScriptTurn, ...], Tag("turns")] | Annotated[Script, Tag("script")],
    Discriminator(_form_of_script),
]
"""A script, or just its turns."""


def as_script(form: Script | tuple[ScriptTurn, ...] | None) -> Script | None:
    """Either form of a script as a `Script`."""
    return Script(turns=form) if isinstance(form, tuple) else form


class PlayedUser(Form):
    """A user whose turns a model makes up, playing a persona."""

    persona: Name
    """Whom the model plays."""
    model: ModelName | None = None
    """`provider:model`; with a script it may be left out."""
    goal: str = ""
    """What this user wants from the agent, as a phrase that follows "to"."""
    script: ScriptForm | None = None
    """What the scripted model says as the user."""

    @model_validator(mode="after")
    def _has_words(self) -> PlayedUser:
        if self.model is None and self.script is None:
            raise ValueError("a played user needs a model or a script")
        return self


def _form_of_user(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "lines"
    return "person" if isinstance(value, str) else "played"


UserForm = Annotated[
    Annotated[tuple[Line, ...], Tag("lines")]
    | Annotated[Literal["person"], Tag("person")]
    | Annotated[PlayedUser, Tag("played")],
    Discriminator(_form_of_user),
]


def _decimal(value: Any) -> Decimal | None:
    """A number in any spelling; None for what is none, or below zero."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _amount(value: Any) -> str | None:
    if value is None:
        return None
    amount = _decimal(value)
    if amount is None:
        raise ValueError("should be a number, zero or more")
    return f"{amount:f}"


def _count(value: Any) -> str | None:
    if value is None:
        return None
    amount = _decimal(value)
    if amount is None or amount % 1:
        raise ValueError("should be a whole number, zero or more")
    return f"{amount:.0f}"


Count = Annotated[
    int | str | None, BeforeValidator(_count), WithJsonSchema({"type": ["integer", "null"], "minimum": 0})
]
Money = Annotated[
    Decimal | float | str | None,
    BeforeValidator(_amount),
    WithJsonSchema({"type": ["number", "string", "null"], "minimum": 0}),
]


class CapForm(Form):
    """A cap, and what follows when it is reached."""

    limit: Money
    """How much may be used."""
    at: Follow | None = None
    """`stop` ends the run, `pause` holds it for a person, `warn` goes on and says so, `wrap_up` keeps room for one last
    answer without tools, `deny_tools` goes on without tools, `degrade` goes on with the model named by `to`."""
    to: ModelName | None = None
    """`provider:model` that goes on at `degrade`."""

    @model_validator(mode="after")
    def _names_a_model(self) -> CapForm:
        if (self.at == "degrade") != (self.to is not None):
            raise ValueError("`to` names the model that goes on, exactly where `at` is degrade")
        return self


def _form_of_cap(value: Any) -> str:
    return "cap" if isinstance(value, dict | CapForm) else "limit"


CountCap = Annotated[Annotated[Count, Tag("limit")] | Annotated[CapForm, Tag("cap")], Discriminator(_form_of_cap)]
MoneyCap = Annotated[Annotated[Money, Tag("limit")] | Annotated[CapForm, Tag("cap")], Discriminator(_form_of_cap)]


class Counted(Form):
    """What can be capped wherever it is used."""

    iterations: CountCap = None
    """Answers of the agent's model."""
    requests: CountCap = None
    """Requests to any model, repeated ones too."""
    tool_calls: CountCap = None
    input_tokens: CountCap = None
    output_tokens: CountCap = None
    tokens: CountCap = None
    """Input and output tokens together."""
    cost: MoneyCap = None
    """US dollars."""
    seconds: MoneyCap = None
    """Time in calls of models and tools; calls made together count each."""

    @model_validator(mode="after")
    def _can_be_kept(self) -> Counted:
        for name, cap in self:
            if isinstance(cap, CapForm) and name not in ("cost", "seconds") and Decimal(str(cap.limit or 0)) % 1:
                raise ValueError(f"{name}.limit should be a whole number, zero or more")
        if getattr(self, "at", None) == "degrade":
            raise ValueError("degrade is chosen for each cap, with its model: {limit: 1, at: degrade, to: P:M}")
        return self


class SharedCaps(Counted):
    """Caps on what several runs use together."""

    at: Follow | None = None
    """What follows at those that do not say it themselves."""


class RunCaps(Counted):
    """What can be capped in one run."""

    requests_per_minute: CountCap = None
    """Requests in any minute."""
    tools: dict[Line, CountCap] = Field(default_factory=dict)
    """Calls of single tools, by the tool's name."""


class ActorCaps(RunCaps):
    """Caps on what one actor uses."""

    at: Follow | None = None
    """What follows at those that do not say it themselves."""


class Budget(RunCaps):
    """Caps on what a run may use, and what follows when one is reached."""

    actors: dict[Line, ActorCaps] = Field(default_factory=dict)
    """What single actors may use, by their names: agent, user, judge."""
    session: SharedCaps = SharedCaps()
    """What all branches of the session may use together."""
    at: Follow = "stop"
    """What follows at those that do not say it themselves."""


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


class RetryForm(Form):
    """When a model call that failed is made again by itself."""

    attempts: Annotated[int, Field(ge=0, le=100)] = 3
    """How often, after the first time; 0 is never."""
    seconds: Annotated[float, Field(ge=0, le=86_400)] = 300
    """No wait may end later than this after the first failure, also where the provider asks for it."""
    first: Annotated[float, Field(ge=0, le=3600)] = 1
    """Seconds of the first wait; each further one is twice as long."""
    longest: Annotated[float, Field(ge=0, le=3600)] = 30
    """Seconds of the longest wait."""


class CriteriaForm(Form):
    """A file of criteria alone, to be tried on recorded runs."""

    acceptance_criteria: AcceptanceCriteria
    """What is tried."""


class Scenario(Form):
    """Who works for whom, with what, until what is true."""

    name: Name
    """Equal to the file's name without its ending."""
    title: Line
    """What lists show."""
    description: str = ""
    """What happens in it, in a sentence or two."""
    teaches: str = ""
    """What stepping through it shows, in one line."""
    persona: Name = "assistant"
    """Who the agent is."""
    model: ModelName | None = None
    """`provider:model`; left out, the script below answers."""
    tools: tuple[Line, ...] = ()
    """Names of the tools that the agent may call."""
    user: UserForm = "person"
    """The user's turns: lines, `person` (at the prompt), or a persona that a model plays."""
    fallback_models: tuple[ModelName, ...] = ()
    """Who takes the agent's model's place, one after the other, where asking it again does not help."""
    retry: RetryForm | None = None
    """When a model call that failed is made again; left out, as `workbench.toml` says, or three times."""
    script: ScriptForm | None = None
    """What the scripted model says as the agent."""
    budget: Budget = Budget()
    """Caps."""
    acceptance_criteria: AcceptanceCriteria = AcceptanceCriteria()
    """With any of these, the agent reports when it is complete, and each is judged by evidence."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Model parameters by their common names: temperature, max_tokens, top_p, seed, stop."""
    seed: int | None = None
    """For models that take one."""

    @model_validator(mode="after")
    def _has_answers(self) -> Scenario:
        if self.model is None and self.script is None:
            raise ValueError("a scenario needs a script, or a model")
        return self

    @property
    def agent_model(self) -> str:
        """The agent's `provider:model`."""
        return self.model or f"scripted:{self.name}"

    @property
    def user_model(self) -> str | None:
        """The `provider:model` that plays the user; None where none does."""
        return (self.user.model or f"scripted:{self.name}/user") if isinstance(self.user, PlayedUser) else None

    @property
    def judge_model(self) -> str:
        """The `provider:model` that judges rubrics."""
        judge = self.acceptance_criteria.judge
        return judge.model or (f"scripted:{self.name}/judge" if judge.script is not None else self.agent_model)

    def scripts(self) -> dict[str, Script]:
        """Every script in it by the name under which `scripted:NAME` finds it."""
        forms = {self.name: self.script, f"{self.name}/judge": self.acceptance_criteria.judge.script}
        if isinstance(self.user, PlayedUser):
            forms[f"{self.name}/user"] = self.user.script
        return {name: script for name, form in forms.items() if (script := as_script(form)) is not None}
