"""From a persona to the words of a system prompt, through a sandboxed template that tolerates no unknown variable."""

from __future__ import annotations

from typing import Any, NamedTuple

from workbench.errors import UsedWrongly
from workbench.persona.composing import TEXTS, Composed
from workbench.persona.schema import Exchange, Persona

USUAL = (
    "You are {{ description }}."
    "{% if traits %} You are {{ traits | listed }}.{% endif %}"
    "{% if tone %} Your tone is {{ tone }}.{% endif %}"
    "{% if knowledge %} You know well: {{ knowledge | join('; ') }}.{% endif %}"
    "{% if background +%}\n\nAbout you:{% for fact in background +%}\n- {{ fact }}{% endfor %}{% endif %}"
    "{% if goals +%}\n\nYou want:{% for goal in goals +%}\n- to {{ goal }}{% endfor %}{% endif %}"
    "{% if constraints +%}\n\nRules you keep:{% for rule in constraints +%}\n- {{ rule }}{% endfor %}{% endif %}"
    "{% if examples +%}\n\nHow you answer, for example:"
    "{% for example in examples +%}\n\nThey: {{ example.user }}\nYou: {{ example.answer }}{% endfor %}{% endif %}"
)
"""The template of personas that bring none of their own."""


def render(persona: Persona) -> str:
    """The persona as a system prompt.

    Raises:
        UsedWrongly: its template is broken, asks for an unknown variable, or tries to leave the sandbox.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    from workbench.persona.sandbox import Sandbox

    environment = Sandbox()
    environment.filters["listed"] = _listed
    fields = persona.model_dump(exclude={"prompt"})
    try:
        return environment.rendered(persona.prompt or USUAL, fields).strip()
    except TemplateSyntaxError as error:
        raise UsedWrongly(
            f"persona {persona.name}: prompt, line {error.lineno}: {error.message}; mend the template"
        ) from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError, MemoryError) as error:
        raise UsedWrongly(f"persona {persona.name}: prompt: {error}; mend the template") from error


class PromptLine(NamedTuple):
    """A line of a prompt. `sources`: the fields in it and whose they are; without any, the template's own words."""

    text: str
    sources: tuple[str, ...]


def render_lines(composed: Composed) -> list[PromptLine]:
    """The prompt line by line, each with where its words come from.

    Raises:
        UsedWrongly: as `render`.
    """
    plain = render(composed.persona)
    sources = [f"{part.source}: {part.field}" for part in composed.parts]
    lines = _told_apart(render(_marked(composed)))
    if "\n".join(text for text, _ in lines) != plain:  # a template that looks at the words themselves
        return [PromptLine(line, ()) for line in plain.split("\n")]
    return [PromptLine(text, tuple(dict.fromkeys(sources[place] for place in places))) for text, places in lines]


_OPEN, _CLOSE, _FIRST = "\ue000", "\ue001", 0xF0000


def _marked(composed: Composed) -> Persona:
    """The persona with each of its values between marks that no text has, the first with the value's place."""
    values: dict[str, Any] = {}
    for place, part in enumerate(composed.parts):
        if part.field == "prompt":
            continue
        if isinstance(part.value, Exchange):
            marked: Any = Exchange(user=_mark(part.value.user, place), answer=_mark(part.value.answer, place))
        else:
            marked = _mark(part.value, place)
        if part.field in TEXTS:
            values[part.field] = marked
        else:
            values[part.field] = (*values.get(part.field, ()), marked)
    return composed.persona.model_copy(update=values)


def _mark(text: str, place: int) -> str:
    return f"{_OPEN}{chr(_FIRST + place)}{text}{_CLOSE}"


def _told_apart(marked: str) -> list[tuple[str, list[int]]]:
    """The lines without marks, each with the places of the values that are in it."""
    lines: list[tuple[str, list[int]]] = []
    inside: int | None = None
    for line in marked.split("\n"):
        text, places = "", [] if inside is None else [inside]
        signs = iter(line)
        for sign in signs:
            if sign == _OPEN:
                inside = ord(next(signs, chr(_FIRST))) - _FIRST
                places.append(inside)
            elif sign == _CLOSE:
                inside = None
            else:
                text += sign
        lines.append((text, places))
    return lines


def _listed(items: tuple[str, ...]) -> str:
    """`a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
