"""`decide(state) -> commands`: what can be done next. Pure.

The same state always offers the same commands in the same order. One is performed at a time and `decide` is asked
again, so two commands of one answer never both use the last unit of a budget.
"""

from __future__ import annotations

from workbench.budget.likely import estimate
from workbench.criteria.complete import all_met
from workbench.criteria.outside import due
from workbench.events import ActorSpec, Heard, HistoryCut, Request, Said, SummaryAsked, ToolSpec, TurnGiven
from workbench.events.frozen import trusted
from workbench.state import (
    Actor,
    CallModel,
    CallTool,
    CheckOutput,
    Command,
    Conclude,
    Recovery,
    State,
    Tell,
    Trouble,
    Wait,
    ending,
    taking_over,
)
from workbench.state.windows import place_of_cut


def decide(state: State) -> tuple[Command, ...]:
    """The commands that could be performed now, in order; none while the run is over or only waits."""
    if state.started is None or state.ended is not None:
        return ()
    commands: list[Command] = []
    busy = False
    for actor in state.actors.values():
        if actor.todo == "rest":
            continue
        busy = True
        if actor.todo == "think":
            if actor.trouble is not None and not actor.trouble.cut:
                after = _recover(state.specs[actor.name], actor, actor.trouble)
                if isinstance(after, Tell):
                    return (after,)
                commands += after
            elif actor.asking is None or actor.asking.doubt:
                commands.append(_shorten(state, actor) or _think(actor))
        elif actor.todo == "tools":
            commands += _calls(state, actor, state.specs[actor.name].tools)
        elif actor.todo == "cut":
            assert actor.summing is not None
            answer = actor.log[len(actor.log) - 1]
            commands.append(Tell(actor.name, HistoryCut(dropped=actor.summing.dropped, summary=answer)))
        elif actor.todo == "check":
            if actor.checking is None or actor.checking.doubt:
                attempt = actor.checking.attempt + 1 if actor.checking else 1
                commands.append(CheckOutput(actor.name, f"{actor.name}.{actor.answers}", attempt))
        else:
            commands.append(Conclude(actor.name, f"{actor.name}.{actor.answers}"))
    if not busy and state.started.turns == "user":
        return _next_turn(state)
    return tuple(commands)


def _recover(spec: ActorSpec, actor: Actor, trouble: Trouble) -> Tell | list[Wait]:
    """What follows a model's failure: a wait (nothing while one is under way), another model, or the end."""
    done, may = actor.recovery or Recovery(trouble.at), spec.retry
    if done.wait == "open":
        return []
    call = f"{actor.name}.{actor.answers + 1}"
    if done.wait in ("owed", "doubt"):
        return [Wait(actor.name, call, done.tries, may.attempts, trouble.error, until=done.until)]
    in_time = trouble.at + (trouble.after or 0.0) - done.since <= may.seconds
    if trouble.retryable and done.tries < may.attempts and in_time:
        return [Wait(actor.name, call, done.tries + 1, may.attempts, trouble.error, trouble.after)]
    if spec.fallbacks and not trouble.final:
        return taking_over(spec, spec.fallbacks[0])
    return ending("error", trouble.message, trouble.error, retryable=trouble.retryable)


def replaceable(state: State) -> list[CallModel | CallTool]:
    """The calls in whose place somebody could answer now: those that are offered, and those that are waited before."""
    calls: list[CallModel | CallTool] = []
    for command in decide(state):
        if isinstance(command, CallModel | CallTool):
            calls.append(command)
        elif isinstance(command, Wait):
            calls.append(_think(state.actors[command.actor]))
    return calls


SUMMARY = (
    "Your context is nearly full. Sum up everything that was said and done so far, so that you can go on from your "
    "summary alone: what is asked of you, what you found out word for word where it matters, what was done, and what "
    "is left to do. Answer with the summary and nothing else; call no tool."
)


def _shorten(state: State, actor: Actor) -> Tell | None:
    """What cuts a history that outgrew its room, before its model is asked anew; None where it has room."""
    window = state.specs[actor.name].window
    if window is None or actor.whole or actor.asking is not None:
        return None
    last = bool(state.reached) and state.wraps_up(actor.name)
    if actor.summing is not None:
        # The one answer that is left is for whoever asked, and who called a tool instead is not asked twice to sum up.
        moved_on = actor.log[len(actor.log) - 1] != actor.summing.seq
        return Tell(actor.name, HistoryCut(dropped=actor.summing.dropped)) if last or moved_on else None
    if estimate(state, actor.name) <= window.system + window.history:
        return None
    dropped = place_of_cut(actor, window.keep)
    if not dropped:
        return None
    if window.policy == "drop" or last:
        return Tell(actor.name, HistoryCut(dropped=dropped))
    return Tell(actor.name, SummaryAsked(text=SUMMARY, dropped=dropped))


def asked_again(actor: Actor) -> CallModel | None:
    """How a model that called a tool where it was asked to sum up was asked on, where that was still the rule."""
    summing = actor.summing
    return _think(actor) if summing is not None and summing.again and actor.todo == "think" else None


def _think(actor: Actor) -> CallModel:
    """The model call whose request is told as a change of the actor's last one."""
    asked, log = actor.asked, actor.log
    base, keep = (None, 0) if asked is None else (asked.seq, asked.length)
    add, chain = tuple(log.refs(keep)), f"{log.chain:016x}"
    request = trusted(Request, {"base": base, "keep": keep, "add": add, "head": actor.head, "chain": chain})
    return CallModel(
        actor.name,
        f"{actor.name}.{actor.answers + 1}",
        request,
        actor.attempts + 1,
        after_result=actor.attempts == 0 and asked is not None and actor.said < asked.seq,
    )


def _calls(state: State, actor: Actor, tools: tuple[ToolSpec, ...]) -> list[CallTool]:
    """The calls of the batch that could begin now, in order; a tool that is as busy as it may be is left out."""
    calls: list[CallTool] = []
    for want in actor.wants:
        if want.status not in ("wanted", "doubt"):
            continue
        spec = _spec(tools, want.tool)
        if spec.parallel is not None:
            others = [one for each in state.actors.values() for one in each.wants]
            busy = sum(other.status == "open" and other.tool == want.tool for other in others)
            if busy >= spec.parallel:
                continue
        doubt = want.status == "doubt"
        attempt = want.attempt + 1
        calls.append(
            CallTool(actor.name, want.call, want.tool, want.arguments, spec.effect, attempt, doubt, spec.person)
        )
    return calls


_UNDECLARED = ToolSpec(name="", effect="read")
"""A tool that nobody declared does not exist and so does nothing."""


def _spec(tools: tuple[ToolSpec, ...], name: str) -> ToolSpec:
    for tool in tools:
        if tool.name == name:
            return tool
    return _UNDECLARED


def _next_turn(state: State) -> tuple[Command, ...]:
    """Everybody rests: who is to speak now, by the run's policy. Nothing where a person is awaited."""
    assert state.started is not None
    if state.started.criteria and (asked := due(state)):
        return asked
    user = state.started.user
    if state.status == "complete" and all_met(
        state.started.criteria, {name: verdict.met for name, verdict in state.verdicts.items()}
    ):
        return (ending("completed"),)
    speaker, seq = state.floor
    if user.kind == "lines" and state.lines < len(user.lines):
        media = () if state.lines else user.media
        return (Tell(state.agent, Said(text=user.lines[state.lines], media=media)),)
    if user.kind == "actor" and user.actor is not None:
        if not speaker:
            return (Tell(user.actor, TurnGiven()),)
        listener = user.actor if speaker != user.actor else state.agent
        return (Tell(listener, Heard(source=seq)),)
    return ()
