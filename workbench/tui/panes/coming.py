"""What is to come: the phases that stand behind the newest step, the held one first."""

from __future__ import annotations

from typing import NamedTuple

from workbench.state import Actor, State


class Coming(NamedTuple):
    """A phase without an event yet. `held`: the run stands before it. What lists show of a `Step`, it has, too."""

    label: str
    held: bool
    call: str = ""
    arguments: str = ""
    actor: str = ""

    standing = "to come"
    detail = ""
    last = 0

    @property
    def kind(self) -> str:
        """`call`, or what the phase is called."""
        return "call" if self.call else self.label


def coming(state: State) -> list[Coming]:
    """The phases that follow in `state`, as far as they are known."""
    if state.started is None or state.ended is not None:
        return []
    actor = next((actor for actor in state.actors.values() if actor.todo != "rest"), None)
    if actor is None:
        return []
    held = state.held is not None
    phases = _phases(actor)
    if held and phases:
        at = state.held.call if state.held is not None else None
        place = next((place for place, phase in enumerate(phases) if phase.call and phase.call == at), 0)
        doubted = any(want.call == at for want in state.doubtful)
        if not doubted:
            phases[place] = phases[place]._replace(held=True)
    return phases


def _phases(actor: Actor) -> list[Coming]:
    if actor.todo == "check":
        check = [] if actor.checking is not None else [Coming("check", False, actor=actor.name)]
        return [*check, Coming("output", False, actor=actor.name)]
    if actor.todo == "conclude":
        return [Coming("output", False, actor=actor.name)]
    if actor.todo == "think":
        under_way = actor.asking is not None
        think = [] if under_way else [Coming("think", False, actor=actor.name)]
        return [*think, Coming("output", False, actor=actor.name)]
    wanted = [
        Coming(want.tool, False, want.call, want.arguments, actor.name)
        for want in actor.wants
        if want.status == "wanted"
    ]
    return [*wanted, Coming("result", False, actor=actor.name), Coming("output", False, actor=actor.name)]
