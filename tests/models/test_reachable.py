"""What can be asked from here: lists of models from loopback servers, and a few words for what cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.models.asking import KEY
from tests.models.loopback import JSON, Heard, Reply, serving
from workbench.events import Price
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS, own_rows
from workbench.models.reachable import Offered, ProviderStatus, _priced, list_models


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


def names(status: ProviderStatus) -> tuple[str, ...]:
    return tuple(one.name for one in status.models)


def nobody() -> dict[str, str]:
    """An environment in which the local servers are looked for where nobody listens."""
    return {row.url_env: "http://127.0.0.1:1/v1" for row in PROVIDERS.values() if row.local}


async def test_models_are_listed_sorted():
    assert names(await look("openai", told({"data": [{"id": "b"}, {"id": "a"}]}))) == ("a", "b")
    assert names(await look("ollama", told({"models": [{"name": "llama3:8b"}]}))) == ("llama3:8b",)
    assert names(await look("together", told([{"id": "a"}, 3, {"id": 4}]))) == ("a",)
    assert await look("ollama", told({"models": None})) == ProviderStatus("ollama", "")


async def known(provider: str, **row: object) -> Offered:
    """What is known of the one model that a provider lists so."""
    return (await look(provider, told({"data": [{"id": "m", **row}]}))).models[0]


async def test_what_a_provider_says_of_a_model_is_known_from_it():
    router = await known(
        "openrouter",
        context_length=1000,
        architecture={"input_modalities": ["text", "image"]},
        supported_parameters=["tools"],
        pricing={"prompt": "0.0000025", "completion": "0.00001"},
    )
    assert (router.context, router.sight, router.tools) == (1000, True, True)
    assert router.price == Price(input="2.5", output="10", source="openrouter")
    assert router.known == dict.fromkeys(("context", "sight", "tools", "price"), "openrouter")
    assert (await known("openrouter", pricing={"prompt": "-1", "completion": "-1"})).price is None
    assert (await known("openrouter", pricing={"prompt": "x", "completion": "1"})).price is None
    named = await known("mistral", max_context_length=7, capabilities={"vision": False, "function_calling": True})
    assert (named.context, named.sight, named.tools) == (7, False, True)
    listed = await known("llamacpp", meta={"n_ctx_train": 9}, capabilities=["completion", "tools", "multimodal"])
    assert (listed.context, listed.sight, listed.tools) == (9, True, True)
    claude = await known("anthropic", max_input_tokens=5, capabilities={"image_input": {"supported": True}})
    assert (claude.context, claude.sight, claude.tools) == (5, True, True)
    bare = await known("vllm", max_model_len=True)
    assert (bare.context, bare.sight, bare.tools, bare.price, bare.known) == (None, None, None, None, {})


async def test_ollama_is_asked_for_each_model():
    shows = {
        "sees": told({"model_info": {"llama.context_length": 8192}, "capabilities": ["completion", "vision", "tools"]}),
        "old": told({"model_info": {}}),
        "gone": told({}, 404),
    }

    def answer(request: Heard) -> Reply:
        if request.path == "/api/tags":
            return told({"models": [{"name": name} for name in shows]})
        return shows[request.json()["model"]]

    async with serving(answer) as server:
        found = {one.provider: one for one in await list_models(2, nobody() | {"OLLAMA_HOST": server.url})}
    gone, old, sees = found["ollama"].models
    assert (sees.context, sees.sight, sees.tools, sees.known["sight"]) == (8192, True, True, "ollama")
    assert (old.context, old.sight, old.known, gone.known) == (None, None, {}, {})


async def test_what_the_price_list_knows_is_known_from_it():
    openai = endpoint(PROVIDERS["openai"], {"OPENAI_API_KEY": KEY})
    priced = _priced(Offered("gpt-4o-mini"), openai.provider.name, {}, PROVIDERS)
    assert priced.price is not None
    assert priced.context == 128_000
    assert priced.known["context"] == priced.known["price"] == priced.price.source
    assert _priced(Offered("nobody's"), "openai", {}, PROVIDERS) == Offered("nobody's")


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
        (told({"hello": 1}), "what answers is no model server"),
        (told({"data": 3}), "what answers is no model server"),
        (Reply(b"<html>", type="text/html"), "what answers is no model server"),
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
    house = own_rows({"odd": {"url": "http://127.0.0.1:1"}}, Path("workbench.toml"))
    assert {status.provider for status in await list_models(2, nobody(), house)} - PROVIDERS.keys() == {"odd"}
