"""The names of caps."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.playbook import cap
from workbench.events import MEASURES, Measure, measure_of


@pytest.mark.parametrize(
    ("name", "measure", "words"),
    [
        ("cost", Measure("cost"), "dollars"),
        ("tool_calls:file.read", Measure("tool_calls", tool="file.read"), "tool calls of file.read"),
        ("tokens@agent", Measure("tokens", actor="agent"), "tokens by agent"),
        ("tool_calls:a@b", Measure("tool_calls", tool="a", actor="b"), "tool calls of a by b"),
        ("session.requests", Measure("requests", scope="session"), "model requests in this session"),
        ("day.cost", Measure("cost", scope="day"), "dollars in this workspace today"),
    ],
)
def test_a_name_says_what_a_cap_is_on(name: str, measure: Measure, words: str):
    assert measure_of(name) == measure
    assert measure.words == words


def test_every_measure_has_its_own_name():
    assert [measure_of(name).what for name in MEASURES] == list(MEASURES)


@pytest.mark.parametrize("name", ["", "mony", "week.cost", "cost ", "cost@", "tool_calls:", "cost@a@b"])
def test_other_names_are_none(name: str):
    with pytest.raises(ValueError, match="there is no cap"):
        measure_of(name)


@pytest.mark.parametrize("name", ["cost:charge", "day.cost@agent", "session.tool_calls:x", "day.requests_per_minute"])
def test_what_cannot_be_counted_is_refused(name: str):
    with pytest.raises(ValueError, match=r"only tool_calls|counts what all do"):
        measure_of(name)


def test_a_cap_has_a_name_that_exists():
    assert cap("day.cost", 3).name == "day.cost"
    with pytest.raises(ValidationError, match="there is no cap of this name"):
        cap("mony", 3)
