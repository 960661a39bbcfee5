"""What every kind of event has: a frozen body that says its `kind` (its name in snake case) and its `VERSION`."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from workbench.events.parts import Part


class Body(Part):
    """What happened. `VERSION` counts the stored forms of this kind (see `workbench.events.upcast`)."""

    kind: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        cls.kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
        KINDS[cls.kind] = cls


KINDS: dict[str, type[Body]] = {}
