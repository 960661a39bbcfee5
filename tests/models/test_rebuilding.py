"""What was sent is made again from what was asked, letter for letter, whatever the dialect."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.adapters.test_anthropic_answer import THOUGHT
from tests.models.adapters.test_anthropic_messages import sse as named_sse
from tests.models.adapters.test_responses_answer import STREAM, completed
from tests.models.asking import KEY, WEATHER, ask, request
from tests.models.loopback import NDJSON, Reply, ndjson, serving, sse
from workbench.errors import NotFound
from workbench.events import Media
from workbench.events.messages import Message, ModelRequest
from workbench.events.wire import Wire, digest_of, wire_of
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS
from workbench.models.providers import adapter
from workbench.models.rebuilding import rebuilt

CHAT = sse({"choices": [{"index": 0, "delta": {"content": "Hi", "reasoning_content": "hm"}, "finish_reason": "stop"}]})
OLLAMA = ndjson({"model": "m", "message": {"role": "assistant", "content": "Hi"}, "done": True})
ANSWERS: dict[str, Reply] = {
    "openai": Reply(CHAT),
    "deepseek": Reply(CHAT),
    "azure": Reply(CHAT),
    "anthropic": Reply(named_sse(*THOUGHT)),
    "openai-responses": Reply(named_sse(*STREAM, completed())),
    "ollama": Reply(OLLAMA, type=NDJSON),
}
IMAGE = Media(kind="image", mime="image/png", data="AAAA")


@pytest.mark.parametrize("provider", ANSWERS)
async def test_a_body_is_made_again_letter_for_letter_without_a_key(provider: str):
    row = PROVIDERS[provider]
    asked: list[ModelRequest] = []
    raws: list[str | None] = []
    async with serving(ANSWERS[provider]) as server:
        model = adapter(row)(f"{provider}:m", endpoint(row, {row.url_env: server.url, row.key_env: KEY}))
        first = Message("user", "Look", media=(IMAGE,))
        settings = {"temperature": 0.5, "max_tokens": 9}
        asked.append(request(first, system="s", tools=(WEATHER,), settings=settings))
        answer, _ = await ask(model, asked[0])
        raws.append(answer.raw)
        ids = tuple(f"agent.1.{place}" for place in range(1, len(answer.calls) + 1))
        said = Message("assistant", answer.text, answer.thinking, answer.calls, ids, raw=answer.raw)
        results = [Message("tool", "r", call=call, name="f") for call in ids]
        asked.append(request(first, said, *results, Message("user", "and then?"), settings=settings))
        raws.append((await ask(model, asked[1]))[0].raw)
    chats = [heard for heard in server.heard if not heard.path.endswith("/api/show")]
    for one, raw, heard in zip(asked, raws, chats, strict=True):
        wire = wire_of(raw)
        assert wire is not None
        body = rebuilt(f"{provider}:m", one, wire)
        assert body == heard.json()
        assert digest_of(body) == wire.sent
        assert KEY not in (raw or "")


def test_what_was_left_out_stays_out():
    body = rebuilt("openai:m", request(), Wire("openai", "http://x", without=("stream_options",)))
    assert "stream_options" not in body
    assert "stream_options" in rebuilt("openai:m", request(), Wire("openai"))


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("nobody:m", "openai", "no provider 'nobody' is known here"),
        ("openai:m", "anthropic", "speaks in another way here"),
    ],
)
def test_what_cannot_be_made_again_says_why(name: str, form: str, words: str):
    with pytest.raises(NotFound, match=words):
        rebuilt(name, request(), Wire(form))


@pytest.mark.slow
def test_nothing_heavy_is_needed():
    import subprocess
    import sys

    program = (
        "import sys\nfrom workbench.events.messages import ModelRequest\nfrom workbench.events.wire import Wire\n"
        "from workbench.models.rebuilding import rebuilt\n"
        "for name, form in (('openai', 'openai'), ('anthropic', 'anthropic'), ('ollama', 'ollama'),"
        " ('openai-responses', 'responses')):\n    rebuilt(f'{name}:m', ModelRequest('m', '', ()), Wire(form))\n"
        "print(sorted({'openai', 'anthropic', 'ollama', 'httpx', 'httpx2'} & sys.modules.keys()))\n"
    )
    told: Any = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
