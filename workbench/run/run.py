"""Run: the only writer of a branch. How one begins, is opened or forked, and what people can do to it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.budget import check_limit
from workbench.decide import decide, replaceable
from workbench.errors import Impossible, UsedWrongly
from workbench.events import (
    ActorSpec,
    By,
    CallFailed,
    Choice,
    DifferenceRuled,
    Event,
    Follow,
    Forked,
    LimitSet,
    Live,
    Media,
    Mode,
    ModelAnswered,
    Noted,
    Outcome,
    Recast,
    Released,
    ReplayBegan,
    Reverted,
    Ruling,
    RunEnded,
    RunStarted,
    Said,
    Settled,
    StandIn,
    ToolReturned,
    WaitEnded,
)
from workbench.gates import GATES, Deed, Gate, first_hold
from workbench.run.differences import Difference
from workbench.run.driving import Driving
from workbench.run.editable import EditedField, edit_of, reversal_of
from workbench.run.inheritance import ABOUT_EFFECTS, adopted, undone
from workbench.run.ports import Log, Ports, Reader
from workbench.run.unfold import require_start, state_at
from workbench.state import (
    CallModel,
    State,
    Wait,
)

DIVERGED = "diverged"
"""The error with which a replay ends that a person, or a command without one, stops at a difference."""


class Run(Driving):
    """A branch that is being written.

    Everything that happens is recorded before it is shown; where the disk is full, `trouble` says so and nothing is
    lost.
    """

    @classmethod
    def start(
        cls, log: Log, ports: Ports, started: RunStarted, *, by: By = "human", gates: Sequence[Gate] = GATES
    ) -> Run:
        """Begin an empty branch with `started` as its first event."""
        run = cls(log, ports, state=State(branch=log.number), gates=gates)
        run._book.begin(started, by=by)
        return run

    @classmethod
    def open(cls, log: Log, ports: Ports, *, gates: Sequence[Gate] = GATES) -> Run:
        """Take over a branch as it stands; calls that were under way are now in doubt. Drives nothing."""
        run = cls(log, ports, state=state_at(log), gates=gates)
        require_start(run.state)
        run._doubt_orphans()
        return run

    @classmethod
    def fork(
        cls,
        log: Log,
        ports: Ports,
        *,
        parent: int,
        parent_seq: int,
        later: Sequence[Event] | Reader,
        gates: Sequence[Gate] = GATES,
        by: By = "human",
    ) -> Run:
        """Begin a new branch that leaves `parent` after `parent_seq`, held.

        `later`: what the parent did after that; of a reader of the parent no more is read than matters.
        """
        state = state_at(log)
        require_start(state)
        run = cls(log, ports, state=state, gates=gates)
        effects = later if isinstance(later, Sequence) else later.events_of(*ABOUT_EFFECTS, after=parent_seq)
        facts = adopted(state, later if isinstance(later, Sequence) else later.events(parent_seq))
        run._book.stage(Forked(parent=parent, parent_seq=parent_seq, undone=undone(effects)), "", by)
        for fact in facts:
            run._book.stage(fact.body, fact.actor, "rule")
        if run._book.next.under_way:
            run._book.stage(run._taking_over(), "", "engine")
        run._book.commit()
        return run

    def release(self, mode: Mode = "run", *, grant: str | None = None, by: By = "human") -> None:
        """Let a held or ended run go on in `mode`. `grant` names the command that may pass; by default the held one."""
        self._pausing = False
        self._book.record(Released(mode=mode, grant=self._shown() if grant is None else grant), by=by)

    def _shown(self) -> str:
        """The key of the command that a release without a name lets pass: only one that nothing else would hold.

        A person has seen what the hold says. A pause or a fork says nothing of the gates behind it.
        """
        held = self._book.next.held
        if held is not None and held.command and held.gate != "pause":
            return held.command
        offered = decide(self._book.next)
        hold = first_hold(self._gates, self._book.next, offered[0]) if offered else None
        asked = isinstance(hold, Deed) or (hold is not None and hold.gate != "step")
        return offered[0].key if offered and not asked else ""

    def say(self, text: str, *, actor: str = "", by: By = "human", media: tuple[Media, ...] = ()) -> None:
        """Speak to an actor (the agent, where none is named); it is heard when the actor is done with what it is at.

        Where the run stands still for a question, and nobody else is named, this is the answer.
        """
        question, state = self.question, self._book.next
        if question is not None and question.call is not None and actor in ("", question.call.partition(".")[0]):
            self.stand_in(ToolReturned(call=question.call, content=text, media=media), mode=state.mode, by=by)
            return
        self._book.record(Said(text=text, media=media), actor=actor or state.agent, by=by)

    def note(self, text: str, *, role: str = "note", by: By = "rule") -> None:
        """Put on record what no model is told."""
        self._book.record(Noted(text=text, role=role), by=by)

    def limit(
        self, name: str, limit: str | None, *, at: Follow | None = None, model: str | None = None, by: By = "human"
    ) -> None:
        """Change a cap; None lifts it. `at` says what follows when it is reached; without it that stays as it was.

        Args:
            model: `provider:model` that goes on, where that is `degrade`; its price is frozen now.

        Raises:
            UsedWrongly: there is no such cap, the limit is no number, or `degrade` lacks its model.
        """
        check_limit(name, limit, self._book.next.actors)
        if (at == "degrade") != (model is not None):
            raise UsedWrongly("degrade, and nothing else, names the model that goes on")
        to = None if model is None else StandIn(model=model, price=self._ports.price(model))
        self._book.record(LimitSet(name=name, limit=limit, at=at, to=to), by=by)
        self._tally()

    def settle(self, call: str, ruling: Ruling, result: str = "", *, by: By = "human") -> None:
        """Rule on a call in doubt (`ran`, `not_run`, `again`, `leave`), or on a partial answer (`accept`, `discard`).

        Raises:
            Impossible: no call of that id is in doubt, or was broken off.
        """
        if ruling in ("accept", "discard"):
            self._rule_on_partial(call, ruling, by)
            return
        doubtful = [want.call for want in self._book.next.doubtful]
        if call not in doubtful:
            there = f"in doubt: {', '.join(doubtful)}" if doubtful else "no call is"
            raise Impossible(f"call {call!r} is not in doubt; {there}")
        actor = call.partition(".")[0]
        self._book.durable = True
        self._book.stage(Settled(call=call, ruling=ruling), actor, by)
        if ruling == "ran":
            self._book.stage(ToolReturned(call=call, content=result), actor, by)
        elif ruling == "not_run":
            failed = CallFailed(call=call, error="not_run", message="this call did not happen")
            self._book.stage(failed, actor, by)
        self._book.commit()

    def replay(self, source: int, upto: int, live: Live, *, by: By = "human") -> None:
        """From here on this is a replay of the branch `source` up to its event `upto`, with one side `live`."""
        self._book.record(ReplayBegan(source=source, upto=upto, live=live), by=by)
        assert self.state.replay is not None
        self._replay(self.state.replay)

    def choose(self, choice: Choice, *, by: By = "human") -> None:
        """Say how a replay goes on that is held where its recording differs, or has no more (see `Choice`).

        Raises:
            Impossible: it is not held there, or nothing was recorded that could be used.
        """
        state, held, found = self._book.next, self.apart, self.difference
        if held is None:
            raise Impossible("no replay is held here, so there is no difference to choose about")
        if choice == "recorded" and (found is None or not found.usable):
            raise Impossible(
                "nothing was recorded in this place: live goes on without the recording, approve makes this one call, "
                "stop ends the replay"
            )
        recorded, now = ("", "") if found is None else found.sides
        leaf, change = ("", 0) if found is None else (found.leaf, found.change)
        ruled = DifferenceRuled(choice=choice, call=held.command, change=change, leaf=leaf, recorded=recorded, now=now)
        self._book.stage(ruled, "", by)
        if choice == "stop":
            reason = "the recording ends here" if found is None else f"the replay {found}"
            error = None if found is None else DIVERGED
            self._book.stage(RunEnded(outcome="stopped", reason=reason, error=error), "", by)
        else:
            mode, grant = ("step", held.command) if choice == "once" and not change else (state.mode, "")
            self._book.stage(Released(mode=mode, grant=grant), "", by)
        self._pausing = False
        self._book.commit()

    def rule_on_check(self, choice: Choice, target: int, found: Difference, *, by: By = "human") -> None:
        """Say how a check of a recording goes on at its event `target`, which the rules do not give.

        `recorded` goes on record here, for every later check of this branch; `live` on a fork that begins before it.
        """
        recorded, now = found.sides
        ruled = DifferenceRuled(choice=choice, target=target, leaf=found.leaf, recorded=recorded, now=now)
        self._book.record(ruled, by=by)
        if choice == "live":
            assert self.state.replay is not None
            self._replay(self.state.replay)

    def _rule_on_partial(self, call: str, ruling: Ruling, by: By) -> None:
        broken_off = {one.partial.call: name for name, one in self._book.next.actors.items() if one.partial is not None}
        if call not in broken_off:
            there = ", ".join(broken_off)
            raise Impossible(f"{call!r} is no partial answer; " + (f"{there} is one" if there else "there is none"))
        self._effects.forget()
        self._book.record(Settled(call=call, ruling=ruling), actor=broken_off[call], by=by)

    def change(self, target: int, field: EditedField, value: str, *, call: str = "", by: By = "human") -> None:
        """Let event `target` say something else from here on. Nothing here asks whether somebody was told it already.

        Raises:
            Impossible: the event has no such field, or it would be as it was.
        """
        event = self.told(target)
        edited = edit_of(event, field, value, call)
        if edited is None:
            raise Impossible(f"event {target} is {event.body.kind} and has no {field} to edit")
        if edited.was == value:
            raise Impossible("nothing was changed")
        self._effects.forget()
        self._book.record(edited, actor=event.actor, by=by)

    def revert(self, edit: int, *, by: By = "human") -> None:
        """Take back the edit that event `edit` made, or tell again what the cut that it is left out.

        Raises:
            Impossible: no such edit or cut holds.
        """
        for target, edits in self._book.next.edits.items():
            event = self.event(target)
            reverted = reversal_of(event, edits, edit)
            if reverted is not None:
                self._effects.forget()
                self._book.record(reverted, actor=event.actor, by=by)
                return
        for actor in self._book.next.actors.values():
            if any(cut.seq == edit for cut in actor.cuts):
                later = next((cut.seq for cut in actor.cuts if edit in cut.refs), None)
                if later is not None:
                    raise Impossible(f"the cut of event {later} goes over that of event {edit}: revert {later} first")
                if actor.asking is not None or actor.summing is not None:
                    raise Impossible(f"{actor.name} is being asked with that history cut: pause first")
                self._effects.forget()
                self._book.record(Reverted(edit=edit), actor=actor.name, by=by)
                return
        raise Impossible(f"event {edit} is no edit that holds")

    def recast(self, spec: ActorSpec, *, by: By = "human", reverts: int | None = None) -> None:
        """From here on, the actor of that name is this one. `reverts`: it takes back what that event made of it."""
        self._effects.forget()
        was = self._book.next.specs[spec.name]
        changed = tuple([name for name in type(spec).model_fields if getattr(was, name) != getattr(spec, name)])
        self._book.record(Recast(spec=spec, changed=changed, reverts=reverts), actor=spec.name, by=by)

    def stand_in(
        self, fact: ModelAnswered | ToolReturned | CallFailed, *, mode: Mode = "step", by: By = "human"
    ) -> None:
        """Give the fact of a command that could be performed now, in the place of the model or the tool.

        `mode`: how the run goes on after it.

        Raises:
            Impossible: nothing with that call id could be performed now.
        """
        for command in replaceable(self._book.next):
            if command.call == fact.call and isinstance(command, CallModel) == isinstance(fact, ModelAnswered):
                self._skip_wait(command.call, by)
                self._book.stage(Released(mode=mode, grant=command.key), "", by)
                self._book.stage(command.intent(), command.actor, by)
                self._book.stage(fact, command.actor, by)
                self._book.commit()
                return
        raise Impossible(f"call {fact.call!r} does not wait to be made")

    def _skip_wait(self, call: str, by: By) -> None:
        """Nobody waits before a model that is not asked after all."""
        for command in decide(self._book.next):
            if isinstance(command, Wait) and command.call == call:
                policy = self._book.next.specs[command.actor].retry
                self._book.stage(self._effects.waits.begun(command, policy), command.actor, "engine")
                self._book.stage(WaitEnded(call=call, how="skipped"), command.actor, by)

    def end(self, outcome: Outcome, reason: str = "", *, by: By = "engine") -> None:
        """Close the run; speaking to it or releasing it opens it again."""
        if self._book.next.ended is None:
            self._book.record(RunEnded(outcome=outcome, reason=reason), by=by)
