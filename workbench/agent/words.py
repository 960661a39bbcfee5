"""The words of an agent's answers while they come: what is said to the user, of whatever form the answer is."""

from __future__ import annotations

from collections import deque

from workbench.criteria.coming import spoken
from workbench.run import Run


class Words:
    """Takes the pieces of answers as they are streamed, and gives on what they say to the user."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pieces: deque[tuple[str, str]] = deque()
        self._call, self._came, self._told = "", "", 0

    def are_of(self, call: str) -> bool:
        """Whether that model call is an answer of the agent: no judge's, and no summary of its history."""
        state = self._run.state
        return call.rpartition(".")[0] == state.agent and state.actors[state.agent].summing is None

    def take(self, call: str, text: str) -> None:
        """The next piece of the answer to that call."""
        self._pieces.append((call, text))

    def next(self) -> str:
        """What is to be said next, "" where nothing is yet."""
        while self._pieces:
            call, text = self._pieces.popleft()
            if not self._structured:
                return text
            if call != self._call:
                self._call, self._came, self._told = call, "", 0
            self._came += text
            while self._pieces and self._pieces[0][0] == call:
                self._came += self._pieces.popleft()[1]
            said = spoken(self._came)
            fresh, self._told = said[self._told :], max(self._told, len(said))
            if fresh:
                return fresh
        return ""

    @property
    def _structured(self) -> bool:
        state = self._run.state
        return state.specs[state.agent].structured
