"""Prompts: the usual one reads like prose, a template of one's own is sandboxed and strict."""

from __future__ import annotations

import pytest

from workbench.errors import UsedWrongly
from workbench.persona.prompt import render
from workbench.persona.schema import Exchange, Persona

FULL = Persona(
    name="guide",
    description="a patient guide",
    traits=("warm", "brief", "exact"),
    tone="calm",
    knowledge=("caches", "logs"),
    goals=("help", "teach"),
    constraints=("Never guess.",),
    examples=(Exchange(user="Hi.", answer="Hello!"),),
)


def test_the_usual_prompt():
    assert render(FULL) == (
        "You are a patient guide. You are warm, brief and exact. Your tone is calm. You know well: caches; logs.\n"
        "\n"
        "You want:\n- to help\n- to teach\n"
        "\n"
        "Rules you keep:\n- Never guess.\n"
        "\n"
        "How you answer, for example:\n\nThey: Hi.\nYou: Hello!"
    )


def test_what_a_persona_does_not_say_is_left_out():
    assert render(Persona(name="a", description="a guide")) == "You are a guide."
    assert render(Persona(name="a", description="a guide", traits=("kind",))) == "You are a guide. You are kind."


def test_a_template_of_its_own_sees_every_field():
    template = "{{ name }} {{ version }}: {{ traits | listed }}{% for e in examples %} {{ e.user }}{% endfor %}"
    assert render(FULL.model_copy(update={"prompt": template})) == "guide 1.0.0: warm, brief and exact Hi."


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ nobody }}", "'nobody' is undefined"),
        ("fine\n{% if %}", "prompt, line 2: Expected an expression"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ traits.append('x') }}", "append"),
        ("{{ range(1000000000) }}", "its loops count further than 10,000"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include 'etc/passwd' %}", "loader"),
        ("{{ name | nothing }}", "nothing"),
        ("{{ name + 1 }}", "concatenate"),
    ],
)
def test_a_template_that_fails_is_one_sentence(template: str, words: str):
    with pytest.raises(UsedWrongly) as failure:
        render(FULL.model_copy(update={"prompt": template}))
    assert str(failure.value).startswith("persona guide: prompt")
    assert words in str(failure.value)
