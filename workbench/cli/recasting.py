"""Another model or persona for the agent of a session, found by name."""

from __future__ import annotations

from workbench.cli.house import House
from workbench.debugger.session import Session


def check_cast(house: House, *, model: str | None, persona: str | None) -> None:
    """Refuse names that nothing is behind.

    Raises:
        NotFound: there is no such persona, or nothing behind the model's name.
    """
    from workbench.workspace.loading import load_persona

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
    from workbench.workspace.loading import load_persona

    house.check_model(model)
    state = session.newest
    assert state.started is not None
    loaded = None if persona is None else load_persona(house.workspace, persona)
    criteria = state.started.criteria
    spec = recast_spec(state.spec(state.agent), persona=loaded, model=model, criteria=criteria, price=house.price)
    session.writer().recast(spec)
