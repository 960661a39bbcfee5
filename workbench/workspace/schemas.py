"""The JSON schemas of persona and scenario files, for editors: generated from the forms, and checked in beside them."""

from __future__ import annotations

import json

from workbench.workspace.listing import Kind


def schema_text(kind: Kind) -> str:
    """The text of `schema.json` for files of that kind, ending in a newline."""
    from workbench.persona.schema import PersonaForm
    from workbench.scenario.schema import Scenario

    schema = (PersonaForm if kind == "persona" else Scenario).model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
