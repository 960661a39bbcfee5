"""Which call in doubt a person should be asked about now: once, and again when the run comes to a stand before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.state import Hold, Want


class Doubts:
    """Remembers which calls the person left open, and how the run stood then."""

    def __init__(self) -> None:
        self._left: dict[str, Hold | None] = {}

    def due(self, session: Session) -> Want | None:
        """The first call with an effect to ask about; None where none is in doubt, or nobody here may rule on it."""
        if session.run is None or session.driving or session.looking is not None:
            return None
        state = session.newest
        for actor in state.actors.values():
            for want in actor.wants:
                if want.status != "doubt" or self._is_left(session, want.call):
                    continue
                effect = next((tool.effect for tool in state.specs[actor.name].tools if tool.name == want.tool), "read")
                if effect == "effect":
                    return want
        return None

    def leave(self, session: Session, call: str) -> None:
        """The person leaves `call` open."""
        self._left[call] = session.newest.held

    def _is_left(self, session: Session, call: str) -> bool:
        if call not in self._left:
            return False
        held = session.newest.held
        return held is None or held.gate != "doubt" or held == self._left[call]
