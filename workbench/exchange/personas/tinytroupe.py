"""TinyTroupe agents and fragments: `{"type": "TinyPerson" | "Fragment", "persona": {...}}`."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.exchange.personas.imported import (
    Fields,
    Imported,
    fields_of,
    items_of,
    leaves,
    named,
    phrase,
    sentence,
    text_of,
    texts_of,
)
from workbench.persona.schema import PersonaForm

_YOU_ARE = ("you are ", "you're ")
_TOLD_ELSEWHERE = ("name", "age", "nationality", "long_term_goals", "style", "personality", "preferences", "occupation")


def is_tinytroupe(document: object) -> bool:
    """Whether the document is one of TinyTroupe's."""
    fields = fields_of(document)
    return fields.get("type") in ("TinyPerson", "Fragment") and isinstance(fields.get("persona"), dict)


def read_tinytroupe(document: Fields, stem: str) -> Imported:
    """The agent or fragment. All that it says is kept: what has no field of its own becomes background."""
    fields = fields_of(document["persona"])
    fragment = document["type"] == "Fragment"
    name = text_of(fields.get("name"))
    personality = fields_of(fields.get("personality"))
    traits = texts_of(personality.get("traits"))
    tone, *more_tone = _sentences(text_of(fields.get("style")))
    form = PersonaForm(
        name=named(name or stem.split(".", maxsplit=1)[0].rpartition("__")[2], stem),
        fragment=fragment,
        description=None if fragment else _description(name, fields),
        traits=tuple(phrase(trait, *_YOU_ARE) for trait in traits if trait.lower().startswith(_YOU_ARE)),
        tone=phrase(tone),
        background=(
            *(sentence(trait) for trait in traits if not trait.lower().startswith(_YOU_ARE)),
            *(sentence(words) for words in more_tone),
            *_background(fields, personality),
        ),
        knowledge=tuple(phrase(one) for one in texts_of(fields_of(fields.get("preferences")).get("interests"))),
        goals=tuple(phrase(goal, "to ") for goal in texts_of(fields.get("long_term_goals"))),
    )
    other = tuple(f"{key}: has no place" for key in document if key not in ("type", "persona"))
    return Imported(form, other)


def _description(name: str, fields: Fields) -> str:
    """`Lisa Carter, 28 years old, Canadian, Data Scientist at Microsoft`."""
    occupation = fields.get("occupation")
    work = fields_of(occupation)
    title = text_of(work.get("title")) or text_of(occupation)
    organization = text_of(work.get("organization"))
    organization = "" if organization.upper() in ("N/A", "NONE") else organization
    age = fields.get("age")
    parts = [
        name or "somebody",
        f"{age} years old" if age else "",
        text_of(fields.get("nationality")),
        f"{title} at {organization}" if title and organization else title,
    ]
    return ", ".join(part for part in parts if part).rstrip(". ")


def _sentences(text: str) -> list[str]:
    """The first sentence, and the rest as one."""
    first, dot, rest = text.partition(". ")
    return [first + dot.strip(), *([rest] if rest else [])]


def _background(fields: Fields, personality: Fields) -> Iterator[str]:
    occupation = fields_of(fields.get("occupation"))
    for path, words in leaves(
        {key: value for key, value in occupation.items() if key not in ("title", "organization")}
    ):
        yield sentence(words if path == "description" else f"{path}: {words}")
    for path, words in leaves({key: value for key, value in personality.items() if key != "traits"}):
        yield sentence(f"{path}: {words}")
    preferences = fields_of(fields.get("preferences"))
    for path, words in leaves({key: value for key, value in preferences.items() if key != "interests"}):
        yield sentence(f"{path}: {words}")
    for key, value in fields.items():
        if key in _TOLD_ELSEWHERE:
            continue
        if key == "relationships" and items_of(value):
            yield from _people(items_of(value))
            continue
        for path, words in leaves(value, key.replace("_", " ")):
            yield sentence(words if key in ("other_facts", "skills") else f"{path}: {words}")


def _people(people: list[object]) -> Iterator[str]:
    for one in people:
        person = fields_of(one)
        name, words = text_of(person.get("name")), text_of(person.get("description"))
        yield sentence(f"you know {name}: {words}" if name and words else " ".join(words for _, words in leaves(one)))
