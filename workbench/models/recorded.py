"""A model that gives the answers of a saved session again, in their order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from workbench.errors import ModelFailed
from workbench.events.messages import Answer, Delta, ModelRequest
from workbench.models.scripted import answers_in, pieces

Answers = Callable[[str, int], Answer | None]
"""The Nth answer (from 0) that an actor gave in the recording, or None behind its end."""


class RecordedModel:
    """Answers by position: the Nth answer of this actor is the Nth that the recording holds for it."""

    def __init__(self, name: str, answers: Answers) -> None:
        self.name = name
        self._answers = answers

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """Give the recorded answer.

        Raises:
            ModelFailed: `recording_spent`, the recording holds no more answers of this actor.
        """
        position = answers_in(request)
        answer = self._answers(request.actor, position)
        if answer is None:
            raise ModelFailed(
                "recording_spent",
                f"{self.name} holds {position} answers of {request.actor} and no more: go on with another model",
            )
        for piece in pieces(answer.thinking):
            yield Delta(thinking=piece)
        for piece in pieces(answer.text):
            yield Delta(text=piece)
        yield answer
