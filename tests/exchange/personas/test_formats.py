"""Files of personas: the form is found by itself, what is recorded imports, the rest is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadFile
from workbench.exchange.personas import formats, load_personas, persona_text
from workbench.exchange.personas.imported import named, phrase, sentence
from workbench.persona.composing import compose
from workbench.persona.prompt import render
from workbench.persona.schema import Persona, PersonaForm
from workbench.workspace.document import read

UNSUPPORTED = ("openai-agents__", "personagym__questions__", "character-card__SPEC")
"""Beginnings of recorded files that hold scenarios, questions and a specification, and no persona."""


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def nobody(name: str) -> PersonaForm:
    raise AssertionError(f"an imported persona names {name}")


def test_all_recorded_personas_import_validate_and_render(data_dir: Path, tmp_path: Path):
    files = [path for path in sorted((data_dir / "persona").iterdir()) if path.name != "SOURCES.md"]
    assert len(files) >= 20
    read_files = 0
    for path in files:
        if path.name.startswith(UNSUPPORTED):
            with pytest.raises(BadFile):
                load_personas(path)
            continue
        read_files += 1
        for imported in load_personas(path):
            form = imported.form
            for kind in ("yaml", "json"):
                copy = written(tmp_path, f"{form.name}.{kind}", persona_text(form, kind))
                assert PersonaForm.model_validate(read(copy).data) == form
            tried = form.model_copy(update={"fragment": False, "description": form.description or "somebody"})
            assert len(render(compose(tried, nobody).persona)) > 20
    assert read_files >= 12


def test_goldens_are_users(tmp_path: Path):
    row = {
        "scenario": "A refund",
        "user_description": "Angry",
        "expected_outcome": "Calm",
        "context": ["shop"],
        "turns": "[]",
    }
    first, second = load_personas(
        written(tmp_path, "g.json", [{**row, "name": "Bob"}, {"scenario": "A", "name": "Bob"}])
    )
    assert (first.form.name, second.form.name) == ("bob", "bob-2")
    assert first.form.description == "a user, who speaks to an assistant"
    assert first.form.background == ("Who you are: Angry.", "The situation: A refund.", "What should come of it: Calm.")
    assert first.form.knowledge == ("shop",)
    assert first.left_out == ("turns: has no place",)
    (row_of_csv,) = load_personas(written(tmp_path, "g.csv", "scenario,user_description,context\nA refund,Angry,a|b\n"))
    assert (row_of_csv.form.name, row_of_csv.form.knowledge) == ("g-1", ("a", "b"))


def test_sentences_are_personas(tmp_path: Path):
    one, two = load_personas(written(tmp_path, "s.json", ["A retired nurse from Italy.", "A retired nurse from Italy"]))
    assert (one.form.name, two.form.name) == ("retired-nurse-from-italy", "retired-nurse-from-italy-2")
    assert one.form.description == "a retired nurse from Italy"


@pytest.mark.parametrize(
    "text", ["# You are a Guide\n\nSay {{ little }} and {% mean %} it.", "You are a guide.\nSay little."]
)
def test_a_text_is_the_prompt_letter_for_letter(tmp_path: Path, text: str):
    (imported,) = load_personas(written(tmp_path, "My Guide.md", text))
    assert (imported.form.name, imported.form.description) == (
        "my-guide",
        phrase(text.splitlines()[0].strip("# "), "you are "),
    )
    assert render(compose(imported.form, lambda name: imported.form).persona) == text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", "", "is empty"),
        ("x.json", "{", "is not JSON"),
        ("x.json", {"type": "Nothing"}, "holds no persona in a form that is read here"),
        ("x.json", [], "holds no persona"),
        ("x.json", [1], "holds no persona"),
        ("x.csv", "a,b\n1,2\n", "is no table of goldens"),
        ("x.txt", "x" * 20_001, "has 20001 characters"),
        ("x.doc", "x", "is of no form that is read here"),
    ],
)
def test_what_no_form_fits_is_refused(tmp_path: Path, name: str, content: Any, words: str):
    with pytest.raises(BadFile, match=words):
        load_personas(written(tmp_path, name, content))


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(BadFile, match="cannot be read"):
        load_personas(tmp_path / "nothing.json")
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadFile, match="neither UTF-8"):
        load_personas(path)
    path.write_bytes(b"x" * 30_000_001)
    with pytest.raises(BadFile, match="larger than 30 MB"):
        load_personas(path)
    assert formats.LARGEST == 30_000_000


def test_names_and_words():
    assert named("Zoë 1", "x") == "zoe-1"
    assert named("日本", "My File") == "my-file"
    assert named("日本", "日本") == "persona"
    assert named("a b", "x", ["a-b", "a-b-2"]) == "a-b-3"
    assert [phrase(words) for words in ("", "A", "A dog.", "AI tools", "Machines.")] == [
        "",
        "a",
        "a dog",
        "AI tools",
        "machines",
    ]
    assert [sentence(words) for words in ("", "a", "a.", "a?")] == ["", "a.", "a.", "a?"]


lines = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() == text and "\r" not in text)


@given(lines, st.lists(lines, max_size=3), st.none() | st.text(max_size=40))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, description: str, traits: list[str], prompt: str | None
):
    persona = Persona(name="x", description=description, traits=tuple(traits), prompt=prompt)
    copy = tmp_path_factory.getbasetemp() / "round.json"
    copy.write_text(persona_text(persona, "json"), encoding="utf-8")
    assert Persona.model_validate(read(copy).data) == persona


@pytest.mark.parametrize(
    "text", ["one\ntwo", "one\n\n  two\n", " indented\nline", "tab\there\nnow", "# no\n: yes", "a: b", "- x", "é\nü"]
)
def test_texts_of_several_lines_are_blocks_and_stay_the_same(tmp_path: Path, text: str):
    persona = Persona(name="x", description="somebody", prompt=text)
    copy = written(tmp_path, "x.yaml", persona_text(persona, "yaml"))
    assert Persona.model_validate(read(copy).data) == persona
