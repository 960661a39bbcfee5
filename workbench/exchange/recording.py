"""What an import yields and an export takes: a whole session as values, its branches numbered within itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from workbench.events import Event, Forked, ReplayBegan


class Branch(msgspec.Struct, frozen=True):
    """A branch: its parent's events up to `parent_seq`, then its own. Parents come before their children."""

    number: int
    name: str = "main"
    parent: int | None = None
    parent_seq: int = 0


MAIN = Branch(1)


class Recording(msgspec.Struct, frozen=True):
    """A session.

    Attributes:
        created: seconds since 1970 UTC; None where the source does not say.
        branches: parents first; event `branch` and `Forked.parent` use these numbers.
        events: each branch's own events, branch by branch, in order.
        head: the branch that the session's name alone means.
        id: the session's id where it was exported; "" for runs recorded elsewhere.
    """

    title: str
    events: tuple[Event, ...]
    branches: tuple[Branch, ...] = (MAIN,)
    tags: tuple[str, ...] = ()
    created: float | None = None
    head: int = 1
    id: str = ""

    def own(self, number: int) -> list[Event]:
        """The events of branch `number` itself, without its parents'."""
        return [event for event in self.events if event.branch == number]


class Skip(msgspec.Struct, frozen=True):
    """A record that could not be taken (`line 7`, `record 3`), and why."""

    record: str
    why: str


class Loaded(msgspec.Struct, frozen=True):
    """All that a file held. `recordings` is never empty."""

    recordings: tuple[Recording, ...]
    skipped: tuple[Skip, ...] = ()


class Unfit(ValueError):
    """A record that cannot be taken; its text says why in one sentence."""


def renumbered(events: Iterable[Event], numbers: Mapping[int, int]) -> Iterator[Event]:
    """`events` with their branches, and the branches that forks and replays name, under new numbers.

    A recording that is not among them, as where one branch alone is exported, is 0: there is none.
    """
    for event in events:
        body = event.body
        if isinstance(body, Forked):
            body = body.model_copy(update={"parent": numbers.get(body.parent, body.parent)})
        elif isinstance(body, ReplayBegan):
            body = body.model_copy(update={"source": numbers.get(body.source, 0)})
        yield replace(event, branch=numbers[event.branch], body=body)
