"""The words of an answer, whole or still coming: what a person is shown of `{"agent_output": "...`."""

from __future__ import annotations

import json
import re

from workbench.events import ActorSpec, ModelAnswered

_STRUCTURED = re.compile(r'\s*\{\s*"agent_output"\s*:\s*"((?:[^"\\]|\\.)*)')
_KEY = '{"agent_output":"'


def spoken(text: str) -> str:
    """The words in a structured answer, also while it is still coming; other text as it is."""
    found = _STRUCTURED.match(text)
    if found is None:
        return "" if _KEY.startswith(re.sub(r"\s", "", text)) else text
    inner = re.sub(r"\\(u[0-9a-fA-F]{0,3})?$", "", found[1])
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return inner


def so_far(text: str, spec: ActorSpec | None) -> str:
    """What the answer of an actor says to its reader so far: nothing of a judge's, which is no speech."""
    if spec is None:
        return text
    return "" if spec.role == "judge" else spoken(text) if spec.structured else text


def said_in(answer: ModelAnswered, spec: ActorSpec | None) -> str:
    """What an actor's answer says to its reader, also where it was broken off; a judge's verdicts, in words."""
    if answer.partial:
        return so_far(answer.text, spec)
    if spec is None or not (spec.structured or spec.role == "judge"):
        return answer.text
    from workbench.criteria.rubrics import read_by

    return read_by(spec, answer.text).output
