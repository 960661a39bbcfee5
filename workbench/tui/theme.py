"""How the app looks: two greys and the text, one accent, one colour for *held*, one for *wrong*; dark and light.

A look is a name for what a piece of text means; its colour only repeats what a word or glyph says already.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from rich.style import Style
from textual.theme import Theme

Look = Literal["text", "strong", "grey", "faint", "accent", "held", "wrong", "found"]
Ground = Literal["plain", "cursor", "resting"]
"""Behind a line: nothing, the cursor of the focused list, the cursor of one that is not focused."""


class Palette:
    """The colours of one theme."""

    def __init__(
        self,
        name: str,
        *,
        dark: bool,
        background: str,
        text: str,
        grey: str,
        faint: str,
        rule: str,
        accent: str,
        held: str,
        wrong: str,
        cursor: str,
        resting: str,
    ) -> None:
        self.name, self.dark, self.background, self.rule = name, dark, background, rule
        self._colours = {"text": text, "strong": text, "grey": grey, "faint": faint}
        self._colours |= {"accent": accent, "held": held, "wrong": wrong, "found": background}
        self._grounds = {"plain": background, "cursor": cursor, "resting": resting}
        self.style = cache(self._style)

    def _style(self, look: Look, ground: Ground = "plain") -> Style:
        bold = look in ("strong", "held", "wrong")
        behind = self._colours["accent"] if look == "found" else self._grounds[ground]
        if ground == "cursor" and look == "faint":
            look = "grey"
        return Style(color=self._colours[look], bgcolor=behind, bold=bold)

    def theme(self) -> Theme:
        """The same as Textual's own widgets are told it."""
        colours = self._colours
        return Theme(
            name=self.name,
            dark=self.dark,
            primary=colours["accent"],
            secondary=colours["grey"],
            accent=colours["accent"],
            foreground=colours["text"],
            background=self.background,
            surface=self.background,
            panel=self._grounds["resting"],
            warning=colours["held"],
            error=colours["wrong"],
            success=colours["text"],
            variables={
                "rule": self.rule,
                "grey": colours["grey"],
                "faint": colours["faint"],
                "cursor": self._grounds["cursor"],
                "scrollbar": self.rule,
                "scrollbar-hover": colours["faint"],
                "scrollbar-active": colours["grey"],
                "scrollbar-background": self.background,
                "scrollbar-background-hover": self.background,
                "scrollbar-background-active": self.background,
                "scrollbar-corner-color": self.background,
            },
        )


DARK = Palette(
    "workbench-dark",
    dark=True,
    background="#0c0c0c",
    text="#d4d8e1",
    grey="#9aa2b2",
    faint="#7d8597",
    rule="#2a2e37",
    accent="#82aaff",
    held="#e6b450",
    wrong="#f2777a",
    cursor="#233352",
    resting="#1b1e25",
)
LIGHT = Palette(
    "workbench-light",
    dark=False,
    background="#fafaf7",
    text="#24272e",
    grey="#4c535f",
    faint="#656c78",
    rule="#d8dad6",
    accent="#2a5db0",
    held="#8a5c00",
    wrong="#b8242a",
    cursor="#d6e4fb",
    resting="#ecedea",
)
PALETTES = {palette.name: palette for palette in (DARK, LIGHT)}


def sentence_look(sentence: str) -> Look:
    """How the one sentence looks: what holds, what is wrong, what moves."""
    start = sentence.removeprefix("READ-ONLY").lstrip()
    if sentence.startswith(
        ("HELD", "PAUSED", "PAUSING", "INTERRUPTED", "READ-ONLY", "YOU ARE")
    ) and not start.startswith("("):
        return "held"
    if sentence.startswith(("FAILED", "ENDED", "STOPPED")):
        return "wrong"
    if sentence.startswith(("RUNNING", "LOOKING")):
        return "accent"
    return "held" if sentence.startswith("READ-ONLY") else "strong"


CSS = """
Screen { layout: vertical; background: $background; color: $foreground; }
.line { height: 1; }
.lines { height: auto; }
LineList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
#lists, #body { layout: horizontal; height: 1fr; }
#left { width: 62%; }
#right { width: 1fr; border-left: solid $rule; }
.half { layout: vertical; width: 1fr; }
.persona-names { width: 30%; max-width: 34; border-right: solid $rule; }
#about { height: 3; }
.stacked #lists { layout: vertical; }
.stacked #left, .stacked #right { width: 100%; height: 1fr; border-left: none; }
.stacked #about { height: 2; }
.tiny #about { display: none; }
.least Rule, .least Title { display: none; }

.pane { layout: vertical; height: 1fr; }
#steps { width: 28%; min-width: 35; max-width: 44; }
#conversation { width: 1fr; }
#side { layout: vertical; width: 31%; min-width: 38; max-width: 60; }
.edge { border-left: solid $rule; }
#steps .edge { border-left: none; }
#budget, #completion { height: auto; }
#budget .edge, #completion .edge { height: auto; max-height: 9; }
#calls #list { height: auto; max-height: 40%; min-height: 1; }
#calls #detail { height: 1fr; }
.tabs #steps { width: 44%; min-width: 20; max-width: 36; }
.tabs #side { width: 1fr; max-width: 100%; min-width: 0; }
.tabs .pane, .tabs #budget, .tabs #completion { height: 1fr; }
.tabs .pane .edge, .whole .pane .edge { max-height: 100%; height: 1fr; }
.tabs #budget .edge, .tabs #completion .edge, .whole #budget .edge, .whole #completion .edge {
    max-height: 100%; height: 1fr; }
.whole .edge { border-left: none; }
.tabs #calls #list, .whole #calls #list { height: auto; max-height: 40%; }
.whole #steps { width: 1fr; max-width: 100%; }
.whole #side { width: 1fr; max-width: 100%; }
.whole .pane, .whole #budget, .whole #completion { height: 1fr; }

#prompt { layout: horizontal; height: auto; max-height: 6; }
#sign { width: auto; height: 1; }
#words { height: auto; max-height: 6; border: none; padding: 0; width: 1fr; background: $background; color: $foreground;
    scrollbar-size-vertical: 1; }
#words:focus { border: none; background: $background; }

.sheet { align: center middle; background: $background 60%; }
.sheet > .paper { width: 88%; max-width: 100; height: auto; max-height: 90%; border: solid $rule; padding: 0 1;
    background: $background; layout: vertical; }
.sheet .paper .scroll { height: auto; max-height: 30; }
.field { height: auto; max-height: 12; border: none; padding: 0; width: 1fr; background: $panel; color: $foreground;
    scrollbar-size-vertical: 1; }
.field:focus { border: none; background: $panel; }
.form { height: auto; overflow-y: auto; scrollbar-size-vertical: 1; }
.pair { layout: horizontal; height: auto; }
.pair > .column { width: 1fr; }
.pair > .still { margin-right: 1; }
.pair .field { max-height: 6; }
.alone .field { max-height: 50vh; }
.still, .still:focus { background: $background; color: $grey; }
.sheet > .tall { height: 90%; }
.sheet > .wide { width: 100%; max-width: 100%; height: 100%; max-height: 100%; border: none; padding: 0 1; }
.sheet > .tall .scroll { height: 1fr; max-height: 100%; }

CommandPalette > Vertical, CommandPalette > Vertical:dark { width: 88%; max-width: 100; margin-top: 2;
    background: $background; }
CommandPalette SearchIcon { display: none; }
CommandPalette #--input { border: solid $rule; padding-left: 1; background: $background; }
CommandPalette #--input.--list-visible { border: solid $rule; }
CommandPalette CommandInput { border: none; height: 1; margin: 0; }
CommandList { border: solid $rule; border-top: none; background: $background; scrollbar-size-vertical: 1; }
CommandList > .option-list--option-highlighted { background: $cursor; color: $foreground; }
"""
