"""Where a value came from: texts as words, numbers as numbers, leaves by their path, and what nobody had said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import agent, answered, asked, called, failed, returned, started, story
from workbench.debugger.whence import Whence, whence
from workbench.errors import Impossible
from workbench.events import Body, Call, Edited, Recast, Said
from workbench.exchange import load


def told(found: Whence) -> list[tuple[int, str]]:
    return [(one.seq, one.path) for one in found.sightings]


def of(*bodies: Body, value: str, before: int | None = None) -> Whence:
    return whence(story(started(agent(system="You sell trains.")), *bodies), value, before)


ORDER = json.dumps({"orders": [{"id": "A-1007", "total": 129.0, "by_date": {"2024-05-18": None}}], "paid": True})
RUN: tuple[Body, ...] = (
    Said(text="Refund order A-1007, please."),
    asked(),
    answered("agent.1", "One moment.", Call(name="lookup", arguments='{"order":"A-1007"}')),
    called("agent.1.1"),
    returned("agent.1.1", ORDER),
    asked("agent.2"),
    answered("agent.2", "", Call(name="charge", arguments='{"amount":129,"to":"ann@corp.com"}')),
    called("agent.2.1", "charge"),
)


def test_every_place_is_told_in_order_with_its_leaf_and_words() -> None:
    found = of(*RUN, value="a-1007")
    assert told(found) == [(2, "text"), (4, "calls.1.arguments.order"), (6, "content.orders.0.id")]
    assert found.first is not None
    assert found.first.words == "Refund order A-1007, please."
    assert not found.invented
    assert str(found) == "'a-1007' first appeared at event 2, in what the user said: Refund order A-1007, please."


def test_every_place_has_words() -> None:
    assert [one.place for one in of(*RUN, value="a-1007").sightings] == [
        "what the user said",
        "the wish for lookup, order",
        "the result of lookup, orders.0.id",
    ]
    more = (
        asked("agent.3"),
        answered("agent.3", "A-1007 it is", thinking="A-1007?"),
        failed("agent.3.1", message="no A-1007"),
        Edited(target=2, field="text", value="A-1007"),
        Edited(target=2, field="arguments", value='{"order":"A-1007"}'),
    )
    of_all = whence(story(started(agent(system="Mind A-1007.")), *more), "A-1007")
    assert [one.place for one in of_all.sightings] == [
        "the prompt of agent",
        "the thinking of agent",
        "the answer of agent",
        "the failure of the model",
        "an edit of event 2",
        "an edit of event 2, order",
    ]


@pytest.mark.parametrize("spelling", ["129", "129.00", "129.0", "1.29e2", "+129", " 129 "])
def test_numbers_are_compared_as_numbers(spelling: str) -> None:
    found = of(*RUN, value=spelling)
    assert told(found) == [(6, "content.orders.0.total"), (8, "calls.1.arguments.amount")]
    assert not found.invented


@pytest.mark.parametrize("text", ["It is $1,299.", "1299 in all", "1299.00!", "(1.299e3)", '"1299"', "order-1299"])
def test_numbers_are_found_in_texts_however_they_are_written(text: str) -> None:
    assert told(of(Said(text=text), value="1299")) == [(2, "text")]


@pytest.mark.parametrize("text", ["1299.50", "21299", "12,991", "3.1299", "v1299x"])
def test_a_number_within_another_is_another(text: str) -> None:
    assert told(of(Said(text=text), value="1299")) == []


def test_a_word_within_another_is_another() -> None:
    assert told(of(Said(text="the annual plan"), value="Ann")) == []
    assert told(of(Said(text="Ann's plan"), value="ann")) == [(2, "text")]
    assert told(of(Said(text="from  New\nYork on"), value="new york")) == [(2, "text")]


def test_what_only_the_model_wrote_is_invented() -> None:
    found = of(*RUN, value="ann@corp.com")
    assert found.invented
    assert str(found).startswith("'ann@corp.com' is in no message before agent wrote it: invented at event 8")


def test_what_nothing_holds_before_a_place_is_invented() -> None:
    found = of(*RUN, value="129", before=6)
    assert found.invented
    assert str(found) == "'129' is in no message before event 6: whoever says it invented it"
    assert not of(*RUN, value="129", before=7).invented
    assert of(value="x").before == 2


def test_prompts_failures_fields_and_other_leaves_are_searched() -> None:
    assert told(of(value="trains")) == [(1, "agent.system")]
    assert told(of(*RUN, value="2024-05-18")) == [(6, "content.orders.0.by_date.2024-05-18")]
    assert told(of(*RUN, value="true")) == [(6, "content.paid")]
    wrong = (asked(), answered("agent.1", "", Call(name="lookup", arguments='{"order": 77')), called("agent.1.1"))
    found = of(*wrong, failed("agent.1.1", message="no order 78"), value="78")
    assert told(found) == [(5, "message")]
    assert told(of(*wrong, value="77")) == [(3, "calls.1.arguments")]


def test_edits_and_another_prompt_are_messages_of_their_own() -> None:
    told_anew = agent(system="You sell boats.")
    edits: tuple[Body, ...] = (
        Edited(target=2, field="text", value="Refund B-2", was="x"),
        Edited(target=4, field="arguments", value='{"order":"C-3"}', was="{}", call="agent.1.1"),
        Recast(spec=told_anew),
    )
    assert told(of(*edits, value="B-2")) == [(2, "value")]
    assert told(of(*edits, value="C-3")) == [(3, "value.order")]
    assert told(of(*edits, value="boats")) == [(4, "agent.system")]


def test_a_played_users_words_are_the_users() -> None:
    user = agent("user").model_copy(update={"role": "user"})
    events = story(started(agent(), user), ("user", asked("user.1")), ("user", answered("user.1", "I am Zoe.")))
    assert not whence(events, "Zoe").invented


def test_nothing_to_look_for_is_said() -> None:
    with pytest.raises(Impossible, match="name a value"):
        of(*RUN, value='""')


def test_a_quoted_value_is_the_text_in_the_quotes() -> None:
    assert told(of(*RUN, value='"A-1007"')) == told(of(*RUN, value="A-1007"))


@given(st.text(), st.text())
def test_any_text_can_be_looked_for_in_any(value: str, text: str) -> None:
    if value.strip().strip('"'):
        try:
            found = of(Said(text=text), value=value)
        except Impossible:
            return
        places = [(one.seq, one.path) for one in found.sightings]
        assert set(places) <= {(1, "agent.system"), (2, "text")}
        assert len(places) == len(set(places)), "each place is told once"


def test_in_a_recorded_run(data_dir: Path) -> None:
    (recording,) = load(data_dir / "tau" / "tb-gpt4o-airline__task11__t0__r1.json").recordings
    flight = whence(recording.events, "HAT097", before=65).first
    assert flight is not None
    assert (flight.seq, flight.kind, flight.path) == (14, "tool_returned", "content.flights.0.flight_number")
    total = whence(recording.events, "329.00").first
    assert total is not None
    assert (total.seq, total.kind, total.words) == (26, "tool_returned", "329.0")
    assert whence(recording.events, "2024-05-19").invented
