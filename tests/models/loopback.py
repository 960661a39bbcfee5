"""A server on the loopback that answers as it is told: whole, split anywhere, slowly, or broken off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
JSON = "application/json"


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer.

    Attributes:
        splits: byte offsets at which the body is cut into writes (and chunks of the transfer).
        drops: the connection is aborted after the body, before its end is told.
        quiet: the connection is closed in good order after the body, whose length was never told.
        stalls: nothing follows the body, and the connection stays open.
    """

    body: bytes = b""
    status: int = 200
    type: str = SSE
    splits: Sequence[int] = ()
    drops: bool = False
    quiet: bool = False
    stalls: bool = False
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def pieces(self) -> list[bytes]:
        borders = [0, *sorted(place for place in self.splits if 0 < place < len(self.body)), len(self.body)]
        return [self.body[start:end] for start, end in pairwise(borders) if end > start]


@dataclass
class Loopback:
    """The server: its address, what it heard, and an event that says that a client hung up on it."""

    port: int
    heard: list[Heard]
    hung_up: asyncio.Event

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Answers = Callable[[Heard], Reply | None]


@asynccontextmanager
async def serving(answer: Answers | Reply | Sequence[Reply]) -> AsyncGenerator[Loopback]:
    """Serve a reply, several in order, or what a function gives; None hangs up before any answer."""
    if isinstance(answer, Reply):
        reply = answer
        choose: Answers = lambda _: reply  # noqa: E731
    elif callable(answer):
        choose = answer
    else:
        waiting = list(answer)
        choose = lambda _: waiting.pop(0)  # noqa: E731
    heard: list[Heard] = []
    hung_up = asyncio.Event()
    tasks: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            request = await _read(reader)
            heard.append(request)
            reply = choose(request)
            if reply is None:
                writer.transport.abort()
                return
            await _write(writer, reply)
            if reply.drops:
                writer.transport.abort()
            elif reply.stalls:
                await reader.read()
                hung_up.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            hung_up.set()
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield Loopback(server.sockets[0].getsockname()[1], heard, hung_up)
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Heard(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> None:
    chunked = not reply.quiet
    head = {"content-type": reply.type, "connection": "close", **reply.headers}
    if chunked:
        head["transfer-encoding"] = "chunked"
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode())
    for piece in reply.pieces():
        writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        await writer.drain()
        await asyncio.sleep(0)
    if chunked and not (reply.drops or reply.stalls):
        writer.write(b"0\r\n\r\n")
    await writer.drain()


def sse(*events: object, done: bool = True) -> bytes:
    """Events as a server sends them: JSON of each, then `[DONE]`."""
    told = [f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n" for event in events]
    return "".join([*told, "data: [DONE]\n\n"] if done else told).encode()


def ndjson(*lines: object) -> bytes:
    """One JSON document a line."""
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()
