"""Asking a model in a test: requests in short form, and what came of them."""

from __future__ import annotations

from typing import Any

from workbench.events import ToolSpec
from workbench.events.messages import Answer, Delta, Message, Model, ModelRequest
from workbench.models.care.patience import SIGN_OF_LIFE

KEY = "sk-test-0123456789abcdefghijklmnop"
WEATHER = ToolSpec(
    name="get_weather",
    description="The weather somewhere.",
    parameters='{"type":"object","properties":{"place":{"type":"string"}},"required":["place"]}',
    effect="read",
)


def request(*messages: Message, model: str = "test", **more: Any) -> ModelRequest:
    """A request; without messages somebody says hello."""
    return ModelRequest(
        model=model, system=more.pop("system", ""), messages=messages or (Message("user", "Hello"),), **more
    )


async def ask(model: Model, asked: ModelRequest | None = None) -> tuple[Answer, list[Delta]]:
    """The answer and all that was shown before it; exactly one answer, and last."""
    deltas: list[Delta] = []
    answers: list[Answer] = []
    async for piece in model.ask(asked or request()):
        if isinstance(piece, Answer):
            answers.append(piece)
        else:
            assert not answers, "nothing follows the answer"
            if piece != SIGN_OF_LIFE:
                deltas.append(piece)
    assert len(answers) == 1
    return answers[0], deltas
