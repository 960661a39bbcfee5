"""Old forms of bodies are lifted one version at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.errors import StoreError
from workbench.events import SummaryAsked, decode
from workbench.events.upcast import Lift, upcast


def _renamed(fields: dict[str, Any]) -> dict[str, Any]:
    return {"words": fields["text"]}


def _louder(fields: dict[str, Any]) -> dict[str, Any]:
    return {"words": fields["words"].upper()}


LIFTS: dict[tuple[str, int], Lift] = {("said", 1): _renamed, ("said", 2): _louder}


def test_lifts_follow_each_other():
    assert json.loads(upcast("said", 1, 3, b'{"text": "hi"}', LIFTS)) == {"words": "HI"}
    assert json.loads(upcast("said", 2, 3, b'{"words": "hi"}', LIFTS)) == {"words": "HI"}


def test_in_older_logs_a_model_may_have_been_asked_again_to_sum_up():
    older = decode("summary_asked", 1, b'{"text": "sum up", "dropped": 3}')
    assert older == SummaryAsked(text="sum up", dropped=3, again=True)
    assert decode("summary_asked", 2, b'{"text": "sum up", "dropped": 3}') == SummaryAsked(text="sum up", dropped=3)


def test_a_gap_is_told():
    with pytest.raises(StoreError, match=r"'noted' events of form 1, and nothing says"):
        upcast("noted", 1, 2, b"{}", LIFTS)


def test_what_is_newer_than_this_program_is_refused():
    with pytest.raises(StoreError, match="knows up to 2"):
        upcast("said", 3, 2, b"{}", LIFTS)
