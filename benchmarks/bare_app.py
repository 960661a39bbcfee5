"""The floor of a first paint: the smallest Textual app that says something."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class Bare(App[None]):
    """A header, a line, a footer."""

    def compose(self) -> ComposeResult:
        """Three widgets."""
        yield Header()
        yield Static("hello from a bare app, which is ready for input")
        yield Footer()


if __name__ == "__main__":
    Bare().run()
