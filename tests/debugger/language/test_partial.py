"""An answer that was broken off, in words: accepted, edited, discarded; held until then, also in another process."""

from __future__ import annotations

from tests.debugger.language.hand import Hand


async def broken_off(hand: Hand) -> None:
    """A person is the model, and is broken off before the answer."""
    hand.take(hand.desk.chat())
    await hand("say Hello?")
    hand.session.pause()
    hand.session.pause()
    await hand.session.settled()


async def test_what_was_broken_off_is_held_until_it_is_ruled_on(hand: Hand):
    await broken_off(hand)
    held = "HELD at the answer · it was broken off: accept, edit or discard what came"
    assert await hand("where") == [f"main @{hand.session.newest.seq}  {held}"]
    assert (await hand("c"))[-1] == held
    identity = hand.session.identity.session
    hand.talk.close()
    hand.take(hand.desk.open(identity))
    assert (await hand("c"))[-1] == held, "another process holds it just so"
    assert (await hand("discard"))[-2] == "discarded; c asks again"
    assert (await hand("c"))[-1] == "YOU ARE THE MODEL: model TEXT is the answer"
    await hand("model Hi.")
    assert hand.session.newest.output == "Hi."
    assert hand.session.newest.meters.iterations == 1
    assert (await hand.refused("accept")).endswith("there is nothing to accept; pause twice breaks one off")
    assert (await hand("replay"))[0].startswith("REPLAY: ")


async def test_what_a_person_makes_of_it_is_the_answer(hand: Hand):
    await broken_off(hand)
    await hand("edit agent.1 Hello yourself.", "c")
    assert hand.session.newest.output == "Hello yourself."
    await hand("say And now?")
    hand.session.pause()
    hand.session.pause()
    await hand.session.settled()
    assert await hand.refused("accept it") == "accept takes nothing behind it, and 'it' was given"
    assert "what came counts as the answer; c goes on" in await hand("accept")
    assert (await hand("c"))[-1] == "WAITING for you to say something"
    assert hand.session.newest.output == ""
