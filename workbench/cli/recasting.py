"""Another model or persona for the agent of a session, found by name."""

from __future__ import annotations

from workbench.cli.house import House
from workbench.debugger.session import Session
from workbench.errors import NotFound, UsedWrongly


def check_cast(house: House, *, model: str | None, persona: str | None) -> None:
    """Refuse names that nothing is behind.

    Raises:
        NotFound: there is no such persona, or nothing behind the model's name.
    """
    from workbench.workspace.personas import load_persona

    house.check_model(model)
    if persona is not None:
        load_persona(house.workspace, persona)


def recast(house: House, session: Session, *, model: str | None = None, persona: str | None = None) -> None:
    """Put the persona and model of these names in the place of the agent's; without either, do nothing.

    Raises:
        NotFound: there is no such persona, or nothing behind the model's name.
    """
    if model is None and persona is None:
        return
    from workbench.scenario.start import recast as recast_spec
    from workbench.workspace.personas import load_persona

    house.check_model(model)
    state = session.newest
    assert state.started is not None
    loaded = None if persona is None else load_persona(house.workspace, persona)
    criteria = state.started.criteria
    spec = recast_spec(state.specs[state.agent], persona=loaded, model=model, criteria=criteria, price=house.price)
    session.writer().recast(spec)


def remark(house: House, session: Session) -> str:
    """What of the persona has changed on disk since the session took it, in a sentence; "" where nothing has."""
    from workbench.persona.signature import signature
    from workbench.workspace.personas import load_persona

    state = session.newest
    signed = state.specs[state.agent].persona if state.started is not None else None
    if signed is None or not signed.digest:
        return ""
    began = "the session goes on with the one it began with"
    try:
        now = signature(load_persona(house.workspace, signed.name))
    except NotFound:
        return f"the persona {signed.name} is not here any more; {began}"
    except UsedWrongly as problem:
        return f"the persona {signed.name} cannot be read any more ({problem}); {began}"
    if now.digest == signed.digest:
        return ""
    versions = "" if now.version == signed.version else f", from {signed.version} to {now.version}"
    how = f"workbench personas diff {session.identity.session} {signed.name}"
    return f"the persona {signed.name} has changed{versions}; {began} ('{how}' shows how)"
