"""The house put together: runs begun in a workspace, sessions opened and forked in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workbench.cli.parts import Parts
from workbench.cli.spending import under_day
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
        log = self.store.write(branch.id, process=_process())
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

    def open(self, ref: str, *, write: bool = True) -> Session:
        """Open a branch: as its writer where nobody else is, else to read and follow."""
        from workbench.debugger.person import Person
        from workbench.gates import breaking
        from workbench.run import Run

        place, breakpoints = self.store.place(ref), self._breakpoints()
        branch, title, person = place.branch, place.session.title, Person()
        log, run, other, sealed = None, None, "", ""
        if write:
            try:
                log = self.store.write(branch.id, process=_process())
            except ReadOnly as reason:
                sealed = str(reason)
            except NotWriter as writer:
                other = str(writer)
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
        log = self.store.write(row.id, process=_process())
        person = Person()
        ports = self.ports(branch.session, person)
        later = self.store.read(branch.id).events(seq)
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

    def _keep(self, kept: list[Breakpoint]) -> None:
        from workbench.workspace.breakpoints import save

        save(self.workspace, kept)
        self._kept = kept

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
        from workbench.store.log import BranchLog

        written = [log] if isinstance(log, BranchLog) else []

        def take_over() -> tuple[BranchLog, Ports]:
            written.append(self.store.write(branch.id, process=_process()))
            return written[-1], self.ports(branch.session, person)

        def close() -> None:
            for one in written:
                one.close()

        return Session(
            Identity(branch.session, branch.name, title),
            log,
            run=run,
            other=other,
            sealed=sealed,
            person=person,
            changed_on_disk=log.changed,
            summarise=self.summariser(branch),
            take_over=take_over,
            fork=lambda seq: self.fork(branch, seq),
            breakpoints=breakpoints,
            keep=self._keep,
            watches=Watches(self._watched.setdefault(branch.session, [])),
            listen=self.listener(branch),
            rebuild=self._rebuild,
            close=close,
        )

    def listener(self, branch: BranchRow) -> Callable[[Run], None]:
        """What lets the telemetry and the log that were asked for follow a run of this branch."""
        from workbench.cli.listening import listen

        return lambda run: listen(run, branch, self.telemetry, self.store)

    def _rebuild(self, name: str, request: ModelRequest, wire: Wire) -> dict[str, Any]:
        from workbench.models.rebuilding import rebuilt

        return rebuilt(name, request, wire, self.providers)

    def summariser(self, branch: BranchRow) -> Callable[[Summary], None]:
        """What brings the list of sessions up to date: a session stands as its head does."""
        head = self.store.session(branch.session).head == branch.id

        def summarise(summary: Summary) -> None:
            with suppress(DiskFull):  # the list says it when there is room again; the log is what counts
                if not head:
                    self.store.update_session(branch.session, updated=summary.at)
                    return
                self.store.update_session(
                    branch.session,
                    status=summary.status,
                    outcome=summary.outcome,
                    cost=summary.cost,
                    model=summary.model,
                    persona=summary.persona,
                    updated=summary.at,
                )

        return summarise


def events_of(house: House, ref: str) -> list[Event]:
    """Every event of the branch that `ref` names, its parents' included."""
    place = house.store.place(ref)
    return list(house.store.read(place.branch.id).events(0, place.seq))


def _process() -> str:
    return f"pid {os.getpid()}"
