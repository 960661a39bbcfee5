"""A state as bytes, so that a long log need not be folded from its start: a cache that can always be thrown away.

The run's start is left out (it is event 1, and large); `thaw` is given it back.
"""

from __future__ import annotations

from typing import Any

import msgspec

from workbench.events import Part, RunStarted
from workbench.state.state import State
from workbench.state.transcript import Transcript

FORM = "15"
"""Names the form of the bytes; other forms are ignored."""


def _out(value: Any) -> Any:
    if isinstance(value, Transcript):
        return [value.refs(), value.contents()]
    if isinstance(value, Part):
        return value.model_dump(exclude_defaults=True)
    raise TypeError(f"a snapshot cannot hold {type(value).__name__}")


def _in(kind: type, value: Any) -> Any:
    if kind is Transcript:
        return Transcript(value[0], value[1])
    return kind(**value)


_encoder = msgspec.msgpack.Encoder(enc_hook=_out)
_decoder = msgspec.msgpack.Decoder(State, dec_hook=_in)


def freeze(state: State) -> bytes:
    """The state as bytes, without its `started` and the actors that are as it froze them."""
    begun = () if state.started is None else state.started.actors
    recast = {name: spec for name, spec in state.specs.items() if spec not in begun}
    return _encoder.encode(msgspec.structs.replace(state, started=None, specs=recast))


def thaw(frozen: bytes, started: RunStarted) -> State | None:
    """The state that `frozen` holds; None if it is of another form."""
    try:
        state = _decoder.decode(frozen)
    except (msgspec.MsgspecError, TypeError, KeyError, IndexError):
        return None
    state.started, state.specs = started, {spec.name: spec for spec in started.actors} | state.specs
    return state
