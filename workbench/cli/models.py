"""`models list` and `models test`: what can be asked from here, what is known of it, and what of a model works."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Any

from workbench.cli.house import House
from workbench.cli.output import document, say, table
from workbench.errors import ModelFailed

if TYPE_CHECKING:
    from workbench.events import Price
    from workbench.models.reachable import Offered, ProviderStatus
    from workbench.models.trying import Tried


def listed(args: argparse.Namespace) -> int:
    """What is reachable, and why something is not."""
    from workbench.models.reachable import list_models

    statuses = asyncio.run(list_models(rows=House(args.workspace).providers))
    if args.json:
        document({"providers": [_plain(one) for one in statuses]})
        return 0
    rows = [
        ("scripted:NAME", "", "", "", "free", "the scripts of scenarios; needs nothing"),
        ("recorded:SESSION", "", "", "", "free", "the answers of saved sessions; needs nothing"),
        ("human", "", "", "", "free", "you"),
        *[_row(status, one) for status in statuses for one in status.models],
    ]
    table(("model", "context", "sight", "tools", "$/M in, out", "known from"), rows)
    say("")
    why = [(one.provider, one.problem or "reachable, lists no models") for one in statuses if not one.models]
    if why:
        table(("provider", "why not"), why)
    return 0


def _row(status: ProviderStatus, one: Offered) -> tuple[str, ...]:
    context = "?" if one.context is None else f"{one.context:,}"
    said = {True: "yes", False: "no", None: "?"}
    return (
        f"{status.provider}:{one.name}",
        context,
        said[one.sight],
        said[one.tools],
        _price(one.price),
        ", ".join(dict.fromkeys(one.known.values())),
    )


def _price(price: Price | None) -> str:
    return "?" if price is None else f"{price.input}, {price.output}"


def _plain(status: ProviderStatus) -> dict[str, Any]:
    models = [
        {
            "name": one.name,
            "context": one.context,
            "sight": one.sight,
            "tools": one.tools,
            "price": None if one.price is None else one.price.model_dump(mode="json"),
            "known_from": one.known,
        }
        for one in status.models
    ]
    return {
        "provider": status.provider,
        "address": status.address,
        "models": models,
        "problem": status.problem or None,
    }


def tried(args: argparse.Namespace) -> int:
    """Ask a model three small things; 1 where one of them does not work."""
    house = House(args.workspace)
    house.check_model(args.model)
    try:
        model = house.model(args.model)
    except ModelFailed as failure:
        if args.json:
            document({"model": args.model, "tried": [], "problem": str(failure)})
        else:
            say(str(failure))
        return 1

    async def gather() -> list[Tried]:
        from workbench.models.trying import try_model

        found: list[Tried] = []
        async for one in try_model(model, args.model):
            found.append(one)
            if not args.json:
                say(f"{'works' if one.works else 'FAILS':<6} {one.what:<10} {one.ms / 1000:>6.2f} s  {one.words}")
        return found

    found = asyncio.run(gather())
    if args.json:
        rows = [{"what": one.what, "works": one.works, "detail": one.words, "ms": one.ms} for one in found]
        document({"model": args.model, "tried": rows, "problem": None})
    return 0 if all(one.works for one in found) else 1
