"""The gate of budgets: whether a command still fits, and what is set aside for a model call before it is made.

A call is weighed at its worst: what it is estimated to read, and the largest answer that it may give. So calls that are
under way together never use more than what is left for all of them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from workbench.budget.likely import answer_named, estimate
from workbench.budget.spending import alone, set_aside, used
from workbench.events import MEASURES, ActorSpec, Follow, Measure, Reserve, measure_of, rates_at
from workbench.state import CallModel, CallTool, Command, Hold, State

LEAST_ANSWER = 16
"""Tokens: where no answer of this length fits, asking is no use."""
LAST_ANSWER = 512
"""Tokens that are kept back for the last answer of a run that is to wrap up."""
USUAL_LARGEST = 16_384
"""Tokens: the largest answer that is asked for where nobody says how long it may be, nor how long it can be."""
_WEIGHED = ("input_tokens", "output_tokens", "tokens", "cost")
_MILLION = Decimal(1_000_000)


class _Breach(NamedTuple):
    """The cap that has no room, and why."""

    name: str
    reason: str


class _Cap(NamedTuple):
    """A cap that counts a command, as it stands. `keeps`: room for a last answer is kept back."""

    name: str
    measure: Measure
    limit: Decimal
    used: Decimal | None
    keeps: bool

    def full(self, need: str = "") -> _Breach:
        """It has no room; `need` says for what, where something is left."""
        used = "?" if self.used is None else figure(self.used)
        last = "; what is left is for the last answer" if self.keeps else ""
        said = f"{used} of {figure(self.limit)} {self.measure.words} used"
        return _Breach(self.name, said if self.used is not None and self.used >= self.limit else f"{said}{need}{last}")


def figure(amount: Decimal) -> str:
    """An amount without zeros at its end, to a millionth."""
    text = f"{round(amount, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exceeded(state: State, command: Command) -> Hold | None:
    """The hold of the first cap that has no room for `command`, None where all have."""
    if not state.limits:
        return None
    if isinstance(command, CallModel):
        weighed = _weigh(state, command)
        breach = weighed if isinstance(weighed, _Breach) else None
    elif isinstance(command, CallTool) and command.attempt == 1:
        breach = _tool(state, command)
    else:
        return None
    if breach is None:
        return None
    follow = _follow(state, breach.name, command)
    return Hold("budget", breach.reason, command.key, command.phase, command.call, cap=breach.name, follow=follow)


def only_others(state: State, command: Command) -> bool:
    """Whether all that a command, which some cap holds, lacks is what calls of others have set aside for now."""
    return state.elsewhere is not None and exceeded(alone(state), command) is None


def reserve_for(state: State, command: CallModel) -> Reserve | None:
    """What is set aside for a call that fits; None where no cap counts tokens or money."""
    weighed = _weigh(state, command) if state.limits else None
    return weighed if isinstance(weighed, Reserve) else None


def _follow(state: State, name: str, command: CallModel | CallTool) -> Follow:
    """What follows at the cap; where it was reached before, nothing is left but to refuse tools or to end."""
    if isinstance(command, CallTool) and state.toolless(command.actor):
        return "deny_tools"
    chosen, reached = state.follows.get(name, "pause"), state.reached.get(name)
    if reached is not None:
        return "deny_tools" if reached.at == "deny_tools" else "stop"
    if chosen == "wrap_up" and state.specs[command.actor].role != "agent":
        return "stop"
    return "pause" if chosen == "degrade" and name not in state.standbys else chosen


def _caps(state: State, command: CallModel | CallTool) -> list[_Cap]:
    """The caps that count this command and hold it, in the order in which they are asked."""
    found: list[_Cap] = []
    for name, limit in state.limits.items():
        measure = measure_of(name)
        if limit is None or not _counts(state, measure, command) or _beyond(state, name, measure):
            continue
        keeps = state.follows.get(name) == "wrap_up" and name not in state.reached
        found.append(_Cap(name, measure, Decimal(limit), used(state, name), keeps))
    return sorted(found, key=lambda cap: MEASURES.index(cap.measure.what))


def _beyond(state: State, name: str, measure: Measure) -> bool:
    """Whether the run was let go on beyond the cap. One tool that is refused stays refused; no call is cut for time."""
    reached = state.reached.get(name)
    if reached is None:
        return False
    if reached.at == "wrap_up":
        return measure.what == "seconds"
    return reached.at != "deny_tools" or not measure.tool


def _counts(state: State, measure: Measure, command: CallModel | CallTool) -> bool:
    if measure.actor not in ("", command.actor):
        return False
    if isinstance(command, CallTool):
        return measure.what == "seconds" or (measure.what == "tool_calls" and measure.tool in ("", command.tool))
    if measure.what == "iterations":
        return command.attempt == 1 and state.specs[command.actor].role == "agent"
    return measure.what != "tool_calls"


def _tool(state: State, command: CallTool) -> _Breach | None:
    if reached := state.toolless(command.actor):
        return _Breach(reached, f"the cap on {measure_of(reached).words} is reached, so no more tools are called")
    for cap in _caps(state, command):
        assert cap.used is not None, "calls and seconds are always known"
        if cap.used >= cap.limit:
            return cap.full()
    return None


def _weigh(state: State, command: CallModel) -> Reserve | _Breach | None:
    """What is set aside for the call, or why it does not fit; None where nothing needs to be."""
    spec = state.specs[command.actor]
    named = answer_named(spec.settings)
    largest = spec.price.largest_answer if spec.price is not None else None
    asks = estimate(state, command.actor)
    rooms: list[int | None] = []
    for name in state.reached:
        if _had_last_answer(state, name, command):
            words = measure_of(name).words
            return _Breach(name, f"the cap on {words} is reached, and the last answer was given")
    for cap in _caps(state, command):
        if cap.measure.what not in _WEIGHED:
            if (breach := _counted(cap)) is not None:
                return breach
        else:
            room = _room(state, cap, spec, asks, named or LEAST_ANSWER)
            if isinstance(room, _Breach):
                return room
            rooms.append(room)
    if not rooms:
        return None
    bounds = [room for room in rooms if room is not None]
    allowed = min(bounds) if bounds else None
    answer = 0 if allowed is None else named or min(allowed, largest or USUAL_LARGEST)
    cost = None if spec.price is None else f"{_dollars(spec, asks, answer):f}"
    return Reserve(input=asks, output=answer, cost=cost, max_tokens=answer if answer and not named else None)


def _had_last_answer(state: State, name: str, command: CallModel) -> bool:
    """Whether the actor was asked since the run was to wrap up; another attempt at the same answer is none more."""
    reached, asked = state.reached[name], state.actors[command.actor].asked
    if reached.at != "wrap_up" or measure_of(name).actor not in ("", command.actor) or command.attempt > 1:
        return False
    return asked is not None and asked.seq > reached.seq


def _counted(cap: _Cap) -> _Breach | None:
    """Caps that a call uses one of, or that only time uses."""
    assert cap.used is not None, "counts and seconds are always known"
    need = 0 if cap.measure.what == "seconds" else 2 if cap.keeps else 1
    full = cap.used >= cap.limit if not need else cap.used + need > cap.limit
    return cap.full() if full else None


def _rates(spec: ActorSpec, asks: int) -> tuple[Decimal, Decimal]:
    """US dollars for a token in and one out, at the dearest that a request of this length can be billed."""
    assert spec.price is not None
    rates = rates_at(spec.price, asks)
    read = max(Decimal(rates.input), Decimal(rates.cache_write or 0))
    return read / _MILLION, Decimal(rates.output) / _MILLION


def _dollars(spec: ActorSpec, asks: int, answer: int) -> Decimal:
    read, made = _rates(spec, asks)
    return read * asks + made * answer


def _room(state: State, cap: _Cap, spec: ActorSpec, asks: int, least: int) -> int | _Breach | None:
    """The largest answer, in tokens, that the cap has room for once the request is read; None where it counts none."""
    what = cap.measure.what
    unkept = f"so a cost cap of {figure(cap.limit)} cannot be kept"
    if what == "cost" and spec.price is None:
        return _Breach(cap.name, f"the price of {spec.model} is unknown, {unkept}: lift it, or name the price")
    if cap.used is None:
        return _Breach(cap.name, f"the cost so far is unknown, {unkept}: lift it")
    if what == "cost":
        read, made = _rates(spec, asks)
    else:
        read, made = Decimal(what != "output_tokens"), Decimal(what != "input_tokens")
    aside = set_aside(state, cap.name, but=spec.name)
    base, slope = read * asks, made
    if cap.keeps:  # the last request reads all that this one reads and this one's answer
        base, slope = 2 * base + made * LAST_ANSWER, made and made + read
    left = cap.limit - cap.used - aside
    least_need = base + slope * least
    if left < least_need or cap.used >= cap.limit:
        kept = f", {figure(aside)} set aside" if aside else ""
        return cap.full(f"{kept}; the next call needs {figure(least_need)}")
    return int((left - base) / slope) if slope else None
