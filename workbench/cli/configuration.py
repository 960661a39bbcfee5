"""Is what `workbench.toml` says right? Each table is judged by whoever keeps to it, before anything is begun.

What a run keeps to stops every command that drives one; what only the app keeps to stops the app, and is remarked
elsewhere. `doctor` names all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from pydantic import AfterValidator, ConfigDict

from workbench.cli.app_settings import settings_of
from workbench.cli.bad_days import care_of, retry_of
from workbench.cli.listening import telemetry_settings
from workbench.cli.output import aside
from workbench.cli.spending import day_caps, own_price, price_table
from workbench.errors import BadFile, UsedWrongly
from workbench.tables import Address, Table, read_table
from workbench.workspace.place import MARK

if TYPE_CHECKING:
    from workbench.events import Price
    from workbench.workspace.place import Workspace

_HOST = re.compile(r"(\*\.)?[^\s/:*@?#]+(:\d{1,5})?")


class Parts(Protocol):
    """What the tables are held against: the parts of an invocation; `providers` are `Rows`, made when first needed."""

    workspace: Workspace

    @property
    def providers(self) -> Any: ...
    @property
    def servers(self) -> object: ...
    @property
    def tools(self) -> object: ...
    def price(self, name: str) -> Price | None: ...
    def tool_settings(self) -> dict[str, Any]: ...


def check_for_runs(parts: Parts) -> None:
    """Refuse to drive anything while something is wrong that a run keeps to.

    Raises:
        BadFile: the first mistake, with how many more there are.
    """
    found = _found(parts, _OF_RUNS)
    if len(found) == 1:
        raise found[0]
    if found:
        first, more = found[0], len(found) - 1
        problem = f"{first.problem} (and {more} more; 'workbench doctor' names all)"
        raise BadFile(first.path, problem, line=first.line, field=first.field)


def mistakes(parts: Parts) -> list[BadFile]:
    """All that is wrong, a mistake for each table at most."""
    return _found(parts, (*_OF_RUNS, lambda parts: parts.tools, _of_app))


def _of_app(parts: Parts) -> object:
    return settings_of(parts.workspace)


def remark_on_app(parts: Parts) -> None:
    """Say on stderr what the app will be stopped by, where it is not the app that runs.

    Raises:
        BadFile: it is no TOML, which stops everybody.
    """
    parts.workspace.settings()
    for problem in _found(parts, (_of_app,)):
        aside(f"workbench: {problem} (the app does not open until this is mended)")


def _found(parts: Parts, judges: Iterable[Callable[[Parts], object]]) -> list[BadFile]:
    found: dict[str, BadFile] = {}
    for judge in judges:
        try:
            judge(parts)
        except BadFile as problem:
            found[str(problem)] = problem  # the file as a whole is told by every judge
    return list(found.values())


def _model(parts: Parts) -> None:
    model: object = parts.workspace.settings().get("model")
    if model is not None:
        _named(parts, model, "model")


def _prices(parts: Parts) -> None:
    settings, path = parts.workspace.settings(), parts.workspace.root / MARK
    for name in price_table(settings, path):
        _named(parts, name, f'prices."{name}"')
        own_price(settings, path, name)


def _named(parts: Parts, name: object, field: str) -> None:
    """Refuse what names no model."""
    from workbench.models.providers import split_name

    path = parts.workspace.root / MARK
    if not isinstance(name, str):
        raise BadFile(path, "should be 'provider:model', as in \"openai:gpt-5-mini\"", field=field)
    try:
        split_name(name, parts.providers)
    except BadFile:
        raise
    except UsedWrongly as error:
        raise BadFile(path, str(error), field=field) from error


def _day(parts: Parts) -> None:
    day_caps(parts.workspace.settings(), parts.workspace.root / MARK, parts.price)


def _tools(parts: Parts) -> None:
    """Tools of the workspace's own may be told anything there; what the shipped ones are told is judged."""
    read_table(_ToolSettings, parts.tool_settings(), parts.workspace.root / MARK, "tools")


def _host(host: str) -> str:
    if not _HOST.fullmatch(host.strip()):
        raise ValueError(f"{host!r} is no host; write HOST, HOST:PORT or *.DOMAIN, as in 'api.example.com'")
    return host


class _ToolSettings(Table):
    model_config = ConfigDict(extra="allow")

    http_hosts: list[Annotated[str, AfterValidator(_host)]] = []
    searxng: Address | None = None
    web_search: str | None = None


_OF_RUNS: tuple[Callable[[Parts], object], ...] = (
    _model,
    lambda parts: parts.providers,
    _prices,
    lambda parts: retry_of(parts.workspace),
    lambda parts: care_of(parts.workspace),
    _day,
    _tools,
    lambda parts: parts.servers,
    lambda parts: telemetry_settings(parts.workspace),
)
