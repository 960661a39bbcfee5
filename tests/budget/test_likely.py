"""What the next call is likely to read and cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.playbook import LOOKUP, agent, answered, asked, failed, returned, started, state_after
from workbench.budget import estimate, likely_cost
from workbench.budget.likely import answer_named
from workbench.events import Edited, Heard, Media, Price, Reverted, Said, Usage

BARE = agent("agent", LOOKUP)
HEAD = estimate(state_after(started(BARE)), "agent")


def grown(*bodies: Any) -> int:
    """How many tokens more than an empty one the request is after these."""
    return estimate(state_after(started(BARE), *bodies), "agent") - HEAD


def test_three_bytes_are_a_token_in_any_script():
    assert grown(Said(text="x" * 300)) == 104
    assert grown(Said(text="漢" * 100)) == 104


def test_what_the_provider_counted_is_taken_over():
    state = state_after(started(BARE), Said(text="x" * 3000), asked(), answered(usage=Usage(input=400, output=20)))
    assert estimate(state, "agent") == 420


def test_what_came_since_is_added():
    counted = Usage(input=400, output=20)
    told = (Said(text="x"), asked(), answered("agent.1", "", "lookup", "lookup", usage=counted))
    state = state_after(started(BARE), *told, returned("agent.1.1", "r" * 288), failed("agent.1.2", message="m" * 88))
    assert estimate(state, "agent") == 420 + 100 + 34


def test_what_is_said_while_the_model_thinks_is_read_next():
    state = state_after(
        started(BARE), Said(text="x"), asked(), Said(text="y" * 288), answered(usage=Usage(input=400, output=20))
    )
    assert estimate(state, "agent") == 520


def test_an_answer_that_nobody_counted_is_weighed():
    uncounted = grown(Said(text="x" * 288), asked(), answered("agent.1", "y" * 288, usage=Usage()))
    assert uncounted == 200
    never_asked = state_after(started(BARE), answered(usage=Usage(input=4)))
    assert estimate(never_asked, "agent") == 4


def test_images_count_by_the_piece_and_files_by_their_length():
    image = Media(kind="image", mime="image/png", data="AAAA" * 10_000)
    linked = Media(kind="file", url="https://example.org/x.pdf")
    sound = Media(kind="audio", mime="audio/wav", data="AAAA" * 40_000)
    assert [grown(Said(text="", media=(one,))) for one in (image, linked, sound)] == [1604, 1604, 2504]


def test_an_edit_makes_it_longer_and_its_reversal_shorter():
    said = Said(text="x")
    edit = Edited(target=2, field="text", value="x" * 301, was="x", content="1f")
    assert grown(said, edit) - grown(said) == 100
    assert grown(said, edit, Reverted(edit=3, content="1f")) == grown(said)


def test_what_another_says_is_heard():
    duet = started(BARE, agent("user", LOOKUP, role="user"))
    state = state_after(duet, Said(text="x" * 288), ("user", Heard(source=2)))
    assert estimate(state, "user") - estimate(state_after(duet), "user") == 100


def test_a_request_has_at_least_a_token():
    emptied = Edited(target=2, field="text", value="", was="x" * 9000, content="1f")
    state = state_after(started(BARE), Said(text="x"), asked(), answered(usage=Usage(input=4, output=0)), emptied)
    assert estimate(state, "agent") == 1


def test_the_likely_cost_is_that_of_an_answer_of_the_usual_length():
    priced = BARE.model_copy(update={"price": Price(input="1000000", output="2000000")})
    first = state_after(started(priced), Said(text="x"))
    assert likely_cost(first, "agent") == estimate(first, "agent")
    later = state_after(started(priced), Said(text="x"), asked(), answered(usage=Usage(input=30, output=10)))
    assert likely_cost(later, "agent") == Decimal(40 + 20)
    assert likely_cost(state_after(started(BARE.model_copy(update={"price": None}))), "agent") is None


@pytest.mark.parametrize(
    ("settings", "named"),
    [("{}", None), ('{"max_tokens": 5}', 5), ('{"max_tokens": 0}', None), ('{"max_tokens": "5"}', None)],
)
def test_the_largest_answer_that_settings_name(settings: str, named: int | None):
    assert answer_named(settings) == named
