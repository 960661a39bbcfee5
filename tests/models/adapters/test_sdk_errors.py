"""How long a server asks to be left alone: in each of the ways that servers say it."""

from __future__ import annotations

from email.utils import formatdate
from time import time
from typing import Any

import pytest

from tests.models.asking import KEY, ask
from tests.models.loopback import JSON, Reply, serving
from workbench.errors import ModelFailed
from workbench.models.adapters.sdk_errors import seconds_asked
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS
from workbench.models.providers import adapter


@pytest.mark.parametrize(
    ("headers", "told", "seconds"),
    [
        ({"retry-after": "7"}, None, 7.0),
        ({"retry-after-ms": "1500", "retry-after": "7"}, None, 1.5),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "-1"}, None, None),
        ({"retry-after": "inf"}, None, None),
        ({"retry-after": formatdate(0, usegmt=True)}, None, 0.0),
        ({}, {"details": [{"@type": "x"}, {"retryDelay": "34.5s"}]}, 34.5),
        ({}, {"details": "none"}, None),
        ({}, None, None),
    ],
)
def test_it_is_read_wherever_it_stands(headers: dict[str, str], told: dict[str, Any] | None, seconds: float | None):
    assert seconds_asked(headers, told) == seconds


def test_a_date_is_counted_from_now():
    asked = seconds_asked({"retry-after": formatdate(time() + 60, usegmt=True)})
    assert asked is not None
    assert 50 < asked <= 60


@pytest.mark.parametrize("provider", ["openai", "openai-responses", "anthropic", "ollama"])
async def test_every_adapter_tells_of_it(provider: str):
    row = PROVIDERS[provider]
    busy = Reply(b'{"error": {"message": "slow down"}}', 429, JSON, headers={"retry-after": "3"})
    async with serving(busy) as server:
        model = adapter(row)("m", endpoint(row, {row.url_env: server.url, row.key_env: KEY}))
        with pytest.raises(ModelFailed) as caught:
            await ask(model)
    assert (caught.value.type, caught.value.retry_after) == ("rate_limited", 3.0)
