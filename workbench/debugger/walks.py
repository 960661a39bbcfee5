"""Walks over what is recorded, back and on, to where a watch changed or a breakpoint would have held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from workbench.debugger.recorded_hits import hit_before, next_hit
from workbench.errors import Impossible

if TYPE_CHECKING:
    from workbench.debugger.recorded_hits import RecordedHit
    from workbench.debugger.session import Session
    from workbench.debugger.watching import Change


class Stop(msgspec.Struct, frozen=True):
    """Why a walk stands where it stands; `words` are "" at an end of the recording."""

    kind: Literal["watch", "invented", "break", "end"]
    words: str = ""


END = Stop("end")


def onward(session: Session) -> Stop:
    """To the next hold; over recorded events, to the next change or hit."""
    if session.looking is None:
        session.proceed()
        return END
    return _stand(session, session.watches.after(session, session.seq), next_hit(session), back=False)


def backward(session: Session) -> Stop:
    """To the last change or hit before this place; without watches, else to the beginning.

    Raises:
        Impossible: nothing that is watched changed before, or the run is under way.
    """
    if session.driving:
        raise Impossible("the run is under way: ctrl+c holds it, then you can look back")
    change, hit = session.watches.before(session, session.seq), hit_before(session)
    if change is None and hit is None:
        if len(session.watches):
            raise Impossible(f"{_unchanged(session)}; clear watch walks without it")
        session.back("run")
        return END
    return _stand(session, change, hit, back=True)


def _stand(session: Session, change: Change | None, hit: RecordedHit | None, *, back: bool) -> Stop:
    """Look at the nearer of the two places; where there is none, at the newest event."""
    places = [one.seq for one in (change, hit) if one is not None]
    if not places:
        session.look(None)
        return END
    seq = max(places) if back else min(places)
    session.look(seq)
    held = f"here it would hold: {hit.reason}" if hit is not None and hit.seq == seq else ""
    if change is None or change.seq != seq:
        return Stop("break", held)
    words = f"{change.words}; {held}" if held else change.words
    return Stop("invented" if change.invented else "watch", words)


def _unchanged(session: Session) -> str:
    """Why no watch changed before the place one looks at."""
    texts = list(session.watches)
    if len(texts) > 1:
        return f"nothing that is watched changed before event {session.seq}"
    told = session.watches.told(session, texts[0])
    if texts[0][0] not in "\"'":
        return f"{texts[0]} was so from the beginning"
    where = "no event up to here holds it" if told.since is None else "this is the event that first held it"
    return f"{where}: {texts[0]}"
