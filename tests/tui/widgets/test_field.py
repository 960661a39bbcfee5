"""A field of a form: up and down walk through the lines as they are wrapped, and leave it only at its ends."""

from __future__ import annotations

from textual.app import App, ComposeResult

from workbench.tui.widgets.field import Field


class Page(App[None]):
    """One field, narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[int] = []

    def compose(self) -> ComposeResult:
        yield Field('[{"payment": "certificate", "amount": 299}]')

    def on_field_left(self, left: Field.Left) -> None:
        self.left.append(left.by)


async def test_down_stays_in_a_wrapped_text_until_its_last_line() -> None:
    app = Page()
    async with app.run_test(size=(24, 6)) as pilot:
        field = app.query_one(Field)
        field.focus()
        field.styles.width = 20
        await pilot.pause()
        lines = field.wrapped_document.height
        assert lines > 2
        await pilot.press(*["down"] * (lines - 1))
        assert not app.left
        await pilot.press("down")
        assert app.left == [1]
        await pilot.press(*["up"] * lines)
        assert app.left == [1, -1]
