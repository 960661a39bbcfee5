"""One process of the measured work on Workbench's engine and store; prints one JSON line.

It takes the same arguments and prints the same fields as the other frameworks' scripts, so that a harness can run
all of them interleaved: `--n N --db FILE --mode event --sync NORMAL [--keep] [--resume] [--history]`.
"""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.work import Meter, peak_memory, settled_size, tool_arguments, tool_result, wipe
from workbench.context import RunContext
from workbench.events import ActorSpec, Call, RunStarted, ToolSpec, Usage
from workbench.events.messages import Answer, Delta, ModelRequest, ToolOutcome
from workbench.run import Ports, Run, state_at
from workbench.store import Store

IMPORTED = time.perf_counter() - BEGUN


class Fake:
    """A model that asks for one tool `calls` times and then answers; remembers when it was first asked."""

    name = "fake"

    def __init__(self, calls: int) -> None:
        self.calls, self.asked, self.first, self.seen = calls, 0, 0.0, 0

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """One answer at once."""
        if not self.asked:
            self.first, self.seen = time.perf_counter(), len(request.messages)
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


def run(calls: int, path: str) -> tuple[dict[str, float], int]:
    """The whole work into a new file; what it took, and how often the model was asked."""
    store = Store.open(Path(path))
    session = store.create_session("benchmark", created=time.time())
    log = store.write(store.branches(session.id)[0].id, process="benchmark")
    model = Fake(calls)
    meter = Meter()
    work = Run.start(log, ports(model), STARTED)
    work.say("go")
    asyncio.run(work.drive())
    figures = meter.stop()
    log.close()
    store.close()
    return figures, model.asked


def resume(path: str) -> dict[str, object]:
    """Open the file and speak: how long until the model is asked."""
    begun = time.perf_counter()
    store = Store.open(Path(path))
    log = store.write(store.branches(store.session("last").id)[0].id, process="benchmark")
    opened = time.perf_counter()
    model = Fake(0)
    work = Run.open(log, ports(model))
    loaded = time.perf_counter()
    work.say("more")
    asyncio.run(work.drive())
    return {
        "resume": True,
        "import_s": round(IMPORTED, 4),
        "build_s": round(opened - begun, 4),
        "get_state_s": round(loaded - opened, 5),
        "until_model_s": round(model.first - begun, 5),
        "seen": model.seen,
    }


def history(path: str) -> dict[str, object]:
    """A debugger's questions: list every step; the state at the middle step, five times in a new reader."""
    store = Store.open(Path(path))
    branch = store.branches(store.session("last").id)[0].id
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
    return {
        "history": True,
        "steps": len(steps),
        "list_steps_s": round(listed, 5),
        "state_at_mid_s": round(sorted(times)[2], 5),
        "mid_messages": length,
    }


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10)
    parser.add_argument("--db", default="tmp.db")
    parser.add_argument("--mode", default="event")
    parser.add_argument("--sync", default="NORMAL")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--history", action="store_true")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    line: dict[str, object] = {"peer": "workbench", "mode": args.mode, "sync": "NORMAL"}
    if args.history:
        line |= history(args.db)
    elif args.resume:
        line |= resume(args.db)
    else:
        wipe(args.db)
        wipe(args.db + ".warm")
        run(3, args.db + ".warm")
        wipe(args.db + ".warm")
        figures, asked = run(args.n, args.db)
        assert asked == args.n + 1
        line |= {"n": args.n, "import_s": round(IMPORTED, 4)} | {key: round(value, 4) for key, value in figures.items()}
        line["us_per_iter"] = round(figures["total_s"] / args.n * 1e6, 1)
        line["cpu_us_per_iter"] = round(figures["cpu_s"] / args.n * 1e6, 1)
        line["db_bytes"] = settled_size(args.db)
        if not args.keep:
            wipe(args.db)
    if os.environ.get("BENCH_T0"):
        line["since_spawn_s"] = round(time.time() - float(os.environ["BENCH_T0"]), 4)
    line["peak_rss_mib"] = peak_memory()
    print(json.dumps(line))


if __name__ == "__main__":
    main()
