"""Exchanges recorded from real providers, replayed byte for byte through the adapters, cut at any place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.models.asking import KEY, ask
from tests.models.loopback import Reply, serving
from tests.models.recordings import Exchange, Expected, decoded, exchanges, expected, is_failure, said
from workbench.errors import ModelFailed
from workbench.events.wire import wire_of

FAILURES = {
    "anthropic__400__00": ("bad_request", False),
    "anthropic__401__00": ("auth", False),
    "openai-chat__401__00": ("auth", False),
    "openai-chat__404-model__00": ("not_found", False),
    "openai-chat__400-unsupported-role__00": ("bad_request", False),
    "openai-chat__400-stop-unsupported__00": ("bad_request", False),
    "openai-chat__200-not-a-completion__00": ("bad_answer", True),
    "azure__content-filter__00": ("refused", False),
    "openrouter__401__00": ("auth", False),
    "openrouter__401__01": ("auth", False),
    "openrouter__429__00": ("rate_limited", True),
    "openrouter__429__01": ("rate_limited", True),
    "openrouter__429__02": ("rate_limited", True),
    "openrouter__midstream-error__00": ("bad_request", False),
    "groq__tool_use_failed__00": ("bad_request", True),
    "groq__tool_use_failed-stream__00": ("bad_request", True),
    "ollama__404__00": ("not_found", False),
    "openai-responses__midstream-failure": ("quota", False),
}


@pytest.mark.slow
@given(cuts=st.lists(st.floats(0, 1), max_size=20))
@settings(max_examples=4, derandomize=True, deadline=None, phases=(Phase.generate,))
async def test_recorded_exchanges_are_read_as_they_are(data_dir: Path, cuts: list[float]):
    found = exchanges(data_dir)
    assert len(found) > 60
    assert {exchange.name for exchange in found if is_failure(exchange)} == FAILURES.keys()
    for exchange in found:
        splits = [round(cut * len(exchange.body)) for cut in cuts]
        async with serving(Reply(exchange.body, exchange.status, exchange.type, splits=splits)) as server:
            if exchange.name in FAILURES:
                await fails(exchange, server.url)
            else:
                await answers(exchange, server.url)


async def answers(exchange: Exchange, url: str) -> None:
    answer, deltas = await ask(exchange.model(url))
    want = expected(exchange)
    got = Expected(
        answer.text,
        answer.thinking,
        tuple((call.name, decoded(call.arguments)) for call in answer.calls),
        answer.usage.input,
        answer.usage.output,
        answer.finish if want.finish else None,
    )
    assert got == want, exchange.name
    assert "".join(delta.text for delta in deltas) == answer.text
    assert "".join(delta.thinking for delta in deltas) == answer.thinking
    wire = wire_of(answer.raw, answer)
    assert wire is not None
    if exchange.type.startswith("application/json"):
        assert wire.answer == exchange.documents()[0], exchange.name


async def fails(exchange: Exchange, url: str) -> None:
    with pytest.raises(ModelFailed) as caught:
        await ask(exchange.model(url))
    failed = caught.value
    assert (failed.type, failed.retryable) == FAILURES[exchange.name], (exchange.name, str(failed))
    came = exchange.status == 200 and not exchange.type.endswith("json")
    assert failed.partial == (said(exchange) if came else "")
    assert KEY not in str(failed)
