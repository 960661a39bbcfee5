"""Providers' keys: each one that this machine has is struck out of all that is recorded from now on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.models.provider_rows import Rows


def strike_keys(rows: Rows | None = None) -> None:
    """Also keys of providers that are not asked: they may be said, called with, returned or imported.

    `rows` are the workspace's providers; the presets where it is not known.
    """
    from workbench.events.text import register_secret
    from workbench.models.provider_rows import PROVIDERS

    for row in (PROVIDERS if rows is None else rows).values():
        register_secret(os.environ.get(row.key_env, "").strip())
