"""The first event of a run: what is wished of it, over the workspace's scenarios, personas and defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from workbench.cli.bad_days import retry_of
from workbench.cli.parts import Parts
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.budget import Limit
    from workbench.events import Follow, Mode, RunStarted
    from workbench.scenario.start import Terms


class Wishes(NamedTuple):
    """What is wished of a new run; None leaves it as the scenario or the workspace has it.

    Attributes:
        scenario: its name; None is a run without one.
        tools, say: names of tools, and the user's lines, instead of the scenario's.
        caps: cap name → its limit (None lifts it), or the cap; each goes over the scenario's.
        at_cap: what follows at a cap where the scenario says `stop`, or says nothing.
    """

    scenario: str | None = None
    persona: str | None = None
    model: str | None = None
    tools: Sequence[str] | None = None
    say: Sequence[str] | None = None
    caps: Mapping[str, str | Limit | None] = {}
    mode: Mode = "step"
    at_cap: Follow | None = None
    title: str | None = None
    seed: int | None = None


def starting(parts: Parts, wishes: Wishes) -> RunStarted:
    """The start of the run that is wished.

    Raises:
        UsedWrongly: a name that nothing is behind, a file that cannot be used, or neither a scenario nor a model.
    """
    from workbench.scenario.start import Terms

    parts.make_ready()
    terms = Terms(
        mode=wishes.mode,
        caps=wishes.caps,
        title=wishes.title,
        seed=wishes.seed,
        price=parts.price,
        retry=retry_of(parts.workspace),
    )
    return (
        _ad_hoc(parts, wishes, terms) if wishes.scenario is None else _scenario(parts, wishes.scenario, wishes, terms)
    )


def _scenario(parts: Parts, name: str, wishes: Wishes, terms: Terms) -> RunStarted:
    from workbench.scenario.schema import PlayedUser
    from workbench.scenario.start import start
    from workbench.workspace.loading import load_scenario
    from workbench.workspace.personas import load_persona

    scenario = load_scenario(parts.workspace, name, tools=parts.tools.accepted)
    if wishes.say is not None:
        scenario = scenario.model_copy(update={"user": tuple(wishes.say)})
    if wishes.at_cap is not None and scenario.budget.at == "stop":
        scenario = scenario.model_copy(update={"budget": scenario.budget.model_copy(update={"at": wishes.at_cap})})
    user = scenario.user
    parts.check_model(wishes.model)
    return start(
        scenario,
        persona=load_persona(parts.workspace, wishes.persona or scenario.persona),
        tools=parts.tools.specs(scenario.tools if wishes.tools is None else wishes.tools),
        user_persona=load_persona(parts.workspace, user.persona) if isinstance(user, PlayedUser) else None,
        model=wishes.model,
        terms=terms,
    )


def _ad_hoc(parts: Parts, wishes: Wishes, terms: Terms) -> RunStarted:
    from workbench.scenario.start import ad_hoc
    from workbench.workspace.personas import load_persona

    model = wishes.model or parts.workspace.settings().get("model")
    if not isinstance(model, str):
        raise UsedWrongly("name a scenario, or a model with --model P:M ('workbench models list' shows them)")
    parts.check_model(model)
    return ad_hoc(
        load_persona(parts.workspace, wishes.persona or "assistant"),
        model,
        tools=parts.tools.specs(wishes.tools or ()),
        say=wishes.say or (),
        at=wishes.at_cap or "stop",
        terms=terms,
    )
