"""The command line behind `:`: the verbs as words, with their short forms. An unknown word is an error."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from workbench.errors import Impossible

if TYPE_CHECKING:
    from workbench.debugger.session import Session

_SHORT = {
    "s": "step",
    "n": "next",
    "f": "finish",
    "c": "continue",
    "a": "approve",
    "rs": "back step",
    "rn": "back next",
    "rc": "back run",
    "ctrl-c": "pause",
}
_RULINGS: dict[str, Literal["ran", "not_run", "again", "leave"]] = {
    "ran": "ran",
    "not-run": "not_run",
    "not_run": "not_run",
    "again": "again",
    "leave": "leave",
}
WORDS = (
    "step",
    "next",
    "finish",
    "continue",
    "pause",
    "back",
    "look",
    "approve",
    "say",
    "limit",
    "settle",
    "replay",
    "take-over",
    "close",
    "quit",
)
"""Every word that the command line takes; `close` and `quit` are the app's."""


def obey(session: Session, line: str) -> str:
    """Do what `line` says; words to show, or "".

    Raises:
        Impossible: the word is unknown, or cannot apply now.
    """
    word, _, rest = line.strip().partition(" ")
    word, _, more = _SHORT.get(word, word).partition(" ")
    rest = f"{more} {rest}".strip()
    match word:
        case "step":
            session.step()
        case "next":
            session.next()
        case "finish":
            session.finish()
        case "continue":
            session.proceed()
        case "pause":
            session.pause()
        case "approve":
            session.approve()
        case "back":
            _back(session, rest)
        case "look":
            _look(session, rest)
        case "say":
            if not rest:
                raise Impossible("say what? For instance: say the order is A-1007")
            session.say(rest)
        case "limit":
            return _limit(session, rest)
        case "settle":
            _settle(session, rest)
        case "replay":
            return replayed(session)
        case "take-over":
            session.take_over()
        case _:
            near = get_close_matches(word, WORDS, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(WORDS)}"
            raise Impossible(f"there is no verb {word!r}; {hint}")
    return ""


def replayed(session: Session) -> str:
    """Check the recording; what came of it in words.

    Raises:
        Impossible: it diverged; says where.
    """
    from workbench.state import State

    outcome = session.replay()
    if isinstance(outcome, State):
        return f"replayed {outcome.seq} events: every one is what the rules make of it"
    raise Impossible(f"DIVERGED: {outcome}")


def _back(session: Session, rest: str) -> None:
    match rest:
        case "" | "step":
            session.back("step")
        case "next":
            session.back("next")
        case "run" | "continue":
            session.back("run")
        case _:
            raise Impossible("back goes by: step, next or run")


def _look(session: Session, rest: str) -> None:
    if rest in ("", "newest", "end"):
        session.look(None)
    elif rest.lstrip("@").isdecimal():
        session.look(int(rest.lstrip("@")))
    else:
        raise Impossible("look where? For instance: look 41, or look newest")


def _limit(session: Session, rest: str) -> str:
    from decimal import Decimal, InvalidOperation

    name, _, value = rest.replace("=", " ").strip().partition(" ")
    value = value.strip()
    names = ("iterations", "tool_calls", "requests", "tokens", "input_tokens", "output_tokens", "cost")
    if name not in names:
        raise Impossible(f"a cap has one of these names: {', '.join(names)}. For instance: limit tool_calls 10")
    if value in ("none", "off"):
        session.limit(name, None)
        return f"no cap on {name} any more"
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or (name != "cost" and amount % 1):
        raise Impossible(f"a cap is a number, or none to lift it. For instance: limit {name} 10")
    session.limit(name, f"{amount:f}")
    return f"{name} is capped at {amount:f}"


def _settle(session: Session, rest: str) -> None:
    call, _, ruling = rest.partition(" ")
    ruling, _, result = ruling.strip().partition(" ")
    if ruling.lstrip("-") not in _RULINGS:
        raise Impossible("settle CALL ran RESULT, or not-run, again, leave")
    session.settle(call, _RULINGS[ruling.lstrip("-")], result)
