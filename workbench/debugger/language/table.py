"""The debugger's language: every verb with its short forms, its arguments and its help, in one table."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from workbench.debugger.language import (
    branch_verbs,
    break_verbs,
    change_verbs,
    compare_verbs,
    look_verbs,
    replay_verbs,
    view_verb,
    walk_verbs,
)
from workbench.debugger.language.lines import Line, Lines, plain
from workbench.debugger.language.verb import Verb
from workbench.errors import UsedWrongly

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk


_NARROW = 26
"""Cells of a verb and what it takes in the list of all; what is longer has a line of its own."""


def help_(talk: Talk, rest: str) -> Lines:
    """All verbs in a line each, or one with its examples."""
    if rest:
        verb = find(rest)
        also = f"   (also {', '.join(verb.short)})" if verb.short else ""
        return [Line(verb.usage + also, "strong"), *plain(verb.means, *verb.more)]
    lines: Lines = []
    for title, verbs in LANGUAGE.items():
        lines.append(Line(title, "strong"))
        for verb in verbs:
            words = f"{', '.join((*verb.short, verb.name))} {verb.takes}".strip()
            lines += [] if len(words) <= _NARROW else [Line(f"  {words}")]
            lines.append(Line(f"  {words if len(words) <= _NARROW else '':<{_NARROW}}  {verb.means}"))
    return [*lines, *plain("help VERB tells more; an empty line does the last walking verb again", look="faint")]


LANGUAGE: dict[str, tuple[Verb, ...]] = {
    "Going on": (
        Verb(
            "step",
            ("s",),
            "",
            "to the next phase: think, call, result, output",
            walk_verbs.onward("step", lambda s: s.step()),
            repeats=True,
        ),
        Verb(
            "next",
            ("n",),
            "",
            "to the next iteration, before the model thinks",
            walk_verbs.onward("next", lambda s: s.next()),
            repeats=True,
        ),
        Verb(
            "finish",
            ("f",),
            "",
            "to the end of this actor's turn",
            walk_verbs.onward("finish", lambda s: s.finish()),
            repeats=True,
        ),
        Verb(
            "continue",
            ("c", "cont"),
            "",
            "to the next hold: a breakpoint, a budget, the end",
            break_verbs.onward,
            repeats=True,
        ),
        Verb(
            "until",
            ("u",),
            "SEQ",
            "to an event: a look at one that is recorded, a run up to one that is not",
            walk_verbs.until,
        ),
        Verb(
            "pause", (), "", "hold at the next boundary (ctrl-c; again breaks off what is under way)", walk_verbs.pause
        ),
        Verb("now", (), "", "ask the model that failed again now, instead of after the wait", walk_verbs.now),
        Verb("say", (), "TEXT", "talk to the agent", change_verbs.say),
    ),
    "Looking back (nothing is undone)": (
        Verb("rs", ("back",), "", "back to the phase before", walk_verbs.backward("rs", "step"), repeats=True),
        Verb("rn", (), "", "back to the iteration before", walk_verbs.backward("rn", "next"), repeats=True),
        Verb(
            "rc",
            (),
            "",
            "back to where a watch changed or a breakpoint holds, else to the beginning",
            break_verbs.backward,
            repeats=True,
        ),
        Verb("look", ("@",), "[SEQ|newest]", "look at an event, or at the newest again", walk_verbs.look),
        Verb("where", ("bt",), "", "where you are and why the run stands still", look_verbs.where),
        Verb("steps", (), "[N|all]", "the steps up to here", look_verbs.steps),
        Verb(
            "calls",
            (),
            "[CALL]",
            "all tool calls, or one with its arguments and result",
            look_verbs.calls,
            completes=("call",),
        ),
        Verb("event", ("e",), "[SEQ]", "one event, whole", look_verbs.event),
        Verb(
            "view",
            ("v",),
            "[CALL] [all|raw]",
            "exactly what the model saw at a call, against the call before",
            view_verb.see,
            completes=("call",),
            repeats=True,
        ),
        Verb(
            "whence",
            ("w",),
            "VALUE",
            "where a value first came from, or that the model invented it",
            compare_verbs.origin,
        ),
        Verb("find", ("/",), "TEXT", "every event that says the text", look_verbs.search),
        Verb("budget", (), "", "what was used, and the caps", look_verbs.budget),
        Verb("criteria", (), "", "each criterion with verdict and evidence", look_verbs.criteria),
    ),
    "Breakpoints": (
        Verb(
            "break",
            ("b",),
            "[CONDITION]",
            "hold where it is true; alone: list",
            break_verbs.set_break(),
            completes=("condition",),
            more=(
                'b tool send_email if args.to !~ "@corp.com"',
                'b result contains "Traceback"',
                "b cost > 0.50",
                "b repeat 3",
                "b criterion order_id flips",
                "b model",
                "b error",
                "b tool refund_charge if args.amount > 100 do set args.amount 100      a rule: see rule",
            ),
        ),
        Verb(
            "rule",
            (),
            "[CONDITION [do ACTION]]",
            "do the last change by itself from now on, where the condition is true",
            break_verbs.make_rule,
            completes=("condition",),
            more=(
                "rule      the last edit, skip, return or model answer; where all is as it was then",
                "rule tool refund_charge      the same, whenever that tool is about to be called",
                "rule tool find_order do skip",
                'rule tool find_order if args.order == "A-1" do return {"status": "lost"}',
                'rule tool refund_charge if args.amount > 100 do set args.amount "100.00"',
                'rule result contains "Traceback" do set result The tool is out of order.',
                'rule model if iteration == 2 do model call find_order {"order": "A-1"}',
                "What a rule does is recorded as done by rule; list, disable and clear are about rules, too.",
            ),
        ),
        Verb("tb", (), "CONDITION", "hold there once", break_verbs.set_break(once=True), completes=("condition",)),
        Verb(
            "trace",
            (),
            "CONDITION",
            "tell when it is true, and don't hold",
            break_verbs.set_break(trace=True),
            completes=("condition",),
        ),
        Verb(
            "watch",
            (),
            "[PATH]",
            "watch a value; rc then walks back to where it changed",
            break_verbs.watch,
            completes=("condition",),
        ),
        Verb(
            "p",
            ("print",),
            "[PATH]",
            "the value at a path, where you look",
            break_verbs.value,
            completes=("condition",),
        ),
        Verb("list", ("l",), "", "breakpoints and watches", break_verbs.listed),
        Verb(
            "ignore",
            (),
            "N TIMES",
            "let the next hits of a breakpoint pass",
            break_verbs.ignore,
            completes=("breakpoint",),
        ),
        Verb(
            "enable", (), "[N]", "switch a breakpoint on, or all", break_verbs.switch(True), completes=("breakpoint",)
        ),
        Verb(
            "disable",
            (),
            "[N]",
            "switch a breakpoint off, or all",
            break_verbs.switch(False),
            completes=("breakpoint",),
        ),
        Verb(
            "clear",
            ("cl",),
            "[N|watch [PATH]]",
            "take a breakpoint away, or all; or one watch, or all",
            break_verbs.clear,
            completes=("breakpoint",),
        ),
    ),
    "Changing it": (
        Verb(
            "edit",
            (),
            "CALL|SEQ|prompt [VALUE]",
            "change arguments, a message, a result or the prompt",
            change_verbs.edit,
            completes=("call",),
            more=(
                'edit agent.3.1 {"order": "A-1007"}      the arguments of a call',
                "edit agent.3 TEXT      what the model answered",
                "edit 12 TEXT      what event 12 says: a message, a result, a failure",
                "edit prompt TEXT      the system prompt; edit user.prompt TEXT that of another actor",
                "Without VALUE an editor opens. What was used already stays as it is: the edit is made in a fork.",
            ),
        ),
        Verb("revert", (), "[SEQ]", "take back the edit of event SEQ, or the last one", change_verbs.revert),
        Verb("approve", ("a",), "", "let the held call pass, then hold again", change_verbs.approve),
        Verb("skip", ("x",), "", "don't run the held tool call; the agent is told so", change_verbs.skip),
        Verb("return", ("r",), "RESULT", "answer as the held tool, which is not run", change_verbs.give),
        Verb(
            "model",
            ("m",),
            "TEXT | call TOOL {JSON}",
            "answer as the model, which is not asked",
            change_verbs.model,
            completes=("answer", "tool"),
        ),
        Verb(
            "limit",
            (),
            "NAME N|none|FOLLOW",
            "change or lift a cap, or what follows at it",
            change_verbs.limit,
            completes=("cap",),
        ),
        Verb(
            "settle",
            (),
            "CALL ran|not-run|again|leave|verify [RESULT]",
            "rule on a call in doubt",
            change_verbs.settle,
            completes=("call", "ruling"),
            more=(
                "ran RESULT   it happened, and this is what it returned",
                "not-run      it did not happen; the agent is told so",
                "again        run it again; if it did happen, it will have happened twice",
                "leave        decide nothing; it stays held",
                "verify       go by what the tool's own check finds out, where it offers one",
            ),
        ),
        Verb(
            "accept",
            (),
            "",
            "let what came of an answer that was broken off count (edit it, and that counts)",
            change_verbs.rule_on_partial("accept"),
        ),
        Verb(
            "discard",
            (),
            "",
            "drop what came of an answer that was broken off: the model is asked again",
            change_verbs.rule_on_partial("discard"),
        ),
        Verb("take-over", (), "", "become the writer, now that another process is gone", walk_verbs.take_over),
    ),
    "Branches": (
        Verb(
            "fork",
            (),
            "[SEQ] [--n N] [--model P:M] [--persona NAME]",
            "leave this branch after an event; --n runs several",
            branch_verbs.fork,
            completes=("fork",),
        ),
        Verb("branches", ("tree",), "", "every branch: where it left, what it cost, how it stands", branch_verbs.tree),
        Verb("switch", (), "BRANCH", "go to another branch", branch_verbs.switch, completes=("branch",)),
        Verb(
            "diff",
            (),
            "[A] [B]",
            "where two branches or sessions part, what differs, what came of each",
            compare_verbs.diff,
            more=("diff      this branch against the one it left", "diff main      main against this branch"),
            completes=("branch", "branch"),
        ),
    ),
    "Replays": (
        Verb(
            "replay",
            (),
            "[--live-model [P:M]|--live-tools]",
            "check the recording against the rules; no model, tool or network is touched",
            replay_verbs.replay,
            completes=("live",),
            more=(
                "replay      every event against the rules; where one differs, both sides and what you can choose",
                "replay --live-model      a fork: the model is asked anew, tools answer from the recording",
                "replay --live-model openai:gpt-5-mini      another model is asked instead",
                "replay --live-tools      a fork: tools run anew (effects ask), the model answers as recorded",
            ),
        ),
        Verb("apart", (), "", "both sides of what differs from the recording", replay_verbs.apart),
        Verb(
            "recorded",
            (),
            "",
            "where a replay differs: use what was recorded, and go on replaying",
            replay_verbs.choosing("recorded"),
        ),
        Verb(
            "live",
            (),
            "",
            "where a replay differs: go live from here; effects still ask",
            replay_verbs.choosing("live"),
            more=(
                "From then on nothing is compared with the recording or served from it.",
                "Where a recording was only checked, this is a fork that begins before the difference.",
            ),
        ),
        Verb("stop", (), "", "where a replay differs: end it there (exit code 5)", replay_verbs.choosing("stop")),
    ),
    "Help, and leaving": (
        Verb("help", ("h", "?"), "[VERB]", "this list, or more of a verb", help_, completes=("verb",)),
        Verb("close", (), "", "leave the session where it stands: the app goes back to its list", walk_verbs.close),
        Verb("quit", ("q", "exit"), "", "leave (also ctrl-d in the console); the session stands", walk_verbs.leave),
    ),
}
VERBS: tuple[Verb, ...] = tuple([verb for verbs in LANGUAGE.values() for verb in verbs])
WORDS: dict[str, Verb] = {word: verb for verb in VERBS for word in verb.words}


def find(word: str) -> Verb:
    """The verb that goes by `word`.

    Raises:
        UsedWrongly: none does; names near ones.
    """
    verb = WORDS.get(word)
    if verb is None:
        near = get_close_matches(word, WORDS, 3, 0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "help lists them"
        raise UsedWrongly(
            f"there is no verb {word[:40]!r}; {hint}" + (" (say TEXT talks to the agent)" if not near else "")
        )
    return verb
