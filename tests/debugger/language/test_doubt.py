"""A call in doubt: what the console tells of it, and the four rulings."""

from __future__ import annotations

import pytest

from tests.debugger.language.hand import Hand


async def killed(hand: Hand) -> None:
    """A run whose process ended while it refunded a charge."""
    await hand.sessions.record("support-desk", dies_in="refund_charge")
    hand.take(hand.desk.open("recorded"))


@pytest.mark.slow
async def test_it_tells_all_that_is_known_and_the_four_rulings(hand: Hand):
    await killed(hand)
    assert (await hand.greet())[2:] == [
        "IN DOUBT: agent.6.1 refund_charge",
        "  It was under way when its process ended, and nobody knows whether it happened.",
        '    {"order":"A-1007","charge":"ch_7002","amount":"129.00"}',
        "  The tool declares: effect, it changes something outside, so it is never repeated by itself.",
        "  The tool's own check says: it did not happen",
        "  settle agent.6.1 ran RESULT   it happened, and this is what it returned",
        "  settle agent.6.1 not-run      it did not happen; the agent is told so, and may ask for it again",
        "  settle agent.6.1 again        run it again; if it did happen, it will have happened twice",
        "  settle agent.6.1 leave        decide nothing; the run stays held",
        "  settle agent.6.1 verify       go by what the tool's own check finds out",
    ]
    assert (await hand("c"))[-1] == "HELD before refund_charge: effect tool, in doubt"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ruling", "outcome", "attempts"),
    [
        ('ran {"refund": "re_7002"}', 'result   agent.6.1 {"refund": "re_7002"}', 1),
        ("not-run", "failed   agent.6.1 not_run: this call did not happen", 1),
        ("again", 'result   agent.6.1 {"refund":"re_7002"', 2),
        ("verify", "the tool's own check says: it did not happen; c goes on", 1),
    ],
)
async def test_a_ruling_lets_the_run_go_on(hand: Hand, ruling: str, outcome: str, attempts: int):
    await killed(hand)
    said = await hand(f"settle agent.6.1 {ruling}")
    told = [*said, *await hand("c")]
    assert outcome in "\n".join(told)
    calls = [event for event in hand.session.events() if event.body.kind == "tool_called"]
    assert len([event for event in calls if getattr(event.body, "call", "") == "agent.6.1"]) == attempts
    assert hand.session.newest.doubtful == []


@pytest.mark.slow
async def test_what_is_left_in_doubt_stays_held(hand: Hand):
    await killed(hand)
    assert (await hand("settle agent.6.1 leave"))[-2] == "left open: the run stays held before it"
    assert (await hand("c"))[-1] == "HELD before refund_charge: effect tool, in doubt"
    assert (await hand.refused("settle agent.1.1 not-run")) == "call 'agent.1.1' is not in doubt; in doubt: agent.6.1"
    assert (await hand.refused("settle agent.6.1 not-run really")).startswith("only a call that ran has a result")
