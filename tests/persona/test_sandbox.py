"""A template that counts without end ends, in one sentence; what a prompt may need is computed."""

from __future__ import annotations

import pytest

from workbench.errors import UsedWrongly
from workbench.persona.prompt import render
from workbench.persona.schema import Persona


def rendered(template: str) -> str:
    return render(Persona(name="guide", description="a guide", prompt=template))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ 9 ** 9 ** 9 }}", "powers are not computed here"),
        ("{{ 'x' * 9999999999 }}", "a product of more than 1,000,000 characters"),
        ("{{ 9999999999 * 'x' }}", "a product of more than 1,000,000 characters"),
        ("{% for a in range(999) %}{% for b in range(999) %}{% endfor %}{% endfor %}", "count further than 10,000"),
        ("{% for a in range(999) %}{{ 'x' * 9999 }}{% endfor %}", "it gives more than 1,000,000 characters"),
    ],
)
def test_what_would_not_end(template: str, words: str):
    with pytest.raises(UsedWrongly, match="persona guide: prompt: ") as refused:
        rendered(template)
    assert words in str(refused.value)


def test_what_a_prompt_may_need():
    assert rendered("{{ '-' * 3 }} {{ 3 * '=' }} {{ 6 * 7 }} {{ 2 * [1] }}") == "--- === 42 [1, 1]"
    assert rendered("{% for n in range(1, 4) %}{{ n }}{{ loop.last and '.' or ',' }}{% endfor %}") == "1,2,3."
