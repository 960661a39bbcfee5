"""What a face can ask for without knowing where it comes from: the desk that sessions are laid on.

The command line, which knows everything, hands a face one of these. Listings are plain values and must not load
pydantic, so that the first screen is there at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.state import State, Want


class SessionLine(Protocol):
    """A row of the list of sessions. `status`: ended, held, in doubt, running, interrupted, waiting."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def model(self) -> str: ...
    @property
    def persona(self) -> str: ...
    @property
    def cost(self) -> str | None: ...
    @property
    def created(self) -> float: ...
    @property
    def updated(self) -> float: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


class ScenarioLine(Protocol):
    """A row of the list of scenarios."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def teaches(self) -> str: ...
    @property
    def needs_key(self) -> bool: ...


class PersonaLine(Protocol):
    """A row of the list of personas. `source`: workspace, shipped, program, or the package that brings it."""

    @property
    def name(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def fragment(self) -> bool: ...


class PersonaView(NamedTuple):
    """A persona as it stands: `lines` of its prompt, each with where its words come from; and what gave way in it."""

    description: str
    version: str
    signature: str
    lines: Sequence[tuple[str, Sequence[str]]]
    conflicts: Sequence[str]


class Finding(NamedTuple):
    """What a tool's own check says of a call in doubt: whether it happened, and what it returned if it did."""

    happened: bool
    result: str = ""

    @property
    def words(self) -> str:
        """The same in words; those of the tool in it are untrusted."""
        return f"it happened, and returned {self.result}" if self.happened else "it did not happen"


class BranchLine(Protocol):
    """A branch of a session: its parent's events up to `parent_seq`, then its own, and how it stands."""

    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def parent_seq(self) -> int: ...
    @property
    def last_seq(self) -> int: ...
    @property
    def state(self) -> State: ...


class Desk(Protocol):
    """Everything a face may do besides the verbs of an open session."""

    workspace: str

    @property
    def read_only(self) -> bool:
        """Whether the sessions may only be read."""
        ...

    def sessions(self, *, text: str = "", limit: int = 50, offset: int = 0) -> Sequence[SessionLine]:
        """Saved sessions; held and in-doubt ones first, then newest first. Light."""
        ...

    def scenarios(self) -> Sequence[ScenarioLine]:
        """Scenarios of the workspace and shipped ones. Light."""
        ...

    def personas(self) -> Sequence[PersonaLine]:
        """Personas and fragments, by name. Light."""
        ...

    def broken(self, kind: Literal["persona", "scenario"]) -> Mapping[str, str]:
        """What of the workspace's own cannot be used, by name, and why, from the line on. Reads all: for a thread."""
        ...

    def persona(self, name: str) -> PersonaView:
        """One persona, with the prompt that it becomes.

        Raises:
            WorkbenchError: it is a fragment, or not right.
        """
        ...

    def persona_text(self, name: str) -> str:
        """The text of its file."""
        ...

    def save_persona(self, name: str, text: str) -> None:
        """Keep `text` as the workspace's persona of that name, once it is right.

        Raises:
            WorkbenchError: it is not right, or cannot be written; nothing was changed.
        """
        ...

    def on_disk(self) -> object:
        """What is there of personas, scenarios and tools; unequal to what it was once a file was changed. Light."""
        ...

    def open(self, ref: str, *, write: bool = True) -> Session:
        """Open a session (id, unique prefix, `last`, `SESSION/BRANCH`); read-only where another process writes."""
        ...

    def start(self, scenario: str) -> Session:
        """A new session of a scenario, held before its first model call."""
        ...

    def prepare(self, scenario: str) -> Awaitable[None]:
        """Have ready what starting this scenario would otherwise wait for, such as servers of tools."""
        ...

    def chat(self, persona: str | None = None) -> Session:
        """A new session without a scenario, waiting for the person's first words."""
        ...

    def branches(self, session: str) -> Sequence[BranchLine]:
        """Every branch of a session, in the order in which they were made."""
        ...

    def check_cast(self, *, model: str | None = None, persona: str | None = None) -> None:
        """Refuse a model or persona that is not there, before anything is made for it.

        Raises:
            NotFound: there is none of that name.
        """
        ...

    def recast(self, session: Session, *, model: str | None = None, persona: str | None = None) -> None:
        """From here on, the session's agent has another model, another persona, or both."""
        ...

    def remark(self, session: Session) -> str:
        """What has changed on disk since the session began, in a sentence; "" where nothing has. Reads files."""
        ...

    def happened(self, session: Session, call: Want) -> Awaitable[Finding | None]:
        """What the tool's own check says of a call in doubt; None where the tool has none.

        Raises:
            ToolFailed: it could not be found out.
        """
        ...

    def providers(self) -> Awaitable[str]:
        """One line that says which providers are reachable."""
        ...

    def follow_tools(self, told: Callable[[str], None]) -> None:
        """Tell, from a thread, what becomes of the workspace's tools when their files are saved; for a thread."""
        ...

    def warm_up(self) -> None:
        """Import what opening a session will need; for a thread, after the first paint."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
