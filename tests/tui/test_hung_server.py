"""A model server that takes the request and then hangs: ctrl+c twice ends the call, and the session can be resumed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.models.faults import START, stream
from tests.models.loopback import Heard, Reply, serving
from tests.tui.bench import Bench, opened, still, until
from tests.tui.pseudo_terminal import Terminal
from workbench.tui.sheets.choice_screen import ChoiceScreen
from workbench.tui.sheets.help_screen import HelpScreen

SCENARIO = """name: hung
title: A server that hangs
model: openai:m
user: [Hello.]
"""
SILENT = stream("openai", [], stalls=True)
HALF = stream("openai", START["openai"], stalls=True)


def lay_in(bench: Bench) -> None:
    (bench.house.workspace.root / "scenarios").mkdir(exist_ok=True)
    (bench.house.workspace.root / "scenarios" / "hung.yaml").write_text(SCENARIO, encoding="utf-8")


def settings(url: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "k"}


def insist_resumable(bench: Bench) -> None:
    """Another process would get the session to write, held where the model is asked."""
    session = bench.house.open("last")
    try:
        assert session.run is not None, "nobody else writes it"
        assert session.newest.ended is None
        assert session.newest.held is not None
    finally:
        session.close()


@pytest.mark.slow
@pytest.mark.parametrize("reply", [SILENT, HALF], ids=["never answers", "stops in mid-stream"])
async def test_the_app_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch, reply: Reply) -> None:
    lay_in(bench)
    async with serving(lambda _: reply) as server:
        for name, value in settings(server.url).items():
            monkeypatch.setenv(name, value)
        app = bench.app(scenario="hung")
        async with app.run_test(size=(120, 40)) as pilot:
            session = await opened(pilot)
            await pilot.press("c")
            if reply.body:
                await until(pilot, lambda: any(draft.text for draft in session.drafts.values()))
            else:
                await until(pilot, lambda: bool(server.heard))
            await pilot.press("ctrl+c", "ctrl+c")
            await still(pilot, session)
            await asyncio.wait_for(server.hung_up.wait(), 20)
            await until(pilot, lambda: isinstance(pilot.app.screen, ChoiceScreen))
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(pilot.app.screen, ChoiceScreen))
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert len(server.heard) == 1, "what a person broke off is not asked again by itself"
    insist_resumable(bench)


@pytest.mark.slow
@pytest.mark.parametrize("reply", [SILENT, HALF], ids=["never answers", "stops in mid-stream"])
async def test_the_terminal_goes_on(bench: Bench, reply: Reply) -> None:
    lay_in(bench)
    asked = threading.Event()

    def replied(_: Heard) -> Reply:
        asked.set()
        return reply

    async with serving(replied) as server:

        def at_the_keys() -> None:
            with Terminal(
                str(bench.house.workspace.root), (120, 40), "run", "hung", **settings(server.url)
            ) as terminal:
                terminal.until("HELD")
                terminal.press("c", then="It is" if reply.body else "the model thinks")
                assert asked.wait(60), "what is broken off before it is sent, no server hears of"
                terminal.press("\x03", then="PAUSING")
                terminal.press("\x03", then="The answer was broken off")
                terminal.press("\x1b[B\x1b[B\x1b[B\r")
                terminal.insist("\x0f", then="Jump to a step")
                terminal.press("\x11")
                terminal.rest()
                assert terminal.code == 0

        await asyncio.to_thread(at_the_keys)
        await asyncio.wait_for(server.hung_up.wait(), 20)
        assert len(server.heard) == 1
    insist_resumable(bench)
