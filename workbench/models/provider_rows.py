"""Which providers there are: the presets, a workspace's own in `workbench.toml`, and those that other packages add.

A row says where a provider answers, which variables hold its address and key, which dialect it speaks, and how it
differs from others that speak it. All rows are data of one form, whoever wrote them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import msgspec

from workbench.errors import BadFile, UsedWrongly

GROUP = "workbench.providers"
"""The entry points of packages that add a provider: each names a mapping of the fields of a row."""

Speaks = Literal["openai", "responses", "anthropic", "ollama"]
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEYS = frozenset({"key", "api_key", "apikey", "token", "secret"})


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row.

    Attributes:
        name: what stands before the colon of `provider:model`.
        url: where it answers, unless `url_env` says otherwise; empty where only that can say.
        url_env, key_env: the environment variables that hold its address and key; no key where the latter is empty.
        speaks: its dialect: chat completions (`openai`), `responses`, `anthropic`, `ollama`.
        local: it runs on the user's machine and wants no key by default.
        prices: its name in the price list; empty where nothing is paid by the token.
        key_header: the header that carries the key, where that is not `Authorization`.
        path: what follows the address, `{model}` in it; models_path: where its models are listed.
        query: parameters of every request; query_env: variables that go over them.
        max_tokens: what it calls the longest answer.
        reasoning: the field in which it wants back what a model thought before it called tools; `think` means tags.
        short_ids: it takes call ids of nine letters and digits only.
        schemas: it holds an answer to a JSON schema by itself.
        sight: some of its models take images; False refuses them before they are sent.
        adapter: what makes its models, where it speaks in a way of its own (not in files): `(name, endpoint) -> Model`.
    """

    name: str
    url: str = ""
    url_env: str = ""
    key_env: str = ""
    speaks: Speaks = "openai"
    local: bool = False
    prices: str = ""
    key_header: str = ""
    path: str = ""
    models_path: str = "/models"
    query: dict[str, str] = {}
    query_env: dict[str, str] = {}
    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    reasoning: Literal["", "reasoning_content", "reasoning", "reasoning_details", "think"] = ""
    short_ids: bool = False
    schemas: bool = True
    sight: bool = True
    adapter: Any = None


Rows = Mapping[str, Provider]


class _Row(Protocol):
    """What an entry point loads."""

    def keys(self) -> Any: ...
    def __getitem__(self, name: str, /) -> Any: ...


def own_rows(told: object, path: Path) -> dict[str, Provider]:
    """The presets and, over them, what the table `[providers]` of the file `path` says.

    Raises:
        BadFile: a row that cannot be read: names the file, the field and the remedy.
    """
    if not isinstance(told, dict):
        raise BadFile(path, "should hold tables, [providers.NAME]", field="providers")
    rows = dict(PROVIDERS)
    for name, fields in cast(dict[str, object], told).items():
        try:
            rows[name] = _row(name, fields, PROVIDERS.get(name))
        except ValueError as problem:
            field, _, words = str(problem).rpartition("\x1f")
            raise BadFile(path, words, field=f"providers.{name}{field and f'.{field}'}") from None
    return rows


@cache
def plugged() -> dict[str, EntryPoint]:
    """The entry points of other packages, by the name of the provider; none is loaded yet."""
    return {found.name: found for found in entry_points(group=GROUP)}


def load_plugged(found: EntryPoint) -> Provider:
    """The row that another package adds.

    Raises:
        UsedWrongly: it cannot be loaded, or is no row.
    """
    of = f" of the package {found.dist.name}" if found.dist is not None else ""
    try:
        made = cast(_Row, found.load())
        return _row(found.name, dict(made), None, forbidden=("name",))
    except Exception as problem:  # whatever another package raises is said, and is no bug of ours
        words = str(problem).rpartition("\x1f")[2] or type(problem).__name__
        raise UsedWrongly(f"the provider {found.name}{of} cannot be used: {words}") from problem


def _row(
    name: str, fields: object, preset: Provider | None, *, forbidden: tuple[str, ...] = ("name", "adapter")
) -> Provider:
    """A row of what somebody wrote, over `preset`.

    Raises:
        ValueError: the field and what is wrong with it, with `\\x1f` between.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("\x1fa provider's name is small letters, digits and -")
    if not isinstance(fields, dict):
        raise ValueError("\x1fshould be a table with a url")
    told = cast(dict[str, Any], fields)
    for field in told:
        if field.lower() in _KEYS:
            raise ValueError(f"{field}\x1fa key belongs in an environment variable: name that one with key_env")
        if field not in Provider.__struct_fields__ or field in forbidden:
            near = get_close_matches(field, Provider.__struct_fields__, n=1)
            raise ValueError(f"{field}\x1fis no field of a provider{f'; did you mean {near[0]}?' if near else ''}")
    base = {} if preset is None else msgspec.structs.asdict(preset)
    stem = name.upper().replace("-", "_")
    default = {"url_env": f"{stem}_BASE_URL", "key_env": f"{stem}_API_KEY"}
    try:
        row = msgspec.convert(default | base | told | {"name": name}, Provider)
    except msgspec.ValidationError as problem:
        words, _, place = str(problem).partition(" - at `$.")
        raise ValueError(f"{place.rstrip('`')}\x1f{words[:1].lower()}{words[1:]}") from None
    if not row.url and "url_env" not in told and preset is None and row.adapter is None:
        raise ValueError("url\x1fsay where it answers, such as http://127.0.0.1:8000/v1")
    return row


def _presets() -> dict[str, Provider]:
    told = tomllib.loads(Path(__file__).with_name("presets.toml").read_text(encoding="utf-8"))
    return {name: _row(name, fields, None) for name, fields in told["providers"].items()}


PROVIDERS: dict[str, Provider] = _presets()
"""The presets."""
