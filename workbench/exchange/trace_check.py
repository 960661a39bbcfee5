"""Whether a trace is one: each line of the published form, cycles in order, signatures those of the personas."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from pydantic import ValidationError

from workbench.exchange.trace import Cycle

_MOST = 3


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a line, which counts from 1."""

    line: int
    problem: str


def check_trace(lines: Iterable[str], digest_of: Callable[[str], str | None]) -> tuple[int, list[Fault]]:
    """How many cycles there are, and what is wrong with the trace.

    Args:
        digest_of: the digest of the persona of that name as it is now; None where there is no such persona.
    """
    faults: list[Fault] = []
    signed: dict[tuple[str, str], int] = {}
    newest: dict[str, int] = {}
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        count += 1
        try:
            cycle = Cycle.model_validate_json(line)
        except ValidationError as error:
            faults.append(Fault(number, _told(error)))
            continue
        if cycle.cycle <= newest.get(cycle.actor, 0):
            faults.append(Fault(number, f"cycle {cycle.cycle} of {cycle.actor} comes after {newest[cycle.actor]}"))
        newest[cycle.actor] = cycle.cycle
        calls = {act.call for act in cycle.act} | {f"{cycle.actor}.{cycle.cycle}"}
        faults += [
            Fault(number, f"react names the call {react.call!r}, which the cycle did not make")
            for react in cycle.react
            if react.call not in calls
        ]
        if cycle.persona is not None and cycle.persona.digest:
            signed.setdefault((cycle.persona.name, cycle.persona.digest), number)
    for (name, digest), number in signed.items():
        now = digest_of(name)
        if now is None:
            faults.append(Fault(number, f"there is no persona {name!r} here to compare its signature with"))
        elif now != digest:
            faults.append(Fault(number, f"the signature of persona {name!r} does not match: it has changed since"))
    return count, sorted(faults, key=lambda fault: fault.line)


def schema_text() -> str:
    """The published JSON schema of a line, ending in a newline."""
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Cycle.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _told(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'line'}: {one['msg']}" for one in wrong[:_MOST])
    return f"{told}; and {len(wrong) - _MOST} more" if len(wrong) > _MOST else told
