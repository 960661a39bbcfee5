"""The verb `view`: exactly what the model saw at a call, against the call before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Line, Lines, Look, block, plain, short
from workbench.debugger.language.look_verbs import model_call
from workbench.debugger.view import SIGNS, Mark, SeenMessage, View
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk

_MOST = 8
_LOOKS: dict[Mark, Look] = {"added": "new", "kept": "text", "changed": "held", "dropped": "wrong"}


def see(talk: Talk, rest: str) -> Lines:
    """`view [CALL] [all|raw]`: the request of a model call, its news first, whole, or as JSON."""
    words = rest.split()
    how = words.pop() if words and words[-1] in ("all", "raw") else ""
    if len(words) > 1:
        raise UsedWrongly(f"view takes one call, and {short(rest, 60)!r} was given")
    seen = talk.session.seen(model_call(talk.session, words[0] if words else ""))
    if how == "raw":
        return block(seen.raw(), 0)
    head = f"what the model saw at {seen.call} @{seen.seq}: {short(seen.head.model, 60)}, {seen.tokens} tokens"
    lines = [Line(head, "strong"), Line(f"  {_count(seen)}", "faint")]
    lines += [*_between(seen, whole=how == "all"), *_head(seen, whole=how == "all")]
    folded = 0
    for one in seen.seen:
        if one.mark == "kept" and how != "all":
            folded += 1
            continue
        lines += [*_folded(folded), *_message(one, whole=how == "all")]
        folded = 0
    return [*lines, *_folded(folded)]


def _count(seen: View) -> str:
    against = "no call before" if seen.before is None else f"against the call @{seen.before}"
    counts = [f"{seen.count(mark)} {mark}" for mark in SIGNS if seen.count(mark)]
    many = len(seen.messages)
    messages = f"{many} message{'' if many == 1 else 's'}" + (f": {', '.join(counts)}" if counts else "")
    return f"{messages}; {against}"


def _between(seen: View, *, whole: bool) -> Lines:
    """What middleware made of the request; nothing where there was none, or it let all pass."""
    lines = [Line(f"  middleware: {short(words)}", "held") for words in seen.middleware]
    if seen.sent is None:
        return lines
    most = None if whole else _MOST
    if seen.sent.system != seen.head.system:
        lines += [*plain("  system, as it was sent", look="held"), *block(seen.sent.system, 4, most=most)]
    for message in seen.instead:
        lines += [*plain(f"  {message.role}, as it was sent", look="held"), *block(message.shown, 4, most=most)]
    return [*lines, *plain("  view raw has all that was sent; what follows is what the agent asked", look="faint")]


def _head(seen: View, *, whole: bool) -> Lines:
    head, before = seen.head, seen.head_before
    lines: Lines = []
    if head.system and (whole or seen.before is None or (before is not None and before.system != head.system)):
        lines += [*plain(f"  system, ≈{head.system_tokens} tokens", look="faint")]
        lines += block(head.system, 4, most=None if whole else _MOST)
    if head.tools:
        names = ", ".join(tool.name for tool in head.tools)
        lines += plain(f"  tools, ≈{head.tool_tokens} tokens: {short(names, 200)}", look="faint")
    if head.settings:
        settings = ", ".join(f"{name} {value}" for name, value in head.settings.items())
        lines += plain(f"  settings: {short(settings, 200)}", look="faint")
    if before is not None:
        lines += plain("  prompt, tools or settings are others than at the call before", look="held")
    return lines


def _message(one: SeenMessage, *, whole: bool) -> Lines:
    message, look = one.message, _LOOKS[one.mark]
    who = f"{message.role} {short(message.name, 60)}".strip() + (", failed" if message.failed else "")
    lines = [Line(f"{SIGNS[one.mark]} {who} @{message.seq}, ≈{one.tokens} tokens", look)]
    if one.was is not None and one.was.text != message.text:
        lines += [*plain("    it was:", look="faint"), *block(one.was.text, 6, most=None if whole else _MOST)]
        lines += plain("    it is:", look="faint")
    if message.shown:
        lines += block(message.shown, 4, most=None if whole else _MOST)
    for place, call in enumerate(message.calls):
        own = message.ids[place] if place < len(message.ids) else ""
        lines.append(Line(f"    ▸ {own} {short(call.name, 60)}({short(call.arguments, 4000 if whole else 120)})"))
    return lines


def _folded(count: int) -> Lines:
    return plain(f"= {count} as at the call before (view all shows them)", look="faint") if count else []
