"""The store: one SQLite file per workspace that holds sessions, their branches and every event ever recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.store.store import Store

__all__ = ["Store"]


def __getattr__(name: str) -> object:
    """`Store`, loaded when it is first asked for: importing the package costs nothing."""
    if name == "Store":
        from workbench.store.store import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
