"""Models behind one port: scripted, recorded, a person, and the providers. SDKs load only where one is asked."""

from workbench.models.providers import resolve, warm

__all__ = ["resolve", "warm"]
