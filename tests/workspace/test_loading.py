"""Loading: every problem of a file is named with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import BadFile, NotFound
from workbench.workspace.listing import locate
from workbench.workspace.loading import check_persona, check_scenario, load_scenario
from workbench.workspace.personas import load_persona
from workbench.workspace.place import Workspace

from .conftest import Write

TOOLS = ["find_order", "refund_charge"]
GOOD = """\
name: desk
title: A desk
tools: [find_order]
script:
  - say: Hello.
    calls:
      - tool: find_order
        args: {order: A-1007}
"""


def problems(workspace: Workspace) -> list[str]:
    _, wrong = check_scenario(workspace, locate(workspace, "scenario", "desk"), tools=TOOLS)
    return [str(problem) for problem in wrong]


def test_a_good_scenario(workspace: Workspace, write: Write):
    write("scenarios/desk.yaml", GOOD)
    assert load_scenario(workspace, "desk", tools=TOOLS).title == "A desk"
    assert problems(workspace) == []


def test_a_good_scenario_in_json(workspace: Workspace, write: Write):
    write("scenarios/desk.json", '{"name": "desk", "title": "A desk", "script": []}')
    assert load_scenario(workspace, "desk").title == "A desk"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: A desk\n", "", "line 1: title: is missing"),
        ("title:", "titel:", "line 2: titel: there is no such field; did you mean 'title'?"),
        ("name: desk", "name: table", "line 1: name: says 'table', but the file is named 'desk'; they must be equal"),
        ("name: desk", "name: My Desk", "line 1: name: should be lower-case words joined by hyphens, as in"),
        ("A desk", "17", "line 2: title: should be text; put it in quotes"),
        ("A desk", '""', "line 2: title: should not be empty"),
        ("title: A desk", "title: A desk\nmodel: gpt", "line 3: model: should be 'provider:model', as in"),
        ("title: A desk", "title: A desk\nuser: 3", "line 3: user: should be a group of fields"),
        ("title: A desk", "title: A desk\nuser: {persona: x}", "line 3: user: a played user needs a model or a script"),
        ("title: A desk", "title: A desk\nbudget: {at: once}", "line 3: budget.at: should be 'stop', 'pause', 'warn'"),
        (
            "title: A desk",
            "title: A desk\nbudget: {tool_calls: some}",
            "line 3: budget.tool_calls: should be a whole number",
        ),
        (
            "title: A desk",
            "title: A desk\npersona: asistant",
            "line 3: persona: there is no persona 'asistant'; did you mean",
        ),
        ("[find_order]", "find_order", "line 3: tools: should be a list"),
        (
            "[find_order]",
            "[find_order, refund]",
            "line 3: tools.1: there is no tool 'refund'; did you mean 'refund_charge'?",
        ),
        ("- say:", "- says:", "line 5: script.0.says: there is no such field; did you mean 'say'?"),
        ("tool: find_order\n        ", "", "line 7: script.0.calls.0.tool: is missing"),
        (
            "tool: find_order",
            "tool: find_ordr",
            "line 7: script.0.calls.0.tool: 'find_ordr' is not among this scenario's tools; did you mean 'find_order'?",
        ),
        ("args: {", "args: [", "line 8: is not YAML"),
        ("tools: [find_order]", "tools: [find_order]\ntools: []", "line 4: the field 'tools' is given twice"),
        (
            "tools:",
            "acceptance_criteria: {required_information: [{name: a, checks: 1}]}\ntools:",
            "line 3: acceptance_criteria.required_information.0.checks: there is no such field; did you mean 'check'?",
        ),
        (
            "tools:",
            "acceptance_criteria: {required_information: [{name: a b}]}\ntools:",
            "line 3: acceptance_criteria.required_information.0.name: should be lower-case words",
        ),
    ],
)
def test_each_problem_names_file_line_and_field(workspace: Workspace, write: Write, old: str, new: str, problem: str):
    write("scenarios/desk.yaml", GOOD.replace(old, new, 1))
    assert problems(workspace)[0].startswith(f"scenarios/desk.yaml, {problem}")


def test_a_whole_script_has_places_of_its_own(workspace: Workspace, write: Write):
    write("scenarios/desk.yaml", "name: desk\ntitle: A desk\nscript:\n  turns:\n    - say: 1\n    - think: [x]\n")
    assert problems(workspace) == [
        "scenarios/desk.yaml, line 5: script.turns.0.say: should be text; put it in quotes",
        "scenarios/desk.yaml, line 6: script.turns.1.think: should be text, not a list",
    ]


def test_loading_tells_the_first_of_many(workspace: Workspace, write: Write):
    write("scenarios/desk.yaml", "name: desk\ncolour: red\nscript: []\n")
    with pytest.raises(BadFile, match=r"line 2: colour: there is no such field.* \(and 1 more; 'validate' shows all\)"):
        load_scenario(workspace, "desk")


def test_loading_tells_the_only_one(workspace: Workspace, write: Write):
    write("scenarios/desk.yaml", "name: desk\nscript: []\n")
    with pytest.raises(BadFile, match=r"title: is missing$"):
        load_scenario(workspace, "desk")


def test_what_is_not_there(workspace: Workspace):
    with pytest.raises(NotFound):
        load_scenario(workspace, "nothing")
    with pytest.raises(NotFound):
        load_persona(workspace, "nothing")


def test_files_elsewhere_keep_their_whole_path(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("elsewhere") / "desk.yaml"
    path.write_text("title: A desk\n")
    _, [missing, *_] = check_scenario(workspace, path)
    assert missing.path == str(path)


def persona(workspace: Workspace, write: Write, content: str) -> list[str]:
    path: Path = write("personas/guide.yaml", content)
    return [str(problem) for problem in check_persona(workspace, path)[1]]


def test_a_good_persona(workspace: Workspace, write: Write):
    assert persona(workspace, write, "name: guide\ndescription: a guide\n") == []
    assert load_persona(workspace, "guide").description == "a guide"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("name: guide\n", "line 1: a persona needs a description"),
        ("name: guide\nbase: nobody-here\n", "line 2: base: there is no persona 'nobody-here'"),
        ("name: guide\nbase: assistant\ntraits: [calm, {use: nobody-here}]\n", "line 3: traits.1: there is no persona"),
        ("name: guide\nbase: guide\n", "line 2: base: persona guide would be made of itself: guide → guide"),
        ("name: guide\nfragment: true\nprompt: '{{ nobody }}'\n", "line 3: prompt: 'nobody' is undefined"),
        ("name: guide\ndescription: a\ntone: {dry: 1}\n", "line 3: tone: should be text, not a group of fields"),
        ("name: guide\ndescription: a\nversion: 1\n", "line 3: version: should be text; put it in quotes"),
        ("name: guide\ndescription: a\nversion: '1'\n", "line 3: version: should be a semantic version"),
        ("name: guide\ndescription: a\ntraits: kind\n", "line 3: traits: should be a list"),
        ("name: guide\ndescription: a\nexamples:\n  - user: x\n", "line 4: examples.0.answer: is missing"),
        ("name: guide\ndescription: a\nexamples:\n  - x\n", "line 4: examples.0: should be a group of fields"),
        ("name: guide\ndescription: a\nprompt: '{{ nobody }}'\n", "line 3: prompt: 'nobody' is undefined"),
        ("- x\n", "line 1: holds a list"),
    ],
)
def test_each_problem_of_a_persona(workspace: Workspace, write: Write, content: str, problem: str):
    assert persona(workspace, write, content)[0].startswith(f"personas/guide.yaml, {problem}")
