"""A session as a page: it stands alone, shows what happened, and lets nothing in it become markup."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.pages import stands_alone
from tests.playbook import (
    Stage,
    agent,
    answered,
    asked,
    called,
    cap,
    failed,
    read,
    returned,
    started,
    story,
    wants,
)
from workbench.events import (
    Body,
    Call,
    Criterion,
    CriterionJudged,
    Event,
    Evidence,
    Forked,
    Held,
    LimitSet,
    Noted,
    Recast,
    RunEnded,
    Said,
    Settled,
    Undone,
)
from workbench.exchange import export_html, load
from workbench.exchange.html_page import element, folded, meter, table

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\u202e\x1b]52;c;x\x07</pre></article>"


def run() -> list[Event]:
    criteria = (Criterion(name="paid"), Criterion(name="kind", kind="indicator"), Criterion(name="claimed"))
    bodies: tuple[Body, ...] = (
        Said(text="Buy it."),
        asked(),
        answered("agent.1", "At once.", Call(name="charge", arguments='{"amount":5}'), thinking="Hm."),
        called("agent.1.1", "charge"),
        returned("agent.1.1", '{"ok":true}'),
        CriterionJudged(name="paid", met=True, evidence=Evidence(seq=6, words="ok")),
        CriterionJudged(name="claimed", met=None),
        asked("agent.2"),
        answered("agent.2", '{"agent_output":"Done."}'),
        read("agent.2", "Done.", how="json", status="complete"),
    )
    start = started(agent(system="Be kind."), criteria=criteria, caps=(cap("iterations", 5), cap("cost", "0")))
    return story(start, *bodies, RunEnded(outcome="completed", reason="all met"))


def test_what_came_of_it_stands_at_the_top() -> None:
    page = stands_alone(export_html(run(), title="A sale", place="ab12/main"))
    for words in (
        "A sale", "ab12/main · 12 events", "completed · all met", "2 of models, 1 of tools", "2 in, 2 out",
        "paidrequired✓ metok", "kindindicatornot met", "claimedrequired~ claimed", "iterations2 of 5", "cost0 of 0",
    ):  # fmt: skip
        assert words in page.text
    assert "#e6" in page.links


def test_the_conversation_is_whole() -> None:
    page = stands_alone(export_html(run()))
    for words in (
        "Be kind.",
        "Buy it.",
        "At once.",
        "Hm.",
        '"amount": 5',
        '"ok": true',
        "read as json, complete",
    ):
        assert words in page.text
    assert page.kinds("article") == [
        "message user", "message assistant", "message call", "message result", "message assistant"
    ]  # fmt: skip


def test_every_event_is_in_the_log() -> None:
    page = stands_alone(export_html(run()))
    assert '"evidence": {"seq": 6, "words": "ok"}' in page.text
    assert page.text.count("model_called") == 2


def test_other_events_leave_a_line() -> None:
    undone = Undone(call="agent.1.1", tool="charge", arguments="{}")
    events = story(
        started(),
        Said(text="x"),
        Forked(parent=1, parent_seq=2, undone=(undone,)),
        LimitSet(name="cost", limit=None),
        Noted(text="seen", role="critic"),
        Recast(spec=agent(system="Be curt.")),
        asked(),
        answered("agent.1", "wai", "charge", partial=True),
        called("agent.1.1", "charge"),
        Held(gate="doubt", reason="who knows"),
        Settled(call="agent.1.1", ruling="not_run"),
        failed("agent.1.1", "not_run", "it did not happen"),
    )
    page = stands_alone(export_html(events))
    for words in (
        "forked after event 2; stays done: charge", "limit of cost: none", "note, critic: seen", "Be curt.",
        "cut off here", "held, doubt: who knows", "settled agent.1.1: not run", "charge failed: not_run",
    ):  # fmt: skip
        assert words in page.text


async def test_an_edit_shows_what_it_was() -> None:
    stage = Stage(wants("lookup"), "one")
    session = stage.start(agent())
    session.say("Buy it.")
    await session.drive()
    session.change(2, "text", "Sell it.")
    page = stands_alone(export_html(list(stage.log.events())))
    assert "Sell it." in page.text
    assert "before the edituser to agent@2Buy it." in page.text
    assert "text of event 2 edited by a person" in page.text


def test_markup_and_codes_in_texts_stay_text() -> None:
    for text in (EVIL, "<b>" * 2000):
        bodies = (Said(text=text), asked(), answered("agent.1", text, Call(name="lookup", arguments=text)))
        events = story(started(agent(system=text)), *bodies, called("agent.1.1"), returned("agent.1.1", text))
        html = export_html(events, title=text, place=text)
        stands_alone(html)
        assert not {"\x1b", "\x07", "\u202e"} & set(html)


@given(st.text(), st.text())
def test_elements_hold_any_text(one: str, other: str) -> None:
    html = element("p", one, folded(other, one, kind=other), table([one], [[other]]), meter(1, 2), kind=one, id=other)
    assert html.count("<p") == html.count("</p>") == 1


def test_unknown_tokens_are_not_zero(data_dir: Path) -> None:
    (recording,) = load(data_dir / "tau" / "tb-gpt4o-airline__task11__t0__r1.json").recordings
    page = stands_alone(export_html(recording.events, title=recording.title))
    assert "tokensunknowncostunknown" in page.text
    assert "outcomecompleted · reward 1.0" in page.text
    assert "0 ms" not in page.text


def test_a_run_that_only_began_is_a_page_too() -> None:
    assert "outcomenot ended" in stands_alone(export_html(story(started()))).text


def test_an_answer_of_calls_alone_is_found_at_its_first_call() -> None:
    events = story(started(), Said(text="x"), asked(), answered("agent.1", "", "lookup", "save"))
    page = stands_alone(export_html(events))
    assert page.kinds("article") == ["message user", "message call", "message call"]
    assert page.ids == ["e2", "e4"]
