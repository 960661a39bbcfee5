"""What the workspace says of money: caps of its day, and prices of its own. Tables of `workbench.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workbench.errors import BadFile

if TYPE_CHECKING:
    from workbench.events import Cap, Price, RunStarted, Tallied
    from workbench.scenario.caps import PriceOf
    from workbench.store import Store


def day_caps(settings: Mapping[str, Any], path: Path, price: PriceOf) -> tuple[Cap, ...]:
    """The caps of `[budget.day]` in the file `path`, which every new session starts with.

    Raises:
        BadFile: the table is not what it should be.
    """
    told = _table(settings, path, "budget")
    if other := next((name for name in told if name != "day"), None):
        raise BadFile(path, "is none: the workspace's caps stand in [budget.day]", field=f"budget.{other}")
    if "day" not in told:
        return ()
    from workbench.scenario.budget import SharedCaps
    from workbench.scenario.caps import shared_caps
    from workbench.tables import read_table

    return shared_caps(read_table(SharedCaps, told["day"], path, "budget.day"), "day", "stop", price)


def under_day(started: RunStarted, settings: Mapping[str, Any], path: Path, price: PriceOf) -> RunStarted:
    """The start of a run under the workspace's caps of a day, too; its own go over them."""
    own = {cap.name for cap in started.caps}
    day = [cap for cap in day_caps(settings, path, price) if cap.name not in own]
    return started.model_copy(update={"caps": (*started.caps, *day)}) if day else started


def tallied(store: Store, session: str, branch: int) -> Tallied:
    """What all branches of the session, and the workspace today, have used, and what others than `branch` set aside."""
    from time import time

    from workbench.budget import date_of
    from workbench.events import Tallied

    aside = store.set_aside(session, but=branch)  # first: what is answered meanwhile counts twice, not never
    usage, date = store.usage(), date_of(time())
    return Tallied(
        session=usage.total(session=session).tally,
        day=usage.total(day=date).tally,
        date=date,
        session_aside=aside.session,
        day_aside=aside.workspace,
    )


def own_price(settings: Mapping[str, Any], path: Path, name: str) -> Price | None:
    """What `[prices."provider:model"]` in the file `path` says of a model; None where it says nothing.

    Raises:
        BadFile: the table is not what it should be.
    """
    told = price_table(settings, path).get(name)
    if told is None:
        return None
    field = f'prices."{name}"'
    if not isinstance(told, dict):
        raise BadFile(path, "should be a table with `input` and `output`, dollars per million tokens", field=field)
    from decimal import Decimal, InvalidOperation

    from workbench.events import Price
    from workbench.tables import read_table

    rates: dict[str, Any] = {}
    for key, value in cast("dict[str, Any]", told).items():
        if key in ("tiers", "source") or key not in Price.model_fields:
            known = [one for one in Price.model_fields if one not in ("tiers", "source")]
            raise BadFile(path, f"is none of {', '.join(known)}", field=f"{field}.{key}")
        try:
            amount = Decimal(str(value))
            kept = amount.is_finite() and amount >= 0
        except InvalidOperation:
            kept = False
        if not kept:
            raise BadFile(path, "should be a number, zero or more", field=f"{field}.{key}")
        rates[key] = value if key == "largest_answer" else str(value)
    return read_table(Price, rates | {"source": path.name}, path, field)


def price_table(settings: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """What the file `path` says of prices, by model.

    Raises:
        BadFile: it is no table.
    """
    return _table(settings, path, "prices")


def _table(settings: Mapping[str, Any], path: Path, name: str) -> dict[str, Any]:
    told: object = settings.get(name, {})
    if not isinstance(told, dict):
        raise BadFile(path, f"should be a table, [{name}]", field=name)
    return cast("dict[str, Any]", told)
