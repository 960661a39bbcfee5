"""SIGKILL at every event boundary and inside every effect: nothing is lost, no effect happens twice."""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from tests.playbook import told
from tests.run.mortal import NEVER, Death, live, revive
from workbench.events import CriterionJudged, Event
from workbench.events.messages import Message
from workbench.run import check
from workbench.state import State, fold
from workbench.state.telling import Telling
from workbench.store import Store

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["workbench.store.store", "workbench.run", "workbench.models.scripted"])


ONE_AT_A_TIME = Lock()
"""Starting a process asks after all the others; an exit code that two threads ask for is lost to one of them."""


def in_a_process(do: Callable[..., None], *arguments: Any) -> int:
    """The exit code of a real process that does this alone."""
    process = PROCESSES.Process(target=do, args=arguments)
    with ONE_AT_A_TIME:
        process.start()
    assert wait([process.sentinel], 60), "it ends within a minute"
    with ONE_AT_A_TIME:
        process.join()
    assert process.exitcode is not None
    return process.exitcode


class Remains:
    """What a run left on the disk."""

    def __init__(self, path: Path) -> None:
        store = Store.open(path, create=False)
        self.events: list[Event] = list(store.read(store.session("last").head).events())
        store.close()
        ledger = path.with_suffix(".ledger")
        self.payments = sorted(ledger.read_text().split()) if ledger.exists() else []

    @property
    def state(self) -> State:
        return fold(self.events)

    @property
    def conversation(self) -> list[Message]:
        """What the agent was told, whatever the place in the log."""
        told = Telling(self.state.actors["agent"].log.refs(), lambda seq: self.events[seq - 1], [], {})
        return [Message(one.role, one.text, one.thinking, one.calls, one.ids, one.call, one.name) for one in told]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Remains:
    """The run that nobody interrupts."""
    path = tmp_path_factory.mktemp("whole") / "w.db"
    assert in_a_process(live, path, NEVER) == 0
    return Remains(path)


def test_the_run_that_nobody_interrupts(whole: Remains):
    assert len(whole.events) == 24
    assert told(whole.events)[-1] == "run_ended completed"
    assert whole.payments == ["mortal/1/agent.1.3", "mortal/1/agent.2.1"]


def one_death(path: Path, death: Death, whole: Remains) -> str:
    """Die there, come back, and compare; the ruling that was needed, "" without one."""
    assert in_a_process(live, path, death) == -signal.SIGKILL, death
    left = Remains(path)
    if death.seq:
        assert len(left.events) == death.seq - (death.place == "before"), "what was recorded is there, and no more"
    assert in_a_process(revive, path) == 0, death
    after = Remains(path)
    assert after.events[: len(left.events)] == left.events, "nothing recorded is lost"
    assert after.payments == whole.payments, "each payment was made, and once"
    assert after.conversation == whole.conversation
    ended, wanted = after.state, whole.state
    assert (ended.output, ended.status, ended.ended) == (wanted.output, wanted.status, wanted.ended)
    assert {name: verdict.met for name, verdict in ended.verdicts.items()} == {"order": True, "paid": True}
    assert (ended.meters.tool_calls, ended.meters.iterations) == (wanted.meters.tool_calls, wanted.meters.iterations)
    assert check(after.events) == ended, "what was interrupted replays like any other"
    rulings: list[tuple[str, str]] = json.loads(path.with_suffix(".rulings").read_text())
    return " ".join(ruling for _, ruling in rulings)


@pytest.mark.slow
def test_killed_at_every_event_boundary(whole: Remains, tmp_path: Path):
    """Before and after each event: before a fact its effect is done, after an intent it is not."""
    verdict = [isinstance(event.body, CriterionJudged) for event in whole.events] + [False]
    first = [Death("before", seq) for seq in range(2, len(verdict)) if not verdict[seq - 1]]
    deaths = first + [Death("after", seq) for seq in range(2, len(verdict)) if not verdict[seq]]
    with ThreadPoolExecutor(2) as pool:
        ways = {
            death: pool.submit(one_death, tmp_path / f"{death.place}-{death.seq}.db", death, whole) for death in deaths
        }
        rulings = {death: way.result() for death, way in ways.items()}
    lines = told(whole.events)
    asked = {death.seq for death in deaths if death.place == "after" and rulings[death]}
    begun = {seq for seq, line in enumerate(lines, 1) if line.startswith("tool_called") and line.endswith("pay")}
    assert begun <= asked, "an effect that was begun and has no fact asks for a ruling"
    assert "ran" in rulings.values()
    assert "again" in rulings.values()


@pytest.mark.parametrize(("place", "ruling"), [("in, before", "again"), ("in, after", "ran")])
def test_killed_inside_the_effect(place: str, ruling: str, whole: Remains, tmp_path: Path):
    assert one_death(tmp_path / "w.db", Death(place), whole) == ruling
