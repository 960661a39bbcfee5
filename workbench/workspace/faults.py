"""What a file's form complains of, as sentences that name file, line and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from workbench.errors import BadFile
from workbench.scenario.consistency import nearest
from workbench.workspace.document import Document, Place

_WORDS = {
    "missing": "is missing",
    "string_type": "should be text; put it in quotes",
    "string_too_short": "should not be empty",
    "tuple_type": "should be a list, each item on a line that begins with '- '",
    "model_type": "should be a group of fields, each as 'name: value'",
    "dict_type": "should be a group of fields, each as 'name: value'",
}
_SHAPES = {
    "name": "should be lower-case words joined by hyphens, as in 'support-desk'",
    "persona": "should be the name of a persona, as in 'support-agent'",
    "version": "should be a semantic version, as in '1.0.0'",
    "model": "should be 'provider:model', as in 'openai:gpt-5-mini', or 'human'",
}


def of_form(document: Document, form: type[BaseModel], error: ValidationError) -> list[BadFile]:
    """Every complaint of pydantic about `document`, read as `form`."""
    errors = error.errors(include_url=False)
    errors.sort(key=lambda one: one["type"] == "missing")  # a misspelt field explains the one that is missing
    return [_fault(document, form, one) for one in errors]


def at(document: Document, place: Place, problem: str) -> BadFile:
    """A complaint about one place."""
    return BadFile(document.path, problem, line=document.line(place), field=".".join(map(str, place)))


def _fault(document: Document, form: type[BaseModel], error: Mapping[str, Any]) -> BadFile:
    place: Place = ()
    *around, last = error["loc"] or (None,)
    for step in around:
        if (*place, step) in document.lines:  # what is not there is pydantic's name for a form of a union
            place = (*place, step)
    if last is not None and ((*place, last) in document.lines or error["type"] == "missing"):
        place = (*place, last)
    if error["type"] == "extra_forbidden":
        fields = {name for model in _forms_at(form, place[:-1]) for name in model.model_fields}
        return at(document, place, f"there is no such field{nearest(str(last), fields)}")
    if error["type"] == "string_pattern_mismatch" and place:
        field = str(place[-1])
        return at(document, place, _SHAPES.get(field, f"should match {error['ctx']['pattern']}"))
    if error["type"] == "string_type" and isinstance(error["input"], list | dict):
        given = "a list" if isinstance(error["input"], list) else "a group of fields"
        return at(document, place, f"should be text, not {given}")
    message = _WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return at(document, place, message)


def _forms_at(form: type[BaseModel], place: Place) -> set[type[BaseModel]]:
    """The models that may stand at `place` of a file of `form`."""
    forms = {form}
    for step in place:
        if isinstance(step, str):
            annotations = [model.model_fields[step].annotation for model in forms if step in model.model_fields]
            forms = set(_models(annotations))
    return forms


def _models(annotations: Iterable[Any]) -> Iterable[type[BaseModel]]:
    """The models inside type annotations, however deep in unions, tuples and Annotated."""
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        else:
            yield from _models(get_args(annotation))
