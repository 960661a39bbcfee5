"""Book: a branch's log while it is written. Events are staged and folded at once, and committed together."""

from __future__ import annotations

from collections import deque
from contextlib import suppress

from workbench.criteria.expressions import weigh
from workbench.errors import DiskFull, StoreError
from workbench.events import Body, By, Criterion, CriterionJudged, Event, RunStarted, ToolCalled
from workbench.events.messages import Delta
from workbench.events.text import clean
from workbench.run.consequences import expressed, judged
from workbench.run.ports import Log, Ports, Watcher
from workbench.state import State, apply, as_edited
from workbench.state.snapshot import FORM, freeze

_RECENT = 512
_PAGE = 64
_FIRST_SNAPSHOT = 512


class Book:
    """The only thing that appends to a branch. Where the disk is full, what is staged waits until there is room.

    Attributes:
        state: the state after the last committed event.
        next: the state after the last staged one.
        durable: what is staged must survive a power cut.
        trouble: why nothing can be recorded at the moment, "" where it can.
        watchers: who is told of every commit, and of what is not recorded.
    """

    def __init__(self, log: Log, ports: Ports, state: State) -> None:
        self.state = self.next = state
        self.durable = False
        self.trouble = ""
        self.watchers: list[Watcher] = []
        self._log, self._clock, self._branch = log, ports.clock, log.number
        self._criteria: tuple[Criterion, ...] = () if state.started is None else state.started.criteria
        self._staged: list[Event] = []
        self._recent: deque[Event] = deque(maxlen=_RECENT)
        self._page: dict[int, Event] = {}
        self._snapshot_at = max(_FIRST_SNAPSHOT, state.seq + state.seq // 8)

    def event(self, seq: int) -> Event:
        """The event at `seq` of this branch or its parents, staged ones included."""
        for events in (self._staged, self._recent):
            if events and events[0].seq <= seq <= events[-1].seq:
                return events[seq - events[-1].seq - 1]
        event = self._page.get(seq)
        if event is None:
            # Old events are mostly asked for one after the other, so a page of them is read at once.
            self._page = {event.seq: event for event in self._log.events(seq - 1, seq - 1 + _PAGE)}
            event = self._page.get(seq) or self._log.get(seq)
        return event

    def told(self, seq: int) -> Event:
        """The event at `seq` as the edits of the run let it read."""
        edits = self.next.edits.get(seq)
        return as_edited(self.event(seq), edits) if edits else self.event(seq)

    def record(self, body: Body, *, actor: str = "", by: By = "engine") -> None:
        """Stage and commit one event, and what follows from it by rule."""
        self.stage(body, actor, by)
        self.commit()

    def begin(self, started: RunStarted, *, by: By) -> None:
        """Record the start of the run."""
        self._criteria = started.criteria
        self.record(started, by=by)

    def stage(self, body: Body, actor: str, by: By) -> None:
        """Fold an event into the next state, with the verdicts that it changes."""
        state, at = self.next, self._clock()
        event = Event(self._branch, state.seq + 1, at if at > state.at else state.at, by, actor, body)
        state = self.next = apply(state, event)
        self._staged.append(event)
        if type(body) is ToolCalled and body.effect == "effect":
            self.durable = True
        if self._criteria and not isinstance(body, CriterionJudged):
            self._judge(state, event)

    def _judge(self, state: State, event: Event) -> None:
        """Stage the verdicts that `event`, which led to `state`, changes."""
        actor = event.actor
        for verdict in judged(state, event, self.told):
            self.stage(verdict, actor, "rule")
        for criterion in expressed(self.next) if actor else ():
            changed = weigh(criterion, self.next, event, self.told)
            if changed is not None:
                self.stage(changed, actor, "rule")

    def commit(self) -> None:
        """Make what is staged last, then show it.

        Raises:
            DiskFull: nothing was written; it stays staged and is tried again.
        """
        if not self._staged:
            return
        events = self._staged
        try:
            self._log.append(events, durable=self.durable)
        except DiskFull as full:
            self.trouble = str(full)
            raise
        self.trouble, self.durable = "", False
        self._recent.extend(events)
        self._staged, self.state = [], self.next
        for watcher in self.watchers:
            watcher.recorded(events)
        if self.state.seq >= self._snapshot_at:
            self._snapshot_at = self.state.seq + max(_FIRST_SNAPSHOT, self.state.seq // 8)
            with suppress(StoreError):  # a cache: where it cannot be kept, nothing is lost
                self._log.put_snapshot(self.state.seq, FORM, freeze(self.state))

    def streamed(self, call: str, delta: Delta) -> None:
        """Show a provisional piece of an answer."""
        for watcher in self.watchers:
            watcher.streamed(call, delta)

    def progressed(self, call: str, words: str) -> None:
        """Show how far a tool is."""
        words = clean(words)
        for watcher in self.watchers:
            watcher.progressed(call, words)

    def draft(self, call: str, text: str) -> None:
        """Keep what came of an answer beside the log, for the case that the process ends."""
        with suppress(StoreError):  # a comfort: the answer itself must not fail for it
            self._log.put_draft(call, text, self._clock())
