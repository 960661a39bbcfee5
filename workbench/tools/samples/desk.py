"""The sample support desk: orders, charges, refunds, devices, tickets. Effects are lines in files of the workspace."""

from __future__ import annotations

import json
import zlib
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.events.text import as_json
from workbench.tools.folder import Folder
from workbench.tools.function_tool import tool
from workbench.tools.samples.world import CHARGES, DEVICES, ORDERS

REFUNDS, TICKETS = "refunds.jsonl", "tickets.jsonl"


@tool(effect="read", inline=True)
def find_order(order: str) -> dict[str, Any]:
    """Look up an order: customer, items, total, status.

    Args:
        order: the order's number, such as A-1007.
    """
    number = _known_order(order)
    return {"order": number, **ORDERS[number]}


@tool(effect="read", inline=True)
def list_charges(order: str) -> list[dict[str, str]]:
    """List what was charged to the customer's card for an order.

    Args:
        order: the order's number, such as A-1007.
    """
    return CHARGES[_known_order(order)]


def _refund_on_file(ctx: RunContext[Any], arguments: dict[str, Any]) -> dict[str, Any] | None:
    """The refund that this call made, found by its key in the ledger."""
    return next((line["refund"] for line in _ledger(ctx, REFUNDS) if line["key"] == ctx.key), None)


@tool(effect="effect", verify=_refund_on_file)
def refund_charge(
    ctx: RunContext[Any],
    order: str,
    charge: str,
    amount: Annotated[Decimal, Field(gt=0, decimal_places=2)],
) -> dict[str, Any]:
    """Give money back to the card that a charge was made to. This cannot be taken back.

    Args:
        order: the order's number, such as A-1007.
        charge: the charge to refund, as list_charges names it.
        amount: how much, at most what was charged.
    """
    charges = {known["charge"]: known for known in CHARGES[_known_order(order)]}
    if charge not in charges:
        raise ModelRetry(f"order {order} has no charge {charge[:40]!r}; there are: {', '.join(charges) or 'none'}")
    charged = charges[charge]
    if amount > Decimal(charged["amount"]):
        raise ModelRetry(f"{charge} was {charged['amount']} {charged['currency']}; no more can be given back")
    refund = {
        "refund": charge.replace("ch_", "re_"), "order": _known_order(order), "charge": charge,
        "amount": f"{amount:.2f}", "currency": charged["currency"], "card": charged["card"],
    }  # fmt: skip
    _record(ctx, REFUNDS, {"refund": refund})
    return refund


@tool(effect="effect")
def create_ticket(
    ctx: RunContext[Any],
    subject: Annotated[str, Field(min_length=3, max_length=200)],
    severity: Literal["low", "normal", "high", "urgent"] = "normal",
) -> dict[str, str]:
    """Open a ticket for the second line of support and give its number.

    Args:
        subject: what it is about, in one line.
        severity: how bad it is for the customer.
    """
    number = zlib.crc32(f"{severity} {subject}".encode()) % 9000 + 1000
    ticket = {"ticket": f"T-{number}", "subject": subject, "severity": severity, "status": "open"}
    _record(ctx, TICKETS, {"ticket": ticket})
    return ticket


@tool(effect="read", inline=True)
def device_status(serial: str) -> dict[str, Any]:
    """Tell what a customer's device last reported: firmware, online or not, error, warranty.

    Args:
        serial: the serial number on the device's label, such as HB200-4417.
    """
    known = DEVICES.get(serial.strip().upper())
    if known is None:
        raise ToolFailed("not_found", f"no device has the serial number {serial[:40]!r}")
    return {"serial": serial.strip().upper(), **known}


def _known_order(order: str) -> str:
    number = order.strip().upper()
    if number not in ORDERS:
        raise ToolFailed("not_found", f"there is no order {order[:40]!r}; numbers look like A-1007")
    return number


def _record(ctx: RunContext[Any], file: str, fact: dict[str, Any]) -> None:
    """Add a line to a ledger, with the call's key, so that every effect can be seen and counted."""
    line = {"key": ctx.key, "session": ctx.session, "call": ctx.call, **fact}
    Folder.of(ctx).append(file, as_json(line).encode() + b"\n")


def _ledger(ctx: RunContext[Any], file: str) -> list[dict[str, Any]]:
    """The lines of a ledger; none where it has not been begun."""
    try:
        with Folder.of(ctx).reading(file) as lines:
            return [json.loads(line) for line in lines if line.endswith(b"\n")]
    except ToolFailed as failure:
        if failure.type == "not_found":
            return []
        raise
