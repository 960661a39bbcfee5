"""One process of the measured work on Workbench's engine and store; prints one JSON line.

Other frameworks' scripts that take these arguments and print these fields can be run interleaved with it:
`--n N --db FILE --mode event --sync NORMAL [--keep] [--resume] [--history]`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from benchmarks.work import Asked, Meter, measured, parsed, tool_arguments, tool_result
from workbench.context import RunContext
from workbench.events import ActorSpec, Call, RunStarted, ToolSpec, Usage
from workbench.events.messages import Answer, Delta, ModelRequest, ToolOutcome
from workbench.run import Ports, Run, state_at
from workbench.store import Store

IMPORTED = time.process_time()


class Fake:
    """A model that asks for one tool `calls` times and then answers.

    The first time it reads every message, as whoever sends them to a provider must.
    """

    name = "fake"

    def __init__(self, calls: int) -> None:
        self.calls, self.asked = calls, 0
        self.first: Asked | None = None

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """One answer at once."""
        if self.first is None:
            self.first = Asked(len(list(request.messages)))
        number = self.asked
        self.asked += 1
        if number < self.calls:
            call = Call(name="lookup", arguments=tool_arguments(number))
            yield Answer(calls=(call,), usage=Usage(input=1, output=1), finish="tool_calls")
        else:
            yield Answer(text="final answer", usage=Usage(input=1, output=1))


class Lookup:
    """The one tool."""

    async def call(self, name: str, arguments: str, context: RunContext[object]) -> ToolOutcome:
        """A thousand characters."""
        return ToolOutcome(tool_result(json.loads(arguments)["page"]))


STARTED = RunStarted(actors=(ActorSpec(name="agent", model="fake:x", tools=(ToolSpec(name="lookup", effect="read"),)),))


def ports(model: Fake) -> Ports:
    """The model and the tool."""
    return Ports(model=lambda name: model, tools=Lookup())


def run(calls: int, path: str, *, index: bool = False) -> dict[str, float]:
    """The whole work into a new file; what it took. With `index` the search index is brought up to date after it."""
    store = Store.open(Path(path))
    session = store.create_session("benchmark", created=time.time())
    log = store.write(session.head, process="benchmark")
    model = Fake(calls)
    meter = Meter()
    work = Run.start(log, ports(model), STARTED)
    work.say("go")
    asyncio.run(work.drive())
    figures = {"import_s": IMPORTED, **meter.stop()}
    assert model.asked == calls + 1
    log.close()
    if index:
        store.search("benchmark")
    store.close()
    return figures


def resume(path: str) -> dict[str, float]:
    """Open the file and speak: how long until the model is asked."""
    begun = time.perf_counter()
    store = Store.open(Path(path))
    log = store.write(store.session("last").head, process="benchmark")
    opened = time.perf_counter()
    model = Fake(0)
    work = Run.open(log, ports(model))
    loaded = time.perf_counter()
    work.say("more")
    asyncio.run(work.drive())
    assert model.first is not None
    figures = {"import_s": IMPORTED, "build_s": opened - begun, "get_state_s": loaded - opened}
    return figures | model.first.fields(begun)


def history(path: str) -> dict[str, float]:
    """A debugger's questions: list every step; the state at the middle step, in five places, each in a new reader."""
    store = Store.open(Path(path))
    branch = store.session("last").head
    begun = time.perf_counter()
    steps = list(store.read(branch).headlines())
    listed = time.perf_counter() - begun
    times: list[float] = []
    length = 0
    for offset in range(5):
        begun = time.perf_counter()
        state = state_at(store.read(branch), len(steps) // 2 + offset)
        times.append(time.perf_counter() - begun)
        length = len(state.actors["agent"].log)
    return {"steps": len(steps), "list_steps_s": listed, "state_at_mid_s": sorted(times)[2], "mid_messages": length}


def main() -> None:
    """Do what the arguments say."""
    args = parsed(__doc__)
    measured("workbench", args, partial(run, index=args.index), resume, history)


if __name__ == "__main__":
    main()
