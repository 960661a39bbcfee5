"""From a scenario, or from a persona and a model alone, to the event that starts a run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from workbench.criteria.instructions import instructions
from workbench.criteria.rubrics import PROMPT, prompt_signature
from workbench.events import (
    ActorSpec,
    Check,
    Criterion,
    Follow,
    Judging,
    Mode,
    Price,
    Retry,
    RunStarted,
    StandIn,
    ToolSpec,
    UserSide,
)
from workbench.events.text import as_json
from workbench.persona.prompt import render
from workbench.persona.schema import Persona
from workbench.persona.signature import signature
from workbench.scenario.budget import Budget
from workbench.scenario.caps import Over, PriceOf, caps_of
from workbench.scenario.criteria import AcceptanceCriteria, CheckForm, CriterionForm
from workbench.scenario.schema import PlayedUser, Scenario

AGENT, USER, JUDGE = "agent", "user", "judge"

PATIENCE = Retry(attempts=3)
"""How often a failed model call is made again where nobody says."""


def _unpriced(_: str) -> Price | None:
    return None


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is begun with, whatever it is a run of.

    Attributes:
        caps: cap name → limit as decimal text (None lifts it), or the cap; each goes over the scenario's.
        title, seed: go over what the scenario says.
        price: looked up once at the start and frozen with the run.
        retry: when a failed model call is made again, where the scenario does not say.
    """

    mode: Mode = "step"
    caps: Over = {}
    title: str | None = None
    seed: int | None = None
    price: PriceOf = _unpriced
    retry: Retry = PATIENCE


_TERMS = Terms()


def start(
    scenario: Scenario,
    *,
    persona: Persona,
    tools: Sequence[ToolSpec] = (),
    user_persona: Persona | None = None,
    model: str | None = None,
    terms: Terms = _TERMS,
) -> RunStarted:
    """The start of a run of `scenario`.

    Args:
        persona: the one the scenario names, or the one put in its place.
        tools: the specs of the scenario's tools, in its order.
        user_persona: whom the played user plays; needed exactly where the scenario has one.
        model: goes over what the scenario says.

    Raises:
        UsedWrongly: a persona's template cannot be rendered.
    """
    price = terms.price
    retry = terms.retry if scenario.retry is None else Retry(**scenario.retry.model_dump())
    fallbacks = tuple([StandIn(model=name, price=price(name)) for name in scenario.fallback_models])
    form = scenario.acceptance_criteria
    criteria = criteria_of(form)
    seed = scenario.seed if terms.seed is None else terms.seed
    settings = scenario.settings | _seeded(seed)
    actors = [_agent(persona, model or scenario.agent_model, tools, criteria, settings, price, fallbacks)]
    user = scenario.user
    if isinstance(user, PlayedUser):
        assert user_persona is not None, f"scenario {scenario.name} has a played user"
        actors.append(_played(user, user_persona, scenario.user_model or "", seed, price))
        side = UserSide(kind="actor", actor=USER)
    else:
        side = UserSide() if user == "person" else UserSide(kind="lines", lines=user)
    judge = scenario.judge_model if form.judge.model or form.judge.script else actors[0].model
    actors += judges_of(form, judge, price, seed=seed)
    return RunStarted(
        title=terms.title or scenario.title,
        scenario=scenario.name,
        actors=tuple([actor.model_copy(update={"retry": retry}) for actor in actors]),
        user=side,
        criteria=criteria,
        judging=judging_of(form),
        caps=caps_of(scenario.budget, terms.caps, price, [actor.name for actor in actors]),
        seed=seed,
        mode=terms.mode,
    )


def ad_hoc(
    persona: Persona,
    model: str,
    *,
    tools: Sequence[ToolSpec] = (),
    say: Iterable[str] = (),
    at: Follow = "stop",
    settings: Mapping[str, Any] | None = None,
    terms: Terms = _TERMS,
) -> RunStarted:
    """The start of a run without a scenario: `say` are the user's lines; without any, a person speaks.

    `at` is what follows at its caps.
    """
    lines = tuple(say)
    given = dict(settings or {}) | _seeded(terms.seed)
    agent = _agent(persona, model, tools, (), given, terms.price)
    return RunStarted(
        title=terms.title or f"{persona.name} with {model}",
        actors=(agent.model_copy(update={"retry": terms.retry}),),
        user=UserSide(kind="lines", lines=lines) if lines else UserSide(),
        caps=caps_of(Budget(at=at), terms.caps, terms.price, [agent.name]),
        seed=terms.seed,
        mode=terms.mode,
    )


def _seeded(seed: int | None) -> dict[str, Any]:
    return {} if seed is None else {"seed": seed}


def judges_of(form: AcceptanceCriteria, model: str, price: PriceOf, *, seed: int | None = None) -> list[ActorSpec]:
    """The actor that judges what is judged by `model`; none where nothing is."""
    return [_judge(model, seed, price)] if form.judged else []


def judging_of(form: AcceptanceCriteria) -> Judging:
    """What judging may use in a run."""
    cost = form.judge.cost
    return Judging(requests=form.judge.requests, cost=None if cost is None else str(cost))


def criteria_of(form: AcceptanceCriteria) -> tuple[Criterion, ...]:
    """The scenario's criteria as a run keeps them: facts, conditions, indicators, each in the order given."""
    return (
        *(_criterion("required", one) for one in form.required_information),
        *(_criterion("condition", one) for one in form.completion_conditions),
        *(_criterion("indicator", one) for one in form.success_indicators),
    )


def _criterion(kind: Literal["required", "condition", "indicator"], form: CriterionForm) -> Criterion:
    check = form.check and check_of(form.check)
    return Criterion(name=form.name, kind=kind, description=form.description, check=check)


def check_of(form: CheckForm) -> Check:
    """The check as a run keeps it: what is structured becomes JSON text."""
    fields = form.model_dump(exclude_none=True)
    texts = {name: as_json(fields[name]) for name in ("arguments", "json_schema") if name in fields}
    return Check.model_validate(fields | texts)


def _agent(
    persona: Persona,
    model: str,
    tools: Sequence[ToolSpec],
    criteria: Sequence[Criterion],
    settings: dict[str, Any],
    price: PriceOf,
    fallbacks: tuple[StandIn, ...] = (),
) -> ActorSpec:
    return ActorSpec(
        name=AGENT,
        model=model,
        system="\n\n".join(filter(None, [render(persona), instructions(criteria)])),
        persona=signature(persona),
        tools=tuple(tools),
        settings=as_json(settings),
        price=price(model),
        structured=bool(criteria),
        fallbacks=fallbacks,
    )


def recast(
    spec: ActorSpec,
    *,
    persona: Persona | None = None,
    model: str | None = None,
    criteria: Sequence[Criterion] = (),
    price: PriceOf = _unpriced,
) -> ActorSpec:
    """The actor with another persona (whose prompt is rendered anew, with the run's `criteria`) or another model."""
    changes: dict[str, Any] = {}
    if persona is not None:
        changes["system"] = "\n\n".join(filter(None, [render(persona), instructions(criteria)]))
        changes["persona"] = signature(persona)
    if model is not None:
        changes |= {"model": model, "price": price(model)}
    return spec.model_copy(update=changes)


def _judge(model: str, seed: int | None, price: PriceOf) -> ActorSpec:
    """Who judges rubrics: it takes no part, and its words go to nobody."""
    return ActorSpec(
        name=JUDGE,
        role="judge",
        model=model,
        system=PROMPT,
        persona=prompt_signature(),
        settings=as_json(_seeded(seed)),
        price=price(model),
    )


def _played(user: PlayedUser, persona: Persona, model: str, seed: int | None, price: PriceOf) -> ActorSpec:
    """The actor that plays the user; to it, the agent's words come as the other side's."""
    system = (
        "You play the customer in a conversation with an agent who serves you. The messages you are given are the "
        "agent's; answer with the customer's next words and nothing else. You are not an assistant: never offer "
        "help, never leave the part. If nothing has been said yet, you speak first."
    )
    goal = f"In this conversation you want to {user.goal}" if user.goal else ""
    return ActorSpec(
        name=USER,
        role="user",
        model=model,
        system="\n\n".join(filter(None, [system, render(persona), goal])),
        persona=signature(persona),
        settings=as_json(_seeded(seed)),
        price=price(model),
    )
