"""Signatures: equal exactly where two personas say the same."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.persona.schema import Persona
from workbench.persona.signature import signature

FIELDS: dict[str, Any] = {
    "name": "guide",
    "version": "2.1.0",
    "description": "a guide, größer",
    "traits": ["warm"],
    "examples": [{"user": "Hi.", "answer": "Hello!"}],
}
DIGEST = "d78c623d"


@given(st.permutations(list(FIELDS)))
def test_the_order_of_keys_does_not_matter(order: list[str]):
    shuffled = Persona.model_validate({name: FIELDS[name] for name in order})
    assert signature(shuffled) == signature(Persona.model_validate(FIELDS))


def test_defaults_written_out_do_not_matter():
    assert signature(Persona.model_validate({**FIELDS, "tone": "", "goals": []})) == signature(
        Persona.model_validate(FIELDS)
    )


@pytest.mark.parametrize("change", [{"tone": "calm"}, {"version": "2.1.1"}, {"traits": []}, {"prompt": "x"}])
def test_any_other_word_matters(change: dict[str, Any]):
    assert (
        signature(Persona.model_validate({**FIELDS, **change})).digest
        != signature(Persona.model_validate(FIELDS)).digest
    )


@pytest.mark.slow
def test_another_process_with_other_hashing_agrees():
    code = (
        "import json, sys\n"
        "from workbench.persona.schema import Persona\n"
        "from workbench.persona.signature import signature\n"
        "print(signature(Persona.model_validate(json.loads(sys.argv[1]))).model_dump_json())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(FIELDS)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    signed = signature(Persona.model_validate(FIELDS))
    assert json.loads(done.stdout) == signed.model_dump()
    assert (signed.name, signed.version, len(signed.digest)) == ("guide", "2.1.0", 64)
    assert signed.digest.startswith(DIGEST)


@pytest.mark.parametrize(
    "change",
    [{"name": "Not A Name"}, {"version": "2"}, {"description": ""}, {"traits": [""]}, {"base": "other"}],
)
def test_what_is_no_persona(change: dict[str, Any]):
    with pytest.raises(ValidationError):
        Persona.model_validate({**FIELDS, **change})
