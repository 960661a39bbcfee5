"""Where an agent's runs are kept and what they need from the world: the one door from the Python API to the house.

This file is a second composition root beside `workbench.cli`; no other of this room knows store, models or tools.
"""

from __future__ import annotations

import atexit
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, Protocol, cast
from weakref import WeakValueDictionary

from workbench.agent.memory import MemoryLog
from workbench.debugger.keeping import Keeper
from workbench.errors import NotFound, NotWriter, UsedWrongly, WorkbenchError
from workbench.events import Event, Price, RunStarted, ToolSpec
from workbench.events.messages import Model, Toolbox, takes_schemas
from workbench.persona.schema import Persona
from workbench.run import Log, Ports, Run, state_at
from workbench.state import State
from workbench.tools.tool import ForeignTool, Tool

if TYPE_CHECKING:
    from workbench.cli.house import House
    from workbench.store.catalog import BranchRow
    from workbench.tools.function_tool import Declared

    _ = Declared  # the rest of this room names it through here

IN_MEMORY = "memory-"
"""Begins the ids of sessions that are kept nowhere."""


class Tools(Toolbox, Protocol):
    """A toolbox that can say what is in it."""

    @property
    def names(self) -> tuple[str, ...]: ...
    def specs(self, names: Iterable[str] | None = None) -> tuple[ToolSpec, ...]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """One session, opened to be written.

    Attributes:
        ports: the house's own; whoever runs an agent puts its tools and deps into them.
        read: the events so far, also once the session is closed.
        keeper: the workspace behind it; one that keeps nothing where the session is in memory only.
    """

    session: str
    log: Log
    ports: Ports
    read: Callable[[], Iterable[Event]]
    keeper: Keeper


class Place:
    """A workspace as an agent uses it; `keeps` tells whether its runs are sessions of that workspace."""

    def __init__(self, workspace: str | None, *, keeps: bool = True) -> None:
        self._workspace, self._keeps = workspace, keeps
        self._made = itertools.count(1)
        self._memory: WeakValueDictionary[str, MemoryLog] = WeakValueDictionary()

    @cached_property
    def house(self) -> House:
        """Everything behind the API, made when it is first needed."""
        from workbench.cli.house import House

        return House(self._workspace)

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        house = self.__dict__.pop("house", None)
        if house is not None:
            house.close()

    def model(self, name: str) -> Model:
        """The model behind `provider:model`."""
        return self.house.model(name)

    def check_model(self, name: str) -> None:
        """Refuse a name that nothing can be behind.

        Raises:
            NotFound, UsedWrongly: as for the command line.
        """
        self.house.check_model(name)

    def takes_schemas(self, model: Model | str) -> bool:
        """Whether the model's provider keeps answers to a JSON schema; False where the model cannot be had."""
        try:
            found = self.model(model) if isinstance(model, str) else model
        except WorkbenchError:
            return False
        return takes_schemas(found)

    def price(self, name: str) -> Price | None:
        """What `provider:model` costs; None where nobody knows."""
        return self.house.price(name)

    def let_check(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        """Let criteria ask these functions by their names."""
        for name, function in functions.items():
            self.house.checks.register(name, function)

    def persona(self, name: str) -> Persona:
        """The persona that goes by `name`, of the workspace or shipped."""
        from workbench.workspace.personas import load_persona

        return load_persona(self.house.workspace, name)

    def toolbox(self, tools: Sequence[str | Tool | ForeignTool | Callable[..., Any]], deps_type: object) -> Tools:
        """A toolbox of these tools only, for runs with `deps_type`; a name means one of the workspace's.

        Raises:
            NotFound: no tool goes by one of the names.
            UsedWrongly: two have the same name, a function's parameters cannot be those of a tool, or it takes the
                context of other deps.
        """
        from workbench.tools.function_tool import FunctionTool
        from workbench.tools.registry import Registry

        registry = Registry()
        for tool in tools:
            for known in self.house.tools.named(tool) if isinstance(tool, str) else (tool,):
                added = registry.add(known)
                if isinstance(added, FunctionTool):
                    added.must_fit(deps_type)
                    _ = added.spec  # parameters without a schema are told now, not when a run begins
        return registry

    def function_tool(self, function: Callable[..., Any], declared: Mapping[str, Any], *, context: bool) -> Tool:
        """The function as a tool that declares this of itself; `context`: its first parameter is the context.

        Raises:
            UsedWrongly: its name or its parameters cannot be those of a tool.
        """
        from workbench.tools.function_tool import FunctionTool

        return FunctionTool.of(function, context=context, **cast("Declared", declared))

    def bounded(self, started: RunStarted) -> RunStarted:
        """The start of a run under the caps of the workspace's day, too, where its use is counted there."""
        return self.house.bounded(started) if self._keeps else started

    def begin(self, started: RunStarted, tags: Sequence[str]) -> Kept:
        """A new, empty session for a run that begins with `started`."""
        if not self._keeps:
            return self._in_memory(f"{IN_MEMORY}{next(self._made)}", MemoryLog())
        agent = started.actors[0]
        persona = agent.persona.name if agent.persona else ""
        store = self.house.store
        row = store.create_session(started.title, created=time(), tags=tags, model=agent.model, persona=persona)
        return self._opened(store.branch(row.head))

    def open(self, session: str) -> Kept:
        """The session that goes by this id, opened as its writer.

        Raises:
            NotFound: there is none.
            NotWriter: somebody else writes it, another run of this program for example.
        """
        if not session.startswith(IN_MEMORY):
            return self._opened(self.house.store.place(session).branch)
        log = self._memory.get(session)
        if log is None:
            raise NotFound(f"session {session} was in memory only, and is gone with its last result")
        return self._in_memory(session, log)

    async def talk(self, shown: str | Live, commands: Sequence[str] | None) -> None:
        """The console on a session, or on a run of this program: with every verb where it is not under way."""
        from workbench.cli.debugging import talk
        from workbench.cli.desk import HouseDesk
        from workbench.debugger.session import Session
        from workbench.debugger.summary import Identity

        if isinstance(shown, str):
            await talk(HouseDesk(self.house), self.house.open(shown), commands, "commands")
            return
        run, state = shown.run, shown.run.state
        identity = Identity(shown.session, "main", state.started.title if state.started else "")
        if run.driving:
            session = Session(identity, _As(run, state.seq), other="this program", sealed=_INSIDE)
        else:
            session = Session(identity, _As(run), run=run)
        try:
            await talk(HouseDesk(self.house), session, commands, "commands")
        finally:
            if session.run is run:
                run.unwatch(session)  # the program goes on, and what it does is not the console's to tell

    def exported(self, events: Iterable[Event]) -> dict[str, Any]:
        """A run as one document of chat completions."""
        from workbench.exchange import export_openai

        return export_openai(events)

    def taken_in(self, document: object, tags: Sequence[str]) -> tuple[str, State, Callable[[], Iterable[Event]]]:
        """A new session that holds a conversation in chat-completions form: its id, how it stands, what reads it.

        Raises:
            UsedWrongly: it is none.
        """
        from workbench.exchange import take

        recording = take(document)
        if self._keeps:
            from workbench.cli.laying import lay

            session = lay(self.house.store, recording, tags=tags)
            reader = self.house.store.read(self.house.store.session(session).head)
            return session, state_at(reader), reader.events
        session, log = f"{IN_MEMORY}{next(self._made)}", MemoryLog()
        log.append(recording.own(log.number))
        self._memory[session] = log
        return session, state_at(log), log.events

    def _opened(self, branch: BranchRow) -> Kept:
        from workbench.cli.house import BranchKeeper

        house = self.house
        log, ports = house.write(branch), house.ports(branch.session)
        keeper = BranchKeeper(house, branch, log)
        return Kept(branch.session, log, ports, lambda: house.store.read(branch.id).events(), keeper)

    def _in_memory(self, session: str, log: MemoryLog) -> Kept:
        if log.written:
            raise NotWriter(f"{session} is being written by another run of this program: wait until that is closed")
        self._memory[session], log.written = log, True
        ports = replace(self.house.ports(session), tally=None)  # what is kept nowhere is counted with nothing else
        return Kept(session, log, ports, log.events, _Writer(log))


class Live(Protocol):
    """A run of this program."""

    @property
    def session(self) -> str: ...
    @property
    def run(self) -> Run: ...


_INSIDE = "the run is under way around this place: look at it here, and change it between two steps of agent.iter(...)"


class _As:
    """A run as a log to read; up to the event `last`, where it goes on meanwhile."""

    def __init__(self, run: Run, last: int | None = None) -> None:
        self._run, self._last = run, last

    @property
    def last_seq(self) -> int:
        return self._run.state.seq if self._last is None else self._last

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Event]:
        last = self.last_seq if upto is None else min(upto, self.last_seq)
        return map(self._run.event, range(after + 1, last + 1))

    def events_of(self, *kinds: str, after: int = 0) -> Iterator[Event]:
        return (event for event in self.events(after) if event.body.kind in kinds)

    def get(self, seq: int) -> Event:
        return self._run.event(seq)

    def snapshot(self, upto: int, version: str) -> tuple[int, bytes] | None:
        """It is folded from its start."""
        return None


class _Writer(Keeper):
    """What keeps a session in memory: only that one run at a time writes it."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def close(self) -> None:
        self._log.close()


_places: dict[tuple[str | None, bool], Place] = {}


def place_at(workspace: str | None, keeps: bool = True) -> Place:
    """The place for that workspace; agents of one process share its database."""
    return _places.setdefault((workspace, keeps), Place(workspace, keeps=keeps))


@atexit.register
def close_places() -> None:
    """Let go of every database; the end of the process does it, too. Agents open theirs again."""
    for place in _places.values():
        place.close()


def where(store: str | Path | None) -> Place:
    """The place that an agent's `store` names: a workspace folder, `""` for the one that the command line uses.

    None keeps nothing: personas, models and tools are still those of that workspace.

    Raises:
        UsedWrongly: there is no such folder.
    """
    if store is None:
        return place_at(None, keeps=False)
    if not store:
        return place_at(None)
    folder = os.path.abspath(os.path.expanduser(store))
    if not os.path.isdir(folder):
        raise UsedWrongly(f"store: there is no folder {folder}; 'workbench init {folder}' makes one")
    return place_at(folder)
