"""The house put together: runs begun in a workspace, sessions opened, forked and kept in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from workbench.cli.parts import Parts
from workbench.cli.spending import under_day
from workbench.debugger.keeping import Keeper
from workbench.errors import DiskFull, NotWriter, ReadOnly, StoreError
from workbench.workspace.place import MARK

if TYPE_CHECKING:
    from workbench.debugger.person import Person
    from workbench.debugger.session import Session
    from workbench.debugger.summary import Summary
    from workbench.events import Event, RunStarted
    from workbench.events.messages import ModelRequest
    from workbench.events.wire import Wire
    from workbench.gates import Breakpoint, Breakpoints
    from workbench.run import Ports, Run
    from workbench.store.catalog import BranchRow
    from workbench.store.log import BranchLog, BranchReader


class House(Parts):
    """The parts put together: sessions begun, opened and forked on them."""

    def __init__(self, named: str | None) -> None:
        super().__init__(named)
        self._watched: dict[str, list[str]] = {}
        self._breaks: Breakpoints | None = None
        self._kept: list[Breakpoint] = []

    # -- beginning --------------------------------------------------------------------------------------------

    def begin(self, started: RunStarted, *, tags: Sequence[str] = ()) -> Session:
        """A new session with `started` as its first event. Nothing is driven."""
        from time import time

        from workbench.debugger.person import Person
        from workbench.gates import breaking
        from workbench.run import Run

        started = self.bounded(started)
        breakpoints = self._breakpoints()
        agent = next((spec for spec in started.actors if spec.role == "agent"), started.actors[0])
        persona = agent.persona.name if agent.persona else ""
        row = self.store.create_session(started.title, created=time(), tags=tags, model=agent.model, persona=persona)
        branch = self.store.branch(row.head)
        person = Person()
        log = self.write(branch)
        try:
            gates = breaking(breakpoints)
            run = Run.start(log, self.ports(row.id, person), started, gates=gates)
            if started.mode == "step":
                run.approach()
        except BaseException:
            log.close()
            with suppress(StoreError):  # an empty session is less to say than what went wrong
                self.store.remove(row.id)
            raise
        return self._session(branch, row.title, log, person, breakpoints, run=run)

    def bounded(self, started: RunStarted) -> RunStarted:
        """The start of a run under the caps of the workspace's day, too."""
        return under_day(started, self.workspace.settings(), self.workspace.root / MARK, self.price)

    # -- opening ----------------------------------------------------------------------------------------------

    def open(self, ref: str, *, write: bool = True, must: bool = False) -> Session:
        """Open a branch: as its writer where nobody else is and there is room, else to read and follow.

        `must`: as its writer or not at all, and what is in the way is raised.
        """
        from workbench.debugger.person import Person
        from workbench.gates import breaking
        from workbench.run import Run

        place, breakpoints = self.store.place(ref), self._breakpoints()
        branch, title, person = place.branch, place.session.title, Person()
        log, run, other, sealed = None, None, "", ""
        if write:
            try:
                log = self.write(branch)
            except (NotWriter, DiskFull) as reason:
                if must:
                    raise
                sealed, other = (str(reason), "") if isinstance(reason, ReadOnly | DiskFull) else ("", str(reason))
        if log is not None:
            try:
                run = Run.open(log, self.ports(branch.session, person), gates=breaking(breakpoints))
            except BaseException:
                log.close()
                raise
        reader = self.store.read(branch.id) if log is None else log
        session = self._session(branch, title, reader, person, breakpoints, run=run, other=other, sealed=sealed)
        if place.seq is not None:
            session.look(place.seq)
        return session

    def fork(self, branch: BranchRow, seq: int, *, name: str | None = None) -> Session:
        """A new branch of the same session that leaves `branch` after `seq`, held."""
        from time import time

        from workbench.debugger.person import Person
        from workbench.gates import breaking
        from workbench.run import Run

        row = self.store.create_branch(branch.session, branch.id, seq, created=time(), name=name)
        log = self.write(row)
        person = Person()
        ports = self.ports(branch.session, person)
        later = self.store.read(branch.id)
        breakpoints = self._breakpoints()
        run = Run.fork(log, ports, parent=branch.id, parent_seq=seq, later=later, gates=breaking(breakpoints))
        return self._session(row, self.store.session(branch.session).title, log, person, breakpoints, run=run)

    def _breakpoints(self) -> Breakpoints:
        """The workspace's breakpoints, for one session: all that are open here share one set, as the file has it."""
        from workbench.gates import Breakpoints
        from workbench.workspace.breakpoints import load

        kept = load(self.workspace)
        if self._breaks is None or kept != self._kept:
            self._breaks = Breakpoints() if self._breaks is None else self._breaks
            self._breaks.take(kept)
            self._kept = kept
        return Breakpoints(self._breaks)

    def keep(self, kept: list[Breakpoint]) -> None:
        """Keep these breakpoints in the workspace."""
        from workbench.workspace.breakpoints import save

        save(self.workspace, kept)
        self._kept = kept

    def write(self, branch: BranchRow) -> BranchLog:
        """The branch, to be written by this process.

        Raises:
            NotWriter: another one writes it.
        """
        return self.store.write(branch.id, process=f"pid {os.getpid()}")

    def _session(
        self,
        branch: BranchRow,
        title: str,
        log: BranchReader,
        person: Person,
        breakpoints: Breakpoints,
        *,
        run: Run | None = None,
        other: str = "",
        sealed: str = "",
    ) -> Session:
        from workbench.debugger.session import Session
        from workbench.debugger.summary import Identity
        from workbench.debugger.watching import Watches

        return Session(
            Identity(branch.session, branch.name, title),
            log,
            BranchKeeper(self, branch, log, person),
            run=run,
            other=other,
            sealed=sealed,
            person=person,
            breakpoints=breakpoints,
            watches=Watches(self._watched.setdefault(branch.session, [])),
            fork=partial(self.fork, branch),
        )


class BranchKeeper(Keeper):
    """The house as it keeps the session of one branch, which `log` reads or writes."""

    def __init__(self, house: House, branch: BranchRow, log: BranchReader, person: Person | None = None) -> None:
        """`person` answers for the model `human`."""
        self._house, self._branch, self._person = house, branch, person
        self._logs = [log]
        self._is_head = house.store.session(branch.session).head == branch.id
        self.rebuild = self._rebuilt

    def changed(self) -> bool:
        return self._logs[0].changed()

    def listen(self, run: Run) -> None:
        from workbench.cli.listening import listen

        listen(run, self._branch, self._house.telemetry, self._house.store)

    def summarise(self, summary: Summary) -> None:
        """A session stands as its head does; of another branch, the list only says when it went on."""
        store, session = self._house.store, self._branch.session
        with suppress(DiskFull):  # the list says it when there is room again; the log is what counts
            if not self._is_head:
                store.update_session(session, touched=summary.at)
                return
            store.update_session(
                session,
                status=summary.status,
                outcome=summary.outcome,
                cost=summary.cost,
                model=summary.model,
                persona=summary.persona,
                touched=summary.at,
            )

    def keep_breakpoints(self, kept: list[Breakpoint]) -> None:
        self._house.keep(kept)

    def take_over(self) -> tuple[BranchLog, Ports]:
        log = self._house.write(self._branch)
        self._logs.append(log)
        return log, self._house.ports(self._branch.session, self._person)

    def close(self) -> None:
        from workbench.store.log import BranchLog

        for log in self._logs:
            if isinstance(log, BranchLog):
                log.close()

    def _rebuilt(self, name: str, request: ModelRequest, wire: Wire) -> dict[str, Any]:
        from workbench.models.rebuilding import rebuilt

        return rebuilt(name, request, wire, self._house.providers)


def events_of(house: House, ref: str) -> list[Event]:
    """Every event of the branch that `ref` names, its parents' included."""
    place = house.store.place(ref)
    return list(house.store.read(place.branch.id).events(0, place.seq))
