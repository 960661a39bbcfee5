"""Exchange: runs recorded elsewhere become sessions of ours, and sessions leave as files that others read."""

from workbench.exchange.formats import load
from workbench.exchange.jsonl import export_jsonl
from workbench.exchange.openai_export import export_openai
from workbench.exchange.recording import Branch, Loaded, Recording, Skip, renumbered

__all__ = ["Branch", "Loaded", "Recording", "Skip", "export_jsonl", "export_openai", "load", "renumbered"]
