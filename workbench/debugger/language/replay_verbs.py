"""Verbs about replays: a recording checked or run again with one side live, and what follows where it differs."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING

from workbench.debugger import replaying
from workbench.debugger.language.lines import Line, Lines, plain, short
from workbench.debugger.language.verb import Do, nothing
from workbench.errors import Impossible, UsedWrongly
from workbench.events import Choice, Live
from workbench.run import Divergence
from workbench.run.differences import Difference, shortened
from workbench.safe_text import safe_text

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk

_HALF = 37
_MOST = 480
_ROWS = 12
_LIVE: dict[str, Live] = {"--live-model": "model", "--live-tools": "tools"}


def replay(talk: Talk, rest: str) -> Lines:
    """Check the recording against the rules, or with one side live begin a fork that replays it."""
    side, _, model = rest.partition(" ")
    if side in _LIVE and len(model.split()) < 2:
        left = talk.session.identity.branch
        fork = replaying.replay_live(talk.desk, talk.session, _LIVE[side], model=model.strip() or None)
        seq = fork.newest.seq
        talk.go_to(fork, shown=seq)
        other = "tools" if _LIVE[side] == "model" else "model"
        asks = f" and asks {short(model.strip(), 60)}" if model.strip() else ""
        words = (
            f"now on {fork.identity.branch}, which replays {left} with the {other} from the recording{asks}; c goes on"
        )
        return [Line(words, "new")]
    if rest:
        raise UsedWrongly(f"replay takes nothing, --live-model [P:M] or --live-tools, and {rest[:40]!r} was given")
    return _checked(talk)


def _checked(talk: Talk) -> Lines:
    outcome = talk.session.replay()
    talk.diverged = isinstance(outcome, Divergence)
    if not isinstance(outcome, Divergence):
        return [Line(replaying.banner(outcome), "good")]
    first = Line(f"REPLAY DIVERGED: {outcome}", "wrong")
    return [first, *side_by_side(outcome.difference, "recorded", "the rules give"), *plain(*CHECKED, look="faint")]


CHECKED = (
    "recorded   take the event as it was recorded, and check on",
    "live       go on live from before it, in a fork",
    "stop       leave it at that: the replay diverged (exit code 5)",
)
HELD = (
    "recorded   use what was recorded, and go on replaying",
    "live       go live from here: nothing more is compared, served or changed; effects still ask",
    "stop       end the replay here (exit code 5)",
    "approve    make this one call, and go on replaying",
)
OF_A_CHANGE = (
    "recorded   change it here all the same, and go on replaying",
    *HELD[1:3],
    "approve    leave it as it is here, and go on replaying",
)


def apart(talk: Talk, rest: str) -> Lines:
    """Both sides of what differs, and what can be chosen."""
    nothing(rest, "apart")
    lines = shown_apart(talk)
    if lines:
        return lines
    if not isinstance(talk.session.replay(), Divergence):
        raise Impossible("nothing differs from the recording here")
    return _checked(talk)


def shown_apart(talk: Talk) -> Lines:
    """What a live replay that is held at a difference shows; nothing where it is not."""
    held = replaying.apart(talk.session)
    if held is None or talk.session.looking is not None:
        return []
    if held.difference is None:
        return plain(*HELD[1:], look="faint")
    rows = side_by_side(held.difference, "recorded", "now")
    choices = OF_A_CHANGE if held.difference.change else HELD if held.difference.source else HELD[1:]
    return [Line(f"{held.where}, {held.difference.leaf}:", "held"), *rows, *plain(*choices, look="faint")]


def choosing(choice: Choice) -> Do:
    """A verb that says what follows at a difference."""

    def do(talk: Talk, rest: str) -> Lines:
        nothing(rest, choice)
        session = talk.session
        checked = replaying.apart(session) is None
        gone_on = replaying.choose(session, choice)
        if gone_on is not session:
            talk.diverged = False
            left = session.identity.branch
            talk.go_to(gone_on, shown=gone_on.newest.seq)
            name = gone_on.identity.branch
            return [Line(f"now on {name}, which leaves {left} before the difference and is live; c goes on", "new")]
        if checked and choice == "stop":
            talk.diverged = True
            return plain("the replay stops there: it diverged", look="wrong")
        return _checked(talk) if checked else []

    return do


def side_by_side(difference: Difference, left: str, right: str) -> Lines:
    """Both sides in two columns, around the place where they part; fits a terminal of 80 columns."""
    sides = shortened(*difference.told, wide=_MOST, before=_MOST // 4)
    columns = [_column(safe_text(side)) for side in sides]
    rows = [(left, right), ("─" * _HALF, "─" * _HALF), *zip_longest(*columns, fillvalue="")]
    look: list[Line] = [Line(f"  {row[0]:<{_HALF}} │ {row[1]}".rstrip()) for row in rows]
    return [Line(look[0].text, "strong"), *look[1:]]


def _column(text: str) -> list[str]:
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, _HALF, replace_whitespace=False) or [""]]
    return lines if len(lines) <= _ROWS else [*lines[: _ROWS - 1], "…"]
