"""Composing: base, fragments in order, own words last; each value knows its source, and what gave way is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import NotFound, UsedWrongly
from workbench.persona.composing import Composed, compose
from workbench.persona.prompt import PromptLine, render, render_lines
from workbench.persona.schema import Persona, PersonaForm

BASE: dict[str, Any] = {
    "name": "agent",
    "description": "a support agent",
    "tone": "warm",
    "traits": ["patient"],
    "constraints": ["Never guess."],
    "examples": [{"user": "Hi.", "answer": "Hello!"}],
}
CURT: dict[str, Any] = {
    "name": "curt",
    "fragment": True,
    "description": "nobody",
    "tone": "curt",
    "prompt": "never taken",
    "traits": ["busy", "Patient"],
    "constraints": ["never guess", "Be quick."],
    "examples": [{"user": "hi", "answer": "What?"}],
}
SLOW: dict[str, Any] = {"name": "slow", "fragment": True, "tone": "slow", "traits": ["calm"]}


def composed(form: dict[str, Any], *others: dict[str, Any]) -> Composed:
    known = {one["name"]: PersonaForm.model_validate(one) for one in (BASE, CURT, SLOW, *others)}

    def find(name: str) -> PersonaForm:
        if name not in known:
            raise NotFound(f"there is no persona {name!r}")
        return known[name]

    return compose(PersonaForm.model_validate(form), find)


def test_the_order_is_base_then_fragments_then_own():
    whole = composed(
        {"name": "x", "version": "2.0.0", "base": "agent", "traits": [{"use": "curt"}, "own", {"use": "slow"}]}
    )
    persona = whole.persona
    assert (persona.name, persona.version, persona.description) == ("x", "2.0.0", "a support agent")
    assert persona.traits == ("patient", "busy", "calm", "own")
    assert persona.constraints == ("Never guess.", "Be quick.")
    assert persona.tone == "slow"
    assert persona.prompt is None
    assert [example.answer for example in persona.examples] == ["What?"]
    assert [(part.field, part.source) for part in whole.parts if part.field in ("tone", "traits")] == [
        ("tone", "slow"),
        ("traits", "agent"),
        ("traits", "curt"),
        ("traits", "slow"),
        ("traits", "x"),
    ]


def test_what_gave_way_to_a_fragment_is_told_unless_the_file_decides():
    fields: dict[str, Any] = {"name": "x", "base": "agent", "traits": [{"use": "curt"}, {"use": "slow"}]}
    assert composed(fields).conflicts == (
        "tone: 'curt' of curt gives way to 'slow' of slow",
        "examples: 'Hello!' of agent gives way to 'What?' of curt",
    )
    decided = composed(fields | {"tone": "even", "examples": [{"user": "Hi", "answer": "Good day."}]})
    assert decided.conflicts == ()
    assert decided.persona.tone == "even"
    assert [example.answer for example in decided.persona.examples] == ["Good day."]
    same = {"name": "twin", "fragment": True, "tone": "warm", "examples": BASE["examples"]}
    assert composed({"name": "x", "base": "agent", "traits": [{"use": "twin"}]}, same).conflicts == ()


def test_a_base_may_have_a_base_and_fragments():
    middle = {"name": "middle", "base": "agent", "tone": "dry", "traits": [{"use": "curt"}]}
    whole = composed({"name": "x", "base": "middle", "description": "a clerk"}, middle)
    assert (whole.persona.description, whole.persona.tone) == ("a clerk", "dry")
    assert whole.persona.traits == ("patient", "busy")
    nested = {"name": "nested", "fragment": True, "traits": [{"use": "slow"}]}
    assert composed({"name": "x", "base": "agent", "traits": [{"use": "nested"}]}, nested).persona.tone == "slow"


@pytest.mark.parametrize(
    ("form", "others", "words"),
    [
        (CURT, (), "is a fragment, nobody by itself"),
        ({"name": "x", "base": "nobody"}, (), "there is no persona 'nobody'"),
        ({"name": "x", "base": "y"}, ({"name": "y", "base": "x"}, {"name": "x", "base": "y"}), "x → y → x"),
        ({"name": "x", "base": "slow"}, (), "neither it nor its base has a description"),
    ],
)
def test_what_cannot_be_composed(form: dict[str, Any], others: tuple[dict[str, Any], ...], words: str):
    with pytest.raises((NotFound, UsedWrongly), match=words):
        composed(form, *others)


def test_personas_are_not_built_upon_each_other_without_end():
    chain = [{"name": f"p{place}", "base": f"p{place + 1}"} for place in range(20)]
    with pytest.raises(UsedWrongly, match="more than 16"):
        composed(chain[0], *chain)


def test_a_persona_alone_is_what_its_file_says():
    whole = composed(BASE)
    assert whole.persona == Persona.model_validate(BASE)
    assert {part.source for part in whole.parts} == {"agent"}


words = st.text("abcä .\n{%}", min_size=1, max_size=8)


@pytest.mark.slow
@given(st.lists(words, max_size=4), st.lists(words, max_size=4), words)
def test_composing_keeps_every_word_once_and_lines_tell_the_prompt(mine: list[str], theirs: list[str], tone: str):
    part = {"name": "part", "fragment": True, "traits": theirs, "tone": tone}
    whole = composed({"name": "x", "description": "it", "traits": [*mine, {"use": "part"}]}, part)
    keys = [" ".join(trait.casefold().split()).rstrip(".") for trait in whole.persona.traits]
    assert len(keys) == len(set(keys))
    assert set(whole.persona.traits) <= {*mine, *theirs}
    assert "\n".join(line.text for line in render_lines(whole)) == render(whole.persona)


# -- lines -------------------------------------------------------------------------------------------------------------


def test_each_line_of_a_prompt_says_where_its_words_come_from():
    fields = {"name": "x", "base": "agent", "traits": [{"use": "slow"}], "background": ["You saw\nmuch."]}
    assert render_lines(composed(fields)) == [
        PromptLine(
            "You are a support agent. You are patient and calm. Your tone is slow.",
            ("agent: description", "agent: traits", "slow: traits", "slow: tone"),
        ),
        PromptLine("", ()),
        PromptLine("About you:", ()),
        PromptLine("- You saw", ("x: background",)),
        PromptLine("much.", ("x: background",)),
        PromptLine("", ()),
        PromptLine("Rules you keep:", ()),
        PromptLine("- Never guess.", ("agent: constraints",)),
        PromptLine("", ()),
        PromptLine("How you answer, for example:", ()),
        PromptLine("", ()),
        PromptLine("They: Hi.", ("agent: examples",)),
        PromptLine("You: Hello!", ("agent: examples",)),
    ]


def test_a_template_that_looks_at_the_words_has_lines_without_sources():
    whole = composed(BASE | {"name": "x", "prompt": "{{ description | length }} {{ tone }}"})
    assert render_lines(whole) == [PromptLine("15 warm", ())]
    assert render_lines(composed(BASE | {"name": "x", "prompt": "Say {{ tone }}."})) == [
        PromptLine("Say warm.", ("x: tone",))
    ]
