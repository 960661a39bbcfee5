"""Environment variables in settings are filled in, and never told."""

from __future__ import annotations

import pytest

from workbench.errors import UsedWrongly
from workbench.events.text import redact
from workbench.tools.variables import filled


def test_variables_are_filled_in_and_struck_out_of_all_that_is_recorded():
    given = {"Authorization": "Bearer ${MY_TOKEN}", "plain": "$MY_TOKEN"}
    assert filled(given, {"MY_TOKEN": "abc-word-xyz"}) == {
        "Authorization": "Bearer abc-word-xyz",
        "plain": "$MY_TOKEN",
    }
    assert redact("it was abc-word-xyz") == "it was [redacted]"
    with pytest.raises(UsedWrongly, match="the environment variable MY_TOKEN is not set"):
        filled(given, {})


def test_what_is_written_out_under_the_name_of_a_secret_is_one():
    filled({"Authorization": "Bearer written-out-007", "X-Trace": "plain-words-here"}, {})
    assert redact("written-out-007 and plain-words-here") == "[redacted] and plain-words-here"
