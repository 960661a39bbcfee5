"""The desk that the app works at, laid over a real workspace."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.bench import Bench
from workbench.cli.desk import HouseDesk
from workbench.cli.house import House


def desk_of(bench: Bench) -> HouseDesk:
    return HouseDesk(House(str(bench.root)))


@pytest.mark.slow
def test_it_lists_sessions_held_ones_first_and_scenarios(bench: Bench):
    session = bench.run("flaky-parts")
    desk = desk_of(bench)
    rows = desk.sessions()
    assert [row.id for row in rows[:2]] == ["demo-parallel-weather", session]
    assert [row.id for row in desk.sessions(text="duet")] == ["demo-customer-duet"]
    scenarios = {row.name: row for row in desk.scenarios()}
    assert scenarios["support-desk"].teaches.startswith("How criteria turn true one by one")
    assert desk.workspace == str(bench.root)
    desk.close()


@pytest.mark.slow
def test_the_lists_load_no_pydantic(bench: Bench):
    bench("sessions", "list")
    code = (
        "import sys\nfrom workbench.cli.desk import HouseDesk\nfrom workbench.cli.house import House\n"
        f"desk = HouseDesk(House({str(bench.root)!r}))\ndesk.sessions(), desk.scenarios()\n"
        "print([name for name in ('pydantic', 'sqlite_utils', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
async def test_a_scenario_opens_held_before_its_first_model_call_and_steps(bench: Bench):
    desk = desk_of(bench)
    session = desk.start("budget-runaway")
    assert session.standing() == "HELD before the model thinks"
    session.step()
    await session.settled()
    assert session.standing() == "HELD before search_docs"
    session.proceed()
    await session.settled()
    assert session.standing() == "HELD by the budget: 5 of 5 tool calls used"
    ref = session.identity.session
    session.close()
    again = desk.open(ref)
    assert again.standing() == "HELD by the budget: 5 of 5 tool calls used"
    again.close()
    desk.close()


async def test_a_chat_waits_for_words(bench: Bench):
    bench.write("workbench.toml", 'model = "scripted:flaky-parts"\n')
    desk = desk_of(bench)
    desk.warm_up()
    session = desk.chat()
    assert session.run is not None
    assert session.run.waiting
    session.close()
    desk.close()


@pytest.mark.slow
async def test_providers_are_told_in_one_line(bench: Bench):
    desk = desk_of(bench)
    assert "\n" not in await desk.providers()
    bench.write("tools/bad.py", "x = nosuch\n")
    assert (await desk.providers()).startswith("✗ tools/bad.py, line 1: NameError: name 'nosuch' is not defined · ")
    desk.close()


@pytest.mark.slow
def test_what_it_takes_to_ask_providers_is_loaded_beside_the_loop(bench: Bench):
    """It takes seconds on a busy machine, and the app hears no key while its loop loads something."""
    program = f"""
import asyncio, sys, threading
from pathlib import Path
from workbench.cli.desk import HouseDesk
from workbench.cli.house import House

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("workbench.models.reachable", "httpx2"):
            print(name, threading.current_thread() is threading.main_thread())

sys.meta_path.insert(0, Watch())
asyncio.run(HouseDesk(House({str(bench.root)!r})).providers())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert {*done.stdout.splitlines()} == {"workbench.models.reachable False", "httpx2 False"}


async def test_what_cannot_be_prepared_is_said_by_the_start_itself(bench: Bench):
    desk = desk_of(bench)
    await desk.prepare("no-such-scenario")
    await desk.prepare("support-desk")
    desk.close()
