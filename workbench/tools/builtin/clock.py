"""What time it is, in a named time zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from workbench.context import ModelRetry
from workbench.tools.function_tool import tool


@tool(effect="read", inline=True)
def now(tz: str = "UTC") -> dict[str, str]:
    """Tell the current date, time and weekday.

    Args:
        tz: an IANA time zone such as Europe/Berlin.
    """
    moment = datetime.now(_zone(tz))
    return {"time": moment.isoformat(timespec="seconds"), "weekday": f"{moment:%A}", "tz": tz}


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name.upper() in {"UTC", "Z", ""} else ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, not a plain name, a folder of the zone database
        raise ModelRetry(f"{name[:60]!r} is not a time zone; use an IANA name such as Europe/Berlin") from None
