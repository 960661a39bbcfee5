"""Usage and cost, added up over any number of runs."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import reduce

from workbench.agent.result import RunReport
from workbench.budget import spent
from workbench.state import Meters


class UsageSession:
    """Adds up what runs used. A session that goes on counts once, as it stands in the newest report of it.

    Attributes:
        name: what it is called where it is shown.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._used: dict[str, Meters] = {}

    def add(self, report: RunReport) -> None:
        """Take a run into account: an `AgentResult`, or the report of a run that came to none."""
        self._used[report.session] = report.usage

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions that were added."""
        return tuple(self._used)

    @property
    def total(self) -> Meters:
        """What all of them used together."""
        return reduce(_together, self._used.values(), Meters())

    @property
    def cost(self) -> Decimal | None:
        """US dollars; None where the price of any answer is unknown."""
        return spent(self.total, "cost")

    def __str__(self) -> str:
        total, cost = self.total, self.cost
        dollars = "?" if cost is None else f"{cost:f}"
        head = f"{self.name}: " if self.name else ""
        return (
            f"{head}{len(self._used)} sessions, {total.requests} requests, {total.input_tokens} tokens in, "
            f"{total.output_tokens} out, {total.tool_calls} tool calls, ${dollars}"
        )


def _together(one: Meters, other: Meters) -> Meters:
    sums = {name: getattr(one, name) + getattr(other, name) for name in Meters.__struct_fields__ if name != "by_tool"}
    return Meters(**sums, by_tool=dict(Counter(one.by_tool) + Counter(other.by_tool)))
