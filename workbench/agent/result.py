"""What came of an agent's run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Generic, Literal

from typing_extensions import TypeVar

from workbench.agent.steps import AgentStep, Steps, ToolUse, tool_uses
from workbench.budget import spent
from workbench.errors import WorkbenchError
from workbench.events import Event, Outcome
from workbench.events.messages import Message
from workbench.state import Meters, State
from workbench.state.telling import Telling

Output = TypeVar("Output", default=str)


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """Where a criterion stands. `met` None: only the agent says so; `words` show it, in event `seq`.

    `unknown` is why its check could not say, where it failed; `words` and `seq` are then what it last said.
    """

    name: str
    kind: Literal["required", "condition", "indicator"]
    met: bool | None
    words: str = ""
    seq: int | None = None
    unknown: str = ""


class RunReport:
    """A run as it stands, told from its log.

    Attributes:
        session: the id by which the app and the command line find it; `memory-N` where it is kept nowhere.
        outcome: `completed`, `criteria_unmet`, `budget`, `error`, `stopped`; None while it is held.
        reason: why it ended so, or why it is held, in words.
    """

    def __init__(self, session: str, state: State, read: Callable[[], Iterable[Event]]) -> None:
        self.session, self._state, self._read = session, state, read
        ended, held = state.ended, state.held
        self.outcome: Outcome | None = ended.outcome if ended else None
        self.reason = ended.reason if ended else held.reason if held else ""

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event of the run up to this report."""
        return tuple(event for event in self._read() if event.seq <= self._state.seq)

    @cached_property
    def messages(self) -> list[Message]:
        """What was said, as the model was told it and answered, the system prompt left out."""
        log = self._state.actors[self._state.agent].log
        told = {event.seq: event for event in self.events}
        return list(Telling(log, told.__getitem__, [], {}))

    @property
    def usage(self) -> Meters:
        """Requests, iterations, tool calls and tokens."""
        return self._state.meters

    @property
    def cost(self) -> Decimal | None:
        """US dollars; None where a price is unknown."""
        return spent(self._state.meters, "cost")

    @cached_property
    def steps(self) -> list[AgentStep]:
        """Every phase in its order."""
        return Steps(self._state.agent).of(self.events)

    @property
    def all_tool_calls(self) -> list[ToolUse]:
        """Every call of a tool with its result."""
        return tool_uses(self.steps)

    @property
    def criteria(self) -> list[CriterionResult]:
        """Each criterion and where it stands."""
        results: list[CriterionResult] = []
        for one in self._state.started.criteria if self._state.started else ():
            verdict = self._state.verdicts.get(one.name)
            if verdict is None:
                results.append(CriterionResult(one.name, one.kind, False))
            else:
                unknown = verdict.reason if verdict.unsure else ""
                results.append(CriterionResult(one.name, one.kind, verdict.met, verdict.words, verdict.seq, unknown))
        return results


class AgentResult(RunReport, Generic[Output]):
    """A run that came to an output."""

    def __init__(self, output: Output, session: str, state: State, read: Callable[[], Iterable[Event]]) -> None:
        super().__init__(session, state, read)
        self.output = output

    def __repr__(self) -> str:
        return f"AgentResult(output={self.output!r}, outcome={self.outcome!r}, session={self.session!r})"


class NoOutput(WorkbenchError):
    """A run came to no output: a budget, a failure, `stop()`, a refused prompt, or a hold that waits for a person.

    Attributes:
        report: the run as it stands; its session goes on from there.
    """

    def __init__(self, report: RunReport) -> None:
        held = "it is held" if report.outcome is None else report.outcome
        super().__init__(f"the run came to no output: {held}: {report.reason or 'no reason is given'}")
        self.report = report
