"""The providers as a table: where each answers, and which environment variables hold its address and key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from workbench.errors import ModelFailed, UsedWrongly
from workbench.events.text import register_secret
from workbench.models.failures import Place, failed

NO_KEY = "none"
"""What is sent to a server that wants no key: SDKs insist on one."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One row.

    Attributes:
        name: what stands before the colon of `provider:model`.
        speaks: which adapter speaks to it.
        url: where it answers, unless `url_variable` says otherwise.
        local: it runs on the user's machine and wants no key by default.
        prices: its name in the price list; empty where nothing is paid by the token.
        short_ids: it takes call ids of nine letters and digits only.
        schemas: it holds an answer to a JSON schema by itself.
    """

    name: str
    url: str
    url_variable: str
    key_variable: str = ""
    speaks: Literal["openai", "responses", "anthropic", "ollama"] = "openai"
    local: bool = False
    prices: str = ""
    short_ids: bool = False
    schemas: bool = True


def _hosted(name: str, url: str, prices: str = "", *, short_ids: bool = False) -> Provider:
    variables = f"{name.upper()}_BASE_URL", f"{name.upper()}_API_KEY"
    return Provider(name, url, *variables, prices=prices or name, short_ids=short_ids)


def _local(name: str, port: int) -> Provider:
    variables = f"{name.upper()}_BASE_URL", f"{name.upper()}_API_KEY"
    return Provider(name, f"http://127.0.0.1:{port}/v1", *variables, local=True)


PROVIDERS: dict[str, Provider] = {
    row.name: row
    for row in (
        _hosted("openai", "https://api.openai.com/v1"),
        Provider(
            "openai-responses",
            "https://api.openai.com/v1",
            "OPENAI_BASE_URL",
            "OPENAI_API_KEY",
            speaks="responses",
            prices="openai",
        ),
        Provider(
            "anthropic",
            "https://api.anthropic.com",
            "ANTHROPIC_BASE_URL",
            "ANTHROPIC_API_KEY",
            speaks="anthropic",
            prices="anthropic",
        ),
        Provider("ollama", "http://127.0.0.1:11434", "OLLAMA_HOST", "OLLAMA_API_KEY", speaks="ollama", local=True),
        _local("vllm", 8000),
        _local("llamacpp", 8080),
        _local("lmstudio", 1234),
        _hosted("openrouter", "https://openrouter.ai/api/v1"),
        _hosted("groq", "https://api.groq.com/openai/v1"),
        _hosted("mistral", "https://api.mistral.ai/v1", short_ids=True),
        _hosted("deepseek", "https://api.deepseek.com/v1"),
        _hosted("xai", "https://api.x.ai/v1", "x-ai"),
        _hosted("together", "https://api.together.xyz/v1"),
        _hosted("fireworks", "https://api.fireworks.ai/inference/v1"),
        _hosted("cerebras", "https://api.cerebras.ai/v1"),
        _hosted("gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "google"),
    )
}


@dataclass(frozen=True, slots=True, repr=False)
class Endpoint:
    """A provider as it is set up here. `key` is empty where none is set; it is in no text of this object."""

    provider: Provider
    url: str
    key: str

    @property
    def moved(self) -> bool:
        """It answers elsewhere than the provider itself does."""
        return self.url != self.provider.url

    @property
    def on_this_machine(self) -> bool:
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")

    @property
    def place(self) -> Place:
        row = self.provider
        local = row.local or self.on_this_machine
        return Place(row.name, self.url, row.url_variable, row.key_variable, local)

    @property
    def missing_key(self) -> ModelFailed | None:
        """Why it cannot be asked without a key; None where it can."""
        row = self.provider
        if self.key or row.local or self.moved:
            return None
        elsewhere = f"or {row.url_variable} for a server of your own"
        return failed("auth", f"no key for {row.name}: set {row.key_variable} ({elsewhere})")


def endpoint(provider: Provider, environ: Mapping[str, str] | None = None) -> Endpoint:
    """Where `provider` answers and with which key, by the environment.

    Raises:
        UsedWrongly: the address is no URL, or the key cannot stand in an HTTP header.
    """
    environ = os.environ if environ is None else environ
    key = environ.get(provider.key_variable, "").strip()
    register_secret(key)
    if not (key.isascii() and key.isprintable()):
        raise UsedWrongly(f"the key in {provider.key_variable} holds characters that cannot be sent: set it anew")
    url = environ.get(provider.url_variable, "").strip() or provider.url
    if provider.speaks == "ollama":
        url = _with_port(url)
    if not _is_url(url):
        raise UsedWrongly(f"{provider.url_variable} should be a URL such as {provider.url}")
    return Endpoint(provider, url.rstrip("/"), key)


def _with_port(host: str) -> str:
    """`OLLAMA_HOST` as a URL; it may lack the scheme, the host or the port."""
    if "://" in host:
        return host
    host = f"127.0.0.1{host}" if host.startswith(":") else host
    name, slash, path = host.partition("/")
    bare = name.rpartition("]")[2] if name.startswith("[") else name
    return f"http://{name}{'' if ':' in bare else ':11434'}{slash}{path}"


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
