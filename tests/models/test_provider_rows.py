"""Providers as data: presets, a workspace's own, and those that another package adds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.models.asking import KEY, ask, request
from tests.models.loopback import Reply, serving, sse
from workbench.errors import BadFile, NotFound
from workbench.events import Call
from workbench.events.messages import Answer, Message
from workbench.events.wire import Wire
from workbench.models.adapters.chat_request import chat_body
from workbench.models.adapters.openai_chat import OpenAIChat
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS, own_rows
from workbench.models.providers import split_name

FILE = Path("workbench.toml")
NAMED = "vllm llamacpp lmstudio openrouter groq xai mistral deepseek gemini azure openai anthropic ollama"


def test_those_that_people_use_are_there():
    assert set(NAMED.split()) <= PROVIDERS.keys()
    assert PROVIDERS["groq"].url_env == "GROQ_BASE_URL"
    assert PROVIDERS["openai-responses"].key_env == "OPENAI_API_KEY"


def test_a_workspace_adds_its_own_and_changes_a_preset():
    rows = own_rows(
        {
            "house": {"url": "http://gpu:8000/v1", "speaks": "anthropic", "reasoning": "think"},
            "vllm": {"url": "http://gpu:9000/v1"},
        },
        FILE,
    )
    house = rows["house"]
    assert (house.url, house.url_env, house.key_env, house.speaks) == (
        "http://gpu:8000/v1", "HOUSE_BASE_URL", "HOUSE_API_KEY", "anthropic",
    )  # fmt: skip
    assert (rows["vllm"].url, rows["vllm"].local) == ("http://gpu:9000/v1", True)
    assert rows["openai"] == PROVIDERS["openai"]
    assert split_name("house:x", rows) == ("house", "x")
    assert PROVIDERS["vllm"].url == "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (7, "workbench.toml: providers: should hold tables, [providers.NAME]"),
        ({"House!": {}}, "workbench.toml: providers.House!: a provider's name is small letters, digits and -"),
        ({"house": 7}, "workbench.toml: providers.house: should be a table with a url"),
        ({"house": {}}, "workbench.toml: providers.house.url: say where it answers, such as http://127.0.0.1:8000/v1"),
        ({"house": {"ur": "x"}}, "workbench.toml: providers.house.ur: is no field of a provider; did you mean url?"),
        ({"house": {"url": 7}}, "workbench.toml: providers.house.url: expected `str`, got `int`"),
        ({"house": {"url": "x", "adapter": "y"}}, "workbench.toml: providers.house.adapter: is no field of a provider"),
        (
            {"house": {"url": "x", "api_key": "sk"}},
            "workbench.toml: providers.house.api_key: a key belongs in an environment variable: "
            "name that one with key_env",
        ),
        (
            {"house": {"url": "x", "speaks": "greek"}},
            "workbench.toml: providers.house.speaks: invalid enum value 'greek'",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_one_sentence(told: object, words: str):
    with pytest.raises(BadFile) as caught:
        own_rows(told, FILE)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(("name", "meant"), [("grok:x", "xai"), ("claude:x", "anthropic"), ("vlm:x", "vllm")])
def test_a_name_that_is_nearly_one_is_guessed(name: str, meant: str):
    with pytest.raises(NotFound, match=f"did you mean {meant}"):
        split_name(name)


HELLO = sse({"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]})


async def test_azure_is_asked_at_its_deployment_with_its_version_and_its_header():
    async with serving(Reply(HELLO)) as server:
        environ = {"AZURE_OPENAI_ENDPOINT": server.url, "AZURE_OPENAI_API_KEY": KEY, "OPENAI_API_VERSION": "2026-01-01"}
        model = OpenAIChat("azure:my gpt", endpoint(PROVIDERS["azure"], environ))
        answer, _ = await ask(model, request(model="my gpt", settings={"max_tokens": 5}))
    heard = server.heard[0]
    assert answer.text == "Hi"
    assert heard.path == "/openai/deployments/my%20gpt/chat/completions?api-version=2026-01-01"
    assert (heard.headers["api-key"], "authorization" in heard.headers) == (KEY, False)
    assert heard.json()["max_completion_tokens"] == 5
    assert dict(endpoint(PROVIDERS["azure"], {"AZURE_OPENAI_ENDPOINT": "https://x"}).query) == PROVIDERS["azure"].query


def thought(provider: str) -> list[dict[str, Any]]:
    """How answers that were thought about go back to a provider: one with calls, one without, one of another form."""
    row = PROVIDERS.get(provider) or own_rows({provider: {"url": "http://x", "reasoning": provider}}, FILE)[provider]
    details = [{"type": "reasoning.text", "text": "It is Oslo.", "signature": "s"}]
    document = {"choices": [{"message": {"content": "Rain", "reasoning_details": details}}]}
    call = (Call(name="f"),)

    def said(form: str, calls: tuple[Call, ...] = ()) -> Message:
        raw = Wire(form, answer=document).kept(Answer(text="Rain", thinking="hm"))
        return Message("assistant", "Rain", "hm", calls, ("a.1.1",) if calls else (), raw=raw)

    asked = request(said("openai", call), said("openai"), said("anthropic"), Message("assistant", "Rain", "hm"))
    told = chat_body(asked, endpoint(row, {row.key_env: KEY}))["messages"]
    return [{name: value for name, value in message.items() if name not in ("role", "tool_calls")} for message in told]


def test_reasoning_goes_back_as_each_provider_wants_it():
    plain = {"content": "Rain"}
    details = {"reasoning_details": [{"type": "reasoning.text", "text": "It is Oslo.", "signature": "s"}]}
    assert thought("openai") == [plain] * 4
    assert thought("deepseek") == [plain | {"reasoning_content": "hm"}, plain, plain, plain]
    assert thought("openrouter") == [plain | details, plain | details, plain, plain]
    tagged = {"content": "<think>hm</think>Rain"}
    assert thought("think") == [tagged, tagged, plain, plain]


PLUGGED = """
import json, sys
sys.path.insert(0, sys.argv[1])
from workbench.errors import UsedWrongly
from workbench.models.providers import resolve, row_of, split_name
print(split_name("house:x"), row_of("house").url, row_of("house").key_env)
def made(name): return resolve(name, scripts=lambda _: None, recordings=lambda _: None, environ={}).name
print(made("odd:x"))
for name in ("broken", "none"):
    try: made(f"{name}:x")
    except UsedWrongly as problem: print(problem)
"""


@pytest.mark.slow
def test_another_package_adds_a_provider_by_an_entry_point(tmp_path: Path):
    package = tmp_path / "house_models.py"
    package.write_text(
        "class Odd:\n    def __init__(self, name, endpoint): self.name = name + '!'\n"
        "HOUSE = {'url': 'http://127.0.0.1:9/v1', 'key_env': 'HOUSE_KEY'}\n"
        "ODD = {'url': 'http://127.0.0.1:9', 'adapter': Odd}\n"
        "NONE = {'speaks': 'greek', 'url': 'http://x'}\n"
    )
    info = tmp_path / "house_models-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house-models\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[workbench.providers]\nhouse = house_models:HOUSE\nodd = house_models:ODD\n"
        "broken = house_models:MISSING\nnone = house_models:NONE\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", PLUGGED, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert told[:2] == ["('house', 'x') http://127.0.0.1:9/v1 HOUSE_KEY", "odd:x!"]
    assert told[2].startswith("the provider broken of the package house-models cannot be used: ")
    assert told[3] == "the provider none of the package house-models cannot be used: invalid enum value 'greek'"
