"""The house put together: workspace, store, tools and models, and sessions opened on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workbench.cli.bad_days import care_of, retry_of
from workbench.cli.keys import strike_keys
from workbench.cli.spending import own_price, tallied, under_day
from workbench.errors import BadFile, DiskFull, NotFound, NotWriter, ReadOnly, StoreError, UsedWrongly
from workbench.store import Store
from workbench.workspace.place import MARK, Workspace, find

if TYPE_CHECKING:
    from workbench.budget import Limit
    from workbench.cli.telemetry import Telemetry
    from workbench.debugger.person import Person
    from workbench.debugger.session import Session
    from workbench.debugger.summary import Summary
    from workbench.events import Event, Follow, Mode, Price, RunStarted
    from workbench.events.messages import Answer, Model, ModelRequest, Toolbox
    from workbench.events.script import Script
    from workbench.events.wire import Wire
    from workbench.gates import Breakpoint, Breakpoints, Gate
    from workbench.models.care import Care
    from workbench.models.provider_rows import Rows
    from workbench.run import Ports, Run
    from workbench.store.catalog import BranchRow
    from workbench.store.log import BranchLog, BranchReader
    from workbench.tools.checks import CheckFunctions
    from workbench.tools.file_tools import FileTools
    from workbench.tools.mcp.server import McpServers
    from workbench.tools.registry import Registry

FREE = ("scripted", "recorded", "human")
"""Providers whose answers cost nothing."""


class House:
    """Everything that one invocation works with; each part is made when it is first needed."""

    def __init__(self, named: str | None) -> None:
        self.workspace: Workspace = find(named)
        self._watched: dict[str, list[str]] = {}

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
        search = self._tool_settings().get("web_search")
        if search is not None:
            registry.let("web_search", str(search))
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

    def ports(self, session: str, person: Person | None = None) -> Ports:
        """What a run of `session` needs from the world."""
        from workbench.run import Ports

        strike_keys(self.providers)
        _ = self.care  # what is wrong with it is said before anything is asked
        return Ports(
            model=cache(partial(self.model, person=person)),  # a script is read once, not for each answer
            tools=self.tools,
            checks=self.checks,
            price=self.price,
            tally=lambda: tallied(self.store, session),
            session=session,
            settings=self._tool_settings(),
            files=self._files(),
        )

    def _files(self) -> Path:
        """The only folder that tools may touch."""
        folder = self.workspace.root / "files"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsedWrongly(f"{folder}, where tools keep files, cannot be made: {error.strerror or error}") from error
        return folder

    def _tool_settings(self) -> dict[str, Any]:
        settings: object = self.workspace.settings().get("tools", {})
        if not isinstance(settings, dict):
            raise BadFile(self.workspace.root / MARK, "should be a table, [tools]", field="tools")
        return cast("dict[str, Any]", settings)

    # -- beginning --------------------------------------------------------------------------------------------

    def scenario_start(
        self,
        name: str,
        *,
        persona: str | None = None,
        model: str | None = None,
        tools: Sequence[str] | None = None,
        say: Sequence[str] | None = None,
        caps: Mapping[str, str | Limit | None] | None = None,
        mode: Mode = "step",
        at_cap: str | None = None,
        title: str | None = None,
        seed: int | None = None,
    ) -> RunStarted:
        """The start of a scenario's run; what is given goes over what the scenario says."""
        strike_keys(self.providers)
        from workbench.scenario.schema import PlayedUser
        from workbench.scenario.start import start
        from workbench.workspace.loading import load_scenario
        from workbench.workspace.personas import load_persona

        scenario = load_scenario(self.workspace, name, tools=self.tools.accepted)
        if say is not None:
            scenario = scenario.model_copy(update={"user": tuple(say)})
        if at_cap is not None:
            at = at_cap if scenario.budget.at == "stop" else scenario.budget.at
            scenario = scenario.model_copy(update={"budget": scenario.budget.model_copy(update={"at": at})})
        user = scenario.user
        self.check_model(model)
        return start(
            scenario,
            persona=load_persona(self.workspace, persona or scenario.persona),
            tools=self.tools.specs(scenario.tools if tools is None else tools),
            user_persona=load_persona(self.workspace, user.persona) if isinstance(user, PlayedUser) else None,
            model=model,
            caps=caps,
            mode=mode,
            price=self.price,
            title=title,
            seed=seed,
            retry=retry_of(self.workspace),
        )

    def ad_hoc_start(
        self,
        *,
        persona: str | None = None,
        model: str | None = None,
        tools: Sequence[str] = (),
        say: Sequence[str] = (),
        caps: Mapping[str, str | Limit | None] | None = None,
        mode: Mode = "run",
        at_cap: Follow = "pause",
        title: str | None = None,
        seed: int | None = None,
    ) -> RunStarted:
        """The start of a run without a scenario; `model` may be left to the workspace's `workbench.toml`."""
        strike_keys(self.providers)
        from workbench.scenario.start import ad_hoc
        from workbench.workspace.personas import load_persona

        model = model or self.workspace.settings().get("model")
        if not isinstance(model, str):
            raise UsedWrongly("name a scenario, or a model with --model P:M ('workbench models list' shows them)")
        self.check_model(model)
        return ad_hoc(
            load_persona(self.workspace, persona or "assistant"),
            model,
            tools=self.tools.specs(tools),
            say=say,
            caps=caps,
            at=at_cap,
            mode=mode,
            price=self.price,
            title=title,
            seed=seed,
            retry=retry_of(self.workspace),
        )

    def check_model(self, name: str | None) -> None:
        """Refuse a name that nothing can be behind before a session is made for it."""
        if name is not None:
            from workbench.models.providers import split_name

            provider, _ = split_name(name, self.providers)
            if provider in ("scripted", "recorded"):
                self.model(name)

    def begin(self, started: RunStarted, *, tags: Sequence[str] = ()) -> Session:
        """A new session with `started` as its first event. Nothing is driven."""
        from time import time

        from workbench.debugger.person import Person
        from workbench.gates import breaking
        from workbench.run import Run

        started = under_day(started, self.workspace.settings(), self.workspace.root / MARK, self.price)
        breakpoints = self._breakpoints()
        agent = next((spec for spec in started.actors if spec.role == "agent"), started.actors[0])
        persona = agent.persona.name if agent.persona else ""
        row = self.store.create_session(started.title, created=time(), tags=tags, model=agent.model, persona=persona)
        branch = self.store.branch(row.head)
        person = Person()
        log = self.store.write(branch.id, process=_process())
        try:
            gates = breaking(breakpoints)
            run = Run.start(log, self.ports(row.id, person), started, gates=gates)
            if started.mode == "step":
                run.approach()
        except BaseException:
            log.close()
            with suppress(StoreError):  # an empty session is less to say than what went wrong
                self.store.remove(row.id)
            raise
        return self._session(branch, row.title, log, person, breakpoints, run=run)

    # -- opening ----------------------------------------------------------------------------------------------

    def open(self, ref: str, *, write: bool = True) -> Session:
        """Open a branch: as its writer where nobody else is, else to read and follow."""
        from workbench.debugger.person import Person
        from workbench.gates import breaking
        from workbench.run import Run

        place, breakpoints = self.store.place(ref), self._breakpoints()
        branch, title, person = place.branch, place.session.title, Person()
        log, run, other, sealed = None, None, "", ""
        if write:
            try:
                log = self.store.write(branch.id, process=_process())
            except ReadOnly as reason:
                sealed = str(reason)
            except NotWriter as writer:
                other = str(writer)
        if log is not None:
            try:
                run = Run.open(log, self.ports(branch.session, person), gates=breaking(breakpoints))
            except BaseException:
                log.close()
                raise
        reader = self.store.read(branch.id) if log is None else log
        session = self._session(branch, title, reader, person, breakpoints, run=run, other=other, sealed=sealed)
        if place.seq is not None:
            session.look(place.seq)
        return session

    def fork(
        self,
        branch: BranchRow,
        seq: int,
        *,
        name: str | None = None,
        gates: Sequence[Gate] | None = None,
        tools: Toolbox | None = None,
    ) -> Session:
        """A new branch of the same session that leaves `branch` after `seq`, held.

        Args:
            gates: instead of those that every run has.
            tools: instead of the house's own.
        """
        from dataclasses import replace
        from time import time

        from workbench.debugger.person import Person
        from workbench.gates import GATES, breaking
        from workbench.run import Run

        row = self.store.create_branch(branch.session, branch.id, seq, created=time(), name=name)
        log = self.store.write(row.id, process=_process())
        person = Person()
        ports = self.ports(branch.session, person)
        ports = ports if tools is None else replace(ports, tools=tools)
        later = self.store.read(branch.id).events(seq)
        breakpoints = self._breakpoints()
        every = breaking(breakpoints, GATES if gates is None else tuple(gates))
        run = Run.fork(log, ports, parent=branch.id, parent_seq=seq, later=later, gates=every)
        return self._session(row, self.store.session(branch.session).title, log, person, breakpoints, run=run)

    def _breakpoints(self) -> Breakpoints:
        """The workspace's breakpoints, for one session."""
        from workbench.gates import Breakpoints
        from workbench.workspace.breakpoints import load

        return Breakpoints(load(self.workspace))

    def _keep(self, kept: list[Breakpoint]) -> None:
        from workbench.workspace.breakpoints import save

        save(self.workspace, kept)

    def _session(
        self,
        branch: BranchRow,
        title: str,
        log: BranchReader,
        person: Person,
        breakpoints: Breakpoints,
        *,
        run: Run | None = None,
        other: str = "",
        sealed: str = "",
    ) -> Session:
        from workbench.debugger.session import Session
        from workbench.debugger.summary import Identity
        from workbench.debugger.watching import Watches
        from workbench.store.log import BranchLog

        written = [log] if isinstance(log, BranchLog) else []

        def take_over() -> tuple[BranchLog, Ports]:
            written.append(self.store.write(branch.id, process=_process()))
            return written[-1], self.ports(branch.session, person)

        def close() -> None:
            for one in written:
                one.close()

        return Session(
            Identity(branch.session, branch.name, title),
            log,
            run=run,
            other=other,
            sealed=sealed,
            person=person,
            changed_on_disk=log.changed,
            summarise=self.summariser(branch),
            take_over=take_over,
            fork=lambda seq: self.fork(branch, seq),
            breakpoints=breakpoints,
            keep=self._keep,
            watches=Watches(self._watched.setdefault(branch.session, [])),
            listen=self.listener(branch),
            rebuild=self._rebuild,
            close=close,
        )

    def listener(self, branch: BranchRow) -> Callable[[Run], None]:
        """What lets the telemetry and the log that were asked for follow a run of this branch."""
        from workbench.cli.listening import listen

        return lambda run: listen(run, branch, self.telemetry, self.store)

    @cached_property
    def telemetry(self) -> Telemetry | None:
        """The way to the collector that `workbench.toml` names, if it names one."""
        from workbench.cli.listening import telemetry_of

        return telemetry_of(self.workspace)

    def _rebuild(self, name: str, request: ModelRequest, wire: Wire) -> dict[str, Any]:
        from workbench.models.rebuilding import rebuilt

        return rebuilt(name, request, wire, self.providers)

    def summariser(self, branch: BranchRow) -> Callable[[Summary], None]:
        """What brings the list of sessions up to date: a session stands as its head does."""
        head = self.store.session(branch.session).head == branch.id

        def summarise(summary: Summary) -> None:
            with suppress(DiskFull):  # the list says it when there is room again; the log is what counts
                if not head:
                    self.store.update_session(branch.session, updated=summary.at)
                    return
                self.store.update_session(
                    branch.session,
                    status=summary.status,
                    outcome=summary.outcome,
                    cost=summary.cost,
                    model=summary.model,
                    persona=summary.persona,
                    updated=summary.at,
                )

        return summarise

    def close(self) -> None:
        """Let go of the database and end the servers, where they were used."""
        if "tools" in self.__dict__:
            self.tools.close()
        if (telemetry := self.__dict__.get("telemetry")) is not None:
            telemetry.close()
        if "store" in self.__dict__:
            self.store.close()


def events_of(house: House, ref: str) -> list[Event]:
    """Every event of the branch that `ref` names, its parents' included."""
    place = house.store.place(ref)
    return list(house.store.read(place.branch.id).events(0, place.seq))


def _process() -> str:
    return f"pid {os.getpid()}"
