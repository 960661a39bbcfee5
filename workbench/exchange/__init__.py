"""Exchange: runs recorded elsewhere become sessions of ours, and sessions leave as files that others read."""

from workbench.exchange.formats import load, take
from workbench.exchange.html_diff import diff_page
from workbench.exchange.html_session import export_html
from workbench.exchange.jsonl import export_jsonl
from workbench.exchange.openai_export import export_openai
from workbench.exchange.otlp import export_otel
from workbench.exchange.pytest_file import export_pytest, recorded_events
from workbench.exchange.recording import Branch, Loaded, Recording, Skip, renumbered

__all__ = [
    "Branch",
    "Loaded",
    "Recording",
    "Skip",
    "diff_page",
    "export_html",
    "export_jsonl",
    "export_openai",
    "export_otel",
    "export_pytest",
    "load",
    "recorded_events",
    "renumbered",
    "take",
]
