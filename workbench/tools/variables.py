"""Environment variables in `workbench.toml`: `${NAME}` in a header or an environment, never shown or recorded."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from workbench.errors import UsedWrongly
from workbench.events.text import register_secret

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_OF_SECRETS = re.compile(r"auth|token|key|secret|passw|cookie|credential", re.IGNORECASE)


def filled(pairs: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`pairs` with each `${NAME}` replaced by that environment variable; what stands there is a secret from now on.

    So is each word of what is written under a name that tells of one, such as `Authorization`.

    Raises:
        UsedWrongly: a variable is not set.
    """

    def value(found: re.Match[str]) -> str:
        held = environ.get(found[1])
        if held is None:
            raise UsedWrongly(f"the environment variable {found[1]} is not set")
        register_secret(held)
        return held

    for key, text in pairs.items():
        for word in text.split() if _OF_SECRETS.search(key) else ():
            if not _VARIABLE.search(word):
                register_secret(word)
    return {key: _VARIABLE.sub(value, text) for key, text in pairs.items()}
