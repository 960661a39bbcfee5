"""The second guard: segments of any widget leave without control characters."""

from __future__ import annotations

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.widgets import Static

from workbench.tui.terminal.guard import Guard

BLACK = Color(0, 0, 0)


def test_safe_segments_pass_as_they_are() -> None:
    segments = [Segment("plain ✓ ─"), Segment("日本")]
    assert Guard().apply(segments, BLACK) is segments


def test_control_characters_become_visible() -> None:
    (segment,) = Guard().apply([Segment("a\x1b]52;c;eA==\x07b\x9b31m\u202e")], BLACK)
    assert not any(sign in segment.text for sign in "\x1b\x07\x9b\u202e")
    assert segment.text.startswith("a␛]52")


async def test_a_widget_that_is_not_ours_is_guarded_too() -> None:
    class Careless(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("x\x1b]0;owned\x07y", markup=False)

        def get_line_filters(self) -> list[LineFilter]:
            return [*super().get_line_filters(), Guard()]

    app = Careless()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "\x1b]0;owned" not in app.export_screenshot()
