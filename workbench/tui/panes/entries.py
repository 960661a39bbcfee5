"""What the conversation shows of one step: its lines, folded or not, made of the step's event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.criteria.coming import said_in, so_far
from workbench.debugger.words import call_words, duration, outcome_words, size
from workbench.events import (
    AnswerRead,
    Body,
    CallFailed,
    ModelAnswered,
    Noted,
    OutputRejected,
    RunEnded,
    Said,
    ToolCalled,
    ToolReturned,
)
from workbench.events.text import from_json
from workbench.state import State, as_edited
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.looking import Looking
    from workbench.debugger.steps import Step
    from workbench.events import ActorSpec

FOLDED = 3
_MOST = 2_000
_LONG = 50_000
_BROKEN_OFF: Pieces = (("   ✗ broken off here", "wrong"),)


def words_at(session: Looking, seq: int, state: State) -> str:
    """All the text of an event that a person would copy or read in a pager, as it was edited up to `state`."""
    event = as_edited(session.event(seq), state.edits.get(seq, ()))
    return text_of(event.body, state.specs.get(event.actor))


def text_of(body: Body, spec: ActorSpec | None = None) -> str:
    """All the text of a body; of an answer what it says to its reader, as its actor's `spec` has it."""
    match body:
        case Said():
            return body.shown
        case Noted():
            return body.text
        case ModelAnswered():
            calls = [f"{call.name}({call.arguments})" for call in body.calls]
            return "\n".join([*([body.thinking] if body.thinking else []), *_said(body, spec), *calls])
        case ToolCalled():
            return body.arguments
        case ToolReturned():
            return body.shown
        case CallFailed():
            said = so_far(body.partial, spec)
            return "\n".join([*([said] if said else []), f"{body.error}: {body.message}"])
        case AnswerRead():
            return body.output
        case RunEnded():
            return f"{body.outcome}: {body.reason}"
        case _:
            return body.model_dump_json(exclude_defaults=True)


def heading(width: int, who: str, what: str = "") -> list[Piece]:
    """Who speaks, and which step it is."""
    return lay(width, [(f" {who}", "grey")], [(f"{what} ", "faint")] if what else [])


def speech(text: str, width: int) -> list[Pieces]:
    """Words, indented; no lines where nothing is said."""
    return indented(wrap(text.strip("\n"), width - 4)[:_MOST]) if text.strip() else []


def indented(lines: Sequence[str]) -> list[Pieces]:
    """Wrapped lines of what somebody says."""
    return [[(f"   {line}", _look_of(line))] for line in lines]


def _look_of(line: str) -> Look:
    """Markdown's headings stand out and its fences step back; the words stay as they were written."""
    return "faint" if line.startswith("```") else "strong" if line.startswith(("# ", "## ", "### ")) else "text"


def thinking(text: str, width: int, *, unfolded: bool) -> list[Pieces]:
    """The model's reasoning, folded to two lines."""
    return thought(wrap(text.strip(), width - 6), unfolded=unfolded)


def thought(lines: Sequence[str], *, unfolded: bool) -> list[Pieces]:
    """Wrapped lines of the model's reasoning, folded to two."""
    shown = lines if unfolded or len(lines) < 4 else lines[:2]
    told: list[Pieces] = [[(f"   ┊ {line}", "faint")] for line in shown[:_MOST]]
    if len(lines) > len(shown):
        told.append([(f"   ┊ … {len(lines) - len(shown)} more lines of thinking", "faint")])
    return told


def content(text: str, width: int, *, unfolded: bool) -> list[Pieces]:
    """A result, folded to a few lines; JSON is given spaces to break at."""
    most = _MOST if unfolded else FOLDED
    room = max(8, width - 6)
    told = aired(text)
    lines = wrap(told if unfolded or len(told) < _LONG else told[: room * (most + 2)], room)
    hidden = len(lines) - most
    if hidden == 1:
        most += 1
    shown: list[Pieces] = [[(f"     {line}", "grey")] for line in lines[:most]]
    if hidden > 1:
        more = f"{hidden} more lines" if unfolded or len(told) < _LONG else f"{size(text)} in all"
        shown.append([(f"     … {more} · {'o pager' if unfolded else 'Enter unfolds'}", "faint")])
    return shown


def aired(text: str) -> str:
    """Compact JSON with a space behind each comma and colon; other text as it is."""
    if not text.startswith(("{", "[")) or len(text) > _LONG:
        return text
    try:
        return json.dumps(from_json(text), ensure_ascii=False)
    except ValueError:
        return text


def entry(
    step: Step, body: Body, who: str, width: int, *, tool: str = "", spec: ActorSpec | None = None, unfolded: bool
) -> list[Pieces]:
    """The lines of a step whose newest event is `body`.

    `who` speaks; `tool` is the one that was called; `spec` says how the answers of its actor are read.
    """
    match body:
        case Said():
            user = "you" if step.detail == "human" else "user"
            name = user if body.role == "user" else body.role
            return [heading(width, name), *speech(body.shown, width)]
        case ModelAnswered():
            kept = " · cached" if body.cached else ""
            lines: list[Pieces] = [heading(width, who, f"think {step.iteration}{kept}")]
            if body.thinking:
                lines += thinking(body.thinking, width, unfolded=unfolded)
            lines += _answer(body, spec, width)
            for call in body.calls:
                lines += _wants(call.name, call.arguments, width, unfolded=unfolded)
            if len(lines) == 1:
                lines.append([("   said nothing", "faint")])
            return [*lines, _BROKEN_OFF] if body.partial else lines
        case ToolReturned():
            took = f" · {duration(body.ms)}" if body.ms else ""
            head: list[Piece] = [("   ← ", "faint"), (tool, "grey"), (f" · {size(body.content)}{took}", "faint")]
            return [head, *content(body.shown, width, unfolded=unfolded)]
        case CallFailed():
            model = step.kind == "think"
            told: list[Pieces] = [heading(width, who, f"think {step.iteration}")] if model else []
            if body.partial:
                told += [*speech(so_far(body.partial, spec), width), _BROKEN_OFF]
            failed = f"{tool} failed: " if tool else ""
            told.append([("   ✗ ", "wrong"), (failed + body.error.replace("_", " "), "wrong")])
            return [*told, *content(body.message, width, unfolded=unfolded)]
        case OutputRejected():
            return [
                [("   ✗ ", "wrong"), ("output rejected", "wrong")],
                *content(body.message, width, unfolded=unfolded),
            ]
        case RunEnded():
            words = outcome_words(body.outcome) + (f": {body.reason}" if body.reason else "")
            first, *rest = wrap(words, width - 6)
            return [[(f" ── {first}", "grey")], *[[(f"    {line}", "grey")] for line in rest]]
        case Noted():
            noted: list[Pieces] = [[(f"   {line}", "faint")] for line in wrap(body.text, width - 4)[:_MOST]]
            return [[(f" {body.role}", "faint")], *noted]
        case _:
            first, *rest = wrap(f"{step.label} {step.detail}".strip(), width - 4)
            return [[(f" – {first}", "faint")], *[[(f"   {line}", "faint")] for line in rest]]


def _wants(name: str, arguments: str, width: int, *, unfolded: bool) -> list[Pieces]:
    words = call_words(name, arguments)
    lines = wrap(f"wants {words}", width - 6)
    if not unfolded and len(lines) > 2:
        return [lay(width - 1, [("   ▸ ", "faint"), (f"wants {words}", "grey")])]
    return [[("   ▸ " if not place else "     ", "faint"), (line, "grey")] for place, line in enumerate(lines)]


def _answer(body: ModelAnswered, spec: ActorSpec | None, width: int) -> list[Pieces]:
    """What an answer says to its reader; a judge's verdicts, each with the words that show it."""
    verdicts = _verdicts(body, spec)
    if not verdicts:
        return speech(said_in(body, spec), width)
    return [line for name, verdict in verdicts.items() for line in _verdict(name, verdict, width)]


def _said(body: ModelAnswered, spec: ActorSpec | None) -> list[str]:
    """The same as plain paragraphs."""
    verdicts = _verdicts(body, spec)
    said = [] if verdicts else [said_in(body, spec)]
    return [words for words in [*said, *(words for each in verdicts.items() for words in _ruled(*each))] if words]


def _verdicts(body: ModelAnswered, spec: ActorSpec | None) -> dict[str, Any]:
    """What a judge says of each criterion; nothing of another's answer, or of one that cannot be read."""
    if spec is None or spec.role != "judge" or body.partial:
        return {}
    from workbench.criteria.rubrics import read_verdicts

    return read_verdicts(body.text).claims or {}


def _ruled(name: str, verdict: dict[str, Any]) -> tuple[str, str]:
    """Whether a criterion is met and why, and the words of the run that show it, "" where none do."""
    said = f"{name}: {'met' if verdict['met'] else 'not met'}" + (f", {verdict['reason']}" if verdict["reason"] else "")
    return said, f"“{verdict['quote']}”" if verdict["quote"] else ""


def _verdict(name: str, verdict: dict[str, Any], width: int) -> list[Pieces]:
    mark: Piece = ("   ✓ ", "text") if verdict["met"] else ("   ✗ ", "wrong")
    said, quote = _ruled(name, verdict)
    first, *more = wrap(said, width - 6)
    return [
        [mark, (first, "text")],
        *[[(f"     {line}", "text")] for line in more],
        *[[(f"     {line}", "grey")] for line in (wrap(quote, width - 6) if quote else [])],
    ]
