"""The console at a real terminal: completion, the toolbar, Enter, ctrl-c, history, an editor, a dumb terminal."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.cli.bench import Bench
from tests.console.screen import Screen

pytestmark = pytest.mark.slow
SLOW = """
name: slow
title: Slow
persona: assistant
tools: [calculator]
user: [Tell me.]
script:
  - {say: 'One two three four five six seven eight nine ten.', pace: 4}
  - {say: Done.}
"""


def test_verbs_completion_enter_and_a_toolbar(bench: Bench):
    screen = Screen(bench, "support-desk")
    screen.type("s", "HELD at the answer, before it counts")
    screen.shows("HELD at the answer, before it counts  ·  1/20 it  0/10 calls")
    screen.type("", "order_id", "HELD before the model thinks")
    screen.press("fini\t")
    screen.shows("(wb) finish")
    screen.type("", "HELD")
    screen.type("frobnicate", "there is no verb 'frobnicate'")
    screen.press("\x03", "nothing is under way; quit or ctrl-d leaves", "(wb)")
    screen.leave("\x04")


def test_ctrl_c_holds_a_run_and_a_second_one_breaks_off_what_streams(bench: Bench):
    bench.write("scenarios/slow.yaml", SLOW)
    screen = Screen(bench, "slow")
    screen.press("c\r", "One two")
    screen.press("\x03", "holding at the next boundary; ctrl-c again breaks off")
    screen.press("\x03", "breaking off what is under way", "answer   One two", "(cut off)", "(wb)")
    screen.type("where", "main @")
    screen.leave()


def test_what_is_typed_while_a_run_is_under_way_waits_for_the_next_prompt(bench: Bench):
    bench.write("scenarios/slow.yaml", SLOW)
    screen = Screen(bench, "slow")
    screen.press("c\r", "One two")
    screen.press("where\r\x03", "holding at the next boundary")
    screen.press("\x03", "breaking off", "(wb)", "main @7", "(wb)")
    screen.signal(signal.SIGINT, "nothing is under way; quit or ctrl-d leaves", "(wb)")
    screen.press("discard\r", "(wb)")
    screen.press("c\r", "One two")
    screen.leave("\x04")


def test_an_answer_that_streams_is_shown_in_its_words(bench: Bench):
    criteria = "acceptance_criteria: {completion_conditions: [{name: done, description: It is done.}]}"
    bench.write(
        "scenarios/form.yaml",
        SLOW.replace("name: slow", f"name: form\n{criteria}").replace("{say: 'One", "{status: continue, say: 'One"),
    )
    screen = Screen(bench, "form")
    screen.press("c\r", "… One two", "answer   One two three")
    assert "agent_output" not in screen.plain
    screen.leave("\x04")


def test_lines_are_remembered_and_keys_in_them_are_not(bench: Bench):
    screen = Screen(bench, "support-desk")
    screen.type("find sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "nothing says")
    screen.leave()
    history = (bench.root / "sessions" / "console.history").read_text(encoding="utf-8")
    assert "+find [redacted]" in history
    screen = Screen(bench, "support-desk")
    screen.press("\x1b[A\x1b[A")
    screen.shows("(wb) find [redacted]")
    screen.leave("\x15quit\r")


def test_an_edit_in_the_persons_editor(bench: Bench, tmp_path: Path):
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nsed -i s/129.00/1.00/ "$1"\n', encoding="utf-8")
    script.chmod(0o700)
    screen = Screen(bench, "support-desk", EDITOR=str(script))
    screen.type("b tool refund_charge", "breakpoint 1")
    screen.type("c", "HELD before refund_charge")
    screen.type("edit agent.6.1", "edited   arguments of agent.6.1", '"amount": "[-129.00-]{+1.00+}"')
    screen.leave()


def test_an_edit_on_several_lines_of_the_console(bench: Bench):
    screen = Screen(bench, "support-desk")
    screen.press("edit prompt\r", "Esc Enter takes it")
    screen.press("\x03", "left as it was", "(wb)")
    screen.press("edit prompt\r", "Esc Enter takes it")
    screen.press("\nBe brief.\x1b\r", "recast", "(wb)")
    screen.leave()


def test_a_dumb_terminal_gets_plain_lines(bench: Bench):
    screen = Screen(bench, "support-desk", term="dumb")
    screen.type("s", "HELD at the answer, before it counts")
    assert not re.search(r"\x1b\[[0-9;]+m", screen.came)
    screen.leave()
