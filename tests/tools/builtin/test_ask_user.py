"""A question that no gate held has nobody to answer it."""

from __future__ import annotations

import json

import pytest

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.tools.builtin.ask_user import ask_user


async def test_nothing_stands_behind_it():
    assert ask_user.spec.person
    assert json.loads(ask_user.spec.parameters)["required"] == ["question"]
    with pytest.raises(ToolFailed, match="nobody is there"):
        await ask_user.run('{"question": "Why?"}', RunContext(None))
