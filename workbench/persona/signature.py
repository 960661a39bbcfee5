"""A persona's signature: equal exactly where two personas say the same, whatever the order of their keys."""

from __future__ import annotations

import hashlib
import json

from workbench.events import Signature
from workbench.persona.schema import Persona


def signature(persona: Persona) -> Signature:
    """Name, version, and the SHA-256 of the persona's canonical JSON: sorted keys, no field at its default."""
    canonical = json.dumps(
        persona.model_dump(mode="json", exclude_defaults=True),
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Signature(name=persona.name, version=persona.version, digest=digest)
