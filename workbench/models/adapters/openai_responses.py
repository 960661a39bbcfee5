"""OpenAI's Responses, and servers that speak them: one streamed response through the openai SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import ClassVar

import httpx2
import openai

from workbench.events.messages import ModelRequest
from workbench.models.adapters.openai_chat import client_of, posted
from workbench.models.adapters.responses_answer import ResponsesAnswer
from workbench.models.adapters.responses_request import FORM, responses_body
from workbench.models.adapters.streamed import Events, StreamedModel
from workbench.models.loose import Json


class OpenAIResponses(StreamedModel):
    """A model behind a Responses endpoint."""

    form, called = FORM, "response"
    errors: ClassVar[tuple[type[Exception], ...]] = (openai.OpenAIError,)
    spared: ClassVar[dict[str, str]] = {"include": "encrypted"}
    """Models that do not reason have no reasoning to give back, and say so."""

    def body(self, request: ModelRequest) -> Json:
        return responses_body(request, self._endpoint)

    def gathering(self) -> ResponsesAnswer:
        return ResponsesAnswer()

    @asynccontextmanager
    async def opened(self, body: Json, timeout: httpx2.Timeout) -> AsyncGenerator[Events]:
        async with (
            client_of(self._endpoint, body["model"], timeout) as client,
            await posted(client, "/responses", body, self._endpoint) as events,
        ):
            yield events
