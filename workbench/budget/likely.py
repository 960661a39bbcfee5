"""What an actor's next model call is likely to read and to cost. An estimate, and shown as one."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache

from workbench.events import ActorSpec, Usage, cost_of
from workbench.state import BYTES_A_TOKEN, State

_HEAD = 16


def estimate(state: State, actor: str) -> int:
    """Tokens that the actor's next request would have its model read.

    What the provider counted up to its last answer, and the bytes that came since, at three to a token.
    """
    one = state.actors[actor]
    size = one.fresh if one.weighed else one.fresh + _head(state.specs[actor])
    return max(one.weighed - (-size // BYTES_A_TOKEN), 1)


def head_tokens(spec: ActorSpec) -> int:
    """About how many tokens the actor's system prompt and tools take in every request."""
    return -(-_head(spec) // BYTES_A_TOKEN)


def _head(spec: ActorSpec) -> int:
    """Bytes of what stands before the messages."""
    tools = sum(len(tool.name) + len(tool.description) + len(tool.parameters) + _HEAD for tool in spec.tools)
    return len(spec.system.encode("utf-8", "replace")) + tools + _HEAD


@lru_cache(maxsize=64)
def answer_named(settings: str) -> int | None:
    """The largest answer that an actor's settings ask for, in tokens; None where they name none."""
    named = json.loads(settings).get("max_tokens")
    return named if isinstance(named, int) and named > 0 else None


def likely_cost(state: State, actor: str) -> Decimal | None:
    """US dollars that the actor's next call is likely to cost: what it reads, and an answer of the usual length.

    None where the price is unknown.
    """
    price = state.specs[actor].price
    if price is None:
        return None
    meters = state.actors[actor].meters or state.meters
    usual = meters.output_tokens // meters.requests if meters.requests else 0
    return cost_of(Usage(input=estimate(state, actor), output=usual), price)
