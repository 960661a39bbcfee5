"""`python -m tests.torture [--rounds 500]`: a real `workbench run` killed again and again at random moments.

Each round kills the process, and often the one that resumes, after a random number of events; then the session is
resumed to its end, settling what is in doubt by what the effect's ledger says. One JSON line tells what came of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.events import Event, ToolCalled
from workbench.events.text import as_json
from workbench.run import Divergence, check
from workbench.state import fold
from workbench.state.telling import Telling
from workbench.store import Store

SCENARIO, LEDGER = "support-desk", "refunds.jsonl"
HELD = 6
_STARTING = 1.0
"""Seconds in which a process that has recorded nothing is killed."""


@dataclass
class Score:
    """What came of all rounds. `lost`, `doubled` and `different` say which rounds broke a promise, and how."""

    rounds: int = 0
    kills: int = 0
    resumed: int = 0
    nothing_recorded: int = 0
    killed_after: Counter[str] = field(default_factory=Counter[str])
    in_doubt: int = 0
    settled: Counter[str] = field(default_factory=Counter[str])
    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    different: list[str] = field(default_factory=list[str])

    @property
    def sound(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.different)


@dataclass
class Whole:
    """The run that nobody interrupts: its length, where its tools begin, its conversation, its report."""

    length: int
    tools: list[int]
    told: list[tuple[str, str]]
    report: dict[str, Any]


class Victim:
    """A workspace of its own, in which one session after the other is killed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._following: sqlite3.Connection | None = None
        (root / "workbench.toml").touch()

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        """`workbench WORDS` in this workspace."""
        program = (sys.executable, "-m", "workbench", "--workspace", str(self.root))
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *program, *words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )

    async def call(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code and document of `workbench WORDS --json`."""
        process = await self.start(*words, "--json")
        out, err = await process.communicate()
        if not out:
            raise RuntimeError(f"workbench {' '.join(words)} told nothing: {err.decode()}")
        return process.returncode or 0, json.loads(out)

    def newest(self) -> tuple[int, int]:
        """The newest branch that has events, and its last seq; zeros where there is none."""
        if self._following is None:
            self._following = sqlite3.connect(f"file:{self.root}/sessions/workbench.db?mode=ro", uri=True)
        newest = self._following.execute("SELECT max(id) FROM event").fetchone()[0] or 0
        return newest >> 32, newest & 0xFFFFFFFF

    async def kill_after(self, process: asyncio.subprocess.Process, seq: int, *, than: int, late: float) -> bool:
        """Kill it `late` seconds after a branch newer than `than` has `seq` events; whether it was still alive."""
        until = time.monotonic() + _STARTING * random.random() if seq == 0 else float("inf")
        while process.returncode is None and time.monotonic() < until:
            branch, last = self.newest()
            if branch > than and last >= seq > 0:
                break
            await asyncio.sleep(0)
        if late:
            await asyncio.sleep(late)
        alive = process.returncode is None
        if alive:
            process.kill()
        await process.communicate()
        return alive

    def events(self, session: str) -> list[Event]:
        """Every event of the session."""
        store = Store.open(self.root / "sessions" / "workbench.db", create=False)
        try:
            return list(store.read(store.session(session).head).events())
        finally:
            store.close()

    def session_of(self, branch: int) -> str:
        """The session that a branch belongs to."""
        store = Store.open(self.root / "sessions" / "workbench.db", create=False)
        try:
            return store.branch(branch).session
        finally:
            store.close()

    def effects(self, session: str) -> list[dict[str, Any]]:
        """The lines that the effect tool wrote for the session."""
        ledger = self.root / "files" / LEDGER
        lines = ledger.read_text().splitlines() if ledger.exists() else []
        return [line for line in map(json.loads, lines) if line["session"] == session]


def conversation(events: Sequence[Event]) -> list[tuple[str, str]]:
    """What the agent was told: roles and words."""
    told = Telling(fold(events).actors["agent"].log.refs(), lambda seq: events[seq - 1], [], {})
    return [(message.role, message.text) for message in told]


async def whole_run(victim: Victim) -> Whole:
    """The run that nobody interrupts."""
    code, report = await victim.call("run", SCENARIO, "--headless")
    assert code == 0, report
    events = victim.events(report["session"])
    tools = [event.seq for event in events if isinstance(event.body, ToolCalled)]
    return Whole(len(events), tools, conversation(events), report)


async def one_round(victim: Victim, whole: Whole, chance: random.Random, score: Score) -> None:
    """Start, kill, perhaps resume and kill again, resume to the end, compare."""
    before, _ = victim.newest()
    score.rounds += 1
    process = await victim.start("run", SCENARIO, "--headless", "--json")
    # Tools take milliseconds and models take seconds, so half of the kills aim at a tool.
    seq = chance.choice([chance.randint(0, whole.length), chance.choice(whole.tools)])
    score.kills += await victim.kill_after(process, seq, than=before, late=chance.choice([0, chance.random() * 0.005]))
    branch, _ = victim.newest()
    if branch <= before:
        score.nothing_recorded += 1
        return
    session = victim.session_of(branch)
    left = victim.events(session)
    while chance.random() < 0.4:
        process = await victim.start("resume", session, "--headless", "--json")
        seq = chance.randint(len(left), max(len(left), whole.length))
        score.kills += await victim.kill_after(process, seq, than=branch - 1, late=chance.random() * 0.004)
        again = victim.events(session)
        _keep(left, again, session, score)
        left = again
    score.killed_after[left[-1].body.kind] += 1
    report = await _to_the_end(victim, session, score)
    events = victim.events(session)
    _keep(left, events, session, score)
    keys = Counter(line["key"] for line in victim.effects(session))
    score.doubled += [f"{key}: {times} times" for key, times in keys.items() if times > 1]
    if conversation(events) != whole.told or isinstance(check(events), Divergence):
        score.different.append(session)
    for name in ("status", "outcome", "output", "system_status"):
        if report[name] != whole.report[name]:
            score.different.append(f"{session}: {name} is {report[name]!r}")
    for name in ("tool_calls", "iterations"):
        if report["usage"][name] != whole.report["usage"][name]:
            score.different.append(f"{session}: {name} is {report['usage'][name]}")
    if not all(criterion["met"] for criterion in report["criteria"]):
        score.different.append(f"{session}: criteria are {report['criteria']}")


def _keep(left: Sequence[Event], now: Sequence[Event], session: str, score: Score) -> None:
    if list(now[: len(left)]) != list(left):
        score.lost.append(session)


async def _to_the_end(victim: Victim, session: str, score: Score) -> dict[str, Any]:
    """Resume until it ends, ruling on each call in doubt by what its ledger says."""
    score.resumed += 1
    while True:
        code, report = await victim.call("resume", session, "--headless")
        if code != HELD:
            return report
        held = report["held"]
        assert held is not None, report
        assert held["gate"] == "doubt", report
        score.in_doubt += 1
        done = [line["refund"] for line in victim.effects(session) if line["call"] == held["call"]]
        ruling = ["--ran", as_json(done[0])] if done else ["--again"]
        score.settled[ruling[0]] += 1
        await victim.call("settle", session, held["call"], *ruling)


async def torture(rounds: int, *, jobs: int, seed: int, root: Path) -> Score:
    """So many rounds, `jobs` at a time, each in a workspace of its own under `root`."""
    score = Score()
    left = iter(range(rounds))

    async def job(number: int) -> None:
        folder = root / str(number)
        folder.mkdir()
        victim, chance = Victim(folder), random.Random(seed * 1000 + number)
        whole = await whole_run(victim)
        for _ in left:
            await one_round(victim, whole, chance, score)

    await asyncio.gather(*[job(number) for number in range(jobs)])
    return score


def main() -> int:
    """Torture, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as root:
        score = asyncio.run(torture(options.rounds, jobs=options.jobs, seed=options.seed, root=Path(root)))
    seconds = round(time.monotonic() - began)
    print(json.dumps({"sound": score.sound, **vars(score), "seconds": seconds}))
    return 0 if score.sound else 1


if __name__ == "__main__":
    sys.exit(main())
