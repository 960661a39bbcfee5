"""Ratio 6: the app under load. A key's echo while a model streams into a long session; opening one; memory.

Wall time, since it is a person who waits, in a real terminal. A person types at the prompt while the session's model
streams; how many tokens a second came is read from the answer that was recorded. The floor is the same typing while
nothing streams.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.bench_search import p95
from benchmarks.long_session import EVENTS, WORKBENCH, record, streaming, workspace
from benchmarks.rounds import compared, interleaved, options, report
from workbench.events import ModelAnswered
from workbench.store import Store

if TYPE_CHECKING:
    from benchmarks.terminal import Terminal

ECHO, OPENING, MEMORY = 50.0, 1.5, 1.1
PACE = 1050
"""Tokens a second, so that 1,000 come: the answer is also begun and broken off."""
SETTLED = 2.0
"""Seconds of streaming after which memory is measured for the first time."""

_LINE = 40
_CLEAR = "\x15"
_HOLD = "\x03"
_LEAVE = "\x1b"
QUICK_TOKENS = 40_000
"""In a quick run: half a minute of streaming, which a machine that does much else does not outlast."""


def opened(terminal: Terminal) -> float:
    """The moment at which the session is in its panes, and the keys are heard."""
    return terminal.until(lambda: " Steps " in terminal.text() and "opening" not in terminal.line(0))


def echoes(terminal: Terminal, keys: int, row: int) -> Iterator[float]:
    """Milliseconds from each of so many keys, typed as fast as a good typist, to its echo in the prompt's `row`."""
    chance, typed = random.Random(3), ""
    for _ in range(keys):
        if len(typed) == _LINE:
            terminal.press(_CLEAR)
            terminal.until(lambda was=typed: was[:4] not in terminal.line(row))
            typed = ""
        terminal.watch(chance.uniform(0.06, 0.14))
        key = chance.choice("abcdefghijklmnopqrstuvwxyz")
        typed += key
        pressed = terminal.press(key)
        yield (terminal.until(lambda now=typed: now in terminal.line(row)) - pressed) * 1e3


def typing(terminal: Terminal) -> bool:
    """Whether the prompt has the keys: the lowest line then says what Enter does there."""
    return "Enter send" in terminal.line(-1)


def enter_prompt(terminal: Terminal) -> None:
    """Give the prompt the keys, and wait until it has them."""
    terminal.press("i")
    terminal.until(lambda: typing(terminal))


def prompt_row(terminal: Terminal) -> int:
    """The row of the prompt, once it takes words."""
    enter_prompt(terminal)
    terminal.press("qq")
    terminal.until(lambda: "› qq" in terminal.text())
    row = next(at for at in range(-1, -40, -1) if "› qq" in terminal.line(at))
    terminal.press(_CLEAR)
    terminal.until(lambda: "qq" not in terminal.line(row))
    return row


def load(folder: Path, session: str, keys: int) -> dict[str, Any]:
    """Open the session, type while it is quiet, have it stream, type again; then break the answer off."""
    from benchmarks.terminal import Terminal

    with Terminal([*WORKBENCH, "--workspace", str(folder), "open", session], folder) as terminal:
        opened(terminal)
        row = prompt_row(terminal)
        quiet = list(echoes(terminal, keys, row))
        terminal.press(_CLEAR + "go on\r")
        terminal.until(lambda: "loses nothing" in terminal.text())
        terminal.watch(SETTLED)
        before = terminal.memory()
        enter_prompt(terminal)
        busy = list(echoes(terminal, keys, row))
        after = terminal.memory()
        terminal.press(_LEAVE)
        terminal.until(lambda: not typing(terminal))
        terminal.press(_HOLD)
        terminal.until(lambda: "PAUSING" in terminal.line(0))
        terminal.press(_HOLD)
        terminal.until(lambda: "broken off" in terminal.line(0))
    return {"quiet": quiet, "busy": busy, "before": before, "after": after}


def streamed(database: Path, session: str) -> float:
    """Tokens a second of the session's newest answer, which must have been broken off in the middle.

    Raises:
        RuntimeError: it was whole, so that the last keys were typed in silence.
    """
    store = Store.open(database)
    reader = store.read(store.session(session).head)
    answers = (event.body for event in reader.events(reader.last_seq - 8))
    answer = [body for body in answers if isinstance(body, ModelAnswered)][-1]
    store.close()
    if not answer.partial:
        raise RuntimeError("the answer was over before the typing")
    return len(answer.text.split()) / answer.ms * 1e3


def first_contents(folder: Path, session: str) -> tuple[float, float]:
    """Milliseconds from the start of `workbench open` to its first readable frame, and to the session in its panes."""
    from benchmarks.terminal import Terminal, readable

    with Terminal([*WORKBENCH, "--workspace", str(folder), "open", session], folder) as terminal:
        frame = terminal.until(lambda: readable(terminal))
        return (frame - terminal.begun) * 1e3, (opened(terminal) - terminal.begun) * 1e3


def main() -> int:
    """Sessions, openings in turn, then the typing."""
    given = options(__doc__, rounds=9)
    if find_spec("workbench.tui.app") is None or find_spec("pexpect") is None:
        print("bench_app_load: the app, or pexpect and pyte, are not installed here", file=sys.stderr)
        return 2
    events, keys = (40, 3) if given.quick else (EVENTS, 200)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "workspace")
        database = workspace(folder)
        streaming(folder, tokens=QUICK_TOKENS if given.quick else 100_000, pace=PACE)
        empty, long = record(database, events=0), record(database, events=events)
        openings = interleaved(
            given.rounds,
            {"long": partial(first_contents, folder, long), "empty": partial(first_contents, folder, empty)},
        )
        loads: list[dict[str, Any]] = []
        rates: list[float] = []
        for _ in range(max(1, given.rounds // 3)):
            session = record(database, events=events)
            loads.append(load(folder, session, keys))
            rates.append(streamed(database, session))

    def together(field: str) -> list[float]:
        return [one for figures in loads for one in figures[field]]

    busy = p95(together("busy"))
    report(
        "app_load",
        "ms from key to echo, p95",
        compared([busy], [p95(together("quiet"))], ECHO)
        | {"met": busy <= ECHO, "median": round(median(together("busy")), 2)},
        first_frame=compared(
            [frame for frame, _ in openings["long"]], [frame for frame, _ in openings["empty"]], OPENING, name="empty"
        ),
        in_its_panes=compared(
            [whole for _, whole in openings["long"]], [whole for _, whole in openings["empty"]], OPENING, name="empty"
        ),
        memory=compared(
            [figures["after"] for figures in loads], [figures["before"] for figures in loads], MEMORY, name="at_first"
        ),
        facts={"events": events, "keys": keys * len(loads), "tokens_a_second": round(median(rates))},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
