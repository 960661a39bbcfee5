"""`replay` at a real difference, from the command line: each choice, with the model live, the tools live, neither."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.bench import Bench
from tests.otherwise import asks, by_hand, done, holds, open_shop, tampered


@pytest.fixture
def shop(bench: Bench) -> str:
    """A session recorded in the shop, and nothing done since."""
    open_shop(bench.root)
    session = bench.run("shop")
    holds(bench.root, "3")
    return session


def kinds(bench: Bench, branch: str, kind: str) -> list[dict[str, Any]]:
    """A branch's own events of this kind."""
    lines = bench.exported(branch)
    number = next(row["branch"] for row in lines[0]["branches"] if row["name"] == branch.partition("/")[2])
    return [line for line in lines[1:] if line["branch"] == number and line["kind"] == kind]


@pytest.mark.slow
def test_what_does_not_differ_is_replayed_to_its_end(bench: Bench, shop: str):
    told = bench("replay", shop, "--live-model")
    assert (told.code, done(bench.root)) == (0, [])
    assert told.err.endswith("0 model and 2 tool calls served from the recording, $0 saved\n")
    assert "thank you." in told.err.lower()
    told = bench("replay", shop, "--live-tools")
    assert (told.code, done(bench.root)) == (6, ["stock antenna"])
    assert "order already ran with these arguments" in told.err


DIFFERS = {
    "--live-model": 'the replay differs at arguments.part: recorded "antenna", now "cable"',
    "--live-tools": 'the replay differs at messages[2].content: recorded "3", now "0"',
}


@pytest.mark.slow
@pytest.mark.parametrize("live", list(DIFFERS))
def test_where_nobody_is_it_stops_with_5_and_names_the_leaf(bench: Bench, shop: str, live: str):
    asks(bench.root, "cable")
    holds(bench.root, "0")
    told = bench("replay", shop, live)
    assert (told.code, told.out) == (5, "")
    assert f"STOPPED: {DIFFERS[live]}\n" in told.err
    assert done(bench.root) == ([] if live == "--live-model" else ["stock antenna"])
    (ruled,) = kinds(bench, f"{shop}/b2", "difference_ruled")
    assert (ruled["choice"], ruled["leaf"]) == ("stop", DIFFERS[live].split(" at ")[1].split(":")[0])
    document = bench("replay", shop, live, "--json").document
    assert (document["status"], document["outcome"]) == ("stopped", "stopped")
    assert document["error"] == {"type": "diverged", "message": DIFFERS[live], "retryable": False}


@pytest.mark.slow
def test_with_the_model_live_recorded_serves_and_live_runs_and_asks_before_effects(bench: Bench, shop: str):
    asks(bench.root, "cable")
    told = bench("replay", shop, "--live-model", "--on-difference", "recorded")
    assert (told.code, done(bench.root)) == (0, [])
    assert "2 tool calls served" in told.err
    told = bench("replay", shop, "--live-model", "--on-difference", "live")
    assert (told.code, done(bench.root)) == (6, ["stock cable"])
    assert "order already ran with these arguments" in told.err
    assert bench("resume", f"{shop}/b3", "--headless").code == 0
    assert done(bench.root) == ["stock cable", "order antenna"]


@pytest.mark.slow
def test_with_the_tools_live_recorded_serves_and_live_asks_the_model(bench: Bench, shop: str):
    holds(bench.root, "0")
    told = bench("replay", shop, "--live-tools", "--on-difference", "recorded", "--json")
    assert told.code == 6
    assert told.document["held"]["call"] == "agent.2.1"
    # What was chosen about once stands in every later request, and is not asked about again.
    told = bench("resume", f"{shop}/b2", "--headless")
    assert (told.code, told.out) == (0, "You are welcome.\n")
    assert [one["choice"] for one in kinds(bench, f"{shop}/b2", "difference_ruled")] == ["recorded"]
    assert len(kinds(bench, f"{shop}/b2", "served")) == 4
    told = bench("replay", shop, "--live-tools", "--on-difference", "live", "--json")
    assert told.code == 6
    assert len(kinds(bench, f"{shop}/b3", "served")) == 1


@pytest.mark.slow
def test_where_nothing_was_recorded_that_could_be_used_it_stops_all_the_same(bench: Bench, shop: str):
    path = bench.root / "scenarios" / "shop.yaml"
    more = "  - calls:\n      - {tool: stock, args: {part: screw}}\n  - say: It is ordered."
    path.write_text(path.read_text().replace("  - say: It is ordered.", more))
    told = bench("replay", shop, "--live-model", "--on-difference", "recorded")
    assert told.code == 5
    assert "nothing is recorded in this place, so it stops" in told.err
    assert 'differs at call: recorded nothing, now {"tool": "stock"' in told.err


@pytest.mark.slow
def test_a_replay_that_was_stopped_can_be_gone_on_with_and_still_replays(bench: Bench, shop: str):
    asks(bench.root, "cable")
    assert bench("replay", shop, "--live-model").code == 5
    assert bench("resume", f"{shop}/b2", "--headless").code == 5
    assert bench("resume", f"{shop}/b2", "--headless", "--on-difference", "recorded").code == 0
    assert done(bench.root) == []


@pytest.mark.slow
def test_a_fork_of_a_replay_that_is_held_replays_too(bench: Bench, shop: str):
    asks(bench.root, "cable")
    script = bench.write("held.wb", "replay --live-model\nc\nfork\nrecorded\nswitch b2\n")
    told = bench("debug", shop, "--commands", str(script))
    assert (told.code, done(bench.root)) == (5, [])
    assert bench("resume", f"{shop}/b3", "--headless").code == 0
    assert (done(bench.root), len(kinds(bench, f"{shop}/b3", "served"))) == ([], 2)


@pytest.mark.slow
def test_a_check_that_diverges_takes_the_recorded_ones_and_remembers_it(bench: Bench, shop: str):
    session = tampered(bench, shop)
    before = bench.exported(session)
    assert bench("replay", session).code == 5
    assert bench.exported(session) == before
    told = bench("replay", session, "--on-difference", "recorded")
    assert (told.code, done(bench.root)) == (0, [])
    assert "but for 2 that you let pass" in told.out
    assert told.err.count("differs at tool_called arguments.part: recorded") == 2
    assert bench("replay", session).code == 0
    assert len(bench.exported(session)) == len(before) + 2


@pytest.mark.slow
def test_a_check_that_diverges_goes_live_in_a_fork_before_the_difference(bench: Bench, shop: str):
    session = tampered(bench, shop)
    told = bench("replay", session, "--on-difference", "live")
    assert (told.code, done(bench.root)) == (6, ["stock antenna"])
    (ruled,) = kinds(bench, f"{session}/b2", "difference_ruled")
    assert (ruled["choice"], ruled["recorded"], ruled["now"]) == ("live", '"cable"', '"antenna"')
    assert "b2" in told.err
    assert bench("replay", f"{session}/b2").code == 0


@pytest.mark.slow
def test_a_check_that_diverges_stops_and_says_so_in_the_log(bench: Bench, shop: str):
    session = tampered(bench, shop)
    told = bench("replay", session, "--on-difference", "stop", "--json")
    assert told.code == 5
    assert told.document["diverged"]["leaf"] == "arguments.part"
    assert [line["choice"] for line in bench.exported(session) if line["kind"] == "difference_ruled"] == ["stop"]
    assert bench("replay", session).code == 5


@pytest.mark.slow
def test_a_replay_travels_in_an_export_with_its_recording(bench: Bench, shop: str):
    asks(bench.root, "cable")
    assert bench("replay", shop, "--live-model").code == 5
    lines = bench.exported(shop)
    path = bench.write("whole.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (session,) = bench.json("import", str(path))["sessions"]
    assert bench("resume", f"{session}/b2", "--headless", "--on-difference", "recorded").code == 0
    assert done(bench.root) == []
    began = next(line for line in lines if line["kind"] == "replay_began")
    began["source"] = 9
    path = bench.write("torn.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (session,) = bench.json("import", str(path))["sessions"]
    told = bench("resume", f"{session}/b2", "--headless", "--on-difference", "recorded")
    assert (told.code, done(bench.root)) == (5, [])
    assert "recorded nothing, now" in told.err


@pytest.mark.slow
def test_a_replay_is_exported_as_a_test_that_passes(bench: Bench, shop: str):
    assert bench("replay", shop, "--live-model").code == 0
    path = bench.root / "test_replay.py"
    assert bench("sessions", "export", f"{shop}/b2", "--format", "pytest", "--out", str(path)).code == 0
    code = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)], check=False)
    assert code.returncode == 0


@pytest.mark.slow
def test_what_a_replay_served_is_no_use_of_today(bench: Bench, shop: str):
    def tools_used() -> list[int]:
        rows = bench.json("usage", "--session", shop)["usage"]
        return [row["tool_calls"] for row in rows]

    assert tools_used() == [2]
    assert bench("replay", shop, "--live-model").code == 0
    assert tools_used() == [2]


@pytest.fixture
def changed(bench: Bench, shop: str) -> str:
    """A session in which a person edited a result, changed a cap and answered in a tool's place."""
    return by_hand(bench)


@pytest.mark.slow
def test_what_a_person_did_is_done_again_and_counted(bench: Bench, changed: str):
    for live, stocks in (("--live-model", []), ("--live-tools", ["stock antenna"])):
        told = bench("replay", changed, live)
        assert (told.code, done(bench.root)) == (0, stocks)
        assert ", 2 of 2 changes made again, " in told.err
        for words in ("again   as at event ", "changed content of event ", "changed limit of tool_calls: 9\n"):
            assert f"  {words}" in told.err
        assert "ordered by hand" in told.err
    path = bench.write("done-again.jsonl", "".join(json.dumps(line) + "\n" for line in bench.exported(f"{changed}/b2")))
    (session,) = bench.json("import", str(path))["sessions"]
    assert bench("replay", session).code == 0


@pytest.mark.slow
def test_a_change_that_may_not_be_wanted_any_more_is_asked_about(bench: Bench, changed: str):
    holds(bench.root, "0")
    told = bench("replay", changed, "--live-tools")
    assert told.code == 5
    assert "STOPPED: the replay differs at content, which event " in told.err
    assert ' there made "none": recorded "3", now "0"\n' in told.err
    told = bench("replay", changed, "--live-tools", "--on-difference", "recorded")
    assert (told.code, done(bench.root)) == (0, ["stock antenna", "stock antenna"])


@pytest.mark.slow
def test_a_recording_that_was_left_held_says_so_and_live_goes_on(bench: Bench, shop: str):
    script = bench.write("held.wb", "tb tool order\nc\n")
    assert bench("debug", "shop", "--commands", str(script)).code == 6
    session = bench.json("sessions", "list")["sessions"][0]["id"]
    holds(bench.root, "3")
    told = bench("replay", session, "--live-model")
    assert (told.code, done(bench.root)) == (6, [])
    why = "the recording ends here: it was left held there (breakpoint 1: tool order)"
    assert f"HELD before order · {why}\n" in told.err
    assert told.err.endswith(f"live goes on: workbench resume {session}/b2 --headless --on-difference live\n")
    told = bench("resume", f"{session}/b2", "--headless", "--on-difference", "live")
    assert (told.code, done(bench.root)) == (6, [])
    assert "order has an effect, and would really run" in told.err
    assert bench("replay", session, "--live-model", "--on-difference", "recorded").code == 6


def other_model(bench: Bench) -> None:
    """A second model, which asks for the stock of cables."""
    script = (bench.root / "scenarios" / "shop.yaml").read_text()
    path = bench.root / "scenarios" / "cables.yaml"
    path.write_text(script.replace("name: shop", "name: cables").replace("part: antenna", "part: cable", 1))


@pytest.mark.slow
def test_another_model_is_asked_where_the_model_is_live(bench: Bench, shop: str):
    other_model(bench)
    told = bench("replay", shop, "--live-model", "--model", "scripted:cables")
    assert (told.code, done(bench.root)) == (5, [])
    assert f"STOPPED: {DIFFERS['--live-model']}\n" in told.err
    script = bench.write("other.wb", "replay --live-model scripted:cables\nc\nrecorded\n")
    told = bench("debug", shop, "--commands", str(script))
    assert "which replays main with the tools from the recording and asks scripted:cables; c goes on" in told.out
    assert "antenna                               │ cable" in told.out
    assert "WAITING" in told.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--model", "scripted:cables"), "--model goes with --live-model"),
        (("--live-tools", "--model", "scripted:cables"), "--model goes with --live-model"),
        (("--live-model", "--model", "scripted:none"), "none"),
    ],
)
def test_another_model_that_cannot_be_asked_is_refused_and_nothing_is_made(
    bench: Bench, shop: str, words: tuple[str, ...], said: str
):
    before = bench.exported(shop)
    told = bench("replay", shop, *words)
    assert told.code == 2
    assert said in told.sentence
    script = bench.write("refused.wb", "replay --live-tools scripted:shop\n")
    told = bench("debug", shop, "--commands", str(script))
    assert told.code == 2
    assert "only where the model is live" in told.err
    assert bench.exported(shop) == before


@pytest.mark.slow
def test_bad_words_are_refused(bench: Bench, shop: str):
    told = bench("replay", shop, "--on-difference", "maybe")
    assert told.code == 2
    assert "recorded" in told.sentence
