"""A run in a process of its own that dies where it is told to: around any event, or inside the effect itself.

Nothing in the product knows of it: the log and the tools that are passed in are what kills.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from workbench.context import RunContext
from workbench.events import Check, Criterion, CriterionJudged, Event, Price, RunStarted, ToolSpec, UserSide
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ActorSpec
from workbench.events.script import Script, ScriptCall, ScriptTurn
from workbench.models.scripted import ScriptedModel
from workbench.run import Ports, Run
from workbench.store import Store
from workbench.store.log import BranchLog


class Death(NamedTuple):
    """Where: `before` or `after` event `seq` is recorded, or `in` an effect, before or after it is done."""

    place: str
    seq: int = 0


NEVER = Death("never")

STARTED = RunStarted(
    title="mortal",
    actors=(
        ActorSpec(
            name="agent",
            model="scripted:mortal",
            tools=(
                ToolSpec(name="look", effect="read"),
                ToolSpec(name="note", effect="idempotent"),
                ToolSpec(name="pay", effect="effect"),
            ),
            price=Price(input="1", output="1"),
            structured=True,
        ),
    ),
    user=UserSide(kind="lines", lines=("my order is A-17, pay it", "thank you")),
    criteria=(
        Criterion(name="order", check=Check(pattern=r"A-\d+")),
        Criterion(name="paid", kind="condition", check=Check(tool="pay")),
    ),
)

SCRIPT = Script(
    turns=(
        ScriptTurn(calls=(ScriptCall(tool="look"), ScriptCall(tool="note"), ScriptCall(tool="pay", args={"sum": 1}))),
        ScriptTurn(calls=(ScriptCall(tool="pay", args={"sum": 2}),)),
        ScriptTurn(say="both are paid", status="continue"),
        ScriptTurn(say="you are welcome", status="complete"),
    )
)


def die() -> NoReturn:
    """At once, with nothing closed, flushed or said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL cannot be survived")


class MortalLog(BranchLog):
    """Records one by one what a run may record together, so that there is a boundary to die at between any two.

    Only verdicts stay with the event that they follow from: those are one fact.
    """

    death = NEVER

    def append(self, events: Sequence[Event], *, durable: bool = False) -> None:
        rest = list(events)
        while rest:
            one = [rest.pop(0)]
            while rest and isinstance(rest[0].body, CriterionJudged):
                one.append(rest.pop(0))
            if self.death == ("before", one[0].seq):
                die()
            super().append(one, durable=durable)
            if self.death == ("after", one[-1].seq):
                die()


class MortalTools:
    """`pay` adds a line to the ledger that lies beside the database: the effect that must not happen twice."""

    def __init__(self, ledger: Path, death: Death) -> None:
        self.ledger, self.death = ledger, death

    async def call(self, name: str, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        if name == "pay":
            if self.death.place == "in, before":
                die()
            with self.ledger.open("a") as ledger:
                ledger.write(context.key + "\n")
            if self.death.place == "in, after":
                die()
        return ToolOutcome(f"{name} done")


def ports(path: Path, death: Death) -> Ports:
    """The world of the run whose database lies at `path`."""
    model = ScriptedModel("mortal", SCRIPT)
    return Ports(model=lambda name: model, tools=MortalTools(path.with_suffix(".ledger"), death), session="mortal")


def live(path: Path, death: Death) -> None:
    """Start the run and drive it, to its end or its death."""
    store = Store.open(path)
    log = MortalLog(store, store.create_session("mortal", created=1.0).head, process="mortal")
    log.death = death
    run = Run.start(log, ports(path, death), STARTED)
    asyncio.run(run.drive())
    log.close()
    store.close()


def revive(path: Path) -> None:
    """Take over what was left and go on to the end, ruling on each call in doubt by what the ledger says.

    Writes `path` with the suffix `.rulings`: a JSON list of (call, ruling).
    """
    store = Store.open(path)
    log = store.write(store.session("last").head, process="revived")
    run = Run.start(log, ports(path, NEVER), STARTED) if log.last_seq == 0 else Run.open(log, ports(path, NEVER))
    ledger = path.with_suffix(".ledger")
    rulings: list[tuple[str, str]] = []
    asyncio.run(run.drive())
    while run.state.held is not None and run.state.held.gate == "doubt" and run.state.held.call:
        call = run.state.held.call
        paid = ledger.exists() and any(key.endswith(f"/{call}") for key in ledger.read_text().split())
        run.settle(call, "ran" if paid else "again", "pay done")
        rulings.append((call, "ran" if paid else "again"))
        asyncio.run(run.drive())
    path.with_suffix(".rulings").write_text(json.dumps(rulings))
    log.close()
    store.close()
