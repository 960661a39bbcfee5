"""`--attach`: a file goes with the user's first words to the model, and is shown as a line of words."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from tests.cli.bench import Bench
from tests.models.loopback import Reply, serving, sse

HELLO = Reply(sse({"choices": [{"index": 0, "delta": {"content": "A cat."}, "finish_reason": "stop"}]}))
PICTURE = b"\x89PNG cat"


@pytest.mark.slow
async def test_a_picture_goes_with_the_first_words_only(bench: Bench):
    path = bench.root / "cat.png"
    path.write_bytes(PICTURE)
    async with serving(HELLO) as server:
        env = {"VLLM_BASE_URL": f"{server.url}/v1"}
        run = await bench.beside(
            "run", "--model", "vllm:m", "--say", "What is it?", "Sure?", "--attach", str(path), "--headless", "--json",
            env=env,
        )  # fmt: skip
        session = run.document["session"]
        await bench.beside("resume", session, "--say", "And now?", "--attach", str(path), "--headless", env=env)
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64encode(PICTURE).decode()}"}}
    told = [message["content"] for message in server.heard[-1].json()["messages"] if message["role"] == "user"]
    assert told == [
        [{"type": "text", "text": "What is it?"}, image],
        "Sure?",
        [{"type": "text", "text": "And now?"}, image],
    ]
    shown = bench("sessions", "show", session).out
    assert shown.count("[image image/png, 8 B, cat.png]") == 2
    assert bench("replay", session).code == 0
    document = json.loads(bench("sessions", "export", session, "--format", "openai").out)
    assert [message["content"] for message in document["messages"] if message["role"] == "user"] == told


@pytest.mark.parametrize(
    ("content", "words", "problem"),
    [
        (None, ["--say", "Hi"], "cannot be read: No such file or directory"),
        (b"", ["--say", "Hi"], "is empty"),
        (b"x", [], "--attach goes with what the user says: give the words with --say"),
    ],
)
def test_what_cannot_go_along_is_one_sentence(bench: Bench, content: bytes | None, words: list[str], problem: str):
    path = bench.root / "cat.png"
    if content is not None:
        path.write_bytes(content)
    result = bench("run", "support-desk", "--headless", "--attach", str(path), *words)
    assert result.code == 2
    assert result.sentence.endswith(problem)
