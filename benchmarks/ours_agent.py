"""One process of the measured work through the public Python API; prints one JSON line, as `benchmarks.ours` does."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.work import Meter, parsed, printed, settled_size, tool_arguments, tool_result
from workbench import Agent, Answer, ModelRequest, tool
from workbench.events import Call, Usage

IMPORTED = time.process_time()


class Fake:
    """A model that asks for one tool `calls` times and then answers; its usage is known, its price is not."""

    name = "fake:one"

    def __init__(self, calls: int) -> None:
        self.calls, self.asked = calls, 0

    async def ask(self, request: ModelRequest):
        """One answer at once."""
        number = self.asked
        self.asked += 1
        if number < self.calls:
            call = Call(name="lookup", arguments=tool_arguments(number))
            yield Answer(calls=(call,), usage=Usage(input=1, output=1), finish="tool_calls")
        else:
            yield Answer(text="final answer", usage=Usage(input=1, output=1))


@tool(effect="read")
async def lookup(query: str, page: int) -> str:
    """Look something up."""
    return tool_result(page)


def run(calls: int, folder: Path) -> dict[str, float]:
    """The whole work in a workspace of its own; what it took."""
    asyncio.run(Agent(Fake(3), tools=[lookup], store=folder).run("warm up"))
    agent = Agent(Fake(calls), tools=[lookup], store=folder)
    meter = Meter()
    result = asyncio.run(agent.run("go"))
    figures = meter.stop()
    assert result.output == "final answer"
    assert result.usage.iterations == calls + 1
    return figures


def main() -> None:
    """Do what the arguments say."""
    args = parsed(__doc__)
    with TemporaryDirectory() as folder:
        figures = run(args.n, Path(folder))
        size = settled_size(f"{folder}/sessions/workbench.db")
        printed("workbench agent", args, {"import_s": IMPORTED, **figures, "db_bytes": size})


if __name__ == "__main__":
    main()
