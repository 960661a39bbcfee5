"""A replay on a stage: a fork of a recording that begins before its first model call, on a world of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tests.memory import Memory
from tests.playbook import Line, Stage, agent, says, wants
from workbench.events import Call, Event, Live, Served
from workbench.gates import GATES
from workbench.run import Run
from workbench.run.recorded import begins_at

ORDER = Call(name="lookup", arguments='{"order":"A-1"}')
OTHER = Call(name="lookup", arguments='{"order":"A-2"}')


class Replayed(Stage):
    """A fork of a recording that begins before its first model call, on a world of its own."""

    def __init__(
        self,
        events: Sequence[Event],
        live: Live,
        *lines: Line,
        lacks: Callable[[str], str] | None = None,
        **deeds: Any,
    ) -> None:
        at = begins_at(events)
        super().__init__(*lines, log=Memory(events[:at], number=2), **deeds)
        self.recorded = list(events)
        self.ports = replace(self.ports, recording=self._recording, lacks=lacks)
        self.run = Run.fork(self.log, self.ports, parent=1, parent_seq=at, later=events[at:], gates=GATES)
        self.run.replay(1, len(events), live)
        self.run.release("run")

    def _recording(self, branch: int, upto: int) -> list[Event]:
        assert branch == 1
        return self.recorded[:upto]

    @property
    def own(self) -> list[str]:
        """What was recorded since the replay began."""
        kinds = [event.body.kind for event in self.log.events()]
        return self.lines[kinds.index("replay_began") + 2 :]

    @property
    def served(self) -> list[tuple[str, str]]:
        """What was served, and from where."""
        return [(one.call, one.source) for event in self.log.events() if isinstance(one := event.body, Served)]

    @property
    def why(self) -> str:
        """The hold's reason."""
        held = self.run.state.held
        return held.reason if held is not None else ""

    async def drive(self) -> Replayed:
        await self.run.drive()
        return self


async def recorded(*lines: Line, actor: Any = None, said: Sequence[str] = ("go",), **deeds: Any) -> list[Event]:
    """A run to its end."""
    stage = Stage(*lines, **deeds)
    await stage.start(actor or agent(), lines=said).drive()
    return list(stage.log.events())


async def apart(live: Live) -> Replayed:
    """A replay that is held at a difference, with one more call and an answer behind it."""
    if live == "model":
        events = await recorded(wants(ORDER), wants("save"), "done")
        return await Replayed(events, "model", wants(OTHER), wants("save"), "done").drive()
    events = await recorded(wants(ORDER), wants("save"), "done")
    return await Replayed(events, "tools", "not asked", wants("save"), "live", lookup=says("lost")).drive()
