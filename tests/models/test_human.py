"""The human model: a person's answer, or the plain word that nobody is there."""

from __future__ import annotations

import pytest

from tests.models.asking import ask, request
from workbench.errors import ModelFailed
from workbench.events.messages import Answer, Message, ModelRequest
from workbench.models.human import HumanModel


async def test_a_person_sees_the_request_and_their_answer_is_given():
    seen: list[ModelRequest] = []

    async def person(asked: ModelRequest) -> Answer:
        seen.append(asked)
        return Answer(text="typed")

    asked = request(Message("user", "Who is there?"))
    answer, deltas = await ask(HumanModel("human", person), asked)
    assert (answer.text, deltas, seen) == ("typed", [], [asked])


async def test_without_a_face_it_says_that_nobody_is_there():
    with pytest.raises(ModelFailed, match="open the session in the app") as caught:
        await ask(HumanModel("human", None))
    assert caught.value.type == "nobody_there"
