"""A comparison as a page: the figures, the first difference in its frame, the words that changed."""

from __future__ import annotations

from tests.exchange.pages import stands_alone
from tests.playbook import agent, answered, asked, read, started, story
from workbench.debugger.diff import Side, compare
from workbench.events import Body, Said
from workbench.exchange import diff_page
from workbench.state import fold


def side(name: str, *bodies: Body) -> Side:
    events = story(started(agent(system="Be <b>kind</b>.")), *bodies)
    return Side(name, f"run {name}", events, fold(events))


def turn(call: str, asks: str, says: str) -> tuple[Body, ...]:
    return Said(text=asks), asked(call), answered(call, says), read(call, says)


def test_equal_stretches_are_folded_and_the_first_difference_is_framed() -> None:
    one = side("a", *turn("agent.1", "Hi", "Pay <i>5</i> now"), Said(text="only here"))
    other = side("b", *turn("agent.1", "Hi", "Pay <i>7</i> now"))
    page = stands_alone(diff_page(compare(one, other)))
    assert "run a ↔ run b" in " ".join(page.text.split())
    assert "They part after 2 equal messages" in page.text
    assert "2 equal messages · @1–2 and @1–2" in page.text
    assert "Be <b>kind</b>." in page.text
    assert page.kinds("section") == ["pair first", "pair"]
    assert [tag for tag, _ in page.tags if tag in {"del", "ins"}] == ["del", "ins"]
    assert "Pay <i>5</i> now" in page.text
    assert "only here" in page.text


def test_a_run_beside_itself_has_nothing_to_frame() -> None:
    one = side("a", *turn("agent.1", "Hi", "Hello"))
    page = stands_alone(diff_page(compare(one, one)))
    assert "They are equal." in page.text
    assert page.kinds("section") == []
