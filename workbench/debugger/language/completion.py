"""What can be typed next: verbs, call ids, tools, caps, branches, and the words of conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from workbench.debugger.language.change_verbs import RULINGS, VERIFY
from workbench.debugger.language.table import VERBS, WORDS
from workbench.debugger.language.telling import short_call
from workbench.debugger.language.verb import Takes, Verb
from workbench.events import MEASURES

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session

_MOST = 200


class Choice(msgspec.Struct, frozen=True):
    """A word that may stand in the place of the last `begun` characters, and what it means."""

    word: str
    begun: int
    meaning: str = ""


def choices(talk: Talk, line: str) -> list[Choice]:
    """What the end of `line` may become, in the order in which it is offered."""
    word, space, rest = line.lstrip().partition(" ")
    if not space:
        names = [Choice(verb.name, len(word), verb.means) for verb in VERBS if verb.name.startswith(word)]
        return names or [Choice(one, len(word), WORDS[one].means) for one in WORDS if one.startswith(word)]
    verb = WORDS.get(word)
    return [] if verb is None else list(_arguments(talk, verb, rest.lstrip()))


def _arguments(talk: Talk, verb: Verb, rest: str) -> Iterator[Choice]:
    if "condition" in verb.completes:
        from workbench.gates.completion import complete, names_of

        for word in complete(rest, names_of(talk.session.newest)):
            yield Choice(word, _overlap(rest, word))
        return
    before, _, begun = rest.rpartition(" ")
    position = 0 if verb.completes == ("fork",) else len(before.split())
    if position < len(verb.completes):
        for word, meaning in _words(talk, verb.completes[position]):
            if word.startswith(begun):
                yield Choice(word, len(begun), meaning)


def _overlap(text: str, word: str) -> int:
    """How many characters at the end of `text` are the beginning of `word`."""
    longest = min(len(text), len(word))
    return next((length for length in range(longest, 0, -1) if text.endswith(word[:length])), 0)


def _words(talk: Talk, kind: Takes) -> Iterable[tuple[str, str]]:
    session = talk.session
    match kind:
        case "call":
            return _calls(session)
        case "answer":
            return [("call", "a tool call, as the model asks for it")]
        case "tool":
            spec = session.newest.specs[session.newest.agent]
            return [(tool.name, tool.effect) for tool in spec.tools]
        case "cap":
            limits = session.newest.limits
            return [(name, limits.get(name) or "no cap") for name in dict.fromkeys([*MEASURES, *limits])]
        case "branch":
            return [(row.name, f"{row.last_seq} events") for row in talk.desk.branches(session.identity.session)]
        case "verb":
            return [(verb.name, verb.means) for verb in VERBS]
        case "ruling":
            return [(word, "") for word in (*RULINGS, VERIFY)]
        case "breakpoint":
            return [(str(one.number), one.text) for one in session.breakpoints]
        case "fork":
            return [("--n", "how many"), ("--model", "provider:model"), ("--persona", "a persona's name")]
        case "live":
            return [("--live-model", "ask the model anew"), ("--live-tools", "run the tools anew")]
        case _:
            return ()


def _calls(session: Session) -> list[tuple[str, str]]:
    """Call ids, the newest first."""
    wants = [want for actor in session.newest.actors.values() for want in actor.wants]
    found = {want.call: short_call(want.tool, want.arguments) for want in wants if want.status != "done"}
    for row in reversed(session.steps.rows):
        if row.kind in ("call", "think") and len(found) < _MOST:
            found.setdefault(row.call, short_call(row.label, row.detail) if row.kind == "call" else row.detail)
    return list(found.items())
