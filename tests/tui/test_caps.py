"""Every mode at every cap, seen once in the app: its first line, its steps and its meter stand in docs/caps.md.

`make snapshots` writes the page anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tui.bench import Bench, opened, screen_text
from workbench.events import FOLLOWS, Cap, Follow, Price, StandIn
from workbench.tui.app import WorkbenchApp
from workbench.tui.session.screen import SessionScreen

PAGE = Path(__file__).parents[2] / "docs" / "caps.md"
SCRIPT = """\
name: pages
title: One more page
description: A researcher turns pages.
teaches: How a run meets a cap.
persona: researcher
tools: [search_docs]
user: [In which build was the LED menu removed?]
script:
  turns:
    - calls: [{tool: search_docs, args: {query: LED menu removed, page: 1}}]
    - calls: [{tool: search_docs, args: {query: LED menu removed, page: 2}}]
    - say: Two pages of notes do not name the build.
"""
CAPS = {
    "cost": "0.002",
    "tokens": "500",
    "input_tokens": "600",
    "output_tokens": "30",
    "requests": "2",
    "tool_calls": "1",
    "tool_calls:search_docs": "1",
    "iterations": "2",
    "seconds": "1",
    "requests_per_minute": "2",
}
"""Each cap at a limit that the run reaches before its last answer."""
WITH_ROOM = {
    "cost": "0.011",
    "tokens": "1500",
    "input_tokens": "1100",
    "output_tokens": "550",
    "requests": "3",
    "iterations": "3",
    "requests_per_minute": "3",
}
"""Those of them that must leave room for a last answer."""
DEAR, CHEAP = Price(input="3", output="15"), Price(input="0.5", output="2")
TELLING = re.compile(r"cap: |HELD|over budget|refused|model: ")

pytestmark = [pytest.mark.slow, pytest.mark.snapshot, pytest.mark.usefixtures("utc")]


async def recorded(bench: Bench, at: Follow, name: str) -> str:
    """The session of a run that met this cap."""
    started = bench.started("pages")
    limit = WITH_ROOM.get(name, CAPS[name]) if at == "wrap_up" else CAPS[name]
    to = StandIn(model="scripted:pages", price=CHEAP) if at == "degrade" else None
    actor = started.actors[0].model_copy(update={"price": DEAR})
    caps = (Cap(name=name, limit=limit, at=at, to=to),)
    session = re.sub(r"\W|_", "-", name)
    return await bench.record(started.model_copy(update={"actors": (actor,), "caps": caps}), "run", id=session)


def contact(text: str, name: str) -> list[str]:
    """What the screen says of the cap: the first line's sentence, the steps that tell of it, its meter."""
    lines = text.split("\n")
    sentence = lines[0].split("   ", 1)[1].removesuffix("scripted:pages ").strip()
    steps = [line[:35].strip() for line in lines[2:] if TELLING.search(line[:35])]
    first = next(place for place, line in enumerate(lines) if "4 Budget" in line)
    last = next(place for place, line in enumerate(lines) if "5 Completion" in line)
    left = lines[first].index("4 Budget")
    budget = [line[left:].strip() for line in lines[first + 1 : last]]
    meters = [line for line in budget if " of " in line or line.startswith("reached")]
    return [f"{words:<23} {line}" for words, line in zip((name, *[""] * 9), [sentence, *steps, *meters], strict=False)]


@pytest.mark.parametrize("at", FOLLOWS)
async def test_each_mode_at_each_cap(bench: Bench, at: Follow, request: pytest.FixtureRequest) -> None:
    folder = bench.house.workspace.root / "scenarios"
    folder.mkdir()
    (folder / "pages.yaml").write_text(SCRIPT, encoding="utf-8")
    sessions = {name: await recorded(bench, at, name) for name in CAPS}
    app: WorkbenchApp = bench.app()
    seen: list[str] = []
    async with app.run_test(size=(120, 40)) as pilot:
        for name, session in sessions.items():
            await app.push_screen(SessionScreen(lambda session=session: bench.desk.open(session)))
            await opened(pilot)
            seen += contact(screen_text(pilot), name)
            await pilot.press("q")
    told = "\n".join(line.rstrip() for line in seen)
    page = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(## `{at}`\n.*?```text\n)(.*?)(\n```)", re.DOTALL)
    if request.config.option.update_snapshots:
        PAGE.write_text(block.sub(lambda found: found[1] + told + found[3], page), encoding="utf-8")
    found = block.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[2] == told
