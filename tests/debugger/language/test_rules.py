"""Making a change a rule, in words: what the condition is, what is done again, and where there is nothing to make."""

from __future__ import annotations

import pytest

from tests.debugger.language.hand import Hand


@pytest.fixture
def desk(hand: Hand) -> Hand:
    """A support-desk run that stands before the refund."""
    hand.start()
    return hand


async def before_the_refund(desk: Hand) -> None:
    await desk("tb tool refund_charge", "c")


def made(desk: Hand) -> str:
    """The newest rule of this branch."""
    *_, newest = desk.session.breakpoints
    return newest.words


@pytest.mark.slow
async def test_an_edit_of_arguments_is_made_again_in_a_fork_and_the_log_says_by_whom(desk: Hand):
    await before_the_refund(desk)
    await desk('edit agent.6.1 {"order":"A-1007","charge":"ch_7002","amount":"64.50"}')
    assert await desk("rule") == ['rule 2: tool refund_charge if args.amount == "129.00" do set args.amount "64.50"']
    said = "\n".join(await desk("fork 20", "c"))
    assert (
        'arguments of agent.6.1: {"amount": "[-129.00-]{+64.50+}", "charge": "ch_7002", "order": "A-1007"}  · by rule'
        in said
    )
    assert (await desk("replay"))[0].startswith("REPLAY: ")
    assert (await desk("l"))[0].endswith('do set args.amount "64.50"  1 hit')
    await desk("disable 2")
    again = desk.desk.open(desk.session.identity.session, write=False)
    (kept,) = again.breakpoints
    assert (kept.action, kept.enabled) == ('set args.amount "64.50"', False), "it is kept with the breakpoints"
    again.close()


@pytest.mark.slow
async def test_several_arguments_are_set_as_a_whole(desk: Hand):
    await before_the_refund(desk)
    await desk('edit agent.6.1 {"order":"A-1008","charge":"ch_7001","amount":"129.00"}', "rule")
    assert made(desk) == (
        'tool refund_charge if args.order == "A-1007" and args.charge == "ch_7002"'
        ' do set args {"order":"A-1008","charge":"ch_7001","amount":"129.00"}'
    )


@pytest.mark.slow
async def test_a_skip_a_return_and_an_answer_are_made_again(desk: Hand):
    await before_the_refund(desk)
    await desk("fork", "x", "rule")
    assert made(desk) == "tool refund_charge do skip"
    await desk("clear", "switch main", 'return {"refund": "re_1"}', "rule")
    assert made(desk) == (
        'tool refund_charge if args.order == "A-1007" and args.charge == "ch_7002" and args.amount == "129.00"'
        ' do return {"refund": "re_1"}'
    )
    await desk("model I see.", "rule")
    assert made(desk) == "model if iteration == 7 do model I see."
    await desk("fork 33", "n", 'model call find_order {"order": "A-1007"}', "rule model if iteration == 9")
    assert made(desk) == 'model if iteration == 9 do model call find_order {"order": "A-1007"}'


@pytest.mark.slow
async def test_a_result_and_a_message_are_set_again(desk: Hand):
    await before_the_refund(desk)
    await desk("fork 18")
    await desk(f"edit {desk.seq('tool_returned')} out of order", "rule")
    assert made(desk) == 'result if tool == "find_order" do set result out of order'
    await desk(f'edit {desk.seq("said", 2)} It is "A-1008".', "rule")
    assert made(desk) == 'text == "Sure, it is A-1007." do set text It is "A-1008".'


@pytest.mark.slow
async def test_there_must_be_something_to_make_a_rule_of(desk: Hand):
    assert (await desk.refused("rule")).startswith("nothing was edited, skipped or answered here by a person")
    await desk("limit tool_calls 9")
    assert (await desk.refused("rule tool find_order")).startswith("nothing was edited")
    await desk("model Hello.")
    await desk(f"edit {desk.seq('model_answered')} Hello you.", "revert", "rule")
    assert made(desk) == "model if iteration == 1 do model Hello.", "what was reverted is made no more"


@pytest.mark.slow
async def test_a_rule_written_out_and_those_that_are_refused(desk: Hand):
    assert await desk("rule tool find_order do skip") == ["rule 1: tool find_order do skip"]
    assert await desk("b error do set result x") == ["rule 2: error do set result x"]
    for line, why in {
        "rule model do model call find_order": "this rule would answer every model call with another call",
        "b cost > 1 do skip": "the condition is never true where skip can be done",
        "b cost > do skip": "column 7: it ends too early",
        "trace error do set result x": "trace only tells",
    }.items():
        assert (await desk.refused(line)).startswith(why)
    assert len(desk.session.breakpoints) == 2
    await desk("c")
    assert "failed   agent.2.1 skipped: rule 1 skipped this call; it was not run  · by rule" in "\n".join(desk.said)
