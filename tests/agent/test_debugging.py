"""`debug()`: the console inside a program."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench
from workbench import Agent, call_tool, replies
from workbench.errors import BadFile, Impossible


def clock(store: Path | None = None) -> Agent[None, str]:
    return Agent(replies(call_tool("now"), "It is late."), tools=["now"], store=store)


@pytest.mark.parametrize("kept", [True, False])
async def test_between_two_steps_every_verb_serves(
    kept: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with clock(tmp_path if kept else None).iter("what time is it?") as run:
        step = await run.step()
        assert step is not None
        workbench.debug(commands=["return noon"])
        result = await run.result()
    out = capsys.readouterr().out
    assert "(wb) return noon" in out
    assert [use.result for use in result.all_tool_calls] == ["noon"]
    assert result.output == "It is late."


async def test_a_console_that_was_left_tells_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    async with clock().iter("what time is it?") as run:
        async for _ in run:
            workbench.debug(commands=["where"])
            capsys.readouterr()
    assert capsys.readouterr().out == ""
    async with clock().iter("what time is it?") as run:
        await run.step()
        workbench.debug(commands=["where"])
        capsys.readouterr()
        await run.result()
    assert capsys.readouterr().out == ""


def test_inside_a_tool_the_run_is_looked_at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    agent = Agent(replies(call_tool("look"), "done"), store=tmp_path)

    @agent.tool_plain(effect="read")
    def look() -> str:
        workbench.debug(commands=["find look"])
        return "looked"

    assert look
    assert agent.run_sync("go on").output == "done"
    assert "(wb) find look" in capsys.readouterr().out


def test_inside_a_tool_nothing_can_be_changed_and_why_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    agent = Agent(replies(call_tool("look"), "done"), store=tmp_path)

    @agent.tool_plain(effect="read")
    def look() -> str:
        workbench.debug(commands=["where", "say stop"])
        return "looked"

    assert look
    said = agent.run_sync("go on").all_tool_calls[0].result
    assert said is not None
    assert "the run is under way around this place" in said
    out = capsys.readouterr().out
    assert "READ-ONLY (it may only be read here) · RUNNING look" in out
    assert "another process" not in out + said


def test_a_session_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = clock(tmp_path).run_sync("what time is it?")
    workbench.debug(result.session, store=tmp_path, commands=["rs"])
    assert "(wb) rs" in capsys.readouterr().out
    again = clock(tmp_path).run_sync("and now?", session=result.session)
    assert again.session == result.session, "the console let go of it"


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(Impossible, match="no agent runs here"):
        workbench.debug()


async def test_a_command_that_cannot_be_done_reaches_the_program() -> None:
    async with clock(None).iter("what time is it?") as run:
        await run.step()
        with pytest.raises(BadFile, match="line 1"):
            workbench.debug(commands=["fly away"])
        assert (await run.result()).output == "It is late."
