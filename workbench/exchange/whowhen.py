"""Who&When histories: several agents in one log, each hearing the others, annotated with who failed and when."""

from __future__ import annotations

from workbench.events import ActorSpec, Heard, Origin, Outcome, RunEnded, RunStarted, Said
from workbench.events.text import as_json, clean
from workbench.exchange.chat import UNKNOWN_MODEL, checked, short
from workbench.exchange.messages import answer_of, said_of
from workbench.exchange.recorder import Recorder
from workbench.exchange.recording import Recording, Unfit
from workbench.exchange.shapes import Fields, text_of
from workbench.exchange.untrusted import a_list, a_text, an_object

_OUTSIDE = ("", "human", "user", "system", "developer")
_MOST = 100


def who_and_when(document: Fields, file: str, label: str) -> Recording:
    """The history as one log with an actor for each who speaks.

    Whoever speaks has heard all that was said since it last spoke, thoughts of others excepted; who heard nothing
    new was given the turn.

    Raises:
        Unfit: the history holds no messages, something that is not one, or too many speakers.
    """
    messages = checked(a_list(document.get("history")))
    turns = [(_speaker(message), message) for message in messages]
    agents = list(dict.fromkeys([name for name, _ in turns if name])) or ["assistant"]
    if len(agents) > _MOST:
        raise Unfit(f"more than {_MOST} agents speak in it")
    question = a_text(document.get("question"))
    title = short(question or text_of(messages[0].get("content"))) or "several agents"
    run = Recorder(_started(document, agents, title, file, label), 0.0)
    if question and not any(not name and text_of(message.get("content")) == question for name, message in turns):
        run.add(Said(text=question, extra=as_json({"absent": True})), agents[0], "human")
    spoken: list[tuple[str, int]] = []
    heard = dict.fromkeys(agents, 0)
    for place, (name, message) in enumerate(turns):
        if not name:
            listener = next((later for later, _ in turns[place:] if later), agents[0])
            spoken.append((listener, run.add(said_of(message), listener, "human")))
            continue
        for speaker, source in spoken[heard[name] :]:
            if speaker != name:
                run.add(Heard(source=source), name, "rule")
        heard[name] = len(spoken)
        seq = run.answer(name, answer_of(message, run.ask(name)))
        if not message["role"].endswith("(thought)"):
            spoken.append((name, seq))
    for name in agents:
        run.leave_open_calls(name)
    outcome, reason = _judged(document)
    run.add(RunEnded(outcome=outcome, reason=reason))
    return Recording(title, tuple(run.events), tags=("imported", "whowhen"))


def _started(document: Fields, agents: list[str], title: str, file: str, label: str) -> RunStarted:
    prompts = an_object(document.get("system_prompt"))
    around = {key: value for key, value in document.items() if key not in ("history", "system_prompt")}
    return RunStarted(
        title=title,
        actors=tuple([ActorSpec(name=name, model=UNKNOWN_MODEL, system=a_text(prompts.get(name))) for name in agents]),
        turns="recorded",
        origin=Origin(format="whowhen", file=file, record=label, extra=as_json({"around": around})),
    )


def _speaker(message: Fields) -> str:
    """The agent that speaks, "" where it is somebody outside. `Orchestrator (thought)` is the Orchestrator."""
    name = clean(a_text(message.get("name"))).strip()
    role = clean(message["role"].partition(" (")[0]).strip()
    return name or ("" if role.lower() in _OUTSIDE else role)


def _judged(document: Fields) -> tuple[Outcome, str]:
    """The outcome that the annotation tells, and whose mistake it was."""
    right = document.get("is_correct", document.get("is_corrected"))
    if right is True:
        return "completed", "the answer is right"
    who, step, why = [a_text(document.get(f"mistake_{field}")) for field in ("agent", "step", "reason")]
    blame = f": {who} at step {step}: {why}" if who else ""
    return (
        ("criteria_unmet", f"the answer is wrong{blame}") if right is False else ("stopped", "the recording ends here")
    )
