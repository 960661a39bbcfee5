"""The colours: whatever is said can be read, in the dark and in the light."""

from __future__ import annotations

import pytest
from rich.color import Color

from workbench.tui.theme import PALETTES, Ground, Look

LOOKS: tuple[Look, ...] = ("text", "strong", "grey", "faint", "accent", "held", "wrong")


def light_of(color: Color) -> float:
    """Relative luminance, as WCAG has it."""
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """From 1, the same, to 21, black on white."""
    darker, lighter = sorted((light_of(one), light_of(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("ground", "least"), [("plain", 4.5), ("cursor", 4.0), ("resting", 4.0)])
def test_every_look_can_be_read_on_every_ground(name: str, ground: Ground, least: float) -> None:
    for look in LOOKS:
        style = PALETTES[name].style(look, ground)
        assert style.color is not None
        assert style.bgcolor is not None
        assert contrast(style.color, style.bgcolor) >= least, look
