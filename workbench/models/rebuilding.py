"""The body of a request that was sent, made again from what the log holds: no SDK, no key, no network."""

from __future__ import annotations

from workbench.errors import NotFound
from workbench.events.messages import ModelRequest
from workbench.events.wire import Wire
from workbench.models.endpoints import Endpoint
from workbench.models.loose import Json
from workbench.models.provider_rows import PROVIDERS, Rows, plugged
from workbench.models.providers import row_of


def rebuilt(name: str, request: ModelRequest, wire: Wire, rows: Rows = PROVIDERS) -> Json:
    """The body that asked `name` (`provider:model`) for `request`, as this version of Workbench would send it.

    Args:
        wire: where it went, and what was left out of it. Whether the body is letter for letter the one that was
            sent, its digest tells.
        rows: the providers that are known.

    Raises:
        NotFound: the provider is not known here, or makes its requests in a way of its own.
        ModelFailed: something in the request could not be sent any more.
    """
    provider = name.partition(":")[0]
    if provider not in rows and provider not in plugged():
        raise NotFound(f"the request cannot be made again: no provider {provider!r} is known here")
    row = row_of(provider, rows)
    if row.adapter is not None or row.speaks != wire.form:
        raise NotFound(f"the request cannot be made again: {provider} speaks in another way here")
    body = _body(request, Endpoint(row, wire.url or row.url, ""), wire.form)
    return {name: value for name, value in body.items() if name not in wire.without}


def _body(request: ModelRequest, at: Endpoint, form: str) -> Json:
    match form:
        case "anthropic":
            from workbench.models.adapters.anthropic_request import anthropic_body

            return anthropic_body(request, at)
        case "responses":
            from workbench.models.adapters.responses_request import responses_body

            return responses_body(request, at)
        case "ollama":
            from workbench.models.adapters.ollama_request import ollama_body

            return ollama_body(request, at)
        case _:
            from workbench.models.adapters.chat_request import chat_body

            return chat_body(request, at)
