"""docs/architecture.md draws every room of the package, and no other."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, blocks


def test_every_room_is_drawn() -> None:
    places = [place for place in (ROOT / "workbench").iterdir() if not place.name.startswith("_")]
    rooms = {place.stem for place in places if place.suffix == ".py" or (place / "__init__.py").is_file()}
    drawing = next(block for block in blocks(ROOT / "docs" / "architecture.md") if block.language == "text")
    drawn = [name for line in drawing.text.splitlines() for name in re.split(" {4,}", line)[0].split()]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == rooms
