"""The sample world answers the same every time, and its effects can be counted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.tools.samples.desk import refund_charge
from workbench.tools.standard import standard_registry

TOOLS = standard_registry()


async def _call(tool: str, context: RunContext[Any] | None = None, **arguments: Any) -> Any:
    outcome = await TOOLS.call(tool, json.dumps(arguments), context or RunContext(None))
    return json.loads(outcome.content)


async def test_an_order_charged_twice() -> None:
    order = await _call("find_order", order=" a-1007 ")
    charges = await _call("list_charges", order="A-1007")
    assert (order["order"], order["total"], order["currency"]) == ("A-1007", "129.00", "EUR")
    assert [charge["amount"] for charge in charges] == ["129.00", "129.00"]
    with pytest.raises(ToolFailed, match="no order 'B-1'"):
        await _call("find_order", order="B-1")


async def test_a_refund_is_a_line_that_its_call_can_be_known_by(tmp_path: Path) -> None:
    first = RunContext(None, key="k1", files=tmp_path, session="s", call="agent.1.0")
    second = RunContext(None, key="k2", files=tmp_path)
    asked = {"order": "A-1007", "charge": "ch_7002", "amount": 129.00}
    assert await refund_charge.happened(json.dumps(asked), first) is None
    refund = await _call("refund_charge", first, **asked)
    assert (refund["refund"], refund["amount"]) == ("re_7002", "129.00")
    await _call("refund_charge", second, **asked | {"amount": "1.5"})
    lines = [json.loads(line) for line in (tmp_path / "refunds.jsonl").read_text().splitlines()]
    assert [(line["key"], line["refund"]["amount"]) for line in lines] == [("k1", "129.00"), ("k2", "1.50")]
    assert lines[0]["refund"] == refund
    found = await refund_charge.happened(json.dumps(asked), first)
    assert found is not None
    assert json.loads(found.content) == refund


async def test_a_line_that_a_crash_cut_short_is_no_refund(tmp_path: Path) -> None:
    (tmp_path / "refunds.jsonl").write_text('{"key": "k1", "refu')
    asked = json.dumps({"order": "A-1007", "charge": "ch_7002", "amount": 1})
    assert await refund_charge.happened(asked, RunContext(None, key="k1", files=tmp_path)) is None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"charge": "ch_9"}, "no charge 'ch_9'; there are: ch_7001, ch_7002"),
        ({"order": "A-1009"}, "there are: none"),
        ({"amount": 129.01}, "no more can be given back"),
        ({"amount": 0}, "`amount` should be greater than 0, not 0"),
        ({"amount": 1.001}, "`amount`"),
        ({"amount": "lots"}, "`amount` should be a valid decimal"),
    ],
)
async def test_refunds_that_a_model_can_mend(tmp_path: Path, arguments: dict[str, Any], reason: str) -> None:
    asked = {"order": "A-1007", "charge": "ch_7002", "amount": 129} | arguments
    with pytest.raises(ModelRetry) as caught:
        await _call("refund_charge", RunContext(None, key="k", files=tmp_path), **asked)
    assert reason in str(caught.value)
    assert list(tmp_path.iterdir()) == []


async def test_effects_need_a_folder(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"order": "A-1007", "charge": "ch_7002", "amount": 129}
    with pytest.raises(ToolFailed, match="no workspace folder"):
        await _call("refund_charge", **asked)
    with pytest.raises(ToolFailed, match="no workspace folder"):
        await refund_charge.happened(json.dumps(asked), RunContext(None))


async def test_tickets(tmp_path: Path) -> None:
    context = RunContext(None, key="k", files=tmp_path)
    tickets = [await _call("create_ticket", context, subject="No uplink", severity="high") for _ in range(2)]
    assert tickets[0] == tickets[1]
    assert tickets[0]["ticket"].startswith("T-")
    assert len((tmp_path / "tickets.jsonl").read_text().splitlines()) == 2
    with pytest.raises(ModelRetry, match="`severity` should be 'low', 'normal', 'high' or 'urgent'"):
        await _call("create_ticket", context, subject="x y z", severity="awful")


async def test_devices() -> None:
    assert (await _call("device_status", serial="hb200-4417"))["online"] is False
    with pytest.raises(ToolFailed, match="serial number"):
        await _call("device_status", serial="?")


async def test_sales() -> None:
    rows = await _call("sales_by_region", quarter="2026-Q1")
    assert [row["region"] for row in rows] == ["north", "south", "west"]
    assert max(rows, key=lambda row: row["returned"])["region"] == "west"
    with pytest.raises(ModelRetry, match="'2025-Q4', '2026-Q1', '2026-Q2' or '2026-Q3'"):
        await _call("sales_by_region", quarter="Q1")


async def test_rates() -> None:
    assert (await _call("currency_rate", base="EUR", quote="usd"))["rate"] == "1.1500"
    assert (await _call("currency_rate", base="usd", quote="EUR"))["rate"] == "0.8696"
    with pytest.raises(ModelRetry, match="no rate is known for 'XYZ'"):
        await _call("currency_rate", base="XYZ", quote="EUR")


async def test_weather_calls_run_together() -> None:
    oslo, lisbon, atlantis = (
        asyncio.create_task(_call("weather", city=name)) for name in ("Oslo", "lisbon", "Atlantis")
    )
    await asyncio.sleep(0)
    assert not any(call.done() for call in (oslo, lisbon, atlantis))
    assert (await oslo)["sky"] == "snow"
    assert (await lisbon)["city"] == "Lisbon"
    with pytest.raises(ModelRetry, match="no weather station in 'Atlantis'"):
        await atlantis


async def test_a_mirror_fails_and_the_other_answers() -> None:
    with pytest.raises(ToolFailed, match="mirror a did not answer") as caught:
        await _call("lookup_part", part="HB-200-PSU")
    assert (caught.value.type, caught.value.retryable) == ("timeout", True)
    assert (await _call("lookup_part", part="hb-200-psu", mirror="b"))["stock"] == 42
    with pytest.raises(ToolFailed, match="no part"):
        await _call("lookup_part", part="X", mirror="b")


async def test_documentation_can_be_paged_through_to_its_end() -> None:
    first = await _call("search_docs", query="error e42 router")
    assert first["results"][0]["title"] == "HomeBase 200: error E42"
    titles: list[str] = []
    for page in range(1, first["pages"] + 1):
        titles += [
            result["title"] for result in (await _call("search_docs", query="error e42 router", page=page))["results"]
        ]
    assert len(titles) == len(set(titles)) > 1_200
    assert (await _call("search_docs", query="zzz", page=10**9))["results"] == []
