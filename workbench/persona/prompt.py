"""From a persona to the words of a system prompt, through a sandboxed template that tolerates no unknown variable."""

from __future__ import annotations

from workbench.errors import UsedWrongly
from workbench.persona.schema import Persona

USUAL = (
    "You are {{ description }}."
    "{% if traits %} You are {{ traits | listed }}.{% endif %}"
    "{% if tone %} Your tone is {{ tone }}.{% endif %}"
    "{% if knowledge %} You know well: {{ knowledge | join('; ') }}.{% endif %}"
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
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["listed"] = _listed
    fields = persona.model_dump(exclude={"prompt"})
    try:
        return environment.from_string(persona.prompt or USUAL).render(fields).strip()
    except TemplateSyntaxError as error:
        raise UsedWrongly(
            f"persona {persona.name}: prompt, line {error.lineno}: {error.message}; mend the template"
        ) from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise UsedWrongly(f"persona {persona.name}: prompt: {error}; mend the template") from error


def _listed(items: tuple[str, ...]) -> str:
    """`a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
