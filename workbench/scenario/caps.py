"""The caps of a run, from a scenario's budget and what goes over it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from workbench.budget import Limit, check_limit
from workbench.errors import UsedWrongly
from workbench.events import Cap, Follow, Price, StandIn
from workbench.scenario.budget import Budget, CapForm, Counted, RunCaps, SharedCaps

PriceOf = Callable[[str], Price | None]
"""The price of a `provider:model`, None where it is unknown."""

Over = Mapping[str, str | Limit | None]
"""Cap name → its limit as decimal text, None to lift it; or all of it."""


def caps_of(budget: Budget, over: Over, price: PriceOf, actors: Collection[str] = ()) -> tuple[Cap, ...]:
    """The budget's caps, and those of `over` in their place; what follows at them stays unless `over` says it.

    Args:
        price: asked for the models that go on at a cap; that is frozen with the run.
        actors: who takes part, where that is known.

    Raises:
        UsedWrongly: `over` names a cap or a limit that cannot be kept.
    """
    caps = {cap.name: cap for cap in _caps(budget, budget.at, price)}
    for name, given in over.items():
        wanted = given if isinstance(given, Limit) else Limit(name, given)
        check_limit(name, wanted.limit, actors)
        before = caps.get(name)
        if wanted.keep and before is None:
            raise UsedWrongly(f"{name} has no cap: give it a limit, too, as in: {name} 10 {wanted.at}")
        limit = before.limit if wanted.keep and before is not None else wanted.limit
        at = wanted.at or (before.at if before is not None else budget.at)
        to = _stand_in(wanted.model, price) if wanted.model else before.to if before and not wanted.at else None
        caps[name] = Cap(name=name, limit=limit, at=at, to=to)
    return tuple(caps.values())


def _caps(budget: Budget, at: Follow, price: PriceOf) -> Iterator[Cap]:
    yield from _of(budget, "{}", at, price)
    for actor, caps in budget.actors.items():
        yield from _of(caps, f"{{}}@{actor}", caps.at or at, price)
    yield from shared_caps(budget.session, "session", at, price)


def shared_caps(caps: SharedCaps, scope: str, at: Follow, price: PriceOf) -> tuple[Cap, ...]:
    """The caps of a session or a day."""
    return tuple(_of(caps, f"{scope}.{{}}", caps.at or at, price))


def _of(caps: Counted, form: str, at: Follow, price: PriceOf) -> Iterator[Cap]:
    """The caps of one part of the budget; `form` makes their names."""
    for name, value in caps:
        if name not in ("at", "tools", "actors", "session") and value is not None:
            yield _cap(form.format(name), value, at, price)
    for tool, value in caps.tools.items() if isinstance(caps, RunCaps) else ():
        if value is not None:
            yield _cap(form.format(f"tool_calls:{tool}"), value, at, price)


def _cap(name: str, value: Any, at: Follow, price: PriceOf) -> Cap:
    if not isinstance(value, CapForm):
        return Cap(name=name, limit=str(value), at=at)
    limit = None if value.limit is None else str(value.limit)
    return Cap(name=name, limit=limit, at=value.at or at, to=_stand_in(value.to, price) if value.to else None)


def _stand_in(model: str, price: PriceOf) -> StandIn:
    return StandIn(model=model, price=price(model))
