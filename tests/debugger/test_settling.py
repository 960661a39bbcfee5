"""A run killed in an effect call is settled in each way that there is, by the app, the console and the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.cli.bench import Bench as CommandLine
from tests.debugger.test_three_faces import logs
from tests.tui.bench import Bench, opened, screen_text, until

pytestmark = pytest.mark.slow
CALL = "agent.6.1"


def killed(folder: Path) -> Bench:
    """A workspace with a run whose process ended while it refunded a charge."""
    bench = Bench(folder)
    asyncio.run(bench.record("support-desk", dies_in="refund_charge"))
    return bench


def by_app(folder: Path, keys: list[str]) -> None:
    async def settle(bench: Bench) -> None:
        app = bench.app(open="recorded")
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: "Go by the tool's own check" in screen_text(pilot))
            await pilot.press(*keys)
            await opened(pilot)

    bench = killed(folder)
    asyncio.run(settle(bench))
    bench.close()


def by_console(folder: Path, words: str) -> None:
    killed(folder).close()
    line = CommandLine(folder)
    path = line.write("settle.wb", f"settle {CALL} {words}")
    assert line("debug", "recorded", "--commands", str(path)).err == ""


def by_command_line(folder: Path, *flags: str) -> None:
    killed(folder).close()
    assert CommandLine(folder)("settle", "recorded", CALL, *flags).code == 0


@pytest.mark.parametrize(
    ("keys", "words", "flags", "last"),
    [
        (["y", *"re_1", "enter"], "ran re_1", ("--ran", "re_1"), ["settled", "tool_returned", "criterion_judged"]),
        (["n"], "not-run", ("--not-run",), ["settled", "call_failed"]),
        (["a"], "again", ("--again",), ["settled"]),
        (["l"], "leave", ("--leave",), ["settled"]),
        (["v"], "verify", ("--verify",), ["settled", "call_failed"]),
    ],
    ids=["ran", "not-run", "again", "leave", "verify"],
)
def test_every_face_records_the_same_ruling(
    tmp_path: Path, keys: list[str], words: str, flags: tuple[str, ...], last: list[str]
) -> None:
    by_command_line(tmp_path / "cli", *flags)
    expected = logs(tmp_path / "cli")
    kinds = [event["kind"] for event in expected["main"]]
    assert kinds[-len(last) :] == last
    by_console(tmp_path / "console", words)
    assert _timeless(logs(tmp_path / "console")) == _timeless(expected)
    by_app(tmp_path / "app", keys)
    assert _timeless(logs(tmp_path / "app")) == _timeless(expected)


def _timeless(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Without the words in which a hold tells how long the call was under way."""
    return {name: [event for event in events if event["kind"] != "held"] for name, events in found.items()}
