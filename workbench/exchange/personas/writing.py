"""A persona as the text of a file, YAML or JSON; what is at its default is left out, and reading it gives the same."""

from __future__ import annotations

import io
import json
from typing import Any, Literal, cast

from workbench.persona.schema import Persona, PersonaForm

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json\n"


def persona_text(persona: PersonaForm | Persona, form: Literal["yaml", "json"]) -> str:
    """The text, ending in a newline."""
    fields = persona.model_dump(mode="json", exclude_defaults=True)
    fields = {"name": persona.name, "version": persona.version, **fields}
    if form == "json":
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
    from ruamel.yaml import YAML

    yaml: Any = YAML()
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_blocks(fields), out)
    return SCHEMA_LINE + out.getvalue()


def _blocks(value: object) -> object:
    """Texts of several lines as blocks, where YAML can write them so without a change."""
    from ruamel.yaml.scalarstring import LiteralScalarString

    if isinstance(value, dict):
        return {key: _blocks(part) for key, part in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_blocks(part) for part in cast("list[object]", value)]
    if not isinstance(value, str) or "\n" not in value or value.startswith((" ", "\n")):
        return value
    return LiteralScalarString(value) if all(sign.isprintable() or sign == "\n" for sign in value) else value
