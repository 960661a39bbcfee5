"""Changes of an actor as a whole, its prompt above all: made by the rule of any edit, and taken back by it."""

from __future__ import annotations

import msgspec

from workbench.debugger.session import Session
from workbench.debugger.used import prompt_use
from workbench.errors import Impossible
from workbench.events import ActorSpec, Recast, RunStarted


class Cast(msgspec.Struct, frozen=True):
    """Event `seq`, by which a person made the actor `was` into `now`."""

    seq: int
    was: ActorSpec
    now: ActorSpec

    @property
    def fields(self) -> frozenset[str]:
        """What it changed of the actor."""
        return frozenset(name for name in ActorSpec.model_fields if getattr(self.was, name) != getattr(self.now, name))


def edit_prompt(session: Session, actor: str, system: str) -> Session:
    """Give an actor another system prompt; in a fork before its first request, where it was asked already."""
    run = session.writer()
    spec = run.state.specs[actor]
    if spec.system == system:
        raise Impossible("nothing was changed")
    used = prompt_use(session, actor)
    target = session if used is None else session.fork(used.forks_at)
    target.writer().recast(spec.model_copy(update={"system": system}))
    return target


def casts(session: Session) -> list[Cast]:
    """The changes of actors by a person that hold, in order."""
    specs: dict[str, ActorSpec] = {}
    holding: dict[int, Cast] = {}
    for event in session.events_of("run_started", "recast"):
        body = event.body
        if isinstance(body, RunStarted):
            specs |= {spec.name: spec for spec in body.actors}
        elif isinstance(body, Recast):
            if body.reverts is not None:
                holding.pop(body.reverts, None)
            elif event.by == "human" or body.changed:
                holding[event.seq] = Cast(event.seq, specs[body.spec.name], body.spec)
            specs[body.spec.name] = body.spec
    return list(holding.values())


def revert_cast(session: Session, cast: Cast) -> Session:
    """Take such a change back: in a fork, if the actor's model was asked since.

    Raises:
        Impossible: another one since then changed the same again.
    """
    name = cast.now.name
    for one in casts(session):
        if one.seq > cast.seq and one.now.name == name and one.fields & cast.fields:
            raise Impossible(f"event {one.seq} changed that of {name} again: revert {one.seq} first")
    used = prompt_use(session, name, cast.seq)
    place = session if used is None else session.fork(used.forks_at)
    run = place.writer()
    back = {field: getattr(cast.was, field) for field in cast.fields}
    run.recast(run.state.specs[name].model_copy(update=back), reverts=cast.seq)
    return place
