"""The schemas that are checked in are those of the forms, and every shipped file keeps them."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from workbench.workspace.document import read
from workbench.workspace.listing import FOLDER, Kind, list_files
from workbench.workspace.place import Workspace, shipped_root
from workbench.workspace.schemas import schema_text

KINDS: list[Kind] = ["persona", "scenario"]


@pytest.mark.parametrize("kind", KINDS)
def test_checked_in_schemas_are_up_to_date(kind: Kind):
    path = shipped_root() / FOLDER[kind] / "schema.json"
    remedy = f"write it anew with: workbench {kind}s schema --out {FOLDER[kind]}/schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(kind), remedy


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_shipped_files_keep_the_schema(kind: Kind):
    schema = json.loads(schema_text(kind))
    for path in list_files(Workspace(shipped_root()), kind).values():
        jsonschema.validate(read(path).data, schema)


@pytest.mark.slow
def test_short_spellings_keep_the_schema_too():
    schema = json.loads(schema_text("scenario"))
    scenario: dict[str, Any] = {"name": "a", "title": "A", "script": {"turns": []}, "user": "person"}
    scenario |= {"budget": {"cost": 0.05, "tool_calls": None}}
    scenario |= {"acceptance_criteria": {"required_information": ["The order number"]}}
    jsonschema.validate(scenario, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(scenario | {"budget": {"at": "once"}}, schema)
