"""The verbs one by one, on real sessions: what they say, and why they cannot be done."""

from __future__ import annotations

import pytest

from tests.debugger.language.hand import Hand

REFUND = "b tool refund_charge"


@pytest.fixture
def desk(hand: Hand) -> Hand:
    """A new support-desk run, nothing done yet."""
    hand.start()
    return hand


async def test_empty_states_say_what_to_do(desk: Hand):
    assert await desk("calls") == ["no tool was called yet"]
    (told,) = await desk("l")
    assert told.startswith("no breakpoint is set; for instance: b tool send_email")
    assert await desk.refused("view") == "no model was asked up to here; s steps to the first call"
    assert (await desk.refused("revert")).endswith("there is nothing to revert; edit changes something")
    assert await desk.refused("pause") == "nothing is under way, so there is nothing to pause; step and continue go on"
    assert await desk.refused("diff") == "main left no other branch: name what to compare it with, as in diff main b2"
    assert (await desk("find Bogota"))[0].startswith("nothing says 'Bogota'")


async def test_an_unknown_word_is_an_error_and_never_a_message(desk: Hand):
    assert await desk.refused("hello there") == "there is no verb 'hello'; did you mean help?"
    assert (await desk.refused("What is my order?")).endswith("help lists them (say TEXT talks to the agent)")
    assert not [event for event in desk.session.events() if event.by == "human" and event.body.kind == "said"]


async def test_a_verb_takes_only_what_it_takes(desk: Hand):
    for line, why in {
        "s 3": "step takes nothing behind it, and '3' was given",
        "look soon": "'soon' is not an event's number, such as 41",
        "look 999": "there is no event 999: this branch has 1 to ",
        "until": "'' is not an event's number, such as 41",
        "say": "say what? For instance: say the order is A-1007",
        "settle agent.1.1 maybe": "settle which call, and how? settle CALL ran RESULT, or CALL not-run, again, leave",
        "limit cost": "limit what? For instance: limit tool_calls 10, or: limit cost none",
        "fork 99": "there is no event 99 to fork after: this branch has 1 to ",
        "fork --n": "--n needs something behind it",
        "fork 1 2": "'2' says nothing; a fork goes: fork [SEQ] [--n N] [--model P:M] [--persona NAME]",
        "fork --n 99": "--n 99: should be 1 to 50",
        "switch": "switch to which branch? There are: main",
        "switch main": "main is where you are",
        "diff a b c": "diff compares two, and 3 were named",
        "ignore 1 x": "'x' is not a number of times, such as 41",
        'watch "A-1007': "column 1: this quote is never closed",
        "watch ''": 'which text? For instance: "A-1007"',
        "b tol find_order": "column 1: there is no field tol; did you mean tool?",
        "steps x": "'x' is not a number of steps, such as 41",
        "ignore 1": "ignore which breakpoint, and how often? For instance: ignore 2 5",
        "clear 7": "there is no breakpoint 7; none is set",
        "enable": "no breakpoint is set",
        "watch": "watch what? A path (watch args.to, watch cost) or a text in quotes",
        "model": "model what? For instance: model I will look that up",
        "model call find_order {": "the arguments are not JSON: ",
        "model call find_order []": "the arguments must be a JSON object",
        "return": "return what? For instance: return",
        "edit": "edit what? A call's id",
        "edit agent.9.1 {}": "no call goes by 'agent.9.1' here; 'calls' lists them",
        "edit 1 X": "event 1 is run_started, which cannot be edited",
        "edit prompt": "give the new text of the system prompt on the same line: a script has no editor",
        "b cost >": "column 7: it ends too early",
        "help frob": "there is no verb 'frob'; did you mean fork?",
    }.items():
        assert (await desk.refused(line)).startswith(why), line


@pytest.mark.slow
async def test_step_next_finish_and_continue(desk: Hand):
    assert (await desk("s"))[-1] == "HELD at the answer, before it counts"
    assert (await desk("n"))[-1] == "HELD before the model thinks"
    assert desk.session.newest.meters.iterations == 1
    said = await desk("f")
    assert "user     It should be maria.keller@example.com." in "\n".join(said)
    assert (await desk("c"))[-1] == "DONE"
    assert (await desk.refused("c")).startswith("this run is over")


@pytest.mark.slow
async def test_until_looks_at_what_is_recorded_and_runs_to_what_is_not(desk: Hand):
    said = await desk("until 14")
    assert said[-1].startswith("PAUSED before ")
    assert desk.session.newest.held is not None
    assert 14 <= desk.session.newest.seq <= 18
    assert (await desk("until 3"))[-1].startswith("LOOKING BACK at event 3 of ")
    assert await desk("look newest") == [said[-1]]


@pytest.mark.slow
async def test_walking_back_and_forward_changes_nothing(desk: Hand):
    await desk(REFUND, "c")
    newest = desk.session.newest.seq
    assert (await desk("rs"))[-1] == f"LOOKING BACK at event {newest - 1} of {newest}"
    assert (await desk("rn"))[-1] == f"LOOKING BACK at event {newest - 3} of {newest}"
    assert "user     Yes, please refund the second one." in desk.said[0]
    assert (await desk("rc"))[-1] == f"LOOKING BACK at event 1 of {newest}"
    assert await desk.refused("rs") == "this is where it began; step, next and continue walk forward"
    await desk("c")
    assert desk.said[-1] == "HELD before refund_charge · breakpoint 1: tool refund_charge"
    assert (desk.session.seq, desk.session.newest.seq) == (newest, newest)


@pytest.mark.slow
async def test_continue_and_back_stop_where_breakpoints_would_have_held(desk: Hand):
    await desk("c", "b tool list_charges", "b error", "rc")
    assert "here it would hold: breakpoint 1: tool list_charges" in desk.said
    assert desk.session.seq == desk.seq("tool_called", 2) - 1
    await desk("look 1", "c")
    assert desk.session.seq == desk.seq("tool_called", 2) - 1
    assert await desk("c", "where") == [f"main @{desk.session.newest.seq}  DONE"]


@pytest.mark.slow
async def test_breakpoints_are_set_listed_ignored_switched_and_cleared(desk: Hand):
    assert await desk("b error") == ["breakpoint 1: error"]
    assert await desk("tb model") == ["breakpoint 2: model (once)"]
    assert await desk("trace tool find_order") == ["breakpoint 3: tool find_order (trace)"]
    assert await desk("ignore 1 2") == ["breakpoint 1: error (ignores 2 more)"]
    assert await desk("disable 1") == ["breakpoint 1: error (off, ignores 2 more)"]
    assert await desk("enable") == [
        "breakpoint 1: error (ignores 2 more)", "breakpoint 2: model (once)", "breakpoint 3: tool find_order (trace)",
    ]  # fmt: skip
    assert (await desk("c"))[-1] == "HELD before the model thinks · breakpoint 2: model"
    assert await desk("l") == [
        "1  error            ignores 2 more",
        "3  tool find_order  trace",
    ]
    said = await desk("c")
    assert any(line.startswith("       trace    3 @") for line in said)
    assert await desk("clear 1") == ["breakpoint 1 is gone"]
    assert await desk("clear") == ["no breakpoint is set any more"]


@pytest.mark.slow
async def test_watches_of_a_path_and_of_a_text(desk: Hand):
    await desk(REFUND, "c")
    assert await desk("p criteria.order_id") == ["true"]
    assert await desk("p args.amount") == ['"129.00"']
    assert await desk("p args.nothing") == ["nothing is there"]
    assert "tool_calls     2" in await desk("p")
    assert await desk("watch criteria.order_id") == [
        f"criteria.order_id is true at event {desk.session.seq}; rc walks back to where it became so"
    ]
    assert (await desk("rc"))[1] == "criteria.order_id became true here"
    assert (await desk.refused("rc")).startswith("criteria.order_id was so from the beginning")
    await desk("look newest")
    assert (await desk("clear watch")) == ["watching nothing any more"]
    assert await desk('watch "ch_7002"') == ['watching "ch_7002"; rc walks back to the event that first held it']
    await desk("rc")
    assert desk.session.event(desk.session.seq).body.kind == "tool_returned"
    assert (await desk.refused("rc")).startswith("this is the event that first held it")
    assert await desk("watch cost", "list") == [
        f"1  {REFUND.removeprefix('b ')}  1 hit", 'watching "ch_7002"', "watching cost"
    ]  # fmt: skip
    assert len(await desk("watch")) == 2
    assert await desk.refused("clear watch tokens") == 'tokens is not watched; watched are "ch_7002", cost'
    assert await desk("clear watch cost") == ['watching "ch_7002"']
    assert await desk("clear watch") == ["watching nothing any more"]


@pytest.mark.slow
async def test_whence_tells_what_was_found_from_what_was_invented(desk: Hand):
    await desk(REFUND, "c")
    assert (await desk("whence ch_7002"))[0].startswith(
        f"'ch_7002' first appeared at event {desk.seq('tool_returned', 2)}, in the result of list_charges"
    )
    assert (await desk("w ch_9999"))[0].endswith("whoever says it invented it")
    assert (await desk.refused("whence")).startswith("name a value to look for")


@pytest.mark.slow
async def test_steps_calls_and_events(desk: Hand):
    await desk(REFUND, "c")
    assert (await desk("steps 2"))[-1].endswith("more: steps all")
    assert len(await desk("steps all")) == len(desk.session.steps.rows)
    assert (await desk("calls agent.2.1"))[:3] == [
        "agent.2.1 find_order, done", f"  arguments @{desk.seq('tool_called')}", '    {"order":"A-1007"}',
    ]  # fmt: skip
    assert await desk.refused("calls agent.9.9") == "no tool call goes by 'agent.9.9'; 'calls' lists them"
    assert "text      Sure, it is A-1007." in await desk(f"event {desk.seq('said', 2)}")
    assert not [line for line in desk.said if line.startswith("at ")], "a script shows no time"
    assert (await desk.refused("event 99")).startswith("there is no event 99")
    assert len(await desk("find A-1007")) > 3
    result = desk.seq("tool_returned", 1)
    assert await desk("find spent   by") == [f"nothing says 'spent   by' up to event {desk.session.seq}"]
    await desk(f"fork {result}", "m " + "The parcel is not here. " * 9 + "It lies in Bogota, they say.")
    found = "\n".join(await desk("find lies in bogota"))
    assert "The parcel is not here. It lies in Bogota, they say." in found


@pytest.mark.slow
async def test_view_shows_what_is_new_all_of_it_or_the_raw_request(desk: Hand):
    await desk(REFUND, "c")
    assert "= 9 as at the call before (view all shows them)" in await desk("v")
    assert "    Sure, it is A-1007." in await desk("view agent.6 all")
    assert (await desk("view agent.1"))[1].endswith("; no call before")
    assert '  "model": "scripted:support-desk",' in await desk("view raw")
    assert await desk.refused("view agent.99") == "no model call goes by 'agent.99'; 'steps' lists them"
    assert (await desk.refused(f"view {desk.seq('said')}")).endswith("is no model call, so no model saw anything there")
    assert (await desk.refused("view a b")).startswith("view takes one call")


@pytest.mark.slow
async def test_a_held_call_is_approved_skipped_or_answered(desk: Hand):
    await desk(REFUND, "c")
    assert await desk.refused("a agent.9.9") == "agent.9.9 is not what is held, so approve cannot apply to it"
    await desk("fork", "a", "a")
    assert desk.said[-1].startswith("HELD after the result")
    await desk("switch main", "x")
    assert "failed   agent.6.1 skipped: a person skipped this call; it was not run" in "\n".join(desk.said)
    await desk(f"fork {desk.seq('model_answered', 6)}", 'return {"refund": "re_1"}')
    assert 'result   agent.6.1 {"refund": "re_1"}' in "\n".join(desk.said)


async def test_the_model_is_answered_for_in_words_or_with_a_call(desk: Hand):
    await desk('model call find_order {"order": "A-1007"}')
    assert 'answer   ▸ agent.1.1 find_order({"order": "A-1007"})' in "\n".join(desk.said)
    await desk("a", "model Found it.")
    assert desk.said[-1] == "HELD at the answer, before it counts"
    assert (await desk.refused("model Twice.")).startswith("no model call waits to be made; step goes on to the next")


async def test_a_person_is_the_model(hand: Hand):
    hand.take(hand.desk.chat())
    assert (await hand("say Hello?"))[-1] == "YOU ARE THE MODEL: model TEXT is the answer"
    assert (await hand("model Hi there."))[-1] == "WAITING for you to say something"
    assert (await hand.refused("c")).startswith("the agent waits for you")


@pytest.mark.slow
async def test_an_edit_in_place_and_one_that_forks_and_their_way_back(desk: Hand):
    await desk(REFUND, "c")
    await desk('edit agent.6.1 {"order":"A-1007","charge":"ch_7002","amount":"64.50"}')
    assert desk.session.identity.branch == "main"
    assert (await desk.refused('edit agent.6.1 {"order":"A-1007"}')).startswith("refund_charge does not take these")
    assert (await desk("revert"))[0].endswith(f"reverted the edit of event {desk.seq('edited')}")
    assert (await desk.refused(f"revert {desk.seq('edited')}")).endswith(" is no edit that holds")
    place = desk.seq("said", 2)
    said = await desk(f"edit {place} It is A-1008.")
    assert said[-2:] == [
        f"that was used already, so main stays as it is: now on b2, forked after event {place + 1}",
        f"HELD · forked after event {place + 1}",
    ]
    assert desk.session.identity.branch == "b2"


@pytest.mark.slow
async def test_an_edit_of_the_prompt_and_its_way_back(desk: Hand):
    was = desk.session.newest.specs["agent"].system
    assert "recast   the system prompt of agent was edited" in (await desk("edit prompt Be brief."))[0]
    await desk("edit agent.prompt Be kind.")
    first, second = desk.seq("recast"), desk.seq("recast", 2)
    assert (await desk.refused(f"revert {first}")).endswith(f"again: revert {second} first")
    assert f"what event {second} changed of agent was taken back" in (await desk("revert"))[0]
    assert desk.session.newest.specs["agent"].system == "Be brief."
    assert (await desk.refused("rule")).startswith("what was changed last holds from there on by itself")
    await desk("n")
    said = await desk("revert")
    assert said[-2].startswith("that was used already, so main stays as it is: now on b2, forked after event ")
    assert desk.session.newest.specs["agent"].system == was
    assert (await desk.refused("revert")).startswith("nothing was edited in this branch")
    assert any("what event" in line for line in await desk("steps all"))
    await desk("switch main")
    assert desk.session.newest.specs["agent"].system == "Be brief.", "a recorded branch stays as it is"
    assert (await desk("replay"))[0].startswith("REPLAY: ")
    await desk("edit prompt Be brief and kind.")
    assert desk.session.identity.branch == "b3", "its first call had used the prompt"
    assert (await desk.refused("edit prompt Be brief and kind.")) == "nothing was changed"


async def test_an_edit_shows_what_was_and_what_is(desk: Hand):
    said = desk.seq("said")
    line = (await desk(f"edit {said} I bought a switch and was charged twice."))[0]
    assert f"edited   text of event {said}: " in line
    assert "{+" in line
    assert "[-" in line


async def test_a_name_that_the_run_does_not_know_is_told_and_set_all_the_same(desk: Hand):
    assert await desk("b tool find_ordr") == [
        "breakpoint 1: tool find_ordr",
        "  this run has no tool find_ordr; did you mean find_order?",
    ]
    assert (await desk("tb criterion zzz flips"))[1] == "  this run has no criterion zzz"
    assert await desk("trace tool find_order and criterion order_id flips") == [
        "breakpoint 3: tool find_order and criterion order_id flips (trace)"
    ]
    assert len(await desk("rule tool refund do skip")) == 2


@pytest.mark.slow
async def test_a_call_among_several_of_its_tool_is_named(hand: Hand):
    hand.start("parallel-weather")
    assert (await hand("s"))[-1] == "HELD before weather, agent.1.1"
    await hand("skip agent.1.2", "s", "b call", "c")
    assert hand.said[-1] == "HELD before weather, agent.1.4 · breakpoint 1: call"
    assert (await hand.refused("skip agent.1.1")).endswith("with the id 'agent.1.1'; there is agent.1.4")


@pytest.mark.slow
async def test_who_edits_a_call_with_a_result_is_told_how_the_result_is_edited(desk: Hand):
    await desk("s", "s", "s", "s", "s", "s", "s", "s")
    result = desk.seq("tool_returned")
    told = f"its result is edited by its event: edit {result}"
    assert (await desk.refused("edit agent.2.1 12")).endswith(told)
    assert (await desk.refused("edit agent.2.1 twelve")).endswith(told)


@pytest.mark.slow
async def test_an_edit_without_a_value_is_written_by_a_person(hand: Hand):
    asked: list[str] = []

    async def write(was: str, what: str) -> str:
        asked.append(what)
        return was.replace("129.00", "1.00")

    hand.take(hand.desk.start("support-desk"), write)
    await hand(REFUND, "c", "edit agent.6.1")
    assert asked == ["arguments of agent.6.1"]
    assert '"amount": "[-129.00-]{+1.00+}"' in hand.said[0]


async def test_caps_are_shown_changed_and_lifted(desk: Hand):
    await desk("limit iterations 1", "limit cost 0.5", "c")
    assert desk.said[-1].startswith("HELD by the budget: 1 of 1 iterations used")
    assert (await desk("budget"))[0].split() == ["iterations", "1", "of", "1,", "then", "pause"]
    assert (await desk("limit iterations wrap_up"))[0].split(maxsplit=1)[1] == "limit    iterations = 2, then wrap up"
    await desk("limit iterations none", "limit iterations=2")
    assert "tokens has no cap: give it a limit" in await desk.refused("limit tokens wrap_up")
    assert (await desk.refused("limit speed 3")).startswith("there is no cap 'speed'")


@pytest.mark.slow
async def test_forks_say_what_is_not_undone_and_several_run_to_their_hold(desk: Hand):
    await desk("c")
    said = await desk("fork 20")
    assert said[:2] == [
        "   21  forked   after event 20",
        '                not undone: agent.6.1 refund_charge({"order":"A-1007","charge":"ch_7002","amount":"129.00"})',
    ]
    assert desk.session.identity.branch == "b2"
    await desk("switch main")
    said = await desk("fork 20 --n 2 --model human --persona assistant")
    assert [line[:31] for line in said[1:]] == ["b3  YOU ARE THE MODEL: model TE", "b4  YOU ARE THE MODEL: model TE"]
    assert desk.session.identity.branch == "main"


@pytest.mark.slow
async def test_several_forks_each_hold_once_and_ignore_for_themselves(desk: Hand):
    await desk("tb tool find_order", "b tool list_charges", "ignore 2 1")
    said = await desk("fork --n 2")
    assert [line.split("  ")[1] for line in said] == ["HELD before find_order · breakpoint 1: tool find_order"] * 2
    assert await desk("list") == ["1  tool find_order    once, 2 hits", "2  tool list_charges  ignores 1 more"]
    await desk("switch b2", "c")
    assert desk.session.newest.ended is not None, "one that holds once did, and the other was to be ignored once"
    assert await desk("list") == ["2  tool list_charges  1 hit"]
    await desk("switch main", "c")
    assert desk.said[-1] == "HELD before find_order · breakpoint 1: tool find_order"
    assert (await desk("list"))[0].startswith("2")


@pytest.mark.slow
async def test_the_tree_of_branches(desk: Hand):
    await desk("c", "fork 20", "fork 10", "switch b2")
    assert [line.split(",")[0] for line in await desk("tree")] == [
        "  main", "→   b2 left main after 20", "      b3 left b2 after 10",
    ]  # fmt: skip
    assert (await desk.refused("switch b9")).startswith("session ")


@pytest.mark.slow
async def test_two_branches_are_compared(desk: Hand):
    await desk(REFUND, "c", "fork", "x", "diff")
    assert desk.said[0].startswith("They part after 13 equal messages: ")
    assert await desk.refused("diff b2") == "b2 is b2: there is nothing to compare"


@pytest.mark.slow
async def test_replay_says_what_it_touched_and_saved(desk: Hand):
    await desk("c")
    assert await desk("replay") == [
        f"REPLAY: {desk.session.newest.seq} events, each as the rules make it; "
        "8 model and 3 tool calls served from the recording, nothing else touched, $0 saved"
    ]


async def test_help_lists_every_verb_and_tells_more_of_one(desk: Hand):
    listed = "\n".join(await desk("help"))
    assert "  s, step" in listed
    assert "help VERB tells more" in listed
    assert (await desk("help settle"))[0] == "settle CALL ran|not-run|again|leave|verify [RESULT]"
    assert await desk("h s") == ["step   (also s)", "to the next phase: think, call, result, output"]


async def test_quit_ends_the_talk(desk: Hand):
    await desk("q")
    assert desk.talk.over


@pytest.mark.slow
async def test_a_breakpoint_that_is_set_in_one_branch_holds_in_every_open_one(desk: Hand):
    await desk("n", "fork 3", "b tool find_order", "switch main")
    assert await desk("l") == ["1  tool find_order"]
    assert (await desk("c"))[-1] == "HELD before find_order · breakpoint 1: tool find_order"
    await desk("clear", "tb tool list_charges", "switch b2")
    assert await desk("l") == ["2  tool list_charges  once"]
    assert (await desk("c"))[-1] == "HELD before list_charges · breakpoint 2: tool list_charges"
    await desk("switch main")
    assert (await desk("l"))[0].startswith("no breakpoint is set")
    kept = desk.sessions.house.workspace.root / "breakpoints.json"
    assert '"breakpoints": []' in kept.read_text()
    kept.write_text('{"breakpoints": [{"number": 7, "text": "error"}]}')  # by another process
    await desk("fork 3")
    assert await desk("l") == ["7  error"]
    await desk("switch main")
    assert await desk("l") == ["7  error"]
