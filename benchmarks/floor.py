"""The floor: the same work as a bare loop with one commit a step, on nothing but the standard library.

It takes the arguments that `benchmarks.ours` takes and prints the fields that a comparison needs. Whoever keeps every
step of an agent in SQLite pays at least this.
"""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

from benchmarks.work import Asked, Meter, measured, parsed, tool_arguments, tool_result

Message = dict[str, Any]

_TABLE = """CREATE TABLE IF NOT EXISTS event
    (seq INTEGER PRIMARY KEY, run TEXT NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL)"""
_STEPS = "SELECT seq, kind, at, length(body) FROM event WHERE run = 'run' ORDER BY seq"
_BODIES = "SELECT body FROM event WHERE run = 'run' AND seq <= ? ORDER BY seq"


def connect(path: str) -> sqlite3.Connection:
    """The database, as durable as ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(_TABLE)
    return connection


def model(messages: list[Message], number: int, calls: int) -> Message:
    """Asks for one tool `calls` times, then answers."""
    if number < calls:
        call = {"id": f"call_{number}", "name": "lookup", "arguments": tool_arguments(number)}
        return {"role": "assistant", "content": "", "tool_calls": [call]}
    return {"role": "assistant", "content": "final answer"}


def run(calls: int, path: str) -> dict[str, float]:
    """The whole work into a new file; what it took."""
    connection = connect(path)
    messages: list[Message] = []

    def put(kind: str, message: Message) -> None:
        event = {"v": 1, "seq": len(messages) + 1, "kind": kind, "usage": {"input": 1, "output": 1}, "message": message}
        row = (kind, time.time(), json.dumps(event))
        connection.execute("INSERT INTO event (run, kind, at, body) VALUES ('run', ?, ?, ?)", row)
        messages.append(message)

    meter = Meter()
    put("user", {"role": "user", "content": "go"})
    for number in range(calls + 1):
        answer = model(messages, number, calls)
        put("model", answer)
        for call in answer.get("tool_calls", ()):
            result = tool_result(json.loads(call["arguments"])["page"])
            put("tool", {"role": "tool", "id": call["id"], "content": result})
    figures = meter.stop()
    connection.close()
    return figures


def load(connection: sqlite3.Connection, upto: int) -> list[Message]:
    """The transcript after step `upto`."""
    return [json.loads(body)["message"] for (body,) in connection.execute(_BODIES, (upto,))]


def resume(path: str) -> dict[str, float]:
    """Load the transcript and speak."""
    begun = time.perf_counter()
    messages = [*load(connect(path), 1 << 32), {"role": "user", "content": "more"}]
    asked = Asked(len(messages))
    model(messages, 0, 0)
    return asked.fields(begun)


def history(path: str) -> dict[str, float]:
    """List every step without its body; the transcript at the middle step, in five places."""
    connection = connect(path)
    begun = time.perf_counter()
    steps = connection.execute(_STEPS).fetchall()
    listed = time.perf_counter() - begun
    times: list[float] = []
    for offset in range(5):
        begun = time.perf_counter()
        load(connection, len(steps) // 2 + offset)
        times.append(time.perf_counter() - begun)
    return {"steps": len(steps), "list_steps_s": listed, "state_at_mid_s": sorted(times)[2]}


def main() -> None:
    """Do what the arguments say."""
    measured("floor", parsed(__doc__), run, resume, history)


if __name__ == "__main__":
    main()
