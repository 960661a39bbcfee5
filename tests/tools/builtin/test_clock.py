"""The time is that of the zone asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workbench.context import ModelRetry
from workbench.tools.builtin.clock import now


@pytest.mark.parametrize("tz", ["UTC", "utc", "", "Asia/Tokyo"])
def test_now(tz: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    told = now(tz)
    moment = datetime.fromisoformat(told["time"])
    assert before <= moment <= datetime.now(UTC)
    assert moment.utcoffset() == timedelta(hours=9 if tz == "Asia/Tokyo" else 0)
    assert told["weekday"] == f"{moment:%A}"


@pytest.mark.parametrize("tz", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "America", "a\0b", "x" * 5000])
def test_unknown_zone(tz: str) -> None:
    with pytest.raises(ModelRetry, match="is not a time zone"):
        now(tz)
