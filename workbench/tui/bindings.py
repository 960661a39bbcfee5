"""The keys of an open session: each with an id by which it can be remapped, the verb's word, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.binding import Binding


class Deed(NamedTuple):
    """One verb: `id` for remapping, its keys, the action, its word, and what it does in a few words."""

    id: str
    keys: str
    action: str
    word: str
    meaning: str


DEEDS: tuple[Deed, ...] = (
    Deed("verb.step", "s", "step", "step", "to the next phase: think, call, result, output"),
    Deed("verb.next", "n", "next", "next", "to the next iteration"),
    Deed("verb.finish", "f", "finish", "finish", "to the end of this turn"),
    Deed("verb.continue", "c", "proceed", "continue", "to the next hold"),
    Deed("verb.until", "t", "until", "until", "to the cursor: a look at what is recorded, a run to what is to come"),
    Deed("verb.pause", "ctrl+c", "pause", "pause", "hold at the next boundary; again: break off what is under way"),
    Deed("verb.now", "A", "now", "ask now", "ask the model that failed again now, not after the wait"),
    Deed("verb.approve", "a", "approve", "approve", "let the one held call pass, then hold again"),
    Deed("verb.break", "b", "break", "break", "hold where a condition is true; begins with what the cursor stands on"),
    Deed("verb.breaks", "B", "breaks", "breakpoints", "the breakpoints and watches: switch, ignore, delete"),
    Deed("verb.watch", "W", "watch", "watch", "show a value; C then walks back to where it changed"),
    Deed("verb.edit", "e", "edit", "edit", "change the message, the arguments, the result or the prompt at the cursor"),
    Deed("verb.edit_outside", "E", "edit_outside", "edit in $EDITOR", "the same in your own editor"),
    Deed("verb.revert", "V", "revert", "revert", "take an edit back"),
    Deed("verb.skip", "x", "skip", "skip", "don't run the held tool call; the agent is told so"),
    Deed("verb.return", "r", "give", "return", "answer as the held tool, which is not run"),
    Deed("verb.model", "m", "model", "say as model", "answer as the model, which is not asked; free"),
    Deed("verb.rule", "ctrl+r", "rule", "rule", "do the last change by itself from now on; again: no longer"),
    Deed("verb.say", "i", "say", "say", "talk to the agent"),
    Deed("verb.command", "colon", "command", "command", "a command line: every verb as a word; Tab completes"),
    Deed("verb.back_step", "S", "back('step')", "step back", "look at the phase before; free"),
    Deed("verb.back_next", "N", "back('next')", "iteration back", "look at the iteration before"),
    Deed(
        "verb.back_run",
        "C",
        "back('run')",
        "run back",
        "to where a watch changed or a breakpoint would have held, else to the very beginning",
    ),
    Deed("verb.newest", "G", "newest", "newest", "look at the newest event again"),
    Deed("verb.limit", "plus", "limit", "limit", "change a cap"),
    Deed("verb.fork", "F", "fork", "fork", "a branch of its own from the cursor; held, and nothing here changes"),
    Deed("verb.tree", "ctrl+t", "tree", "branches", "the tree of branches: go to one, compare two"),
    Deed("verb.diff", "D", "diff", "diff", "this branch beside the one that it left"),
    Deed("verb.replay", "R", "replay", "replay", "check the recording against the rules; at a difference: both sides"),
    Deed("verb.take_over", "T", "take_over", "take over", "write this session, once the other process is gone"),
    Deed("view.seen", "v", "view", "view", "exactly what the model saw at this call"),
    Deed("view.whence", "w", "whence", "whence", "where the value under the cursor, or any other, came from"),
    Deed("view.find", "slash", "find", "find", "search in the focused pane"),
    Deed("view.copy", "y", "copy", "copy", "copy what the cursor stands on"),
    Deed("view.pager", "o", "pager", "pager", "read it in the pager"),
    Deed("view.maximise", "z", "maximise", "maximise", "this pane alone, and back"),
    Deed("view.jump", "ctrl+o", "jump", "jump", "jump to a step by its name or number"),
    Deed("view.personas", "P", "personas", "personas", "the personas: preview, edit, fork with another one"),
    Deed("view.light", "ctrl+l", "app.light", "light", "light or dark"),
    Deed("pane.steps", "1", "pane(1)", "steps", "focus the steps"),
    Deed("pane.conversation", "2", "pane(2)", "conversation", "focus the conversation"),
    Deed("pane.calls", "3", "pane(3)", "tool calls", "focus the tool calls"),
    Deed("pane.budget", "4", "pane(4)", "budget", "focus the budget"),
    Deed("pane.completion", "5", "pane(5)", "completion", "focus the completion"),
    Deed("pane.cycle", "tab", "cycle(1)", "next pane", "focus the next pane"),
    Deed("pane.cycle_back", "shift+tab", "cycle(-1)", "pane before", "focus the pane before"),
    Deed("session.close", "q", "close", "close", "back to the list of sessions"),
    Deed("session.help", "f1", "help", "help", "help for the focused pane"),
)

OF_FIRST: tuple[Deed, ...] = (
    Deed("first.personas", "f2", "personas", "personas", "the personas: preview, edit, talk with one"),
    Deed("first.other", "tab", "other_list", "other list", "from the sessions to the scenarios, and back"),
    Deed("first.clear", "escape", "clear", "show all", "take the filter away"),
    Deed("first.help", "f1", "help", "help", "every key of the first screen"),
)
"""What the palette offers on the first screen."""

OTHERS: dict[str, tuple[str, str]] = {
    "app.quit": ("ctrl+q", "quit"),
    "app.light": ("ctrl+l", "light or dark"),
    "first.other": ("tab,shift+tab,left,right", "first screen: the other list"),
    "first.clear": ("escape", "first screen: show all again"),
    "first.help": ("f1", "first screen: help"),
    "first.personas": ("f2", "first screen: the personas"),
    "personas.edit": ("E", "personas: edit the one at the cursor in $EDITOR"),
    "list.up": ("up", "in a list: up"),
    "list.down": ("down", "in a list: down"),
    "list.page_up": ("pageup", "in a list: a page up"),
    "list.page_down": ("pagedown", "in a list: a page down"),
    "list.first": ("home", "in a list: to the first row"),
    "list.last": ("end", "in a list: to the last row"),
    "list.choose": ("enter", "in a list: open, choose"),
    "pane.up": ("k", "in a pane: up, too"),
    "pane.down": ("j", "in a pane: down, too"),
    "steps.only_calls": ("l", "steps: only the tool calls, and back"),
    "talk.up": ("up,k", "conversation: up"),
    "talk.down": ("down,j", "conversation: down"),
    "talk.page_up": ("pageup", "conversation: a page up"),
    "talk.page_down": ("pagedown", "conversation: a page down"),
    "talk.first": ("home", "conversation: to the beginning"),
    "talk.last": ("end", "conversation: to the newest"),
    "talk.unfold": ("enter", "conversation: unfold, fold"),
    "prompt.send": ("enter", "prompt: send"),
    "prompt.leave": ("escape", "prompt: leave it"),
    "prompt.newline": ("ctrl+j,shift+enter", "prompt: a new line"),
    "prompt.older": ("up", "prompt: what was sent before"),
    "prompt.newer": ("down", "prompt: what was sent after that"),
    "prompt.complete": ("tab", "prompt: complete a command"),
    "field.submit": ("enter", "field of a dialog: apply"),
    "field.newline": ("ctrl+j,shift+enter", "field of a dialog: a new line"),
    "field.above": ("up", "field of a dialog: up, or to the field above"),
    "field.below": ("down", "field of a dialog: down, or to the field below"),
    "sheet.close": ("escape,q", "what lies over the screen: close it"),
    "form.close": ("escape", "a form: close it"),
    "form.rule": ("ctrl+r", "an edit: make it a rule"),
    "break.close": ("escape", "break, watch: close it"),
    "break.take": ("tab", "break, watch: complete"),
    "break.once": ("ctrl+o", "break: once"),
    "break.trace": ("ctrl+t", "break: trace"),
    "break.ignore": ("ctrl+g", "break: ignore hits"),
    "breaks.switch": ("space,e,enter", "breakpoints: on or off"),
    "breaks.ignore": ("i", "breakpoints: ignore one hit more"),
    "breaks.ignore_none": ("I", "breakpoints: ignore none"),
    "breaks.delete": ("d,delete", "breakpoints: delete"),
    "breaks.new": ("b,n", "breakpoints: a new breakpoint"),
    "breaks.watch": ("w,W", "breakpoints: a new watch"),
    "diff.next": ("n", "diff: the next difference"),
    "diff.before": ("N", "diff: the difference before"),
    "seen.raw": ("o", "view: the raw JSON in the pager"),
    "tree.compare": ("D", "branches: compare two"),
    "whence.close": ("escape", "whence: close it"),
    "jump.close": ("escape", "jump: close it"),
    "jump.up": ("up", "jump: up"),
    "jump.down": ("down", "jump: down"),
    "doubt.ran": ("y", "in doubt: it happened"),
    "doubt.not_run": ("n", "in doubt: it did not"),
    "doubt.again": ("a", "in doubt: run it again"),
    "doubt.leave": ("l", "in doubt: leave it open"),
    "doubt.verified": ("v", "in doubt: go by what the tool's own check found out"),
    "apart.recorded": ("u", "replay that differs: use the recorded one"),
    "apart.live": ("l", "replay that differs: go live from here"),
    "apart.stop": ("x", "replay that differs: stop"),
    "apart.once": ("a", "replay that differs: make this one call"),
    "doubt.nothing": ("escape,q", "in doubt: does nothing, since there is no default"),
}
"""Every other binding: its keys, and what it does where."""

SESSION_BINDINGS = [
    Binding(deed.keys, deed.action, deed.word, id=deed.id, priority=deed.keys.startswith("ctrl+")) for deed in DEEDS
]

_KEYS = {deed.id: deed.keys for deed in DEEDS}
_SIGNS = {"colon": ":", "plus": "+", "slash": "/", "shift+tab": "⇧tab", "f1": "F1", "f2": "F2"}


def sign(keys: str) -> str:
    """Keys as people write them: `^c`, `F1`, `:`."""
    first = keys.split(",", 1)[0]
    return _SIGNS.get(first, first.replace("ctrl+", "^"))


def key_of(id: str, keys: Mapping[str, str]) -> str:
    """The key of a verb as `keys` maps it, as people write it."""
    return sign(keys.get(id, _KEYS[id]))
