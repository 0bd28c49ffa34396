"""Locks an untouched window: is told of every key and click, and asks the clock every few seconds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.services.clock import Clock
from desktop.services.keeping.idle import Idle

LOOK_MS = 2_000


class IdleWatch(QObject):
    """Calls `lock` when nobody touched keyboard or pointer for `minutes`. Watches from `start` until it locks."""

    def __init__(self, parent: QObject, clock: Clock, lock: Callable[[], None]) -> None:
        super().__init__(parent)
        self._idle, self._lock = Idle(clock), lock
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def minutes(self) -> int:
        return self._idle.minutes

    def wait_for(self, minutes: int) -> None:
        """How long from now on."""
        self._idle.minutes = minutes

    def start(self) -> None:
        self._idle.touched()
        self._timer.start()

    def stop(self) -> None:
        """Nothing is open that could be locked."""
        self._timer.stop()

    def look(self) -> None:
        """Lock now if it is due."""
        if self._idle.due():
            self.stop()
            self._lock()

    def touched(self) -> None:
        """Somebody pressed a key, clicked or moved the pointer."""
        self._idle.touched()
