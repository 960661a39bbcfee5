"""A provider as it is set up here: its address and its key, by the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from workbench.errors import ModelFailed, UsedWrongly
from workbench.events.text import register_secret
from workbench.models.failures import Place, failed
from workbench.models.provider_rows import Provider

NO_KEY = "none"
"""What is sent to a server that wants no key: SDKs insist on one."""


@dataclass(frozen=True, slots=True, repr=False)
class Endpoint:
    """A provider as it is set up here. `key` is empty where none is set; it is in no text of this object.

    `connect` and `patience` are the seconds that are waited for a connection, and for the next byte.
    """

    provider: Provider
    url: str
    key: str
    query: tuple[tuple[str, str], ...] = ()
    connect: float = 10.0
    patience: float = 600.0

    @property
    def moved(self) -> bool:
        """It answers elsewhere than the provider itself does."""
        return bool(self.provider.url) and self.url != self.provider.url

    def base(self, model: str) -> str:
        """Where the paths of the dialect begin for `model`."""
        return self.url + self.provider.path.replace("{model}", quote(model, safe=""))

    @property
    def key_headers(self) -> dict[str, str]:
        """The headers that carry the key, where it is not in `Authorization`."""
        return {self.provider.key_header: self.key} if self.provider.key_header and self.key else {}

    @property
    def on_this_machine(self) -> bool:
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")

    @property
    def place(self) -> Place:
        row = self.provider
        local = row.local or self.on_this_machine
        return Place(row.name, self.url, row.url_env, row.key_env, local)

    @property
    def missing_key(self) -> ModelFailed | None:
        """Why it cannot be asked without a key; None where it can."""
        row = self.provider
        if self.key or row.local or self.moved or not row.key_env or self.on_this_machine:
            return None
        elsewhere = f" (or {row.url_env} for a server of your own)" if row.url else ""
        return failed("auth", f"no key for {row.name}: set {row.key_env}{elsewhere}")


def endpoint(provider: Provider, environ: Mapping[str, str] | None = None) -> Endpoint:
    """Where `provider` answers and with which key, by the environment.

    Raises:
        UsedWrongly: the address is no URL, or the key cannot stand in an HTTP header.
    """
    environ = os.environ if environ is None else environ
    key = environ.get(provider.key_env, "").strip()
    register_secret(key)
    if not (key.isascii() and key.isprintable()):
        raise UsedWrongly(f"the key in {provider.key_env} holds characters that cannot be sent: set it anew")
    told = environ.get(provider.url_env, "").strip()
    url = told or provider.url
    if not url:
        raise UsedWrongly(f"no address for {provider.name}: set {provider.url_env}")
    if provider.speaks == "ollama":
        url = _with_port(url)
    if not _is_url(url):
        example = provider.url or "https://NAME.example.org"
        where = provider.url_env if told else f"the url of {provider.name}"
        raise UsedWrongly(f"{where} should be a URL such as {example if told else 'http://127.0.0.1:8000/v1'}")
    asked = provider.query | {
        name: environ[variable] for name, variable in provider.query_env.items() if environ.get(variable)
    }
    return Endpoint(provider, url.rstrip("/"), key, tuple(asked.items()))


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
