"""What is wrong between the parts of a scenario, each part being well-formed by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from workbench.criteria.expressions import criteria_named
from workbench.events.script import Script, ScriptTurn
from workbench.gates.pattern import problem_of
from workbench.scenario.schema import PlayedUser, Scenario
from workbench.scenario.start import AGENT, JUDGE, USER

Complaint = tuple[tuple[str | int, ...], str]
"""Where in the file, and what is wrong there."""


def nearest(name: str, known: Collection[str]) -> str:
    """The end of a complaint about a wrong name: the right one if it is near, else what there is."""
    near = get_close_matches(name, known, 1, 0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    listed = ", ".join(sorted(known))
    return f"; there are: {listed}" if 0 < len(listed) < 200 else ""


def among(name: str, known: Collection[str]) -> bool:
    """Whether `known` has the name, or a pattern (`time__*`) that it fits."""
    return name in known or any(pattern.endswith("*") and name.startswith(pattern[:-1]) for pattern in known)


def complaints(
    scenario: Scenario, *, tools: Collection[str] | None = None, personas: Collection[str] | None = None
) -> list[Complaint]:
    """All that does not fit together. `tools`, `personas`: the names there are, where they are known."""
    return [
        *_unknown_personas(scenario, personas),
        *_tools(scenario, tools),
        *_played_script(scenario),
        *_script(scenario.script, ("script",), scenario),
        *_toolless(scenario.acceptance_criteria.judge.script, ("acceptance_criteria", "judge", "script"), "a judge"),
        *_checks(scenario),
        *_capped(scenario),
    ]


def _unknown_personas(scenario: Scenario, personas: Collection[str] | None) -> Iterator[Complaint]:
    named: dict[tuple[str, ...], str] = {("persona",): scenario.persona}
    if isinstance(scenario.user, PlayedUser):
        named["user", "persona"] = scenario.user.persona
    for place, name in named.items():
        if personas is not None and name not in personas:
            yield place, f"there is no persona {name!r}{nearest(name, personas)}"


def _tools(scenario: Scenario, known: Collection[str] | None) -> Iterator[Complaint]:
    for number, name in enumerate(scenario.tools):
        if known is not None and not among(name, known):
            yield ("tools", number), f"there is no tool {name!r}{nearest(name, known)}"
        elif name in scenario.tools[:number]:
            yield ("tools", number), f"{name!r} is listed twice"


def _played_script(scenario: Scenario) -> Iterator[Complaint]:
    if isinstance(scenario.user, PlayedUser):
        yield from _toolless(scenario.user.script, ("user", "script"), "a played user")


def _toolless(
    form: Script | tuple[ScriptTurn, ...] | None, start: tuple[str | int, ...], who: str
) -> Iterator[Complaint]:
    for place, turn in _turns(form, start):
        yield from _when(turn, place)
        if turn.calls:
            yield (*place, "calls"), f"{who} has no tools"


def _script(
    form: Script | tuple[ScriptTurn, ...] | None, start: tuple[str | int, ...], scenario: Scenario
) -> Iterator[Complaint]:
    criteria = scenario.acceptance_criteria.names
    for place, turn in _turns(form, start):
        yield from _when(turn, place)
        for number, call in enumerate(turn.calls):
            if not among(call.tool, scenario.tools):
                hint = nearest(call.tool, scenario.tools)
                yield (*place, "calls", number, "tool"), f"{call.tool!r} is not among this scenario's tools{hint}"
        for name in turn.claims or ():
            if name not in criteria:
                yield (*place, "claims", name), f"there is no criterion {name!r}{nearest(name, criteria)}"


def _turns(
    form: Script | tuple[ScriptTurn, ...] | None, start: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], ScriptTurn]]:
    """The turns of either form of a script, with their places."""
    if isinstance(form, Script):
        form, start = form.turns, (*start, "turns")
    for number, turn in enumerate(form or ()):
        yield (*start, number), turn


def _when(turn: ScriptTurn, place: tuple[str | int, ...]) -> Iterator[Complaint]:
    problem = problem_of(turn.when) if turn.when is not None else None
    if problem is not None:
        yield (*place, "when"), problem


def _capped(scenario: Scenario) -> Iterator[Complaint]:
    played = [USER] if isinstance(scenario.user, PlayedUser) else []
    there = [AGENT, *played, *([JUDGE] if scenario.acceptance_criteria.judged else [])]
    for name in scenario.budget.actors:
        if name not in there:
            yield ("budget", "actors", name), f"nobody called {name!r} takes part{nearest(name, there)}"


def _checks(scenario: Scenario) -> Iterator[Complaint]:
    before: list[str] = []
    for group, criteria in scenario.acceptance_criteria.groups.items():
        for number, criterion in enumerate(criteria):
            place = ("acceptance_criteria", group, number, "check")
            check = criterion.check
            if check is not None and check.tool and not among(check.tool, scenario.tools):
                hint = nearest(check.tool, scenario.tools)
                yield (*place, "tool"), f"{check.tool!r} is not among this scenario's tools{hint}"
            if check is not None and check.expression:
                for name in sorted(criteria_named(check.expression) - set(before)):
                    hint = nearest(name, before)
                    yield (*place, "expression"), f"no criterion before this one is named {name!r}{hint}"
            before.append(criterion.name)
