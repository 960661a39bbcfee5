"""The form of a budget: caps on what a run, its actors, its session may use, and what follows at each."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from workbench.events import Follow
from workbench.scenario.fields import Count, Form, Line, ModelName, Money


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
