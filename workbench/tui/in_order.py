"""Keys one after the other: each finds the focus and the screen that the one before it left.

Textual hands every key at once to whatever has the focus, and what the key does comes later, as messages bubble up.
Of `ihello` typed in one go, the `h` would be gone to the list before the `i` had opened the prompt.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event


class InOrder:
    """Lets one key (or paste) at a time into the app.

    `patience`: seconds after which the next one is let in whatever became of the one before.
    """

    def __init__(self, app: App[Any], *, patience: float = 1.0) -> None:
        self._app, self._patience = app, patience
        self._waiting: deque[Event] = deque()
        self._let_in: Event | None = None
        self._since: float | None = None

    def enters(self, event: Event, *, ready: bool = True) -> bool:
        """Whether `event` may be dealt with now; else it is put to the app again when its turn has come.

        While nobody is `ready` for keys, they wait for the next `follow`.
        """
        its_turn = event is self._let_in
        if its_turn:
            self._let_in = None
        if not ready:
            if its_turn:
                self._since = None
                self._waiting.appendleft(event)
            else:
                self._waiting.append(event)
            return False
        if its_turn:
            return True
        if self._since is None:
            self._since = monotonic()
            return True
        self._waiting.append(event)
        if monotonic() - self._since > self._patience:
            self._next()
        return False

    def follow(self, target: DOMNode) -> None:
        """An event was handed to `target`: the next one may come in when all nodes up to the app have taken theirs."""
        nodes = list(target.ancestors_with_self)
        # A key that nobody took on its way up is an action of the app, which may send a message from below again.
        self._pass(nodes * 2)

    def _pass(self, nodes: list[DOMNode]) -> None:
        """Go up behind the event: every node deals with its messages in the order in which they came to it."""
        while nodes:
            node = nodes.pop(0)
            if node.call_later(self._pass, nodes):
                return
        # What was done may have asked the app for something more, such as the focus.
        self._app.call_later(self._next)

    def _next(self) -> None:
        self._since = None
        if self._waiting:
            self._since = monotonic()
            self._let_in = self._waiting.popleft()
            self._app.post_message(self._let_in)
