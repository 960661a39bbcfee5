"""A small shop whose recorded run turns out otherwise when it is replayed: another stock, or another script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.bench import Bench

SCENARIO = """\
name: shop
title: A part is ordered
persona: assistant
tools: [stock, order]
user:
  - One antenna, please.
  - Thank you.
script:
  - calls:
      - tool: stock
        args: {{part: {part}}}
  - calls:
      - tool: order
        args: {{part: antenna}}
  - say: It is ordered.
  - say: You are welcome.
"""

TOOLS = """\
from pathlib import Path

from workbench import tool

FILES = Path(__file__).resolve().parent.parent


def note(words: str) -> None:
    with (FILES / "done.txt").open("a") as file:
        file.write(words + "\\n")


@tool(effect="read")
def stock(part: str) -> str:
    '''How many of a part there are.'''
    note(f"stock {part}")
    return (FILES / "stock.txt").read_text()


@tool(effect="effect")
def order(part: str) -> str:
    '''Order a part.'''
    note(f"order {part}")
    return "ordered"
"""


def open_shop(root: Path) -> None:
    """The scenario `shop`, its tools, and three antennas."""
    (root / "scenarios").mkdir(parents=True, exist_ok=True)
    (root / "tools").mkdir(exist_ok=True)
    (root / "tools" / "shop.py").write_text(TOOLS)
    (root / "stock.txt").write_text("3")
    (root / "workbench.toml").touch()
    asks(root, "antenna")


def asks(root: Path, part: str) -> None:
    """From now on the script asks for the stock of `part`."""
    (root / "scenarios" / "shop.yaml").write_text(SCENARIO.format(part=part))


def holds(root: Path, stock: str) -> None:
    """From now on there are so many, and nothing was done yet."""
    (root / "stock.txt").write_text(stock)
    (root / "done.txt").unlink(missing_ok=True)


def done(root: Path) -> list[str]:
    """Every call of a tool that was really run, since `holds` or the beginning."""
    path = root / "done.txt"
    return path.read_text().splitlines() if path.exists() else []


def tampered(bench: Bench, session: str) -> str:
    """The same session once more, with another argument in its log than the model wrote, in two places."""
    lines = bench.exported(session)
    for called, part in zip([line for line in lines if line["kind"] == "tool_called"], ["cable", "plug"], strict=True):
        called["arguments"] = json.dumps({"part": part})
    path = bench.write("changed.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (other,) = bench.json("import", str(path))["sessions"]
    return other


BY_HAND = """\
tb tool order
tb result
c
edit 8 none
limit tool_calls 9
c
return ordered by hand
c
"""


def by_hand(bench: Bench) -> str:
    """A new session in which a person edited a result, changed a cap and answered in a tool's place; 3 in stock."""
    holds(bench.root, "3")
    told = bench("debug", "shop", "--commands", str(bench.write("by-hand.wb", BY_HAND)))
    assert told.code == 6
    holds(bench.root, "3")
    session: str = bench.json("sessions", "list")["sessions"][0]["id"]
    return session
