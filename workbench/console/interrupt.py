"""ctrl+c: the first holds a run that is under way, the second breaks off what it is at; nothing is killed."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from typing import Self

from workbench.debugger.language.lines import plain
from workbench.debugger.language.talk import Talk
from workbench.errors import Impossible


class CtrlCHolds:
    """While this context lasts. Where the event loop takes no signals, ctrl+c is what it is elsewhere."""

    def __init__(self, talk: Talk, asked: Callable[[], bool] = lambda: False) -> None:
        """`asked`: has a prompt that waits for keys take it; whether there is one."""
        self._talk, self._asked = talk, asked
        self._heard = sys.platform != "win32" and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Self:
        if self._heard:
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._pressed)
        return self

    def __exit__(self, *_: object) -> None:
        if self._heard:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)

    def _pressed(self) -> None:
        talk = self._talk
        if self._asked():
            return
        try:
            again = talk.session.run is not None and talk.session.run.pausing
            talk.session.pause()
        except Impossible as why:
            talk.show(plain(str(why), look="faint"))
            return
        words = "breaking off what is under way" if again else "holding at the next boundary; ctrl-c again breaks off"
        talk.show(plain(words, look="faint"))
