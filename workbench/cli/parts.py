"""The parts of one invocation: workspace, store, tools, models, and what a run needs of them as its ports."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from workbench.cli.bad_days import care_of
from workbench.cli.keys import strike_keys
from workbench.cli.spending import own_price, tallied
from workbench.errors import BadFile, NotFound, UsedWrongly
from workbench.store import Store
from workbench.workspace.place import MARK, Workspace, find

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from workbench.cli.telemetry import Telemetry
    from workbench.debugger.person import Person
    from workbench.events import Price
    from workbench.events.messages import Answer, Model
    from workbench.events.script import Script
    from workbench.models.care.care import Care
    from workbench.models.provider_rows import Rows
    from workbench.run import Ports
    from workbench.tools.checks import CheckFunctions
    from workbench.tools.file_tools import FileTools
    from workbench.tools.mcp.server import McpServers
    from workbench.tools.registry import Registry

FREE = ("scripted", "recorded", "human")
"""Providers whose answers cost nothing."""


class Parts:
    """Everything that one invocation works with; each part is made when it is first needed."""

    def __init__(self, named: str | None) -> None:
        self.workspace: Workspace = find(named)

    @cached_property
    def store(self) -> Store:
        """The workspace's sessions; the demo sessions are laid in where the database is new."""
        if not self.workspace.database.exists():
            from workbench.cli.demos import begin

            begin(self.workspace.database)
        return Store.open(self.workspace.database)

    @cached_property
    def tools(self) -> Registry:
        """All tools there are: the shipped ones, the workspace's own files, those of its MCP servers."""
        from workbench.tools.standard import standard_registry

        registry = standard_registry(first=[self.tool_files], more=[self.servers])
        search = self.tool_settings().get("web_search")
        if search is not None:
            try:
                registry.let("web_search", str(search))
            except NotFound as error:
                raise BadFile(self.workspace.root / MARK, str(error), field="tools.web_search") from error
        return registry

    @cached_property
    def tool_files(self) -> FileTools:
        """The tools in files of the workspace; those of a folder that nobody chose are not touched."""
        from workbench.tools.file_tools import FileTools

        return FileTools(self.workspace.root / "tools", chosen=self.workspace.how != "user")

    @cached_property
    def servers(self) -> McpServers:
        """The MCP servers that `workbench.toml` names; none is started before it is asked for something.

        Raises:
            BadFile: what is said of one is wrong.
        """
        from workbench.tools.mcp.server import McpServers
        from workbench.tools.mcp.settings import read_servers

        return McpServers(read_servers(self.workspace.settings().get("mcp"), self.workspace.root / MARK))

    @cached_property
    def checks(self) -> CheckFunctions:
        """The Python functions of criteria."""
        from workbench.tools.checks import CheckFunctions

        return CheckFunctions(self.workspace.root)

    # -- models -----------------------------------------------------------------------------------------------

    @cached_property
    def providers(self) -> Rows:
        """The providers that are known: the presets, and over them those of `workbench.toml`."""
        from workbench.models.provider_rows import PROVIDERS, own_rows

        told = self.workspace.settings().get("providers")
        return PROVIDERS if told is None else own_rows(told, self.workspace.root / MARK)

    def likely_models(self) -> list[str]:
        """A model of each provider that is probably asked from here: the workspace's own, and who has a key."""
        default = self.workspace.settings().get("model")
        own = [default] if isinstance(default, str) else []
        keyed = [f"{name}:any" for name, row in self.providers.items() if row.key_env and os.environ.get(row.key_env)]
        return [*own, *keyed]

    @cached_property
    def care(self) -> Care:
        """How providers are asked; one for all of this process, since limits are shared."""
        return care_of(self.workspace)

    def model(self, name: str, person: Person | None = None) -> Model:
        """The model behind `provider:model`."""
        from workbench.models import resolve

        ask = person.ask if person is not None else None
        return resolve(
            name, scripts=self._script, recordings=self._recording, person=ask, rows=self.providers, care=self.care
        )

    def check_model(self, name: str | None) -> None:
        """Refuse a name that nothing can be behind before a session is made for it."""
        if name is not None:
            from workbench.models.providers import split_name

            provider, _ = split_name(name, self.providers)
            if provider in ("scripted", "recorded"):
                self.model(name)

    def price(self, name: str) -> Price | None:
        """What the model costs; None where nobody knows. What the workspace says goes over all."""
        own = own_price(self.workspace.settings(), self.workspace.root / MARK, name)
        if own is None and name.partition(":")[0] in FREE:
            from workbench.events import Price

            return Price(input="0", output="0", source="free")
        from workbench.models.prices import price_of

        return own or price_of(name, rows=self.providers)

    def _script(self, name: str) -> Script | None:
        from workbench.workspace.loading import load_scenario

        scenario = name.partition("/")[0]
        try:
            return load_scenario(self.workspace, scenario).scripts().get(name)
        except NotFound:
            return None

    def _recording(self, ref: str) -> Callable[[str, int], Answer | None] | None:
        from workbench.events import ModelAnswered
        from workbench.events.messages import Answer

        try:
            reader = self.store.read(self.store.place(ref).branch.id)
        except NotFound:
            return None
        answers: dict[str, list[Answer]] = {}
        for event in reader.events():
            body = event.body
            if isinstance(body, ModelAnswered):
                answer = Answer(body.text, body.thinking, body.calls, body.usage, body.finish, body.model, body.raw)
                answers.setdefault(event.actor, []).append(answer)

        def nth(actor: str, place: int) -> Answer | None:
            given = answers.get(actor, [])
            return given[place] if place < len(given) else None

        return nth

    def make_ready(self) -> None:
        """Before anything is driven: keys are struck out of what is recorded, and what `workbench.toml` says is right.

        Raises:
            BadFile: something is wrong in it that a run keeps to.
        """
        _ = self._judged
        strike_keys(self.providers)

    def ports(self, session: str, person: Person | None = None) -> Ports:
        """What a run of `session` needs from the world."""
        from workbench.run import Ports

        self.make_ready()
        return Ports(
            model=cache(partial(self.model, person=person)),  # a script is read once, not for each answer
            tools=self.tools,
            lacks=self.tools.lacks,
            checks=self.checks,
            price=self.price,
            tally=lambda branch: tallied(self.store, session, branch),
            alone=self._alone,
            recording=lambda branch, upto: self.store.read(branch).events(0, upto) if branch else (),
            session=session,
            settings=self.tool_settings(),
            files=self._files(),
        )

    def _alone(self) -> AbstractContextManager[None]:
        return self.store.sharing()

    @cached_property
    def _judged(self) -> bool:
        """True once all that a run keeps to of `workbench.toml` is known to be right."""
        from workbench.cli.configuration import check_for_runs

        check_for_runs(self)
        return True

    def _files(self) -> Path:
        """The only folder that tools may touch."""
        folder = self.workspace.root / "files"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsedWrongly(f"{folder}, where tools keep files, cannot be made: {error.strerror or error}") from error
        return folder

    def tool_settings(self) -> dict[str, Any]:
        """The table `[tools]`.

        Raises:
            BadFile: it is none.
        """
        settings: object = self.workspace.settings().get("tools", {})
        if not isinstance(settings, dict):
            raise BadFile(self.workspace.root / MARK, "should be a table, [tools]", field="tools")
        return cast("dict[str, Any]", settings)

    @cached_property
    def telemetry(self) -> Telemetry | None:
        """The way to the collector that `workbench.toml` names, if it names one."""
        from workbench.cli.listening import telemetry_of

        return telemetry_of(self.workspace)

    def close(self) -> None:
        """Let go of the database and end the servers, where they were used."""
        made = self.__dict__
        if "tools" in made:
            self.tools.close()
        elif "servers" in made:
            self.servers.close()
        if (telemetry := made.get("telemetry")) is not None:
            telemetry.close()
        if "store" in made:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
