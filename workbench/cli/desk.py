"""What faces ask for besides a session's verbs, `workbench.debugger.desk.Desk`, over a workspace's store and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.cli.house import House
from workbench.cli.starting import Wishes, starting
from workbench.debugger.desk import Finding, PersonaView
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.debugger.desk import PersonaLine
    from workbench.debugger.session import Session
    from workbench.models.reachable import ProviderStatus
    from workbench.state import State, Want
    from workbench.store import Store
    from workbench.store.catalog import BranchRow, SessionRow
    from workbench.workspace.listing import Kind


class ScenarioRow(NamedTuple):
    """A scenario as lists show it."""

    name: str
    title: str
    teaches: str
    needs_key: bool


class BranchState:
    """A branch as the tree of branches shows it; its state is folded when it is first asked for."""

    def __init__(self, store: Store, row: BranchRow, parent: str | None) -> None:
        self.name, self.parent, self.parent_seq, self.last_seq = row.name, parent, row.parent_seq, row.last_seq
        self._store, self._id = store, row.id
        self._state: State | None = None

    @property
    def state(self) -> State:
        """The state after its newest event."""
        if self._state is None:
            from workbench.run import state_at

            self._state = state_at(self._store.read(self._id))
        return self._state


class HouseDesk:
    """`workbench.debugger.desk.Desk` over the workspace's store and files."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.workspace = _as_typed(house.workspace.root)

    @property
    def read_only(self) -> bool:
        """Whether the database or its folder may only be read."""
        return self._house.store.read_only

    def sessions(self, *, text: str = "", limit: int = 50, offset: int = 0) -> Sequence[SessionRow]:
        """A page of saved sessions, held ones first."""
        return self._house.store.sessions(text=text, limit=limit, offset=offset, held_first=True)

    def scenarios(self) -> Sequence[ScenarioRow]:
        """Scenarios of the workspace, and shipped ones."""
        from workbench.workspace.listing import list_scenarios

        return [
            ScenarioRow(entry.name, entry.title, entry.about, entry.needs_key)
            for entry in list_scenarios(self._house.workspace)
        ]

    def open(self, ref: str, *, write: bool = True) -> Session:
        """Open a session; read-only where another process writes it."""
        return self._house.open(ref, write=write)

    def start(self, scenario: str) -> Session:
        """A new session, held before its first model call."""
        return self._house.begin(starting(self._house, Wishes(scenario, at_cap="pause")))

    async def prepare(self, scenario: str) -> None:
        """Start the MCP servers whose tools it names, off the event loop; what is wrong the start itself says."""
        from workbench.tools.threads import in_thread
        from workbench.workspace.loading import load_scenario

        def start_servers() -> None:
            with suppress(WorkbenchError):
                self._house.tools.specs(load_scenario(self._house.workspace, scenario).tools)

        await in_thread(start_servers, "servers")

    def personas(self) -> Sequence[PersonaLine]:
        """Personas and fragments, by name."""
        from workbench.workspace.personas import list_personas

        return list_personas(self._house.workspace)

    def persona(self, name: str) -> PersonaView:
        """One persona, with the prompt that it becomes."""
        from workbench.persona.prompt import render_lines
        from workbench.persona.signature import signature
        from workbench.workspace.personas import composed

        whole = composed(self._house.workspace, name)
        one = whole.persona
        return PersonaView(one.description, one.version, signature(one).digest, render_lines(whole), whole.conflicts)

    def broken(self, kind: Kind) -> Mapping[str, str]:
        """What of the workspace's own cannot be used, by name, and why, from the line on."""
        from workbench.workspace.loading import broken

        found = broken(self._house.workspace, kind)
        return {name: str(problem).removeprefix(problem.path).lstrip(",: ") for name, problem in found.items()}

    def persona_text(self, name: str) -> str:
        """The text of its file, or the one that it would have."""
        from workbench.exchange.personas import persona_text
        from workbench.plain_files import read_text
        from workbench.workspace.personas import form_of, path_of

        path = path_of(self._house.workspace, name)
        return persona_text(form_of(self._house.workspace, name), "yaml") if path is None else read_text(path)

    def save_persona(self, name: str, text: str) -> None:
        """Keep it in the workspace, once it is right."""
        from workbench.workspace.making import rewrite_persona

        rewrite_persona(self._house.workspace, name, text)

    def on_disk(self) -> object:
        """The files of the workspace by their times."""
        from workbench.workspace.listing import fingerprint

        return fingerprint(self._house.workspace)

    def chat(self, persona: str | None = None) -> Session:
        """A new session with the workspace's model, which waits for the person's words."""
        model = str(self._house.workspace.settings().get("model", "human"))
        wishes = Wishes(persona=persona, model=model, mode="run", at_cap="pause")
        return self._house.begin(starting(self._house, wishes))

    def branches(self, session: str) -> Sequence[BranchState]:
        """Every branch of a session, in the order in which they were made."""
        store = self._house.store
        rows = store.branches(session)
        names = {row.id: row.name for row in rows}
        return [BranchState(store, row, None if row.parent is None else names[row.parent]) for row in rows]

    def check_cast(self, *, model: str | None = None, persona: str | None = None) -> None:
        """Refuse a model or persona that is not there."""
        from workbench.cli.recasting import check_cast

        check_cast(self._house, model=model, persona=persona)

    def recast(self, session: Session, *, model: str | None = None, persona: str | None = None) -> None:
        """From here on, the session's agent has another model, another persona, or both."""
        from workbench.cli.recasting import recast

        recast(self._house, session, model=model, persona=persona)

    def remark(self, session: Session) -> str:
        """What has changed on disk since the session began, in a sentence; "" where nothing has."""
        from workbench.cli.recasting import remark

        return remark(self._house, session)

    async def happened(self, session: Session, call: Want) -> Finding | None:
        """What the tool's own check says of a call in doubt; None where the tool has none."""
        from workbench.context import RunContext
        from workbench.tools.function_tool import FunctionTool

        tool = self._house.tools.find(call.tool)
        if not isinstance(tool, FunctionTool) or tool.verify is None:
            return None
        ports, state = self._house.ports(session.identity.session), session.newest
        context = RunContext(
            ports.deps,
            session=ports.session,
            branch=state.branch,
            actor=call.call.partition(".")[0],
            call=call.call,
            attempt=call.attempt,
            key=f"{ports.session}/{state.branch}/{call.call}",
            files=ports.files,
            settings=ports.settings or {},
        )
        outcome = await tool.happened(call.arguments, context)
        return Finding(False) if outcome is None else Finding(True, outcome.content)

    async def providers(self) -> str:
        """Which providers answer, in one line; before it, which of the workspace's tools cannot be had."""
        from workbench.tools.threads import in_thread

        try:
            statuses = await in_thread(self._look_around, "providers")
        except WorkbenchError as error:
            return str(error)
        broken = await in_thread(lambda: self._house.tool_files.problems, "tools")
        there = [f"{status.provider} ({len(status.models)})" for status in statuses if not status.problem]
        nobody = "no provider is reachable; scripted scenarios need none"
        reachable = f"reachable: {', '.join(there)}" if there else nobody
        return f"✗ {broken[0]} · {reachable}" if broken else reachable

    def _look_around(self) -> list[ProviderStatus]:
        """How every provider stands. What it takes to ask loads longer than a key may wait: not for the app's loop."""
        import asyncio

        from workbench.models.reachable import list_models

        return asyncio.run(list_models(rows=self._house.providers))

    def follow_tools(self, told: Callable[[str], None]) -> None:
        """Tell what becomes of the files in `tools/`, where they can be followed."""
        self._house.tool_files.follow(told)

    def warm_up(self) -> None:
        """Load what opening a session needs, and the SDKs of providers that are set up here."""
        import workbench.debugger.session
        import workbench.run
        from workbench.models import warm

        _ = workbench.run, workbench.debugger.session, self._house.tools
        for name in self._house.likely_models():
            warm(name, self._house.providers)

    def close(self) -> None:
        """Let go of the database."""
        self._house.close()


def _as_typed(folder: Path) -> str:
    """The folder as people write it: `~/agents` where it lies in the person's own."""
    try:
        return str(Path("~", folder.relative_to(Path.home())))
    except (ValueError, RuntimeError):
        return str(folder)
