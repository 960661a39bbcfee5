"""The tools that come along: the built-in ones, and those of the sample world that the shipped scenarios use."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.tools.builtin.ask_user import ask_user
from workbench.tools.builtin.calculator import calculator
from workbench.tools.builtin.clock import now
from workbench.tools.builtin.files import list_files, read_file, write_file
from workbench.tools.builtin.http_request import http_request
from workbench.tools.builtin.web_search import web_search
from workbench.tools.registry import Registry
from workbench.tools.samples.desk import create_ticket, device_status, find_order, list_charges, refund_charge
from workbench.tools.samples.facts import currency_rate, lookup_part, sales_by_region, search_docs, weather
from workbench.tools.tool import Source

BUILTIN = (calculator, now, read_file, list_files, write_file, http_request, web_search, ask_user)
SAMPLES = (
    find_order, list_charges, refund_charge, create_ticket, device_status,
    sales_by_region, currency_rate, weather, lookup_part, search_docs,
)  # fmt: skip


def standard_registry(*, first: Sequence[Source] = (), more: Sequence[Source] = ()) -> Registry:
    """A new registry of all shipped tools; more can be added to it. `first` and `more` as in `Registry`."""
    return Registry([*BUILTIN, *SAMPLES], first=first, more=more)
