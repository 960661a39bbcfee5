"""`personas show --rendered`, `diff`, `import`, `export`, and what is said where a persona has changed."""

from __future__ import annotations

import json

import pytest

from tests.cli.bench import Bench

TERSE = "name: terse\nfragment: true\ntone: terse\ntraits: [brief]\n"
BLUNT = "name: blunt\nfragment: true\ntone: blunt\n"
MINE = "name: my-agent\nbase: support-agent\ntraits: [{use: terse}, {use: blunt}]\nconstraints: [Never shout.]\n"
AGENT = {"type": "TinyPerson", "persona": {"name": "Ada Okoye", "style": "Dry."}, "memory": [1]}


@pytest.fixture
def mine(bench: Bench) -> Bench:
    bench.write("personas/terse.yaml", TERSE)
    bench.write("personas/blunt.yaml", BLUNT)
    bench.write("personas/my-agent.yaml", MINE)
    return bench


def test_each_line_says_where_it_comes_from_and_conflicts_are_told(mine: Bench):
    result = mine("personas", "show", "my-agent", "--rendered")
    lines = result.out.splitlines()
    assert "my-agent: constraints      │ - Never shout." in lines
    assert "support-agent: constraints │ - Ask for one thing at a time." in lines
    place = lines.index(
        "support-agent: description, support-agent: traits, terse: traits, blunt: tone, support-agent: knowledge"
    )
    assert lines[place + 1].lstrip().startswith("│ You are a customer support agent of HomeBase")
    assert result.err == "conflict: tone: 'terse' of terse gives way to 'blunt' of blunt\n"
    document = mine.json("personas", "show", "my-agent")
    assert document["conflicts"] == ["tone: 'terse' of terse gives way to 'blunt' of blunt"]
    assert {"text": "- Never shout.", "from": ["my-agent: constraints"]} in document["lines"]


@pytest.mark.slow
def test_a_fragment_is_listed_as_one_and_can_be_nobody(mine: Bench):
    rows = {row["name"]: row for row in mine.json("personas", "list")["personas"]}
    assert (rows["terse"]["fragment"], rows["terse"]["source"]) == (True, "workspace")
    assert rows["support-agent"]["fragment"] is False
    assert "workspace, fragment" in mine("personas", "list").out
    assert "is a fragment, nobody by itself" in mine("personas", "show", "terse").sentence
    assert mine("personas", "validate").code == 0


@pytest.mark.slow
def test_two_personas_are_compared_line_by_line(mine: Bench):
    result = mine("personas", "diff", "support-agent", "my-agent")
    assert result.out.startswith("- support-agent: support-agent 1.0.0 ")
    assert "\n+ - Never shout.\n" in result.out
    document = mine.json("personas", "diff", "support-agent", "my-agent")
    assert document["same"] is False
    assert {"mark": "added", "text": "- Never shout."} in document["lines"]
    assert "The same persona" in mine("personas", "diff", "my-agent", "my-agent").out


@pytest.mark.slow
def test_two_runs_can_be_told_to_have_had_the_same_persona(bench: Bench):
    first, second, other = bench.run(), bench.run(), bench.run("support-desk", "--persona", "analyst")
    assert bench.json("personas", "diff", first, second)["same"] is True
    document = bench.json("personas", "diff", first, other)
    assert (document["same"], document["left"]["persona"], document["right"]["persona"]) == (
        False,
        "support-agent",
        "analyst",
    )
    assert "neither a persona nor a session 'zzz'" in bench("personas", "diff", "zzz", first).sentence


@pytest.mark.slow
def test_a_persona_that_changed_since_is_said_on_resume(bench: Bench):
    bench.write("personas/my-agent.yaml", "name: my-agent\ndescription: somebody\n")
    session = bench.run("support-desk", "--persona", "my-agent")
    assert "persona" not in bench("resume", session, "--headless").err
    bench.write("personas/my-agent.yaml", "name: my-agent\nversion: 1.1.0\ndescription: somebody else\n")
    said = bench("resume", session, "--headless").err
    assert (
        "the persona my-agent has changed, from 1.0.0 to 1.1.0; the session goes on with the one it began with" in said
    )
    assert f"workbench personas diff {session} my-agent" in said
    assert "+ You are somebody else." in bench("personas", "diff", session, "my-agent").out
    bench.write("personas/my-agent.yaml", "name: my-agent\ndescription: other words\n")
    assert "has changed; the session" in bench("resume", session, "--headless").err
    path = bench.write("personas/my-agent.yaml", "name: [")
    assert "cannot be read any more" in bench("resume", session, "--headless").err
    path.unlink()
    assert "is not here any more" in bench("resume", session, "--headless").err


def test_a_file_of_another_program_becomes_files_of_the_workspace(bench: Bench):
    path = bench.write("ada.json", json.dumps(AGENT))
    result = bench("personas", "import", str(path))
    written = bench.root / "personas" / "ada-okoye.yaml"
    assert result.out == f"wrote {written}\n"
    assert result.err == "ada-okoye: left out memory: has no place\n"
    assert bench("personas", "validate", "ada-okoye").code == 0
    assert "Your tone is dry." in bench("personas", "show", "ada-okoye").out
    assert "is there already" in bench("personas", "import", str(path)).sentence
    document = bench.json("personas", "import", str(path), "--name", "ada")
    assert [(row["name"], row["left_out"]) for row in document["personas"]] == [("ada", ["memory: has no place"])]
    assert "cannot be a name" in bench("personas", "import", str(path), "--name", "A B").sentence


def test_none_is_laid_in_where_one_cannot_be(bench: Bench):
    path = bench.write("two.json", json.dumps(["A nurse", "A baker"]))
    bench.write("personas/baker.yaml", "name: baker\ndescription: a baker\n")
    assert "baker.yaml is there already" in bench("personas", "import", str(path)).sentence
    assert not (bench.root / "personas" / "nurse.yaml").exists()
    assert "holds 2 personas" in bench("personas", "import", str(path), "--name", "both").sentence
    fragment = bench.write("f.json", json.dumps({"type": "Fragment", "persona": {"name": "calm"}}))
    assert bench("personas", "import", str(fragment)).out.endswith("calm.yaml (a fragment)\n")


def test_a_persona_is_written_as_its_file_says_it_or_whole(mine: Bench):
    assert "base: support-agent" in mine("personas", "export", "my-agent").out
    whole = json.loads(mine("personas", "export", "my-agent", "--whole", "--format", "json").out)
    assert whole["tone"] == "blunt"
    assert "base" not in whole
    out = mine.root / "copy.yaml"
    assert mine("personas", "export", "my-agent", "--whole", "--out", str(out)).code == 0
    assert "Never shout." in out.read_text()
