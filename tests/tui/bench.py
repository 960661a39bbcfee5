"""A workspace in a fresh folder with sessions recorded at fixed times, and the app on a desk over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from workbench.cli.desk import HouseDesk, ScenarioRow
from workbench.cli.house import House
from workbench.cli.starting import Wishes, starting
from workbench.debugger.session import Session, summary_of
from workbench.events import RunStarted
from workbench.events.messages import Toolbox, ToolOutcome
from workbench.run import Run
from workbench.store import Store
from workbench.tui.app import WorkbenchApp
from workbench.tui.session.screen import SessionScreen

EPOCH = 1_795_000_000.0
"""When everything recorded here began."""


class Clock:
    """Goes on by `by` seconds whenever it is asked."""

    def __init__(self, start: float = EPOCH, by: float = 0.25) -> None:
        self.now, self._by = start, by

    def __call__(self) -> float:
        self.now += self._by
        return self.now


class Endless:
    """A toolbox one of whose tools, once begun, never comes back."""

    def __init__(self, inner: Toolbox, name: str) -> None:
        self._inner, self._name = inner, name
        self.begun = asyncio.Event()

    async def call(self, name: str, arguments: str, context: Any) -> ToolOutcome:
        if name == self._name:
            self.begun.set()
            await asyncio.Event().wait()
        return await self._inner.call(name, arguments, context)


class QuietDesk(HouseDesk):
    """A desk that asks no provider. `listed`: the scenarios to list in place of those that are there."""

    listed: Sequence[ScenarioRow] = ()

    def scenarios(self) -> Sequence[ScenarioRow]:
        return self.listed or super().scenarios()

    async def providers(self) -> str:
        return "no provider is reachable; scripted scenarios need none"


class Bench:
    """What a test works on."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.house = House(str(folder))
        Store.open(self.house.workspace.database).close()  # so that no demo session is laid in
        self.desk = QuietDesk(self.house)

    def app(self, **options: str | None) -> WorkbenchApp:
        """The app, its clock an hour after everything was recorded."""
        return WorkbenchApp(self.desk, clock=lambda: EPOCH + 3600, **options)  # pyright: ignore[reportArgumentType]

    def started(self, scenario: str) -> RunStarted:
        """The start of a scenario's run as the app makes it."""
        return starting(self.house, Wishes(scenario, at_cap="pause"))

    async def record(
        self,
        started: RunStarted | str,
        *modes: str,
        id: str = "recorded",
        dies_in: str = "",
    ) -> str:
        """A session that was driven once for each mode, at fixed times; its id.

        With `dies_in`, it then runs until that tool is under way, and its process ends there.
        """
        start = self.started(started) if isinstance(started, str) else started
        store = self.house.store
        agent = start.actors[0]
        row = store.create_session(start.title, created=EPOCH, id=id, model=agent.model, persona=agent.name)
        log = store.write(row.head, process="pid 1")
        tools = Endless(self.house.tools, dies_in)
        ports = replace(self.house.ports(row.id), tools=tools, clock=Clock(), monotonic=Clock(0.0))
        run = Run.start(log, ports, start)
        for mode in modes:
            run.release(mode)  # pyright: ignore[reportArgumentType]
            await run.drive()
        if dies_in:
            run.release("run")
            driving = asyncio.create_task(run.drive())
            await tools.begun.wait()
            driving.cancel()
            await asyncio.wait([driving])
        log.close()
        said = summary_of(run.state)
        store.update_session(row.id, status=said.status, outcome=said.outcome, cost=said.cost, updated=said.at)
        return row.id

    def close(self) -> None:
        """Let go of the files."""
        self.house.close()


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """Let the app work until `true`; the test's own time limit is the only one."""
    while not true():
        assert pilot.app.is_running, "the app has ended"
        await pilot.pause()


async def opened(pilot: Pilot[int]) -> Session:
    """Wait for the session on the screen, and for all its steps."""
    screen = pilot.app.screen

    def ready() -> bool:
        nonlocal screen
        screen = pilot.app.screen
        return isinstance(screen, SessionScreen) and screen.session is not None and not screen.session.read_steps(0)

    await until(pilot, ready)
    assert isinstance(screen, SessionScreen)
    assert screen.session is not None
    await pilot.pause()
    return screen.session


async def still(pilot: Pilot[int], session: Session) -> None:
    """Wait until the run stands still and is drawn."""
    await until(pilot, lambda: not session.driving)
    await session.settled()
    await pilot.pause()


def screen_text(pilot: Pilot[int]) -> str:
    """All that is on the screen, as lines."""
    width, height = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.ljust(width) for strip in strips[:height])


async def keys(pilot: Pilot[int], session: Session, pressed: Sequence[str]) -> None:
    """Press each key and wait until what it set going stands still."""
    for key in pressed:
        await pilot.press(key)
        await still(pilot, session)
