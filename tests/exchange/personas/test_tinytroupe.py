"""TinyTroupe agents and fragments: every word of them is kept, in a field of its own or as background."""

from __future__ import annotations

from typing import Any

from workbench.exchange.personas.imported import leaves
from workbench.exchange.personas.tinytroupe import is_tinytroupe, read_tinytroupe

AGENT: dict[str, Any] = {
    "type": "TinyPerson",
    "persona": {
        "name": "Ada Okoye",
        "age": 31,
        "nationality": "Nigerian",
        "residence": "Lagos",
        "long_term_goals": ["To mend clocks."],
        "occupation": {"title": "Clockmaker", "organization": "N/A", "description": "You mend clocks."},
        "style": "Dry. You pause often.",
        "personality": {"traits": ["You are patient.", "You have a sharp eye."], "big_five": {"openness": "High."}},
        "preferences": {"interests": ["Escapements"], "likes": ["Tea."]},
        "skills": ["You can solder."],
        "relationships": [{"name": "Bo", "description": "your sister"}, {"name": "Cy"}],
        "other_facts": ["You once fell off a tower."],
    },
    "memory": [],
}


def test_an_agent():
    imported = read_tinytroupe(AGENT, "ada.agent")
    form = imported.form
    assert (form.name, form.fragment, form.tone) == ("ada-okoye", False, "dry")
    assert form.description == "Ada Okoye, 31 years old, Nigerian, Clockmaker"
    assert form.traits == ("patient",)
    assert form.knowledge == ("escapements",)
    assert form.goals == ("mend clocks",)
    assert form.background == (
        "You have a sharp eye.",
        "You pause often.",
        "You mend clocks.",
        "big five openness: High.",
        "likes: Tea.",
        "residence: Lagos.",
        "You can solder.",
        "you know Bo: your sister.",
        "Cy.",
        "You once fell off a tower.",
    )
    assert imported.left_out == ("memory: has no place",)


def test_an_occupation_may_be_a_word_and_an_organization_a_name():
    def described(occupation: Any) -> str | None:
        return read_tinytroupe({"type": "TinyPerson", "persona": {"occupation": occupation}}, "x").form.description

    assert described("Baker") == "somebody, Baker"
    assert described({"title": "Baker", "organization": "Awesome Inc."}) == "somebody, Baker at Awesome Inc"


def test_a_fragment_is_named_as_its_file():
    fields: dict[str, Any] = {"beliefs": ["Everyone lies"], "relationships": "none worth a word"}
    document: dict[str, Any] = {"type": "Fragment", "persona": fields}
    form = read_tinytroupe(document, "tinytroupe__picky_customer.agent.fragment").form
    assert (form.name, form.fragment, form.description) == ("picky-customer", True, None)
    assert form.background == ("beliefs: Everyone lies.", "relationships: none worth a word.")


def test_nothing_is_lost():
    form = read_tinytroupe(AGENT, "x").form
    told = form.model_dump_json().casefold()
    for _, words in leaves(AGENT["persona"]):
        if words != "N/A":
            assert words.rstrip(".").removeprefix("You are ").removeprefix("To ").casefold().split(". ")[0] in told


def test_what_is_none():
    assert is_tinytroupe(AGENT)
    assert not is_tinytroupe({"type": "TinyPerson"})
    assert not is_tinytroupe([])
