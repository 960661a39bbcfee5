"""The recorded model: answers by place, an end that is said."""

from __future__ import annotations

import pytest

from tests.models.asking import ask, request
from workbench.errors import ModelFailed
from workbench.events import Call
from workbench.events.messages import Answer, Message
from workbench.models.recorded import RecordedModel

SAVED = {
    "agent": [Answer(text="one", thinking="hm", calls=(Call(name="look"),)), Answer(text="two")],
    "critic": [Answer(text="no")],
}


def saved(actor: str, place: int) -> Answer | None:
    answers = SAVED.get(actor, [])
    return answers[place] if place < len(answers) else None


async def test_the_answers_come_back_by_actor_and_place():
    model = RecordedModel("recorded:s1", saved)
    answer, deltas = await ask(model, request())
    assert answer == SAVED["agent"][0]
    assert [(delta.thinking, delta.text) for delta in deltas] == [("hm", ""), ("", "one")]
    later = request(Message("user", "x"), Message("assistant", "one"), Message("tool", "y"))
    assert (await ask(model, later))[0].text == "two"
    assert (await ask(model, request(actor="critic")))[0].text == "no"


async def test_behind_its_end_it_fails_and_says_so():
    model = RecordedModel("recorded:s1", saved)
    with pytest.raises(ModelFailed, match="recorded:s1 holds 1 answers of critic") as caught:
        await ask(model, request(Message("user", "x"), Message("assistant", "no"), actor="critic"))
    assert (caught.value.type, caught.value.retryable) == ("recording_spent", False)
