"""What really reaches the terminal: a process on a pty, every byte of its output, and nothing of a payload in it."""

from __future__ import annotations

import pytest

from tests.tui.bench import EPOCH, Bench
from tests.tui.pseudo_terminal import Terminal
from workbench.events import (
    ActorSpec,
    AnswerRead,
    Body,
    Call,
    CallFailed,
    Criterion,
    CriterionJudged,
    Event,
    Evidence,
    ModelAnswered,
    ModelCalled,
    Request,
    RunStarted,
    Said,
    ToolCalled,
    ToolReturned,
    ToolSpec,
)

OSC52 = "\x1b]52;c;UFdORUQ=\x07"
PAYLOADS = (
    OSC52,
    "\x1b]0;PWNED-TITLE\x07",
    "\x9d52;c;UFdORUQ=\x9c",
    "\x1bc",
    "\x1b[2J\x1b[31mPWNED-RED",
    "\x1bP1$qPWNED\x1b\\",
    "\u202ePWNED-BIDI",
    "\u2066PWNED-ISOLATE",
    "[@click=app.quit]PWNED-MARKUP[/]",
    "[/nothing]",
)
FORBIDDEN = (
    b"52;c;UFdORUQ=\x07",
    b"\x1b]0;PWNED",
    b"\xc2\x9d",
    b"\x9d52",
    b"\x1bc",
    b"\x1b[31mPWNED",
    b"\x1bP1$q",
    "\u202e".encode(),
    "\u2066".encode(),
)
EVIL = " ".join(PAYLOADS)


def poisoned() -> list[Body]:
    """A run in which everything that others wrote is a payload."""
    tool = ToolSpec(name="look", description=EVIL, effect="read")
    agent = ActorSpec(name="agent", model="scripted:x", system=EVIL, tools=(tool,))
    arguments = '{"path": "' + OSC52.replace("\x1b", "\\u001b").replace("\x07", "\\u0007") + '"}'
    criteria = (Criterion(name="evil\x1b]0;PWNED\x07", description=EVIL),)
    return [
        RunStarted(title=EVIL, actors=(agent,), criteria=criteria),
        Said(text=EVIL),
        ModelCalled(call="agent.1", request=Request(add=(2,))),
        ModelAnswered(
            call="agent.1",
            text=EVIL,
            thinking=EVIL,
            calls=(Call(name="look", arguments=arguments), Call(name=f"evil{OSC52}", arguments=EVIL)),
        ),
        ToolCalled(call="agent.1.1", tool="look", arguments=arguments, effect="read"),
        ToolReturned(call="agent.1.1", content=EVIL),
        ToolCalled(call="agent.1.2", tool=f"evil{OSC52}", arguments=EVIL, effect="read"),
        CallFailed(call="agent.1.2", error="unknown\x1b]0;PWNED\x07", message=EVIL),
        ModelCalled(call="agent.2", request=Request(base=3, keep=1, add=(4, 6, 8))),
        ModelAnswered(call="agent.2", text=EVIL),
        AnswerRead(call="agent.2", output=EVIL),
        CriterionJudged(name="evil\x1b]0;PWNED\x07", met=True, evidence=Evidence(seq=2, words=EVIL)),
    ]


def lay_in(bench: Bench) -> None:
    store = bench.house.store
    row = store.create_session(EVIL, created=EPOCH, id="evil", tags=[EVIL], model=EVIL, persona=EVIL)
    log = store.write(row.head, process="pid 1")
    log.append(
        [
            Event(log.number, place, EPOCH + place, "engine", "" if place == 1 else "agent", body)
            for place, body in enumerate(poisoned(), 1)
        ]
    )
    log.close()
    store.update_session(row.id, status="held", updated=EPOCH)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_no_payload_reaches_the_terminal(bench: Bench, size: tuple[int, int]) -> None:
    lay_in(bench)
    with Terminal(str(bench.house.workspace.root), size) as terminal:
        terminal.until("type to filter")
        terminal.press("\r", then="say something")
        terminal.press("12\r345v", then="What the model saw")
        terminal.press("q")
        terminal.insist("\x0f", then="Jump to a step")
        terminal.press("evil\r", then="LOOKING BACK")
        terminal.press("SSNCszz/pwned\r")
        terminal.press("\x11")
        came = terminal.rest()
    assert b"PWNED-MARKUP" in came, "the words themselves are shown"
    for payload in FORBIDDEN:
        assert payload not in came, payload


@pytest.mark.slow
def test_lines_are_lines_whatever_the_locale_says(bench: Bench) -> None:
    with Terminal(str(bench.house.workspace.root), (120, 40), LC_ALL="C", PYTHONCOERCECLOCALE="0") as terminal:
        terminal.until("type to filter")
        terminal.press("\x11")
        came = terminal.rest()
    assert "─".encode() in came
    assert b"\\u2500" not in came


def test_a_terminal_that_cannot_be_drawn_in_is_one_sentence(bench: Bench) -> None:
    with Terminal(str(bench.house.workspace.root), (120, 40), TERM="dumb") as terminal:
        came = terminal.rest()
        assert terminal.code == 2
    assert b"set TERM=xterm-256color" in came
    assert b"\x1b" not in came
