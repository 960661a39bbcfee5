"""What can be asked from here: lists of models from loopback servers, and a few words for what cannot."""

from __future__ import annotations

import json

import pytest

from tests.models.asking import KEY
from tests.models.loopback import JSON, Heard, Reply, serving
from workbench.models.endpoints import PROVIDERS
from workbench.models.reachable import ProviderStatus, list_models


def told(body: object, status: int = 200) -> Reply:
    return Reply(json.dumps(body).encode(), status, JSON)


async def look(provider: str, reply: Reply | None, timeout: float = 2.0) -> ProviderStatus:
    """How `provider` stands where its server answers so; all others have neither key nor server."""
    async with serving(lambda _: reply) as server:
        environ = nobody() | {PROVIDERS[provider].url_env: server.url, PROVIDERS[provider].key_env: KEY}
        found = {status.provider: status for status in await list_models(timeout, environ)}
        assert found.keys() == PROVIDERS.keys()
        assert KEY not in repr(found)
        status = found[provider]
        return ProviderStatus(provider, "", status.models, status.problem.replace(server.url, "URL"))


def nobody() -> dict[str, str]:
    """An environment in which the local servers are looked for where nobody listens."""
    return {row.url_env: "http://127.0.0.1:1/v1" for row in PROVIDERS.values() if row.local}


async def test_models_are_listed_sorted():
    assert (await look("openai", told({"data": [{"id": "b"}, {"id": "a"}]}))).models == ("a", "b")
    assert (await look("ollama", told({"models": [{"name": "llama3:8b"}]}))).models == ("llama3:8b",)
    assert (await look("together", told([{"id": "a"}, 3, {"id": 4}]))).models == ("a",)
    assert await look("ollama", told({"models": None})) == ProviderStatus("ollama", "")


async def test_where_they_are_looked_for_and_with_which_key():
    heard: list[Heard] = []

    def answer(request: Heard) -> Reply:
        heard.append(request)
        return told({"models": []})

    async with serving(answer) as server:
        await list_models(
            2, nobody() | {"OLLAMA_HOST": server.url, "VLLM_BASE_URL": f"{server.url}/v1", "VLLM_API_KEY": KEY}
        )
    found = {request.path: request.headers.get("authorization") for request in heard}
    assert found == {"/api/tags": None, "/v1/models": f"Bearer {KEY}"}


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (told({}, 401), "key in GROQ_API_KEY refused"),
        (told({}, 500), "answers with HTTP 500"),
        (told({"hello": 1}), "answers, but not as a model server"),
        (told({"data": 3}), "answers, but not as a model server"),
        (Reply(b"<html>", type="text/html"), "answers, but not as a model server"),
        (None, "nothing answers at URL"),
        (Reply(stalls=True), "no answer within 0.3 seconds"),
    ],
)
async def test_why_not_in_a_few_words(reply: Reply | None, problem: str):
    stalls = reply is not None and reply.stalls
    assert await look("groq", reply, 0.3 if stalls else 2.0) == ProviderStatus("groq", "", (), problem)


async def test_with_nothing_set_up_every_provider_says_what_it_lacks():
    found = {status.provider: status.problem for status in await list_models(2, nobody())}
    assert found["openai"] == "no key in OPENAI_API_KEY"
    assert found["vllm"] == "nothing answers at http://127.0.0.1:1/v1"
    assert all(found.values())
    broken = {status.provider: status.problem for status in await list_models(2, nobody() | {"GROQ_BASE_URL": "x"})}
    assert broken["groq"].startswith("GROQ_BASE_URL should be a URL")
