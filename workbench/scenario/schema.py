"""The form of a scenario file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from workbench.events.script import Script
from workbench.persona.schema import Name
from workbench.scenario.budget import Budget
from workbench.scenario.criteria import AcceptanceCriteria
from workbench.scenario.fields import Form, Line, ModelName, ScriptForm, as_script


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
