"""A session as a test: the file passes as it is written, and fails where the run is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import pytest_runs
from tests.playbook import Stage, agent, wants
from workbench.errors import BadFile
from workbench.events import Call, Event, Forked, ModelAnswered
from workbench.events.text import register_secret
from workbench.exchange import export_pytest, load, recorded_events
from workbench.run import Divergence, check

ODD = 'It\'s """odd""" \\ {brace} \n\x1b \u202e é'


async def recorded(*lines: str) -> list[Event]:
    stage = Stage(wants(Call(name="charge", arguments='{"amount": 5, "to": "é"}')), *lines)
    run = stage.start(agent(system="Be kind."))
    run.say(lines[0])
    await run.drive()
    return list(stage.log.events())


def outcome(folder: Path, text: str) -> tuple[int, str]:
    """What pytest says of the file."""
    file = folder / "test_recorded.py"
    file.write_text(text, encoding="ascii")
    return pytest_runs.outcome(file)


@pytest.mark.slow
async def test_it_passes_as_it_is_written(tmp_path: Path) -> None:
    text = export_pytest(await recorded(ODD), title=ODD, place="ab12/main")
    code, said = outcome(tmp_path, text)
    assert (code, "4 passed" in said) == (0, True), said


@pytest.mark.slow
async def test_it_fails_where_the_run_is_another(tmp_path: Path) -> None:
    text = export_pytest(await recorded("Done."), title="x")
    assert outcome(tmp_path, text.replace("OUTPUT = 'Done.'", "OUTPUT = 'Else.'"))[0] == 1
    tampered = text.replace('"kind":"tool_called","v":1,"call":"agent.1.1","tool":"charge"', '"kind":"tool_called","v":1,"call":"agent.1.1","tool":"lookup"')  # fmt: skip # noqa: E501
    assert tampered != text
    code, said = outcome(tmp_path, tampered)
    assert (code, "differs at tool_called tool" in said) == (1, True), said


def run_here(text: str) -> None:
    """Every test of the file, in this process."""
    names: dict[str, object] = {}
    exec(compile(text, "test_recorded.py", "exec"), names)  # what is tried is the text that was just written
    tests = [made for name, made in names.items() if name.startswith("test_") and callable(made)]
    assert len(tests) == 4
    for test in tests:
        test()


async def test_a_key_that_became_known_later_is_struck_out_and_the_test_still_passes() -> None:
    secret = "hunter2-correct-horse"
    events = await recorded(f"my key is {secret}", "Thanks.")
    answers = [event.body.text for event in events if isinstance(event.body, ModelAnswered)]
    assert any(secret in answer for answer in answers)
    register_secret(secret)
    text = export_pytest(events)
    assert secret not in text
    assert "[redacted]" in text
    run_here(text)


async def test_what_replaying_does_not_need_stays_behind() -> None:
    events = [
        Event(e.branch, e.seq, e.at, e.by, e.actor, e.body.model_copy(update={"raw": '{"x":1}', "extra": "{}"}))
        if isinstance(e.body, ModelAnswered)
        else e
        for e in await recorded("Done.")
    ]
    text = export_pytest(events)
    assert '"raw"' not in text
    assert '"extra"' not in text
    run_here(text)


async def test_a_fork_is_one_recording() -> None:
    stage = Stage("one", "two")
    run = stage.start(agent())
    run.say("Hi")
    await run.drive()
    parent = list(stage.log.events())
    fork = Event(7, parent[-1].seq + 1, parent[-1].at, "human", "", Forked(parent=3, parent_seq=parent[-1].seq))
    run_here(export_pytest([*parent, fork]))


async def test_the_recording_comes_back_as_events() -> None:
    events = await recorded("Done.")
    names: dict[str, list[str]] = {}
    exec(compile(export_pytest(events), "test_recorded.py", "exec"), names)
    back = recorded_events(names["RECORDING"])
    assert [event.body for event in back] == [event.body for event in events]
    assert not isinstance(check(back), Divergence)


def test_lines_that_are_no_recording_are_refused() -> None:
    with pytest.raises(BadFile, match="the recording"):
        recorded_events(["{}"])
    with pytest.raises(BadFile, match="the recording"):
        recorded_events([])


def test_recorded_runs_of_others_become_tests(data_dir: Path) -> None:
    for file in sorted((data_dir / "tau").glob("tb-*.json"))[:8]:
        for recording in load(file).recordings:
            run_here(export_pytest(recording.events, title=recording.title))
