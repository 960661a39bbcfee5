"""The command line behind `:`: words and short forms; an unknown word is an error, never a message."""

from __future__ import annotations

import pytest

from tests.tui.bench import Bench
from workbench.errors import Impossible
from workbench.tui.commands import obey


async def test_words_and_their_short_forms_drive_the_run(bench: Bench) -> None:
    session = bench.desk.start("support-desk")
    for line, phase in (("s", "output"), ("n", "think"), ("step", "call")):
        obey(session, line)
        await session.settled()
        held = session.newest.held
        assert held is not None
        assert held.phase == phase
    obey(session, "continue")
    await session.settled()
    assert session.newest.ended is not None
    obey(session, "rs")
    assert session.looking is not None
    obey(session, "look 3")
    assert session.looking == 3
    obey(session, "look newest")
    assert session.looking is None
    obey(session, "back run")
    assert session.looking == 1
    assert "every one is what the rules make of it" in obey(session, "replay")
    session.close()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("stpe", "did you mean step"),
        ("hello there", "there is no verb 'hello'"),
        ("say", "say what"),
        ("limit", "a cap has one of these names"),
        ("limit tool_calls many", "a cap is a number"),
        ("limit tool_calls -1", "a cap is a number"),
        ("limit tool_calls 1.5", "a cap is a number"),
        ("limit cost nan", "a cap is a number"),
        ("settle x", "settle CALL ran RESULT"),
        ("settle x again", "not in doubt"),
        ("back sideways", "back goes by"),
        ("look there", "look where"),
        ("look 99999", "there is no event 99999"),
        ("pause", "nothing is under way"),
    ],
)
def test_what_cannot_be_done_says_what_could(bench: Bench, line: str, said: str) -> None:
    session = bench.desk.start("support-desk")
    with pytest.raises(Impossible, match=said):
        obey(session, line)
    session.close()


def test_caps_are_set_and_lifted(bench: Bench) -> None:
    session = bench.desk.start("support-desk")
    assert obey(session, "limit tool_calls 3") == "tool_calls is capped at 3"
    assert session.newest.limits["tool_calls"] == "3"
    assert obey(session, "limit cost=0.5") == "cost is capped at 0.5"
    assert "no cap" in obey(session, "limit tool_calls none")
    assert session.newest.limits["tool_calls"] is None
    session.close()
