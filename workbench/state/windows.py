"""The part of the fold about context windows: a history that outgrows its room is cut, and can be whole again."""

from __future__ import annotations

from workbench.events import Body, Event, HistoryCut, Reverted, SummaryAsked
from workbench.state.actor import Actor, Asked, Cut, Summing
from workbench.state.changing import CHANGES, Handler, flush
from workbench.state.content import content_of, content_of_cut
from workbench.state.state import State
from workbench.state.transcript import Transcript


def note_place(actor: Actor) -> None:
    """The actor's model is asked: what it is told up to here can be cut off from what follows."""
    actor.places = (*actor.places, len(actor.log))


def place_of_cut(actor: Actor, keep: int) -> int:
    """How many messages can go so that at least the newest `keep` stay; 0 where none can.

    What stays begins with an answer, so that no tool's result is told without the call that asked for it.
    """
    return max((place for place in actor.places if 1 < place <= len(actor.log) - keep), default=0)


def _summary_asked(state: State, event: Event, body: SummaryAsked) -> None:
    actor = state.own(event.actor)
    actor.log = actor.log.plus(event.seq, content_of(body))
    actor.summing = Summing(event.seq, body.dropped, body.again)


def _history_cut(state: State, event: Event, body: HistoryCut) -> None:
    actor = state.own(event.actor)
    refs, contents = actor.log.refs(), actor.log.contents()
    end = refs.index(actor.summing.seq) if actor.summing is not None else len(refs)
    cut = Cut(event.seq, tuple(refs[: body.dropped]), tuple(contents[: body.dropped]), body.summary)
    told = content_of_cut(body.dropped, contents[-1] if body.summary else None)
    after = len(refs) if body.summary else end + 1  # what was done in the place of a summary stays
    kept = [*refs[body.dropped : end], *refs[after:]], [*contents[body.dropped : end], *contents[after:]]
    _retold(actor, [event.seq, *kept[0]], [told, *kept[1]])
    actor.cuts = (*actor.cuts, cut)
    moved = [(place, 1 if place <= end else 0) for place in actor.places if body.dropped < place]
    actor.places = tuple([place - body.dropped + more for place, more in moved if place <= end or not body.summary])
    actor.summing, actor.todo = None, "think"
    flush(actor)


def uncut(state: State, name: str, seq: int) -> None:
    """Take back the cut that event `seq` made: its messages are told again, and nothing more is cut off by itself."""
    actor = state.own(name)
    cut = next(cut for cut in actor.cuts if cut.seq == seq)
    refs, contents = actor.log.refs(), actor.log.contents()
    place = refs.index(seq)
    _retold(
        actor,
        [*refs[:place], *cut.refs, *refs[place + 1 :]],
        [*contents[:place], *cut.contents, *contents[place + 1 :]],
    )
    actor.cuts = tuple([one for one in actor.cuts if one.seq != seq])
    actor.places, actor.whole = (), True


def _retold(actor: Actor, refs: list[int], contents: list[int]) -> None:
    """Let the transcript be these; the next request tells all of it, and its size is estimated by its length."""
    before, after = max(len(actor.log), 1), len(refs)
    actor.log = Transcript(refs, contents)
    actor.weighed, actor.fresh = actor.weighed * after // before, actor.fresh * after // before
    if actor.asked is not None:
        actor.asked = Asked(actor.asked.seq, 0, actor.asked.head)


def _reverted(state: State, event: Event, body: Reverted) -> None:
    """A cut is taken back, or else an edit."""
    for name, actor in state.actors.items():
        if any(cut.seq == body.edit for cut in actor.cuts):
            uncut(state, name, body.edit)
            return
    CHANGES[Reverted](state, event, body)


WINDOWS: dict[type[Body], Handler] = {SummaryAsked: _summary_asked, HistoryCut: _history_cut, Reverted: _reverted}
