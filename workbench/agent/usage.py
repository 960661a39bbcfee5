"""Usage and cost, added up over any number of runs."""

from __future__ import annotations

from decimal import Decimal

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
        total = Meters(by_tool={})
        for used in self._used.values():
            total.requests += used.requests
            total.iterations += used.iterations
            total.tool_calls += used.tool_calls
            total.input_tokens += used.input_tokens
            total.output_tokens += used.output_tokens
            total.cost += used.cost
            total.unpriced += used.unpriced
            total.ms += used.ms
            total.estimated += used.estimated
            total.measured += used.measured
            for tool, calls in used.by_tool.items():
                total.by_tool[tool] = total.by_tool.get(tool, 0) + calls
        return total

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
