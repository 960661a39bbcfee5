"""One story through the app's keys, the console's prompt and a script: the logs are the same, event by event."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.cli.bench import Bench as CommandLine
from tests.console.screen import Screen
from tests.otherwise import asks, holds, open_shop
from tests.tui.bench import Bench, opened, until
from workbench.cli.house import House
from workbench.events import as_dict
from workbench.store import Store
from workbench.tui.session.screen import SessionScreen
from workbench.tui.sheets.apart_screen import ApartScreen
from workbench.tui.sheets.diff_screen import DiffScreen

pytestmark = pytest.mark.slow

ANEW = ["end", "ctrl+u"]
STORY: list[tuple[str, list[str]]] = [
    ("b tool refund_charge if args.amount > 100", ["b", *ANEW, *"tool refund_charge if args.amount > 100", "enter"]),
    ("s", ["s"]),
    ("n", ["n"]),
    ("c", ["c"]),
    (
        'edit agent.6.1 {"order": "A-1007", "charge": "ch_7002", "amount": "64.50"}',
        ["e", "down", "down", "end", *["backspace"] * 6, *"64.50", "enter"],
    ),
    ("revert", ["V", "enter"]),
    (
        'edit agent.6.1 {"order": "A-1007", "charge": "ch_7002", "amount": "12.00"}',
        ["e", "down", "down", "end", *["backspace"] * 6, *"12.00", "enter"],
    ),
    ("a", ["a"]),
    (
        "limit tool_calls 9 pause",
        ["plus", "end", *["backspace"] * 2, *"9", "down", "down", "end", *["backspace"] * 10, *"tool_calls", "enter"],
    ),
    ("rs", ["S"]),
    ("rs", ["S"]),
    ("fork", ["F", "enter"]),
    ('return {"refund": "re_1"}', ["r", *'{"refund": "re_1"}', "enter"]),
    (
        'model call find_order {"order": "A-1007"}',
        ["m", "tab", *"find_order", "tab", *'{"order": "A-1007"}', "enter"],
    ),
    ("x", ["x"]),
    ("model That is all I know.", ["m", *"That is all I know.", "enter"]),
    ("replay", ["R"]),
    ("diff", ["D", "escape"]),
    ("c", ["c"]),
    ("say Thank you.", ["i", *"Thank you.", "enter"]),
    ("switch main", ["ctrl+t", "up", "enter"]),
    ("c", ["c"]),
    ("c", ["c"]),
]
"""Each verb as a word, and as keys of the app."""


def _typed(line: str) -> tuple[str, list[str]]:
    return line, ["colon", *line, "enter"]


REPLAYS: list[tuple[str, list[str]]] = [
    _typed("replay --live-model"),
    ("c", ["c"]),
    ("recorded", ["u"]),
    _typed("switch main"),
    _typed("replay --live-tools"),
    ("c", ["c"]),
    ("live", ["l"]),
    _typed("switch main"),
    _typed("replay --live-model"),
    ("c", ["c"]),
    ("approve", ["a"]),
    _typed("switch main"),
    _typed("replay --live-model"),
    ("c", ["c"]),
    ("stop", ["x"]),
]
"""The same for replays of a run that turns out otherwise, with each of the choices."""
Story = list[tuple[str, list[str]]]


def logs(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every branch of the one session there, without ids of processes and without what takes time."""
    house = House(str(folder))
    try:
        (session,) = house.store.sessions()
        return {
            row.name: [
                {name: value for name, value in as_dict(event).items() if name not in ("at", "ms", "process")}
                for event in house.store.read(row.id).events()
            ]
            for row in house.store.branches(session.id)
        }
    finally:
        house.close()


def workspace(folder: Path) -> CommandLine:
    """The command line on a workspace without sessions."""
    folder.mkdir()
    house = House(str(folder))
    Store.open(house.workspace.database).close()
    house.close()
    return CommandLine(folder)


def shop(folder: Path) -> CommandLine:
    """The command line on the shop, with a run recorded that turns out otherwise now."""
    bench = workspace(folder)
    open_shop(folder)
    bench.run("shop")
    asks(folder, "cable")
    holds(folder, "0")
    return bench


def script(bench: CommandLine, story: Story, what: str) -> None:
    """The story as a script."""
    path = bench.write("story.wb", "\n".join(line for line, _ in story))
    told = bench("debug", what, "--commands", str(path))
    assert told.err == ""


def prompt(bench: CommandLine, story: Story, what: str) -> None:
    """The story typed at the console's prompt."""
    screen = Screen(bench, what)
    for line, _ in story:
        screen.type(line)
    screen.leave()


async def app(folder: Path, story: Story, **what: str) -> None:
    """The story by the app's keys."""
    bench = Bench(folder)
    names = {" ": "space", "-": "minus"}
    try:
        shown = bench.app(**what)
        async with shown.run_test(size=(120, 40)) as pilot:
            await opened(pilot)
            for line, keys in story:
                for key in keys:
                    await pilot.press(names.get(key, key))
                    if isinstance(pilot.app.screen, DiffScreen):
                        assert line == "diff"
                await stands_still(pilot)
    finally:
        bench.close()


async def stands_still(pilot: Pilot[int]) -> None:
    """Wait until a session is on the screen and its run stands still."""

    def still() -> bool:
        screen = pilot.app.screen
        if isinstance(screen, ApartScreen):
            return True
        return isinstance(screen, SessionScreen) and screen.session is not None and not screen.session.driving

    await pilot.pause()
    await until(pilot, still)
    await pilot.pause()


def test_a_story_leaves_the_same_log_whichever_face_it_is_told_to(tmp_path: Path) -> None:
    script(workspace(tmp_path / "script"), STORY, "support-desk")
    expected = logs(tmp_path / "script")
    kinds = {event["kind"] for events in expected.values() for event in events}
    assert {"edited", "reverted", "forked", "limit_set", "held", "released", "call_failed"} <= kinds
    assert list(expected) == ["main", "b2"]
    asyncio.run(app(tmp_path / "app", STORY, scenario="support-desk"))
    assert logs(tmp_path / "app") == expected
    prompt(workspace(tmp_path / "prompt"), STORY, "support-desk")
    assert logs(tmp_path / "prompt") == expected


def test_replays_leave_the_same_log_whichever_face_they_are_told_to(tmp_path: Path) -> None:
    script(shop(tmp_path / "script"), REPLAYS, "last")
    expected = logs(tmp_path / "script")
    chosen = [
        event["choice"] for events in expected.values() for event in events if event["kind"] == "difference_ruled"
    ]
    assert chosen == ["recorded", "live", "once", "stop"]
    assert list(expected) == ["main", "b2", "b3", "b4", "b5"]
    shop(tmp_path / "app")
    asyncio.run(app(tmp_path / "app", REPLAYS, open="last"))
    assert logs(tmp_path / "app") == expected
    prompt(shop(tmp_path / "prompt"), REPLAYS, "last")
    assert logs(tmp_path / "prompt") == expected
