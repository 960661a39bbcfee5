"""The personas in the app: a list, the prompt of each with its sources, another one at a fork, files that change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.bench import Bench, opened, screen_text, until
from workbench.cli.starting import Wishes, starting
from workbench.errors import BadFile, UsedWrongly
from workbench.tui.first_lists import ScenarioList
from workbench.tui.first_screen import FirstScreen
from workbench.tui.sheets.personas_screen import PersonasScreen

WIDE, NARROW = (120, 40), (80, 24)
MINE = "name: my-agent\nbase: support-agent\ntraits: [{use: terse}, {use: blunt}]\nconstraints: [Never shout.]\n"


def lay(bench: Bench, name: str, text: str) -> Path:
    """A persona of the workspace."""
    folder = bench.house.workspace.root / "personas"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_each_shows_its_prompt_where_it_comes_from_and_what_gave_way(bench: Bench, size: tuple[int, int]) -> None:
    lay(bench, "terse", "name: terse\nfragment: true\ntone: terse\n")
    lay(bench, "blunt", "name: blunt\nfragment: true\ntone: blunt\n")
    lay(bench, "my-agent", MINE)
    lay(bench, "broken", "name: broken\n")
    async with bench.app().run_test(size=size) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "signature" in screen_text(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, PersonasScreen)
        names = [row.name for row in screen.names.rows]

        async def shown(name: str) -> str:
            screen.names.move_to(names.index(name))
            await pilot.pause()
            return screen_text(pilot)

        text = await shown("my-agent")
        assert "a customer support agent of HomeBase" in text
        assert "conflict: tone: 'terse' of terse gives way to" in text
        assert "You are a customer support agent" in text
        assert ("support-agent: constraints" in text) is (size == WIDE)
        assert "is a fragment" in await shown("terse")
        assert "needs a description" in await shown("broken")
        await pilot.press("enter")
        assert "needs a description" in screen_text(pilot)


@pytest.mark.slow
async def test_what_is_typed_filters_them(bench: Bench) -> None:
    for number in range(50):
        lay(bench, f"extra-{number}", f"name: extra-{number}\ndescription: somebody who keeps bees\n")
    async with bench.app().run_test(size=NARROW) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "signature" in screen_text(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, PersonasScreen)
        await until(pilot, lambda: "type to filter" in screen_text(pilot))
        await pilot.press(*"bees 7")
        assert {row.name for row in screen.names.rows} == {f"extra-{number}" for number in (7, 17, 27, 37, 47)}
        await until(pilot, lambda: "› bees 7▏" in screen_text(pilot))
        await pilot.press("backspace", "q")
        assert screen.names.rows == []
        await until(pilot, lambda: "“bees q”." in screen_text(pilot))
        assert "signature" not in screen_text(pilot)
        await pilot.press("enter", "E")
        assert pilot.app.screen is screen
        await pilot.press("escape")
        assert screen.names.count() > 50
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, FirstScreen))


@pytest.mark.slow
async def test_choosing_one_at_first_begins_a_talk_with_it(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "signature" in screen_text(pilot))
        await pilot.press("enter")
        session = await opened(pilot)
        spec = session.newest.specs[session.newest.agent]
        assert spec.persona is not None
        assert spec.persona.name == "analyst"


@pytest.mark.slow
async def test_in_a_session_choosing_one_forks_with_it(bench: Bench) -> None:
    await bench.record("support-desk", "next", id="held1")
    async with bench.app(open="held1").run_test(size=WIDE) as pilot:
        session = await opened(pilot)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "signature" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "now on" in screen_text(pilot))
        forked = bench.desk.branches("held1")[-1].state
        spec = forked.specs[forked.agent]
        assert spec.persona is not None
        assert spec.persona.name == "analyst"
        assert session.newest.specs["agent"].persona != spec.persona


@pytest.mark.slow
async def test_what_changes_on_disk_is_taken_in_while_the_app_runs(bench: Bench) -> None:
    async with bench.app().run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "no provider is reachable" in screen_text(pilot))
        first = pilot.app.screen
        assert isinstance(first, FirstScreen)
        scenarios = first.query_one(ScenarioList)
        scenarios.move_to(3)
        here = scenarios.rows[3]
        folder = bench.house.workspace.root / "scenarios"
        folder.mkdir(exist_ok=True)
        (folder / "aaa-new.yaml").write_text("name: aaa-new\ntitle: New\nteaches: Something new.\nscript: []\n")
        first._look()
        await pilot.pause()
        assert "aaa-new" in screen_text(pilot)
        assert scenarios.rows[scenarios.cursor] == here
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "signature" in screen_text(pilot))
        lay(bench, "aab-new", "name: aab-new\ndescription: somebody new\n")
        screen = pilot.app.screen
        assert isinstance(screen, PersonasScreen)
        screen._look()
        await pilot.pause()
        assert "aab-new" in screen_text(pilot)


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, (80, 24)])
async def test_what_is_not_right_is_marked_in_both_lists_until_it_is_mended(
    bench: Bench, size: tuple[int, int]
) -> None:
    folder = bench.house.workspace.root / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "aaa-odd.yaml").write_text("name: aaa-odd\ntitle: Odd\nscrpt: []\n")
    lay(bench, "aaa-odd", "name: aaa-odd\n")
    async with bench.app().run_test(size=size) as pilot:
        await until(pilot, lambda: "✗ not right" in screen_text(pilot))
        first = pilot.app.screen
        assert isinstance(first, FirstScreen)
        await until(pilot, lambda: "line 3: scrpt: there is no such field; did you mean" in screen_text(pilot))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "✗ not" in screen_text(pilot))
        beside = [line.partition("│")[2].strip() for line in screen_text(pilot).splitlines()]
        assert "a persona needs a description" in " ".join(beside)
        await pilot.press("escape")
        (folder / "aaa-odd.yaml").write_text("name: aaa-odd\ntitle: Odd\nuser: [Hi]\nscript: [{say: Hello}]\n")
        first._look()
        await until(pilot, lambda: "✗ not right" not in screen_text(pilot))


@pytest.mark.slow
async def test_a_persona_that_changed_since_is_said_when_its_session_is_opened(bench: Bench) -> None:
    lay(bench, "my-agent", "name: my-agent\ndescription: somebody\n")
    started = starting(bench.house, Wishes("support-desk", persona="my-agent", at_cap="pause"))
    await bench.record(started, "next", id="held1")
    lay(bench, "my-agent", "name: my-agent\ndescription: somebody else\n")
    async with bench.app(open="held1").run_test(size=WIDE) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "the persona my-agent has changed" in screen_text(pilot))


@pytest.mark.slow
async def test_without_an_editor_the_screen_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    async with bench.app().run_test(size=WIDE) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, PersonasScreen) and "signature" in screen_text(pilot))
        await pilot.press("E")
        await until(pilot, lambda: "set EDITOR to edit analyst in it" in screen_text(pilot))


def test_what_was_edited_is_kept_once_it_is_right(bench: Bench) -> None:
    desk = bench.desk
    was = desk.persona_text("analyst")
    assert was.startswith("# yaml-language-server")
    path = bench.house.workspace.root / "personas" / "analyst.yaml"
    with pytest.raises(BadFile, match=r"analyst\.yaml, line \d+: tnoe: there is no such field; did you mean 'tone'"):
        desk.save_persona("analyst", was.replace("\ntone:", "\ntnoe:"))
    assert not path.exists()
    desk.save_persona("analyst", was + "background: [It was edited.]\n")
    assert "It was edited." in path.read_text()
    assert "It was edited." in desk.persona_text("analyst")
    assert [entry.name for entry in path.parent.iterdir()] == ["analyst.yaml"]
    with pytest.raises(UsedWrongly, match="cannot be a name"):
        desk.save_persona("A B", was)
