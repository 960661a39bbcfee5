"""The lines around the panes: the sentence at the top, the tabs, and the keys that matter now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len

from workbench.events.parts import IMPORTED
from workbench.safe_text import safe_line
from workbench.tui.bindings import key_of
from workbench.tui.pieces import Piece, cut, lay, width_of
from workbench.tui.theme import sentence_look

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.tui.panes.pane import Pane

_NAMED = 8
"""The part of the width that the title keeps, however much there is to say: an eighth."""

_TABS = {"steps": "Steps", "conversation": "Chat", "calls": "Calls", "budget": "Budget", "completion": "Done"}


def top_line(session: Session, width: int) -> list[Piece]:
    """Where one is, why it stands still, who answers."""
    identity, sentence = session.identity, session.standing()
    place = f"{identity.branch} @{session.seq}"
    started = session.newest.started
    model = session.newest.specs[session.newest.agent].model if started is not None else ""
    title = safe_line(identity.title or identity.session)
    room = width - 2 - cell_len(safe_line(sentence))
    right: list[Piece] = [(f"{cut(model, 28)} ", "faint")] if room > 24 + len(place) + 30 else []
    room -= width_of(right) + len(place) + 6
    # A long reason is cut before the name is: what it says stands whole at the end of the conversation.
    shown = cut(title, max(min(cell_len(title), width // _NAMED), min(max(32, width // 3), room)))
    left: list[Piece] = [(f" {shown}  " if len(shown) > 2 else " ", "strong")]
    if width >= 60:
        left.append((f"{place}   ", "grey"))
    return lay(width, [*left, (sentence, sentence_look(sentence))], right)


def tab_line(panes: Mapping[str, Pane], current: str, width: int) -> list[Piece]:
    """The panes by name, the one in view in brackets, each with its figure while there is room."""
    return lay(width, _tabs(panes, current, width))


def tab_at(panes: Mapping[str, Pane], current: str, width: int, x: int) -> str:
    """The pane whose tab stands at cell `x` of the line; "" where none does."""
    tabs = _tabs(panes, current, width)
    for name, tab in zip(panes if len(tabs) > 1 else [current], tabs, strict=True):
        x -= width_of([tab])
        if x < 0:
            return name
    return ""


def _tabs(panes: Mapping[str, Pane], current: str, width: int) -> list[Piece]:
    """A piece for each pane, or for the current one alone where all have no room."""
    names = [(name, f"{pane.number} {_TABS[name]}", pane.summary()) for name, pane in panes.items()]
    for full in (True, False):
        line: list[Piece] = []
        for name, words, summary in names:
            here = name == current
            figure = f" {''.join(text for text, _ in summary)}" if full and summary and name != "conversation" else ""
            shown = f"[{words}{figure}]" if here else f" {words}{figure} "
            line.append((shown, "accent" if here else "grey"))
        if width_of(line) <= width:
            return line
    return [(f"[{panes[current].number} {_TABS[current]}]", "accent")]


def hints(
    session: Session, keys: Mapping[str, str], width: int, *, typing: str = "", alone: bool = False
) -> list[Piece]:
    """The keys that matter as it stands.

    `typing`: what Enter does with what is typed; "" while nothing is. `alone`: one pane has all the room.
    """
    right: list[Piece] = []
    if typing:
        words = [("Enter", typing), ("Esc", "leave"), ("⇧Enter", "new line")]
    else:
        back = [("view.maximise", "all panes")] if alone else []
        words = [(key_of(deed, keys), word) for deed, word in [*back, *_now(session)]]
        right = [("F1", "grey"), (" help  ", "faint"), ("^p", "grey"), (" palette ", "faint")]
        right = right[:2] if width < 100 else right
    line: list[Piece] = [(" ", "text")]
    room = width - width_of(right) - 2
    for key, word in words:
        pair: list[Piece] = [(key, "grey"), (f" {word}  ", "faint")]
        if width_of([*line, *pair]) > room:
            break
        line += pair
    return lay(width, line, right if width >= 40 else [])


def _now(session: Session) -> list[tuple[str, str]]:
    state = session.newest
    back = [("verb.back_step", "back"), ("view.seen", "view"), ("view.find", "find")]
    if session.looking is not None:
        return [
            ("verb.step", "forward"),
            ("verb.next", "iteration"),
            ("verb.back_step", "back"),
            ("verb.back_next", "iteration back"),
            ("verb.newest", "newest"),
            ("verb.fork", "fork"),
            ("verb.edit", "edit"),
            ("view.seen", "view"),
            ("session.close", "close"),
        ]
    if session.run is None:
        take_over = [] if session.sealed else [("verb.take_over", "take over")]
        return [*take_over, *back, ("verb.replay", "replay"), ("session.close", "close")]
    if session.person.question is not None:
        return [("verb.say", "answer as the model"), ("verb.pause", "pause")]
    if session.driving:
        pause = "break off" if session.run.pausing else "pause"
        return [("verb.pause", pause), ("verb.say", "say"), ("view.find", "find")]
    if state.ended is not None and state.ended.outcome in ("completed", "criteria_unmet"):
        again = [("verb.fork", "fork"), ("verb.edit", "edit"), ("verb.tree", "branches")]
        # Nobody answers in a recording made elsewhere.
        more = [] if state.specs[state.agent].model.startswith(f"{IMPORTED}:") else [("verb.say", "say more")]
        return [*more, ("verb.replay", "replay"), *back, *again, ("session.close", "close")]
    if session.run.waiting:
        return [("verb.say", "say"), ("verb.command", "command"), *back, ("session.close", "close")]
    if session.run.question is not None:
        return [("verb.say", "answer"), ("verb.skip", "skip"), ("verb.edit", "edit"), *back, ("session.close", "close")]
    if state.held is not None and state.held.gate == "partial":
        return [("verb.command", "accept or :discard"), ("verb.edit", "edit"), *back, ("session.close", "close")]
    if session.run.apart is not None:
        choose = [("verb.replay", "both sides"), ("verb.command", "recorded, live or stop"), ("verb.edit", "edit")]
        return [*choose, *back, ("verb.fork", "fork"), ("session.close", "close")]
    go = [("verb.step", "step"), ("verb.next", "next"), ("verb.finish", "finish"), ("verb.continue", "continue")]
    if state.held is not None and state.held.call and state.held.phase == "call":
        go += [("verb.approve", "approve"), ("verb.edit", "edit"), ("verb.skip", "skip"), ("verb.return", "return")]
    if (state.held is not None and state.held.gate == "budget") or (state.ended and state.ended.outcome == "budget"):
        go.append(("verb.limit", "limit"))
    return [
        *go,
        *back[:2],
        ("verb.break", "break"),
        ("verb.fork", "fork"),
        ("verb.say", "say"),
        ("session.close", "close"),
    ]
