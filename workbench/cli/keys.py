"""Providers' keys: each one that this machine has is struck out of all that is recorded from now on."""

from __future__ import annotations

import os


def strike_keys() -> None:
    """Also keys of providers that are not asked: they may be said, called with, returned or imported."""
    from workbench.events.text import register_secret
    from workbench.models.endpoints import PROVIDERS

    for row in PROVIDERS.values():
        register_secret(os.environ.get(row.key_variable, "").strip())
