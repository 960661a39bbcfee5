"""Keys one after the other: each finds the focus and the screen that the one before it left.

Textual hands every key at once to whatever has the focus, and what the key does comes later, as messages bubble up.
Of `ihello` typed in one go, the `h` would be gone to the list before the `i` had opened the prompt.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event


class InOrder:
    """Lets one key (or paste) at a time into the app.

    `beats`, `beat`: how many beats of so many seconds a key may take, before the next one is let in whatever became of
    it. Beats are counted, not seconds: a machine that is too busy to deal with a key does not make it a lost one.
    """

    def __init__(self, app: App[Any], *, beats: int = 20, beat: float = 0.05) -> None:
        self._app, self._beats, self._beat = app, beats, beat
        self._waiting: deque[Event] = deque()
        self._let_in: Event | None = None
        self._turn = 0
        self._busy = self._watched = False

    def enters(self, event: Event, *, ready: bool = True) -> bool:
        """Whether `event` may be dealt with now; else it is put to the app again when its turn has come.

        While nobody is `ready` for keys, they wait for the next `listen`.
        """
        its_turn = event is self._let_in
        if its_turn:
            self._let_in = None
        if not ready:
            if its_turn:
                self._busy = False
                self._waiting.appendleft(event)
            else:
                self._waiting.append(event)
            return False
        if its_turn or not self._busy:
            self._begin()
            return True
        self._waiting.append(event)
        self._watch()
        return False

    def listen(self, target: DOMNode) -> None:
        """Keys may come in once `target` has dealt with all it was told; until then they wait, as behind a key."""
        self._begin()
        self._app.call_later(self.follow, target)

    def follow(self, target: DOMNode) -> None:
        """An event was handed to `target`: the next one may come in when all nodes up to the app have taken theirs."""
        nodes = list(target.ancestors_with_self)
        # A key that nobody took on its way up is an action of the app, which may send a message from below again.
        self._pass(self._turn, nodes * 2)

    def _begin(self) -> None:
        """What is under way from now on is something else: the end of what was before lets nobody in."""
        self._turn += 1
        self._busy = True

    def _pass(self, turn: int, nodes: list[DOMNode]) -> None:
        """Go up behind the event: every node deals with its messages in the order in which they came to it."""
        while nodes:
            node = nodes.pop(0)
            if node.call_later(self._pass, turn, nodes):
                return
        # What was done may have asked the app for something more, such as the focus.
        self._app.call_later(self._next, turn)

    def _next(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._busy = False
        if self._waiting:
            self._begin()
            self._let_in = self._waiting.popleft()
            self._app.post_message(self._let_in)

    def _watch(self, turn: int = 0, beats: int = 0) -> None:
        """While somebody waits, see that the turn goes on."""
        if beats == 0:
            if self._watched:
                return
            self._watched, turn = True, self._turn
        if not self._waiting:
            self._watched = False
            return
        if turn != self._turn:
            turn, beats = self._turn, 0
        elif beats >= self._beats:
            self._next(turn)
            turn, beats = self._turn, 0
        self._app.set_timer(self._beat, lambda: self._watch(turn, beats + 1))
