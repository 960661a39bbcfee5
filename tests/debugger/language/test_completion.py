"""What can be typed next, by the words and the run that are there."""

from __future__ import annotations

import pytest

from tests.debugger.language.hand import Hand
from workbench.debugger.language.completion import choices


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("fin", ["finish", "find"]),
        ("wh", ["where", "whence"]),
        ("rc", ["rc"]),
        ("cal", ["calls"]),
        ("bt", ["bt"]),
        ("calls agent.6", ["agent.6.1", "agent.6"]),
        ("edit agent.2", ["agent.2.1", "agent.2"]),
        ("model ", ["call"]),
        ("model call l", ["list_charges"]),
        ("limit tool", ["tool_calls"]),
        ("settle agent.6.1 a", ["again"]),
        ("switch m", ["main"]),
        ("diff main m", ["main"]),
        ("help fo", ["fork"]),
        ("ignore ", ["1"]),
        ("fork 3 --", ["--n", "--model", "--persona"]),
        ("fork --m", ["--model"]),
        ("b tool refund_charge if args.am", ["amount"]),
        ("b criterion order", ["order_id"]),
        ("nonsense x", []),
        ("s x", []),
    ],
)
async def test_what_is_offered(hand: Hand, typed: str, offered: list[str]):
    hand.start()
    await hand("b tool refund_charge", "c")
    assert [choice.word for choice in choices(hand.talk, typed)] == offered


async def test_a_choice_takes_the_place_of_what_was_begun(hand: Hand):
    hand.start()
    for typed, whole in {"fini": "finish", "help fo": "help fork", "b cos": "b cost"}.items():
        (choice,) = choices(hand.talk, typed)
        assert typed[: len(typed) - choice.begun] + choice.word == whole
