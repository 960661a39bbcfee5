"""The table of providers: addresses and keys from the environment, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.asking import KEY
from workbench.errors import UsedWrongly
from workbench.events.text import redact
from workbench.models.endpoints import endpoint
from workbench.models.provider_rows import PROVIDERS, own_rows

OPENAI, OLLAMA = PROVIDERS["openai"], PROVIDERS["ollama"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("box", "http://box:11434"),
        ("box:99", "http://box:99"),
        (":99", "http://127.0.0.1:99"),
        ("box/api", "http://box:11434/api"),
        ("[::1]", "http://[::1]:11434"),
        ("[::1]:99", "http://[::1]:99"),
        ("http://box", "http://box"),
        ("https://box:99/", "https://box:99"),
    ],
)
def test_an_ollama_host_may_be_given_in_part(host: str, url: str):
    assert endpoint(OLLAMA, {"OLLAMA_HOST": host}).url == url


@pytest.mark.parametrize(
    "address", ["localhost:8000/v1", "ftp://x/", "http://", "http://[::1", "http://x:99999/", "words"]
)
def test_an_address_that_is_no_url_is_the_users_mistake(address: str):
    with pytest.raises(UsedWrongly, match="OPENAI_BASE_URL should be a URL such as https://api"):
        endpoint(OPENAI, {"OPENAI_BASE_URL": address})


@pytest.mark.parametrize("key", [f"{KEY}é", f"{KEY}\nx"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key: str):
    with pytest.raises(UsedWrongly) as caught:
        endpoint(OPENAI, {"OPENAI_API_KEY": key})
    assert str(caught.value) == "the key in OPENAI_API_KEY holds characters that cannot be sent: set it anew"


def test_a_key_is_in_no_text_of_ours_and_struck_out_of_others():
    key = "correct-horse-battery-staple"
    at = endpoint(OPENAI, {"OPENAI_API_KEY": f" {key}\n"})
    assert at.key == key
    assert key not in repr(at)
    assert redact(f"you sent {key}!") == "you sent [redacted]!"


def test_a_key_is_missing_only_where_one_is_needed():
    missing = endpoint(OPENAI, {}).missing_key
    assert missing is not None
    assert missing.type == "auth"
    assert str(missing) == "no key for openai: set OPENAI_API_KEY (or OPENAI_BASE_URL for a server of your own)"
    assert endpoint(OPENAI, {"OPENAI_API_KEY": KEY}).missing_key is None
    assert endpoint(OPENAI, {"OPENAI_BASE_URL": "http://box/v1"}).missing_key is None
    assert endpoint(PROVIDERS["vllm"], {}).missing_key is None


def test_who_runs_here_is_to_be_started_here():
    assert "start it" in str(endpoint(PROVIDERS["vllm"], {}).place.no_connection())
    assert "check the network" in str(endpoint(OPENAI, {}).place.no_connection())
    for url in ("http://localhost:1/v1", "http://127.0.0.2:1", "http://[::1]:1"):
        assert "start it" in str(endpoint(OPENAI, {"OPENAI_BASE_URL": url}).place.no_connection())


def test_every_row_is_whole():
    for name, row in PROVIDERS.items():
        assert row.name == name
        assert row.url_env
        assert row.key_env
        assert not row.url or endpoint(row, {}).url == row.url
        assert row.local == row.url.startswith("http://127.")
        assert bool(row.prices) != row.local


def test_a_provider_without_an_address_says_where_to_put_one():
    with pytest.raises(UsedWrongly, match="no address for azure: set AZURE_OPENAI_ENDPOINT"):
        endpoint(PROVIDERS["azure"], {})
    missing = endpoint(PROVIDERS["azure"], {"AZURE_OPENAI_ENDPOINT": "https://x.example.org"}).missing_key
    assert str(missing) == "no key for azure: set AZURE_OPENAI_API_KEY"


def test_a_row_with_a_url_that_is_none_is_named():
    row = own_rows({"house": {"url": "gpu:8000"}}, Path("workbench.toml"))["house"]
    with pytest.raises(UsedWrongly, match="the url of house should be a URL such as"):
        endpoint(row, {})
